"""Snapshots by digest: a re-import changes nothing, an update keeps the history."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from chainlead.attribution.services.register_store import RegisterImport, RegisterStore
from chainlead.errors import AttributionError, PackInvalidError

HEADER = (
    "ae_competentAuthority,ae_homeMemberState,ae_lei_name,ae_lei,ae_lei_cou_code,ae_commercial_name,"
    "ae_address,ae_website,ae_website_platform,ac_authorisationNotificationDate,"
    "ac_authorisationEndDate,ac_serviceCode,ac_serviceCode_cou,ac_comments,ac_lastupdate,\n"
)
ONE = "A,EE,Kastell OU,,EE,Kastell,,kastell.example,,01/02/2025,{end},a. custody,EE,,{day},\n"
TWO = "A,MT,Lagune Ltd,,MT,Lagune,,lagune.example,,01/03/2025,,a. custody,MT,,{day},\n"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def file(
    folder: Path, *rows: str, name: str = "CASPS.csv", day: str = "01/10/2026", end: str = ""
) -> Path:
    path = folder / name
    path.write_text(HEADER + "".join(row.format(day=day, end=end) for row in rows), "utf-8")
    return path


def add(store: RegisterStore, path: Path) -> RegisterImport:
    return store.add(path, imported_at=NOW, by="A. Person")


def everything(folder: Path) -> dict[str, bytes]:
    return {
        str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
    }


def test_the_first_import_is_kept_whole(tmp_path: Path) -> None:
    store = RegisterStore(tmp_path / "unit")
    done = add(store, file(tmp_path, ONE, TWO))
    assert (done.state, done.snapshot.number, done.snapshot.entry_count) == ("imported", 1, 2)
    assert done.snapshot.changes == ()
    assert store.registers() == ("esma-casps",)
    current = store.current("esma-casps")
    assert current is not None
    assert current.as_of == date(2026, 10, 1)
    assert [e.legal_name for e in store.entries(current)] == ["Kastell OU", "Lagune Ltd"]
    originals = tmp_path / "unit" / "registers" / "esma-casps" / "originals"
    assert (originals / done.snapshot.source_sha256).read_bytes() == (
        tmp_path / "CASPS.csv"
    ).read_bytes()


def test_a_re_import_changes_nothing(tmp_path: Path) -> None:
    store = RegisterStore(tmp_path / "unit")
    add(store, file(tmp_path, ONE, TWO))
    before = everything(tmp_path / "unit")
    assert add(store, tmp_path / "CASPS.csv").state == "known"
    marked = tmp_path / "marked.csv"
    marked.write_bytes(b"\xef\xbb\xbf" + (tmp_path / "CASPS.csv").read_bytes())
    assert add(store, marked).state == "known"
    assert everything(tmp_path / "unit") == before


def test_an_update_says_what_changed_and_keeps_what_was(tmp_path: Path) -> None:
    store = RegisterStore(tmp_path / "unit")
    add(store, file(tmp_path, ONE, TWO))
    before = everything(tmp_path / "unit")
    done = add(store, file(tmp_path, ONE, day="01/11/2026", end="31/10/2026"))
    assert (done.state, done.snapshot.number) == ("imported", 2)
    changed, removed = done.snapshot.changes
    assert (changed.kind, changed.name) == ("changed", "Kastell OU")
    assert changed.fields["status"] == ("authorised", "ended")
    assert (removed.kind, removed.name) == ("removed", "Lagune Ltd")
    after = everything(tmp_path / "unit")
    assert before.items() <= after.items()
    assert [each.number for each in store.history("esma-casps")] == [1, 2]
    assert done.snapshot.imported_at == "2026-11-22T12:00:00Z"
    assert done.snapshot.by == "A. Person"


def test_an_older_file_is_kept_and_does_not_become_the_current_one(tmp_path: Path) -> None:
    store = RegisterStore(tmp_path / "unit")
    add(store, file(tmp_path, ONE, TWO, day="01/11/2026"))
    assert add(store, file(tmp_path, ONE, day="01/10/2026")).state == "older"
    current = store.current("esma-casps")
    assert current is not None
    assert current.number == 1
    then = store.current("esma-casps", day=date(2026, 10, 15))
    assert then is not None
    assert then.number == 2
    assert store.current("esma-casps", day=date(2024, 1, 1)) is None
    assert add(store, tmp_path / "CASPS.csv").state == "known"


def test_a_part_of_a_register_adds_and_takes_nothing_away(tmp_path: Path) -> None:
    from json import dumps

    def page(lei: str, name: str) -> Path:
        path = tmp_path / f"{name}.json"
        entity = {"legalName": {"name": name}, "legalAddress": {"country": "EE"}}
        record = {"type": "lei-records", "attributes": {"lei": lei, "entity": entity}}
        path.write_text(dumps({"data": [record]}))
        return path

    store = RegisterStore(tmp_path / "unit")
    add(store, page("5493007WZ7IFULIL8G21", "One"))
    done = add(store, page("984500BBFE52FE449926", "Two"))
    assert [c.kind for c in done.snapshot.changes] == ["added"]
    assert done.snapshot.entry_count == 2
    assert add(store, tmp_path / "One.json").state == "known"


def test_a_changed_byte_of_a_snapshot_is_detected(tmp_path: Path) -> None:
    store = RegisterStore(tmp_path / "unit")
    done = add(store, file(tmp_path, ONE))
    path = tmp_path / "unit/registers/esma-casps/snapshots" / f"{done.snapshot.content_sha256}.json"
    path.write_bytes(path.read_bytes().replace(b"Kastell OU", b"Kastell AB"))
    with pytest.raises(AttributionError, match="is not what was written"):
        store.entries(done.snapshot)
    path.unlink()
    with pytest.raises(AttributionError, match="cannot be read"):
        store.entries(done.snapshot)


def test_a_damaged_history_is_named(tmp_path: Path) -> None:
    store = RegisterStore(tmp_path / "unit")
    add(store, file(tmp_path, ONE))
    (tmp_path / "unit/registers/esma-casps/history/000001.json").write_text("{")
    with pytest.raises(AttributionError, match=r"000001\.json of the history of esma-casps"):
        store.history("esma-casps")


def test_no_register_and_no_file_have_names(tmp_path: Path) -> None:
    store = RegisterStore(tmp_path / "unit")
    assert store.registers() == ()
    assert store.current("esma-casps") is None
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    with pytest.raises(PackInvalidError, match="no file of a register that is known"):
        add(store, tmp_path / "x.csv")
    with pytest.raises(PackInvalidError, match="cannot be read"):
        add(store, tmp_path / "missing.csv")
    assert not (tmp_path / "unit").exists()


def test_two_imports_at_once_get_two_numbers(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    store = RegisterStore(tmp_path / "unit")
    add(store, file(tmp_path, ONE))
    paths = [file(tmp_path, ONE, TWO, name=f"{n}.csv", day=f"{n:02d}/11/2026") for n in range(1, 9)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda path: add(store, path), paths))
    numbers = [each.number for each in store.history("esma-casps")]
    assert numbers == sorted(set(numbers))
    assert len({each.content_sha256 for each in store.history("esma-casps")}) == 9
