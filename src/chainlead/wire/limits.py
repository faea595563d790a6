"""How much a server may send, how long it may take, and how often it is asked."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WireLimits:
    """Limits of one question.

    Attributes:
        answer_bytes: a larger body is refused while it arrives.
        answer_ms: the whole answer must be here by then.
        silence_ms: longest wait for the connection or the next bytes.
        pause_ms: shortest time between two questions to one host.
        redirects: how often a host may point to another path of its own.
        repeats: how often a question is asked again after silence, a broken connection, or a
            server that says it is busy.
        repeat_ms: the wait before the first repeat; doubled for each further one.
        longest_repeat_ms: the longest wait that a server may ask for.
    """

    answer_bytes: int = 32 * 1024 * 1024
    answer_ms: int = 60_000
    silence_ms: int = 15_000
    pause_ms: int = 1_000
    redirects: int = 3
    repeats: int = 0
    repeat_ms: int = 500
    longest_repeat_ms: int = 60_000
