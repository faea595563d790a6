"""Signing devices that were plugged in: USB vendor and product ids in the system's own records.

Found in: `setupapi.dev.log` and the SYSTEM hive of Windows, `syslog`, `kern.log` and the journal's text of
Linux, system logs and `system_profiler` reports of macOS.
Proof: the form of that record (a log line, a registry key cell) around a pair of ids from the table.
Limits: a device was seen by the computer: whose it is, and whether a wallet was on it, is not shown.
Times of logs are the computer's local time, and syslog has no year; registry times are UTC and say when the
key was last written. Devices that connect by radio or by camera leave nothing here.
Spec: INTERPOL HardwareWallets_DF_List; Microsoft "Standard USB Identifiers"; registry cell format (nk).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files

import yaml

from chainlead.findings.detector import Detector, Hit, Proof
from chainlead.findings.knowledge import Knowledge
from chainlead.findings.view import Mark, View
from chainlead.model import Certainty

_SETUP = re.compile(rb"USB\\VID_([0-9A-Fa-f]{4})&PID_([0-9A-Fa-f]{4})")
_SETUP_MARKS = (b"[Device Install", b">>>  Section start")
_SETUP_TIME = re.compile(rb"Section start (\d{4}/\d\d/\d\d \d\d:\d\d:\d\d)")
_LINUX = re.compile(
    rb"New USB device found, idVendor=([0-9a-f]{4}), idProduct=([0-9a-f]{4})", re.IGNORECASE
)
_MAC = re.compile(
    rb"(?:USBMSC Identifier \(non-unique\): \S{1,80} 0x([0-9a-f]{1,4}) 0x([0-9a-f]{1,4})"
    rb"|(?:IOUSBHost|AppleUSB|USB Device)[^\n]{0,160}?0x([0-9a-f]{4})/0?x?([0-9a-f]{4})/)",
    re.IGNORECASE,
)
_MAC_MARKS = (b"USBMSC Identifier", b"IOUSBHost", b"AppleUSB", b"USB Device")
_LINUX_MARK = b"USB device found"
"""Looked for first: three letters such as `USB` stand in every page of random bytes."""
_PROFILER = re.compile(
    rb"Product ID: 0x([0-9a-f]{4})\s{1,40}Vendor ID: 0x([0-9a-f]{4})", re.IGNORECASE
)
_LINE_TIME = re.compile(
    rb"^(?:(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)|([A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d))",
    re.MULTILINE,
)
_KEY = re.compile(rb"VID_([0-9A-Fa-f]{4})&PID_([0-9A-Fa-f]{4})")
_NAME_AT = 0x4C
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_FAR_BACK = 4096


@dataclass(frozen=True, slots=True)
class _Device:
    maker: str
    model: str
    source: str


@dataclass(slots=True)
class _Seen:
    start: int
    end: int
    record: str
    clock: str
    count: int = 0
    times: set[str] = field(default_factory=set)


class HardwareWallets(Detector):
    """One finding for each device and kind of record in a piece of a stream."""

    name = "hardware_wallet"
    needs = Mark.PAIRS

    def find(self, view: View, knowledge: Knowledge) -> Iterator[Hit]:  # noqa: ARG002
        """Search the records of Windows, Linux and macOS."""
        seen: dict[tuple[str, str, str], _Seen] = {}
        for vendor, product, span, record, clock, time in _records(view):
            if _device(vendor, product) is None:
                continue
            key = (vendor, product, record)
            one = seen.setdefault(key, _Seen(*span, record, clock))
            one.count += 1
            if time:
                one.times.add(time)
        for (vendor, product, _), one in sorted(seen.items()):
            device = _device(vendor, product)
            if device is not None:
                yield _hit(vendor, product, device, one)


def _records(view: View) -> Iterator[tuple[str, str, tuple[int, int], str, str, str]]:
    data = view.data
    marks = {mark for place in view.places(b"USB") for mark in _marks_around(data, place)}
    if view.places(b"VID_"):
        if any(mark in data for mark in _SETUP_MARKS):
            for match in _SETUP.finditer(data):
                time = _near(_SETUP_TIME, data, match)
                yield *_ids(match[1], match[2]), match.span(), "setupapi log", "local time", time
        for match in _KEY.finditer(data):
            time = _key_time(data, match)
            if time:
                ids = _ids(match[1], match[2])
                yield *ids, match.span(), "registry key", "UTC, key last written", time
    if _LINUX_MARK in marks:
        for match in _LINUX.finditer(data):
            yield (
                *_ids(match[1], match[2]),
                match.span(),
                "kernel log",
                "local time",
                _line(data, match),
            )
    if marks - {_LINUX_MARK}:
        for match in _MAC.finditer(data):
            vendor, product = match[1] or match[3], match[2] or match[4]
            yield (
                *_ids(vendor, product),
                match.span(),
                "macOS log",
                "local time",
                _line(data, match),
            )
    if view.places(b"Vendor ID: 0x"):
        for match in _PROFILER.finditer(data):
            yield *_ids(match[2], match[1]), match.span(), "system report", "", ""


def _marks_around(data: bytes, place: int) -> Iterator[bytes]:
    near = data[max(0, place - 8) : place + 24]
    yield from (mark for mark in (_LINUX_MARK, *_MAC_MARKS) if mark in near)


def _ids(vendor: bytes, product: bytes) -> tuple[str, str]:
    return vendor.decode().lower().zfill(4), product.decode().lower().zfill(4)


def _near(pattern: re.Pattern[bytes], data: bytes, match: re.Match[bytes]) -> str:
    """The section's own time: the nearest behind the header, else the last one before."""
    after = pattern.search(data, match.end(), match.end() + 400)
    if after is not None:
        return after[1].decode()
    before = list(pattern.finditer(data, max(0, match.start() - _FAR_BACK), match.start()))
    return before[-1][1].decode() if before else ""


