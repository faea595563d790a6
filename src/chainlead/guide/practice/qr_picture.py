"""A QR code as an uncompressed picture (BMP), so that no picture library stamps its own bytes."""

import struct
from typing import Any

_SCALE = 4


def qr_bitmap(text: str) -> bytes:
    """A black-and-white picture of the code with its quiet zone, 8 bits per pixel, grey palette."""
    import zxingcpp  # noqa: PLC0415  (a C library, needed by the practice case only)

    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    image: Any = code.to_image(scale=_SCALE, add_quiet_zones=True)
    height, width = image.shape[:2]
    content = memoryview(image).tobytes()
    rows = [content[place : place + width] for place in range(0, width * height, width)]
    stride = -(-width // 4) * 4
    pixels = b"".join(row.ljust(stride, b"\xff") for row in reversed(rows))
    palette = b"".join(bytes([grey, grey, grey, 0]) for grey in range(256))
    start = 14 + 40 + len(palette)
    head = struct.pack("<2sIHHI", b"BM", start + len(pixels), 0, 0, start)
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, 0, len(pixels), 2835, 2835, 256, 0)
    return head + info + palette + pixels
