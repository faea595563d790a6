"""Coins that hide their movements: what view keys and proofs showed, and what stays hidden."""

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from chainlead.report.money import written
from chainlead.report.story import Block, Section, facts, heading, note, number, paragraph, table

SHOWN = 100
_NOT_SHOWN = "The further ones are in report.json."


class HiddenCoins(Section):
    """Monero, and Electroneum's first ledger."""

    place: ClassVar[int] = 74
    title: ClassVar[str] = "Coins that hide their movements"

    def blocks(self, bundle: dict[str, Any]) -> Iterable[Block]:
        """Each address, then each proof, then what left by a portal."""
        parts = bundle["hidden_coins"]
        if not parts:
            yield paragraph("No view key, payment proof or portal of such a coin was looked at.")
            return
        yield paragraph(
            "An input of such a coin names a ring of outputs. A ring of several says that one of them was "
            "spent, and not which: this report follows none. Keys that opened what stands here were given "
            "by a person and are not kept; that an output belongs to an address can be shown again only "
            "with the key."
        )
        for part in parts:
            if part["kind"] == "received":
                yield from _received(part)
        proofs = [part for part in parts if part["kind"] == "proof"]
        if proofs:
            yield from _proofs(proofs)
        for part in parts:
            if part["kind"] == "portal":
                yield from _portal(part)


def _received(part: dict[str, Any]) -> Iterator[Block]:
    outputs = part["outputs"]
    yield heading(f"Received by {part['address']}")
    yield facts(
        (
            ("Ledger", part["chain"]),
            ("Shown by", part["shown_by"]),
            ("Transactions looked at", part["looked_at"]["transactions"]),
            ("Outputs", len(outputs) + part["outputs_not_listed"]),
            ("Received in all", written(part["received"])),
            ("Amounts that could not be opened", part["unknown_amounts"]),
        )
    )
    yield note(part["statement"])
    yield table(
        (
            ("Height", "auto", "number"),
            ("Transaction and output", "2fr", "mono"),
            ("Amount", "auto", "text"),
            ("Checked", "auto", "text"),
            ("Who paid, or what spent it", "1fr", "text"),
        ),
        [
            (
                one["height"],
                f"{one['txid']}:{one['index']}",
                written(one["amount"]) if one["amount"] else "unknown",
                one["verified"] + (", key used twice" if one.get("same_key_as") else ""),
                one["payer"] or (f"spent in {one['spent_in']}" if one["spent_in"] else ""),
            )
            for one in outputs[:SHOWN]
        ],
        empty="Nothing was received in what was looked at.",
    )
    if len(outputs) + part["outputs_not_listed"] > SHOWN:
        yield paragraph(_NOT_SHOWN)
    if part["skipped"]:
        yield paragraph(f"{number(len(part['skipped']), 'part')} of the sources could not be read.")


def _proofs(parts: list[dict[str, Any]]) -> Iterator[Block]:
    yield heading("Proofs and keys of transactions")
    yield table(
        (
            ("Proof", "auto", "text"),
            ("Verdict", "auto", "text"),
            ("Transaction", "1fr", "mono"),
            ("Address", "1fr", "mono"),
            ("Shown amount", "auto", "text"),
            ("Checked by", "auto", "text"),
            ("In a block", "auto", "text"),
        ),
        [
            (
                f"{part['proof']} ({part['chain']})",
                "holds" if part["holds"] else f"does not hold. {part['reason']}",
                part["txid"],
                part["address"],
                written(part["received"]) if part["received"] else None,
                part["checked_by"],
                {True: "yes", False: "no"}.get(part["in_block"], "not shown"),
            )
            for part in parts[:SHOWN]
        ],
        empty="No proof was checked.",
    )
    yield paragraph(
        "A proof says what one transaction paid to one address, or that its maker made it or held so "
        "much. It says nothing about what became of the money."
    )


def _portal(part: dict[str, Any]) -> Iterator[Block]:
    yield heading(f"Left by the portal {part['address']}")
    yield note(part["statement"])
    yield paragraph(f"Address and key of the portal: {part['published']}.")
    yield table(
        (
            ("Height", "auto", "number"),
            ("Transaction", "1fr", "mono"),
            ("Amount", "auto", "text"),
            ("Account named by the payer", "1fr", "mono"),
            ("Strength", "auto", "strength"),
            ("Transfers there that fit (inferred)", "1fr", "mono"),
        ),
        [
            (
                one["height"],
                one["txid"],
                written(one["amount"]),
                one["named_account"],
                one["account_strength"],
                [candidate["txid"] for candidate in one["candidates"]],
            )
            for one in part["transfers"][:SHOWN]
        ],
        empty="No payment to the portal is among the known transactions.",
    )