def _line(data: bytes, match: re.Match[bytes]) -> str:
    start = data.rfind(b"\n", max(0, match.start() - _FAR_BACK), match.start()) + 1
    time = _LINE_TIME.match(data, start)
    return (time[1] or time[2]).decode() if time else ""


def _key_time(data: bytes, match: re.Match[bytes]) -> str:
    """When a registry key of this name was written, if a key cell is around the name."""
    cell = match.start() - _NAME_AT
    if cell < 0 or data[cell : cell + 2] != b"nk":
        return ""
    size = int.from_bytes(data[cell + 0x48 : cell + 0x4A], "little")
    if size < len(match[0]) or size > 255:
        return ""
    ticks = int.from_bytes(data[cell + 4 : cell + 12], "little")
    try:
        moment = _EPOCH + timedelta(microseconds=ticks // 10)
    except OverflowError:
        return ""
    if not 1995 <= moment.year <= 2100:
        return ""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _hit(vendor: str, product: str, device: _Device, one: _Seen) -> Hit:
    times = sorted(one.times)
    detail = {
        "maker": device.maker,
        "model": device.model,
        "record": one.record,
        "records": one.count,
        "first_time": times[0] if times else "",
        "last_time": times[-1] if times else "",
        "clock": one.clock,
        "table_source": device.source,
    }
    proof = Proof(
        kind="hardware_wallet",
        certainty=Certainty.STRUCTURED,
        check_made=f"USB ids of the table in a {one.record}",
        false_positive_rate="not measured (structure, no checksum)",
        detail=detail,
    )
    return Hit(one.start, one.end, f"{vendor}:{product}", proof, bare=True)


@cache
def _table() -> dict[tuple[str, str], _Device]:
    text = (files("chainlead.findings") / "data" / "hardware_wallets.yaml").read_text("utf-8")
    return {
        (row["vendor"], row["product"]): _Device(row["maker"], row["model"], row["source"])
        for row in yaml.load(text, Loader=yaml.CSafeLoader)["devices"]
    }


def _device(vendor: str, product: str) -> _Device | None:
    table = _table()
    for name in (product, f"{product[:2]}**", "*"):
        device = table.get((vendor, name))
        if device is not None:
            return device
    return None
