"""Whether bytes look encrypted.

Assumption: cipher text has all byte values about equally often.
Limits: compressed bytes look nearly the same; a short text cannot be told.
Spec: chi-square test of equal frequencies, 255 degrees of freedom.
"""

from collections import Counter


def looks_random(content: bytes, *, sample_bytes: int = 1 << 16) -> bool:
    """Whether the byte values are about equally frequent.

    Args:
        content: at least 64 bytes.
        sample_bytes: how much of it to look at.
    """
    sample = content[:sample_bytes]
    if len(sample) < 64:
        return False
    counts = Counter(sample)
    if len(sample) < 2048:
        return len(counts) >= 0.7 * 256 * (1 - (255 / 256) ** len(sample))
    expected = len(sample) / 256
    chi = sum((counts.get(value, 0) - expected) ** 2 for value in range(256)) / expected
    return 130 < chi < 400
