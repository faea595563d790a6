"""Slow twins of the kernels: plain Python, one obvious definition each."""

ALNUM = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
LETTERS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
LABEL = ALNUM | {ord("-")}
TEXT = frozenset({9, 10, 13, *range(0x20, 0x7F), *range(0xA0, 0xFE)})
SEPARATORS = frozenset(b" \t\r\n0123456789.,;()[]-*#\"'")
MARKS = (b"\xc2\xa0", b"\xc2\xb7", b"\xe3\x80\x80", b"\xe2\x80\xa2")


def alnum_runs(data, min_length):
    found = []
    i = 0
    while i < len(data):
        end = i
        while end < len(data) and data[end] in ALNUM:
            end += 1
        if end - i >= min_length:
            found.append((i, end - i, 0))
        i = max(end, i + 1)
    for code, is_pair in (
        (1, lambda i: data[i] in ALNUM and data[i + 1] == 0),
        (2, lambda i: data[i] == 0 and data[i + 1] in ALNUM),
    ):
        pairs = {i for i in range(len(data) - 1) if is_pair(i)}
        for start in pairs:
            if start - 2 in pairs:
                continue
            length = 0
            while start + 2 * length in pairs:
                length += 1
            if length >= min_length:
                found.append((start, length, code))
    return sorted(found, key=lambda run: (run[0], run[2]))


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
