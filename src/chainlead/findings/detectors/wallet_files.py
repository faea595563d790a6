"""Wallet files of every kind that `findings/wallets` knows, with what follows from them.

Found in: whole files, members of archives and phone backups, whole values of databases.
Proof: each wallet's own structure; see its reader and docs/reference/wallets.md.
Limits: a file of more than one page is told by its first page only (databases and JSON documents of
up to 64 MiB are one page). One file can look like two wallets; then there are two findings.
Spec: each reader names its own.
"""

from collections.abc import Iterator
from functools import cache
from itertools import islice

from chainlead.codecs import lookup_address
from chainlead.findings.derivation import DerivedAddress
from chainlead.findings.detector import Detector, Hit, Proof
from chainlead.findings.knowledge import Knowledge
from chainlead.findings.view import View
from chainlead.findings.wallet import FoundAddress, Recognised, Wallet, WalletFile
from chainlead.model import Certainty, Role
from chainlead.registry import residents

_SHORTEST = 16
_MOST_ADDRESSES = 100_000


class WalletFiles(Detector):
    """One finding for the file, one for each address that is in it only as a key or script."""

    name = "wallet"

    def find(self, view: View, knowledge: Knowledge) -> Iterator[Hit]:  # noqa: ARG002
        """Ask the readers that the beginning of the stream calls for."""
        if not view.at_start or len(view.data) < _SHORTEST:
            return
        file = WalletFile(view)
        asked: set[str] = set()
        for wallet in _called(file):
            if wallet.name not in asked:
                asked.add(wallet.name)
                recognised = wallet.recognise(file)
                if recognised is not None:
                    yield from _hits(wallet, recognised, view)


def _called(file: WalletFile) -> Iterator[Wallet]:
    wallets = residents("chainlead.findings.wallets", Wallet)  # type: ignore[type-abstract]  # the registry leaves it out
    head = file.head
    first = head[:1]
    for begin in dict.fromkeys((head, file.content[:64])):
        for wallet in _by_first_byte().get(begin[:1], ()):
            if begin.startswith(wallet.starts):
                yield wallet
    if first in {b"{", b"["}:
        document = file.document
        for key in sorted(_keys() & document.keys()) if isinstance(document, dict) else ():
            yield from (wallet for wallet in wallets if key in wallet.keys)
    elif file.is_sqlite and file.view.is_whole:
        for table in sorted(_tables() & file.sqlite.schema.keys()):
            yield from (wallet for wallet in wallets if table in wallet.tables)
    if file.view.is_raw:
        for wallet in _by_path():
            if wallet.paths is not None and wallet.paths.search(file.path):
                yield wallet


@cache
def _by_first_byte() -> dict[bytes, tuple[Wallet, ...]]:
    found: dict[bytes, list[Wallet]] = {}
    for wallet in residents("chainlead.findings.wallets", Wallet):  # type: ignore[type-abstract]  # as above
        for first in sorted({start[:1] for start in wallet.starts}):
            found.setdefault(first, []).append(wallet)
    return {first: tuple(wallets) for first, wallets in found.items()}


@cache
def _keys() -> frozenset[str]:
    wallets = residents("chainlead.findings.wallets", Wallet)  # type: ignore[type-abstract]  # as above
    return frozenset().union(*(wallet.keys for wallet in wallets))


@cache
def _tables() -> frozenset[str]:
    wallets = residents("chainlead.findings.wallets", Wallet)  # type: ignore[type-abstract]  # as above
    return frozenset().union(*(wallet.tables for wallet in wallets))


@cache
def _by_path() -> tuple[Wallet, ...]:
    wallets = residents("chainlead.findings.wallets", Wallet)  # type: ignore[type-abstract]  # as above
    return tuple(wallet for wallet in wallets if wallet.paths is not None)


def _hits(wallet: Wallet, recognised: Recognised, view: View) -> Iterator[Hit]:
    value = recognised.value or wallet.name
    start, end = recognised.span
    end = min(max(end, start + 1), len(view.data))
    proof = Proof(
        kind="wallet",
        certainty=recognised.certainty,
        check_made=recognised.check,
        false_positive_rate=recognised.false_positive_rate,
        candidates=recognised.candidates,
        role=Role.OWN,
        detail={"wallet": value, **recognised.detail},
        owners=recognised.owners,
    )
    yield Hit(start, end, value, proof, bare=True)
    done: set[str] = set()
    for found in islice(recognised.addresses, _MOST_ADDRESSES):
        if found.address not in done:
            done.add(found.address)
            yield from _stored(found, (start, end), value)
    for derived in islice(recognised.derived, _MOST_ADDRESSES):
        is_written = derived.address in recognised.owners or derived.address in done
        if not is_written:
            done.add(derived.address)
            yield Hit(start, end, derived.address, derived_proof(derived, value), bare=True)


def _stored(found: FoundAddress, span: tuple[int, int], wallet: str) -> Iterator[Hit]:
    parsed = lookup_address(found.address)
    if parsed is None:
        return
    proof = Proof(
        kind="address",
        certainty=Certainty.STRUCTURED,
        check_made=f"stored as a script or hash in a file of {wallet}",
        false_positive_rate="as for the file",
        candidates=parsed.candidates,
        role=found.role,
        detail={"form": parsed.form, **found.detail},
    )
    yield Hit(*span, found.address, proof, bare=True)


def derived_proof(derived: DerivedAddress, wallet: str) -> Proof:
    """What a derived address says about itself."""
    return Proof(
        kind="address",
        certainty=Certainty.STRUCTURED,
        check_made=f"derived from a public key in a file of {wallet}; that it was used is not shown",
        false_positive_rate="as for the file",
        candidates=(derived.candidate,),
        role=Role.OWN,
        detail=derived.detail(),
    )
