"""Slow twins of the kernels: plain Python, one obvious definition each."""

from hashlib import sha256

from Crypto.Hash import keccak as keccak_of

ALNUM = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
LETTERS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
LABEL = ALNUM | {ord("-")}
TEXT = frozenset({9, 10, 13, *range(0x20, 0x7F), *range(0xA0, 0xFE)})
SEPARATORS = frozenset(b" \t\r\n0123456789.,;()[]-*#\"'")
MARKS = (b"\xc2\xa0", b"\xc2\xb7", b"\xe3\x80\x80", b"\xe2\x80\xa2")


def alnum_runs(data, min_length):
    """Start and length of the runs, and before a run that an escape may begin, its rest."""
    i = 0
    while i < len(data):
        end = i
        while end < len(data) and data[end] in ALNUM:
            end += 1
        if end - i >= min_length:
            if i and data[i - 1] == ord("%"):
                yield i + 2, end - i - 2
            elif i and data[i - 1] == ord("\\"):
                skip = 5 if data[i] == ord("u") else 1
                yield i + skip, end - i - skip
            yield i, end - i
        i = max(end, i + 1)


def checked_runs(data, asked_of):
    found = []
    for start, length in alnum_runs(data, 25):
        text = data[start : start + length].decode()
        asked = asked_of(text)
        passed = sum(bit for bit, passes in CHECKS.items() if asked & bit and passes(text))
        if passed:
            found.append((start, length, passed))
    return found


def sha256d_head(message):
    return int.from_bytes(sha256(sha256(message).digest()).digest()[:4], "big")


def keccak(message):
    return keccak_of.new(digest_bits=256, data=message).digest()


