"""A history service in Etherscan's form (Blockscout answers in it too), asked over the network.

Found in: `txlist`, `txlistinternal`, `tokentx`, `tokennfttx` of the module `account`, page by page in
the order of blocks. Proof: none: an index only; see `accounts/evm_index_check`, which compares its words
with blocks from the unit's own node.
Limits: such a service shows 10,000 rows of one question; what lies behind is asked for from its last
block on. More rows than that in one block cannot be had: that is told as a gap. Transfers of ERC-1155
tokens are not asked for. The service learns the address.
Spec: https://docs.etherscan.io, Accounts and "Common Error Messages"; https://docs.blockscout.com, RPC.
"""

from collections.abc import Callable
from urllib.parse import urlencode

from chainlead.errors import AnswerRefusedError, LoginRefusedError
from chainlead.ledger.accounts.evm_fields import find_place
from chainlead.ledger.accounts.evm_index_log import (
    Row,
    decode_index_answer,
    index_rows,
    index_words,
    says_busy,
    says_not_offered,
    says_too_far,
)

ABOUT_INDEX = "address index"
ACTIONS = ("txlist", "txlistinternal", "tokentx", "tokennfttx")
_PAGE_ROWS = 1_000
_WINDOW_PAGES = 10
_WAITS_MS = (1_000, 2_000, 4_000, 8_000, 16_000, 32_000)

Look = Callable[[str, str], bytes]


class EvmIndex:
    """Questions to one service."""

    def __init__(
        self, look: Look, wait: Callable[[int], None], chain_id: str, *, page_rows: int = _PAGE_ROWS
    ) -> None:
        """Ask through `look`, wait so many milliseconds through `wait`."""
        self._look = look
        self._wait = wait
        self._chain_id = chain_id
        self._page_rows = page_rows
        self._left: int | None = None

    def fetch_history(self, address: str, first: int, last: int, most: int | None = None) -> bool:
        """Ask for all that it tells of an address; the recorded answers are what is read.

        Returns:
            False if it has more rows than `most`, and the rest was not asked for.

        Raises:
            LoginRefusedError: it wants another key.
            AnswerRefusedError: it says nothing but that it is asked too often, or what is no answer.
        """
        self._left = most
        for action in ACTIONS:
            start: int | None = first
            while start is not None and start <= last:
                start = self._ask_window(action, address, start, last)
                if self._left is not None and self._left < 0:
                    return False
        return True

    def _ask_window(self, action: str, address: str, start: int, last: int) -> int | None:
        """One window of pages; where the next one begins, or None when there is no more."""
        newest = start
        for page in range(1, _WINDOW_PAGES + 1):
            query = {
                "chainid": self._chain_id, "module": "account", "action": action,
                "address": address, "startblock": start, "endblock": last, "page": page,
                "offset": self._page_rows, "sort": "asc",
            }  # fmt: skip
            rows = self._page(urlencode(query))
            if rows is None:  # not offered, or the window ends here
                return None if page == 1 else _behind(start, newest)
            heights = [find_place(row.get("blockNumber")) for row in rows]
            self._left = None if self._left is None else self._left - len(rows)
            if any(h is None or not start <= h <= last for h in heights):
                raise AnswerRefusedError("The index answers with rows of other blocks than asked.")
            if len(rows) < self._page_rows or (self._left is not None and self._left < 0):
                return None
            newest = max(newest, *(h for h in heights if h is not None))
        return _behind(start, newest)

    def _page(self, query: str) -> list[Row] | None:
        for wait_ms in (*_WAITS_MS, 0):
            told = decode_index_answer(self._look(ABOUT_INDEX, query))
            rows = index_rows(told)
            if rows is not None:
                return rows
            words = index_words(told)
            if says_busy(words) and "daily" not in words.lower():
                self._wait(wait_ms)
                continue
            if "api key" in words.lower() and not says_busy(words):
                raise LoginRefusedError(f"The index does not take the key: {words}.")
            if says_not_offered(words) or says_too_far(words):
                return None
            raise AnswerRefusedError(
                f"The index gives no answer: {words}.", next_step="Run the same command later."
            )
        raise AnswerRefusedError(
            "The index says again and again that it is asked too often.",
            next_step="Run the same command later: what was fetched stays in the case.",
        )


def _behind(start: int, newest: int) -> int:
    """Where to go on: at the window's last block, which may be cut; behind it if it is the only one."""
    return newest if newest > start else start + 1
