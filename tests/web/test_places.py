"""Choosing files: only in allowed folders, in no case, through no link that leads out."""

from urllib.parse import quote

import pytest

from chainlead.errors import ExhibitNotFoundError
from chainlead.web.places import Place, Places


@pytest.fixture
def world(tmp_path):
    """An allowed folder with a file, a case, a hidden file, and links in and out of it."""
    root = tmp_path / "allowed"
    (root / "sub").mkdir(parents=True)
    (root / "sub" / "a.txt").write_text("a")
    (root / ".hidden").write_text("h")
    (root / "case").mkdir()
    (root / "case" / "journal.jsonl").write_text("{}")
    (root / "case" / "case.key").write_text("secret")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("s")
    (root / "out").symlink_to(outside)
    (root / "out.txt").symlink_to(outside / "secret.txt")
    (root / "in.txt").symlink_to(root / "sub" / "a.txt")
    (root / "round").symlink_to(root / "round")
    return root


def places(world, *, is_limited=True):
    return Places((Place("Exhibits", world),), is_limited)


def test_a_look_shows_files_and_folders_and_nothing_that_leads_out(world):
    found, is_all = places(world).look(world)
    assert [each.name for each in found] == ["sub", "in.txt"]
    assert is_all


@pytest.mark.parametrize("name", ["case", "out", "..", "../outside", "sub/../../outside", "nothing", "case/x"])  # fmt: skip
def test_what_is_not_allowed_is_not_looked_into(world, name):
    with pytest.raises(ExhibitNotFoundError):
        places(world).look(world / name)


@pytest.mark.parametrize("name", ["out.txt", "out/secret.txt", "../outside/secret.txt", "case/case.key"])  # fmt: skip
def test_a_limited_person_takes_nothing_from_outside_by_writing_its_path(world, name):
    with pytest.raises(ExhibitNotFoundError):
        places(world).take(str(world / name), may_be_folder=True)
    with pytest.raises(ExhibitNotFoundError):
        places(world).take("/etc/hostname", may_be_folder=True)
    assert places(world).take(str(world / "sub"), may_be_folder=True) == world / "sub"


def test_a_refusal_does_not_tell_whether_there_is_something(world):
    told = set()
    for path in (world.parent / "outside" / "secret.txt", world.parent / "outside" / "nothing"):
        with pytest.raises(ExhibitNotFoundError) as refused:
            places(world).take(str(path), may_be_folder=True)
        told.add(str(refused.value))
    assert len(told) == 1


def test_a_person_at_their_own_machine_may_write_any_path(world):
    path = world.parent / "outside" / "secret.txt"
    assert places(world, is_limited=False).take(str(path), may_be_folder=False) == path


def test_the_page_leads_through_folders_to_the_form_with_the_path_in_it(
    desk, tmp_path, monkeypatch
):
    (tmp_path / "exhibits" / "dev <b>ice").mkdir(parents=True)
    (tmp_path / "exhibits" / "dev <b>ice" / "image & copy.e01").write_bytes(b"x")
    monkeypatch.setenv("CHAINLEAD_EXHIBITS", str(tmp_path / "exhibits"))
    first = desk.client.get("/cases/practice/files?for=scan").text
    assert "exhibits" in first
    inside = tmp_path / "exhibits" / "dev <b>ice"
    page = desk.client.get(f"/cases/practice/files?for=scan&at={quote(str(inside))}").text
    assert "<b>" not in page.replace("<b>", "", 0) or "dev <b>ice" not in page
    assert "image &amp; copy.e01" in page
    link = (
        f"/cases/practice/evidence?for=scan&path={quote(str(inside / 'image & copy.e01'), safe='')}"
    )
    assert desk.client.get(link).status_code == 200
    assert "image &amp; copy.e01" in desk.client.get(link).text


@pytest.mark.parametrize("query", ["", "?for=", "?for=x", "?for=scan&at=/etc/../proc", "?for=scan&at=%00", "?for=scan&at=relative"])  # fmt: skip
def test_what_the_page_does_not_know_is_refused_in_words(desk, query):
    answer = desk.client.get(f"/cases/practice/files{query}")
    assert answer.status_code in {400, 404}
    assert "Traceback" not in answer.text


def test_a_case_is_never_looked_into_even_the_own_one(desk):
    case = desk.root / "practice" / "case"
    assert desk.client.get(f"/cases/practice/files?for=scan&at={case}").status_code == 400
    parent = desk.client.get(f"/cases/practice/files?for=scan&at={desk.root / 'practice'}").text
    assert "case.key" not in parent
    assert ">case/<" not in parent
    assert ">world/<" in parent
