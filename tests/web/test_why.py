import re

from chainlead.workflow.case import Case


def test_the_page_of_a_finding_says_why_it_is_one(desk):
    with Case.open_to_read(desk.root / "practice" / "case") as case:
        row = next(case.store.rows("findings", kind="address", role="own"))
    text = desk.client.get(f"/cases/practice/findings/{row['finding_id']}").text
    assert f'data-why="finding:{row["finding_id"]}"' in text
    assert "A checksum of at least 30 bits, or a hash, holds." in re.sub(r"<[^>]+>", "", text)
    assert row["check_made"] in text
