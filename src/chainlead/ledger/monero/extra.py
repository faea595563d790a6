"""The field `extra` of a transaction: public keys, payment ids, and whatever else was put there.

Limits: the ledger does not check this field. Anything may stand in it; reading stops at the first
thing that does not parse, as wallets do.
Spec: Monero `src/cryptonote_basic/tx_extra.h`, `cryptonote_format_utils.cpp`.
"""

from dataclasses import dataclass
from typing import Final

from chainlead.errors import LedgerSourceError
from chainlead.ledger.monero.byte_reader import ByteReader

_PADDING, _KEY, _NONCE, _MERGE_MINING, _MORE_KEYS, _MINERGATE = 0, 1, 2, 3, 4, 0xDE
_LONGEST_NONCE: Final = 255
_LONGEST_PADDING: Final = 255


@dataclass(frozen=True, slots=True)
class Extra:
    """What could be read of it.

    Attributes:
        keys: transaction public keys; one, as a rule. Wallets try each.
        more_keys: one per output, where a payment goes to sub-addresses.
        payment_id: 32 bytes in the clear, until 2019; empty for none.
        encrypted_payment_id: 8 bytes; most wallets put a dummy of zeros there.
        unread: bytes behind the first thing that does not parse.
    """

    keys: tuple[bytes, ...] = ()
    more_keys: tuple[bytes, ...] = ()
    payment_id: bytes = b""
    encrypted_payment_id: bytes = b""
    unread: int = 0


def parse_extra(content: bytes) -> Extra:
    """Read as much as parses; never fails."""
    reader = ByteReader(content)
    keys: list[bytes] = []
    more_keys: tuple[bytes, ...] = ()
    payment_id = encrypted = b""
    sound = 0
    try:
        while reader.left:
            tag = reader.varint()
            if tag == _PADDING:
                rest = reader.take(reader.left)
                if any(rest) or len(rest) >= _LONGEST_PADDING:
                    break
            elif tag == _KEY:
                keys.append(reader.take(32))
            elif tag == _NONCE:
                nonce = reader.take(reader.count(1))
                if len(nonce) > _LONGEST_NONCE:
                    break
                if len(nonce) == 33 and nonce[0] == 0:
                    payment_id = payment_id or nonce[1:]
                elif len(nonce) == 9 and nonce[0] == 1:
                    encrypted = encrypted or nonce[1:]
            elif tag in {_MERGE_MINING, _MINERGATE}:
                reader.take(reader.count(1))
            elif tag == _MORE_KEYS:
                found = tuple(reader.take(32) for _ in range(reader.count(32)))
                more_keys = more_keys or found
            else:
                break
            sound = reader.place
    except LedgerSourceError:
        pass
    return Extra(tuple(keys), more_keys, payment_id, encrypted, len(content) - sound)
