"""Signing devices in the records of three systems; other mentions of the ids are no records."""

import pytest

SETUP = (
    "[Device Install Log]\r\n     OS Version = 10.0.19045\r\n"
    ">>>  [Device Install (Hardware initiated) - USB\\VID_2C97&PID_4015\\0001]\r\n"
    ">>>  Section start 2023/05/04 10:11:12.345\r\n     dvi: x\r\n<<<  Section end 2023/05/04 10:11:13.1\r\n"
    ">>>  [Device Install (Hardware initiated) - USB\\VID_2C97&PID_4015\\0001]\r\n"
    ">>>  Section start 2023/06/01 08:00:00.000\r\n"
    ">>>  [Device Install (Hardware initiated) - USB\\VID_046D&PID_C52B\\5&1]\r\n"
    ">>>  Section start 2023/06/02 08:00:00.000\r\n"
)
SYSLOG = (
    "May  4 10:11:12 host kernel: [  12.3] usb 1-2: New USB device found, idVendor=534c, idProduct=0001, bcdDevice= 1.00\n"
    "May  4 10:12:12 host kernel: [  14.3] usb 1-3: New USB device found, idVendor=046d, idProduct=c52b, bcdDevice= 1.00\n"
)
MACOS = (
    "2023-05-04 10:11:12.1 host kernel[0]: AppleUSBHostPort device attached 0x1209/0x53c1/0x0200\n"
)
REPORT = "    Nano:\n          Product ID: 0x5011\n          Vendor ID: 0x2c97  (Ledger)\n"


def devices(find, content, **options):
    return {f.value: f.detail for f in find(content, **options) if f.kind == "hardware_wallet"}


def test_the_install_log_of_windows_tells_model_first_and_last_time(find):
    found = devices(find, SETUP, path="setupapi.dev.log")
    assert list(found) == ["2c97:4015"]
    detail = found["2c97:4015"]
    assert (detail["maker"], detail["model"], detail["records"]) == ("Ledger", "Nano X", 2)
    assert (detail["first_time"], detail["last_time"]) == (
        "2023/05/04 10:11:12",
        "2023/06/01 08:00:00",
    )
    assert detail["clock"] == "local time"


def test_the_kernel_log_of_linux(find):
    found = devices(find, SYSLOG)
    assert {name: d["model"] for name, d in found.items()} == {"534c:0001": "Trezor One"}
    assert found["534c:0001"]["first_time"] == "May  4 10:11:12"


def test_logs_and_reports_of_macos(find):
    assert devices(find, MACOS)["1209:53c1"]["first_time"] == "2023-05-04 10:11:12"
    assert devices(find, REPORT)["2c97:5011"]["model"] == "Nano S Plus"


def cell(name: bytes, ticks: int) -> bytes:
    head = b"nk" + (0x20).to_bytes(2, "little") + ticks.to_bytes(8, "little")
    return (
        b"\x88\xff\xff\xff"
        + head.ljust(0x48, b"\0")
        + len(name).to_bytes(2, "little")
        + b"\0\0"
        + name
    )


def test_a_registry_key_tells_when_it_was_last_written(find):
    hive = b"regf" + bytes(4092) + cell(b"VID_2C97&PID_1015", 133276686720000000) + bytes(64)
    detail = devices(find, hive)["2c97:1015"]
    assert (detail["model"], detail["record"]) == ("Nano S", "registry key")
    assert detail["last_time"] == "2023-05-04T10:11:12Z"


@pytest.mark.parametrize(
    "content",
    [
        "%DeviceName% = WinUSB, USB\\VID_2C97&PID_4015\r\n",  # a driver's INF file
        'SUBSYSTEMS=="usb", ATTRS{idVendor}=="2c97", ATTRS{idProduct}=="0001"\n',  # udev rules
        "| 2c97 | 4015 | Ledger | VID_2C97&PID_4015 |",
        b"nk" + bytes(74) + b"VID_2C97&PID_1015",  # no length, no time
        SYSLOG.replace("534c", "5340"),
    ],
)
def test_mentions_that_are_no_records_are_left_alone(find, content):
    assert devices(find, content) == {}
