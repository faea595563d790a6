"""Search of raw bytes, one core: chainlead's scan (with checksums) against Python's `re` (without).

The peer is one union expression for base58check, bech32 and EVM addresses, over the same 32 MB of
random bytes, base64, text and zeros with 64 addresses in them.
"""

import base64
import random
import re
import statistics
import time
from collections.abc import Callable

from chainlead.evidence import Item, Layer
from chainlead.findings import scan_items
from chainlead.model import Provenance, Step

ADDRESS = b"1Q2TWHE3GMdB6BZKafqwxXtWAWgFt5Jvm3"
PIECE = 1 << 17
PEER = re.compile(
    rb"\b[13LMXD][1-9A-HJ-NP-Za-km-z]{25,34}\b|\b(?:bc|ltc)1[02-9ac-hj-np-z]{11,71}\b"
    rb"|\b0x[0-9a-fA-F]{40}\b"
)


def material() -> bytes:
    dice = random.Random(1)
    words = [f"word{number}" for number in range(500)]
    kinds = (
        lambda: dice.randbytes(PIECE),
        lambda: base64.b64encode(dice.randbytes(PIECE * 3 // 4)),
        lambda: " ".join(dice.choices(words, k=PIECE // 8)).encode(),
        lambda: bytes(PIECE),
    )
    return b"".join(
        kinds[number % 4]() + (b"\npay " + ADDRESS + b"\n" if number % 4 == 2 else b"\n")
        for number in range(256)
    )


def ours(content: bytes) -> int:
    place = Provenance("E1", (Step("file", "x"),))
    item = Item(place, content, "bytes", "", Layer.RAW, "0" * 64)
    return len(scan_items([item], case_key=bytes(32)))


def peer(content: bytes) -> int:
    return sum(1 for _ in PEER.finditer(content))


def seconds(run: Callable[[bytes], int], content: bytes) -> float:
    times = []
    for _ in range(3):
        start = time.perf_counter()
        run(content)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    content = material()
    ours(content[:1000])
    size = len(content) / 1e6
    own, other = seconds(ours, content), seconds(peer, content)
    print(f"chainlead scan: {size / own:.0f} MB/s, {ours(content)} findings")
    print(f"python re:      {size / other:.0f} MB/s, {peer(content)} unchecked hits")
    print(f"ratio: {other / own:.1f}")


if __name__ == "__main__":
    main()
