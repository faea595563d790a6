"""Why two addresses are taken for one party's, or why a link between them is contested."""

from collections.abc import Mapping, Sequence
from typing import Any

from chainlead.model import Sentence
from chainlead.report.why.reason import Why, card_of

CLUSTERS = Sentence(
    "A cluster is a group of addresses that a rule takes for one party's. It is inferred and can "
    "be wrong; no trail in this report follows it. The levels are kept apart: a cluster at the "
    "level co-spend plus change rests on one more inference than one at the level co-spend. An "
    "address that is not listed stands alone."
)
_HEURISTIC = Sentence("Heuristic")


def why_joined(document: Mapping[str, Any]) -> Why:
    """What joins two addresses, step by step.

    Args:
        document: of `chainlead why`.
    """
    first, second = document["addresses"]
    sentences: list[str] = []
    if not document["links"]:
        sentences.append(
            Sentence(
                "Both are one address; its cluster has {count} addresses.",
                count=document["cluster"]["size"],
            )
        )
    else:
        sentences.append(
            Sentence(
                "{a} and {b} are in one cluster of {count} addresses.",
                a=first,
                b=second,
                count=document["cluster"]["size"],
            )
        )
    sentences.append(
        Sentence(
            "Level {level}: {meaning}",
            level=document["level"],
            meaning=Sentence(document["level_meaning"]),
        )
    )
    for link in document["links"]:
        sentences.append(
            Sentence(
                "{a} and {b} were spent together by transaction {txid} at height {height} (rule {rule} "
                "v{version}).",
                a=link["addresses"][0],
                b=link["addresses"][1],
                txid=link["txid"],
                height=str(link["height"]),
                rule=link["rule"],
                version=str(link["version"]),
            )
        )
        if link.get("unknown_inputs"):
            sentences.append(
                Sentence.counted(
                    link["unknown_inputs"],
                    "{count} input of {txid} takes no part: the known blocks do not hold what it spends.",
                    "{count} inputs of {txid} take no part: the known blocks do not hold what they spend.",
                    txid=link["txid"],
                )
            )
    sentences += [
        Sentence(
            "Accepted by a person in journal entry {entry} ({txid}): {reason}",
            entry=str(row["journal_seq"]),
            txid=row["txid"],
            reason=row["why"],
        )
        for row in document["decisions"]
    ]
    return Why(
        f"link:{first}:{second}",
        "inferred",
        tuple(sentences),
        (),
        tuple(card_of(_HEURISTIC, card) for card in document["inferences"]),
    )


def why_contested(link: Mapping[str, Any], cards: Sequence[Mapping[str, Any]] = ()) -> Why:
    """Why a transaction that would merge clusters is not drawn until a person decides."""
    return Why(
        f"contested:{link['txid']}:{link['rule']}",
        "inferred",
        (
            Sentence(
                "This transaction would merge groups of addresses, but something speaks against it. A "
                "false link makes two strangers one person, so it is not drawn until somebody decides."
            ),
            *(Sentence(reason) for reason in link["reasons"]),
        ),
        (
            (Sentence("Transaction"), link["txid"]),
            (Sentence("Height"), str(link["height"])),
            (Sentence("Rule"), f"{link['rule']} v{link['version']}"),
        ),
        tuple(card_of(_HEURISTIC, card) for card in cards if card["name"] == link["rule"]),
    )
