"""What would help where something could not be read: one plain sentence for each reason."""

from chainlead.evidence import UnreadReason

HELP = {
    UnreadReason.ENCRYPTED: "It is locked. Look for its password in the exhibits, put it into a list, and read the exhibit again with that list.",
    UnreadReason.DAMAGED: "It ends too early or is broken. Ask for another copy of the exhibit, or for what a repair can save.",
    UnreadReason.EMPTY: "It holds nothing. There is nothing to do.",
    UnreadReason.NO_ACCESS: "This machine may not open it. Give yourself the right to read it, and read the exhibit again.",
    UnreadReason.TOO_DEEP: "Archives lie in archives very deep. Unpack it by hand and read that folder as an exhibit of its own.",
    UnreadReason.TOO_LARGE: "It is larger than one file may be. Read it as an exhibit of its own, on a machine with more memory.",
    UnreadReason.TOO_MANY: "It holds more files than are read at once. Unpack it by hand and read that folder.",
    UnreadReason.RATIO: "It unpacks to very much more than it is, as a trap does. Do not unpack it; ask a technician.",
    UnreadReason.TOO_SLOW: "It took longer than one file may. Read it as an exhibit of its own; then it has the time for itself.",
    UnreadReason.CRASHED: "The part that reads this kind gave up. Look at it with another tool, and report the kind of file.",
    UnreadReason.CLIMBS_OUT: "Its name points out of its archive, as a trap does. It was left alone on purpose.",
    UnreadReason.LINK: "It only points to another place. What lies there is read if that place is part of an exhibit.",
    UnreadReason.SPECIAL: "It is a device or a pipe, not a file. Make an image of the device and read that.",
    UnreadReason.UNSUPPORTED: "The kind of file is not known here. Look at it with another tool.",
    UnreadReason.SKIPPED: "It is on the list of what must not be opened. It was left alone on purpose.",
    UnreadReason.DUPLICATE_NAME: "Two files in one archive have this name. Both were read here; other tools may show one only.",
}  # fmt: skip
_UNKNOWN = "Ask a technician to look at it."


def help_for(reason: str) -> str:
    """What would help, in English; `reason` as the case keeps it."""
    found = next((each for each in UnreadReason if each.value == reason), None)
    return HELP[found] if found else _UNKNOWN
