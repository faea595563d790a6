"""The page on adding a service is true: its files are read as they stand there."""

import re
from datetime import date
from pathlib import Path

from chainlead.attribution import channel_warnings, unit_directory
from chainlead.attribution.services.service import CERTAINTIES, KINDS

PAGE = Path(__file__).parents[3] / "docs" / "howto" / "add-a-service.md"


def test_the_examples_of_the_page_work(unit: Path) -> None:
    text = PAGE.read_text("utf-8")
    for number, block in enumerate(re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)):
        (unit / "services" / f"{number}.yaml").write_text(block, "utf-8")
    directory = unit_directory(unit)
    kraken = directory.get("kraken")
    assert kraken is not None
    assert kraken.read == date(2026, 12, 1)
    assert (kraken.channels[0].origin, kraken.channels[0].days) == ("unit", 14)
    assert kraken.own_fields == ("add_channels", "add_domains", "note", "private_note", "read")
    winkel = directory.lookup("https://www.winkel.example/x")
    assert winkel is not None
    then = winkel.entity_at(date(2019, 5, 1))
    assert then is not None
    assert then.name == "Winkel Makler OY"
    assert channel_warnings(directory, "https://law.kraken.example/") == ()
    for address in ("law@kraken-desk.example", "https://kraken.com@law.example/"):
        assert channel_warnings(directory, address)


def test_every_word_that_a_field_may_have_is_on_the_page() -> None:
    text = PAGE.read_text("utf-8")
    assert all(f"`{word}`" in text for word in (*CERTAINTIES, *KINDS))
