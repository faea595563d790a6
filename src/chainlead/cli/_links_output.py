"""What the commands about links share: the level, the height, and the cards of their rules."""

from collections.abc import Iterable
from typing import Annotated, Any

import typer

LEVEL = Annotated[
    str,
    typer.Option(
        "--level", help="What may join addresses: address, co-spend or co-spend-plus-change."
    ),
]
UNTIL = Annotated[int | None, typer.Option("--until-height", min=0, help="Look at no later block.")]


def parse_level(text: str) -> Any:
    """The `Level` that the user means.

    Raises:
        typer.BadParameter: no such level.
    """
    from chainlead.trace import Level

    plain = text.strip().lower().replace("-", " ").replace("_", " ")
    for level in Level:
        if level.value.replace("-", " ") == plain:
            return level
    names = ", ".join(level.value.replace(" ", "-") for level in Level)
    raise typer.BadParameter(f"no level {text!r}; there are {names}")


def plain(text: str) -> str:
    """A text that others wrote, as a terminal may show it."""
    from chainlead.findings import make_visible

    return make_visible(text)


def left_out(unknown_inputs: int) -> str:
    """What is said where inputs take no part."""
    return (
        f"left out: {unknown_inputs} input{'s' if unknown_inputs != 1 else ''} whose earlier output "
        "the known blocks do not hold."
    )


def print_cards(cards: Iterable[dict[str, Any]]) -> None:
    """Each rule with everything that speaks for and against it."""
    for card in cards:
        print(f"{card['name']} v{card['version']}: {card['assumption']}")
        print(f"  Known failure: {card['known_failure']}")
        parameters = ", ".join(f"{name} = {value}" for name, value in card["parameters"].items())
        print(f"  Parameters: {parameters or 'none'}")
        print(f"  Error rate: {card.get('error_rate') or 'not measured'}")