def from_base58(text, alphabet):
    if not set(text) <= set(alphabet):
        return None
    value = 0
    for letter in text:
        value = value * 58 + alphabet.index(letter)
    zeros = len(text) - len(text.lstrip(alphabet[0]))
    return bytes(zeros) + value.to_bytes((value.bit_length() + 7) // 8, "big")


def is_base58check(text, alphabet):
    content = from_base58(text, alphabet) if len(text) <= 128 else None
    if content is None or not 5 <= len(content) <= 98:
        return False
    return sha256d_head(content[:-4]) == int.from_bytes(content[-4:], "big")


def polymod(values, width, terms):
    check = 1
    for value in values:
        top = check >> width - 5
        check = (check & (1 << width - 5) - 1) << 5 ^ value
        for bit, term in enumerate(terms):
            check ^= term if top >> bit & 1 else 0
    return check


def is_bech32(text):
    if text not in (text.lower(), text.upper()):
        return False
    prefix, one, coded = text.lower().rpartition("1")
    if not prefix or not one or len(coded) < 6 or not set(coded) <= set(BECH32):
        return False
    values = [*(ord(c) >> 5 for c in prefix), 0, *(ord(c) & 31 for c in prefix)]
    values += [BECH32.index(c) for c in coded]
    return polymod(values, 30, BECH32_TERMS) in {1, 0x2BC830A3}


def is_cashaddr(text):
    coded = text.lower()
    if not set(coded) <= set(BECH32):
        return False
    values = [BECH32.index(c) for c in coded]
    return any(
        polymod([*(ord(c) & 31 for c in prefix), 0, *values], 40, CASH_TERMS) == 1
        for prefix in ("bitcoincash", "bchtest", "bchreg")
    )


def is_hex(text):
    digits = text[2:] if len(text) > 2 and text[:2] in ("0x", "0X") else text
    return all(c in "0123456789abcdefABCDEF" for c in digits)


def is_evm(text):
    digits = text[2:]
    if len(text) != 42 or text[:2] not in ("0x", "0X") or not is_hex(digits):
        return False
    if digits in (digits.lower(), digits.upper()):
        return True
    nibbles = keccak(digits.lower().encode()).hex()
    return all(
        c == (c.upper() if int(n, 16) > 7 else c.lower())
        for c, n in zip(digits, nibbles, strict=False)
    )


def is_cryptonote(text):
    if len(text) > 128:
        return False
    content = b""
    for start in range(0, len(text), 11):
        block = text[start : start + 11]
        size = {2: 1, 3: 2, 5: 3, 6: 4, 7: 5, 9: 6, 10: 7, 11: 8}.get(len(block))
        if size is None or not set(block) <= set(BITCOIN):
            return False
        value = 0
        for letter in block:
            value = value * 58 + BITCOIN.index(letter)
        if value >= 1 << 8 * size:
            return False
        content += value.to_bytes(size, "big")
    return len(content) >= 5 and keccak(content[:-4])[:4] == content[-4:]


BITCOIN = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
RIPPLE = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
BECH32_TERMS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
CASH_TERMS = (0x98F2BC8E61, 0x79B76D99E2, 0xF33E5FB3C4, 0xAE2EABE2A8, 0x1E4F43E470)
CHECKS = {
    1: lambda text: True,
    2: lambda text: is_base58check(text, BITCOIN),
    4: lambda text: is_base58check(text, RIPPLE),
    8: is_bech32,
    16: is_cashaddr,
    32: is_evm,
    64: is_cryptonote,
    128: is_hex,
}


def wide_text(data, min_length):
    found = []
    i = 0
    while i < len(data):
        chars = [i] if data[i] in TEXT else []
        while chars and chars[-1] + 2 < len(data):
            if data[chars[-1] + 1] != 0 or data[chars[-1] + 2] not in TEXT:
                break
            chars.append(chars[-1] + 2)
        if len(chars) < 2:
            i += 1
            continue
        before = i > 0 and data[i - 1] == 0
        after = chars[-1] + 1 < len(data) and data[chars[-1] + 1] == 0
        marked = i > 2 and data[i - 3 : i - 1] == b"\xfe\xff"
        is_big = before and (not after or i % 2 == 1 or marked)
        count = len(chars) if is_big or after else len(chars) - 1
        if count >= min_length:
            found.append((i - 1 if is_big else i, count, 2 if is_big else 1))
        i = chars[-1] + 1
    return found


def words_of(data):
    """Tokens: ("word", start, end), ("gap", …) or ("other", …)."""
    i = 0
    while i < len(data):
        mark = next((mark for mark in MARKS if data.startswith(mark, i)), b"")
        if mark or data[i] in SEPARATORS:
            size = len(mark) or 1
            yield "gap", i, i + size
            i += size
        elif data[i] in LETTERS or data[i] >= 0x80:
            start = i
            while i < len(data) and (data[i] in LETTERS or data[i] >= 0x80):
                if any(data.startswith(mark, i) for mark in MARKS):
                    break
                i += 1
            yield "word", start, i
        else:
            yield "other", i, i + 1
            i += 1


def word_runs(data, words, min_words):
    found, run = [], []

    def close():
        if len(run) >= min_words:
            found.append((run[0][0], run[-1][1], len(run)))
        run.clear()

    for kind, start, end in words_of(data):
        if run and kind != "other" and end - run[-1][1] > 24 and kind == "gap":
            close()
        if kind == "word" and data[start:end].lower() in words:
            run.append((start, end))
        elif kind != "gap":
            close()
    close()
    return found


def dotted_names(data, names):
    found = []
    for dot in range(1, len(data) - 1):
        if data[dot] != ord(".") or data[dot - 1] not in LABEL or data[dot + 1] not in LABEL:
            continue
        start, end = dot, dot + 1
        while start > 0 and dot - start < 64 and data[start - 1] in LABEL:
            start -= 1
        while end < len(data) and end - dot < 64 and data[end] in LABEL:
            end += 1
        if data[start:end].lower() in names:
            found.append(dot)
    return found


def scheme_names(data, schemes):
    found = []
    for colon in range(1, len(data)):
        start = colon
        while start > 0 and colon - start < 32 and data[start - 1] in LETTERS:
            start -= 1
        if data[colon] == ord(":") and data[start:colon].lower() in schemes:
            found.append((start, colon + 1))
    return found


def byte_text(data, text):
    return [i for i in range(len(data) - len(text) + 1) if data[i : i + len(text)] == text]
