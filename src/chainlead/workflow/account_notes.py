"""What a reader of a trace over accounts should know: contracts, proxies, doubtful tokens, unseen calls."""

from collections.abc import Collection, Iterable

from chainlead.ledger import CONTRACTS
from chainlead.model import Chain
from chainlead.store import Store
from chainlead.trace import AssetTransfer

_BY_CONTRACTS = ("internal", "self-destruct")


def account_notes(
    store: Store, chain: Chain, contract: str, transfers: Collection[AssetTransfer]
) -> list[str]:
    """Sentences about the asset that was followed and the accounts that the trail names."""
    asset = store.lookup("account_assets", chain=chain.value, contract=contract)
    notes = [f"The token {contract}: {asset['note']}."] if asset and asset["note"] else []
    named = {account for t in transfers for account in (t.sender, t.receiver) if account}
    return [
        *notes,
        *_contract_notes(store, chain, named),
        *_unseen_notes(store, chain, {transfer.txid for transfer in transfers}),
    ]


def _contract_notes(store: Store, chain: Chain, named: Collection[str]) -> list[str]:
    rows = store.rows(
        "account_transfers", columns=("kind", "sender", "contract"), chain=chain.value
    )
    contracts: set[str] = {
        account
        for row in rows
        for account in (row["contract"], row["sender"] if row["kind"] in _BY_CONTRACTS else None)
        if account and account in named
    }
    told = {
        row["account"]: row
        for row in store.rows("account_contracts", chain=chain.value)
        if row["account"] in named
    }
    contracts |= {account for account, row in told.items() if row["kind"] in CONTRACTS}
    return [
        *(
            f"{account} is a contract: it may pool the money of many, and what leaves it need not "
            "be what came in."
            for account in sorted(contracts)
        ),
        *(
            f"{account} is a {row['kind']}: at height {row['height']} it ran the code of "
            f"{row['implementation']}."
            for account, row in sorted(told.items())
            if row["implementation"]
        ),
    ]


def _unseen_notes(store: Store, chain: Chain, txids: Iterable[str]) -> list[str]:
    unseen = 0
    for txid in sorted(txids):
        row = store.lookup("account_transactions", chain=chain.value, txid=txid)
        unseen += bool(row and not row["sees_internal"])
    if not unseen:
        return []
    return [
        (
            f"In {unseen} transactions of the trail what contracts paid inside is unknown: no trace of "
            "their calls is at hand."
        )
    ]
