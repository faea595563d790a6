"""Which bytes are a picture or a film: by their first bytes, so that they are never opened.

Proof: the magic numbers of the formats. Limits: a picture inside a PDF or a workbook is not seen
here; the readers of those take no pictures out. Spec: each format's own.
"""

_STARTS = (
    (b"\xff\xd8\xff", "picture (JPEG)"),
    (b"\x89PNG\r\n\x1a\n", "picture (PNG)"),
    (b"GIF87a", "picture (GIF)"),
    (b"GIF89a", "picture (GIF)"),
    (b"II*\0", "picture (TIFF)"),
    (b"MM\0*", "picture (TIFF)"),
    (b"II+\0", "picture (TIFF)"),
    (b"MM\0+", "picture (TIFF)"),
    (b"8BPS", "picture (Photoshop)"),
    (b"\0\0\x01\0", "picture (icon)"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "picture (JPEG 2000)"),
    (b"\xff\x0a", "picture (JPEG XL)"),
    (b"\0\0\0\x0cJXL ", "picture (JPEG XL)"),
    (b"\x1a\x45\xdf\xa3", "film (Matroska)"),
    (b"OggS", "recording (Ogg)"),
    (b"ID3", "recording (MP3)"),
    (b"fLaC", "recording (FLAC)"),
)
_PICTURE_BRANDS = (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif", b"avis")


def picture_kind(content: bytes) -> str:
    """What kind of picture, film or recording the bytes are; empty if none."""
    for start, kind in _STARTS:
        if content.startswith(start):
            return kind
    if content[4:8] == b"ftyp":
        return "picture (HEIF)" if content[8:12] in _PICTURE_BRANDS else "film (MP4)"
    if content[:4] == b"RIFF":
        return {b"WEBP": "picture (WebP)", b"AVI ": "film (AVI)"}.get(content[8:12], "recording")
    if content[:2] == b"BM" and content[6:10] == b"\0\0\0\0":
        return "picture (BMP)"
    if content[:1024].lstrip()[:5].lower() in {b"<svg ", b"<svg>"}:
        return "picture (SVG)"
    return ""
