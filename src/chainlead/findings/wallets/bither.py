r"""Bither: desktop and mobile.

Found in: `%APPDATA%\\Bither\\address.db`, the app's database folder, under any name.
Proof: SQLite with the tables `addresses` (with `encrypt_private_key`, `pub_key`) and `password_seed` or
`hd_seeds`.
Limits: keys of the tables `hdm_addresses` and `hd_account` are counted, not derived.
Spec: Bither's published schema (`AbstractDb.java`); btcrecover documentation.
"""

from collections.abc import Iterator

from chainlead.codecs import from_base58, is_public_key
from chainlead.errors import CodecError
from chainlead.findings.derivation import DerivedAddress, addresses_of_key
from chainlead.findings.wallet import Recognised, Wallet, WalletFile, candidate, roles
from chainlead.model import Chain, Network, Role


class Bither(Wallet):
    """SQLite."""

    name = "bither"
    tables = frozenset({"addresses"})

    def recognise(self, file: WalletFile) -> Recognised | None:
        """Look at the schema, then at the public columns."""
        schema = file.sqlite.schema
        columns = schema.get("addresses", (0, ()))[1]
        if (
            "encrypt_private_key" not in columns
            or not {"password_seed", "hd_seeds"} & schema.keys()
        ):
            return None
        rows = list(file.sqlite.rows("addresses"))
        owners = roles([row.get("address") for row in rows], Role.OWN)
        for table in ("hdm_addresses", "hd_account_addresses"):
            owners.update(roles([row.get("address") for row in file.sqlite.rows(table)], Role.OWN))
        return Recognised(
            check="SQLite with Bither's tables and columns",
            span=(0, 16),
            candidates=(candidate(Chain.BITCOIN, "Bither is for Bitcoin"),),
            detail={"addresses": len(owners), "watch_only": sum(
                not row.get("encrypt_private_key") for row in rows)},
            owners=owners,
            derived=_derived(rows),
        )  # fmt: skip


def _derived(rows: list[dict[str, object]]) -> Iterator[DerivedAddress]:
    for row in rows:
        text = row.get("pub_key")
        if not isinstance(text, str):
            continue
        try:
            key = from_base58(text)
        except CodecError:
            continue
        if is_public_key(key):
            yield from addresses_of_key(key, Chain.BITCOIN, Network.MAIN, ("p2pkh",))
