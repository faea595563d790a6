"""ESMA's interim MiCA register, NCASP.csv: who offers crypto-asset services without being allowed to.

Proof: none beyond the register; each line is one authority's warning. Limits: mostly without LEI and
with many web sites in one cell; the column of the infringement is misspelt in the published file
(`ae_infrigment`), the right spelling is read too. A warning says nothing about where the company is.
Spec: Regulation (EU) 2023/1114, Article 110; column names as in the published file.
"""

from typing import BinaryIO

from chainlead.attribution.services.company_names import domains_of, said, web_sites
from chainlead.attribution.services.mica_rows import lei_of, seat_of, with_keys
from chainlead.attribution.services.register import (
    RegisterEntry,
    RegisterForm,
    RegisterReading,
    Wanted,
)
from chainlead.attribution.services.register_csv import (
    Problems,
    csv_rows,
    day_of,
    header_of,
    read_text,
)

_NAME = "ae_commercial_name"
_INFRINGEMENT = ("ae_infrigment", "ae_infringement")
_DECIDED = "ae_decision_date"
_USED = frozenset(
    {
        _NAME, "ae_lei_name", "ae_lei", "ae_lei_cou_code", "ae_website", _DECIDED,
        "ae_competentauthority", "ae_lastupdate", *_INFRINGEMENT,
    }
)  # fmt: skip


class EsmaNcasp(RegisterForm):
    """Entities that do not comply."""

    form = "esma.ncasp"
    register = "esma-ncasp"
    keeper = "European Securities and Markets Authority"

    def recognises(self, name: str, head: bytes) -> bool:  # noqa: ARG002  (the header decides)
        """A CSV whose header has the column of the infringement, in either spelling."""
        header = header_of(head)
        return _NAME in header and any(column in header for column in _INFRINGEMENT)

    def read(self, name: str, file: BinaryIO, wanted: Wanted) -> RegisterReading:  # noqa: ARG002  (kept whole)
        """Read every row; a row without a name is left out and counted."""
        problems = Problems()
        entries = []
        rows = 0
        text = read_text(name, file, problems)
        for _, row in csv_rows(name, text, problems, required=(_NAME, "ae_website")):
            rows += 1
            if entry := _entry(row, problems):
                entries.append(entry)
        as_of = max((e.updated for e in entries if e.updated), default=None)
        keyed = with_keys(entries)
        return RegisterReading(
            self.register, self.form, as_of, keyed, rows, problems=problems.sentences()
        )


def _entry(row: dict[str, str], problems: Problems) -> RegisterEntry | None:
    brand = said(row.get(_NAME))
    name = said(row.get("ae_lei_name")) or brand
    if not name:
        problems.note("a row names no company and was left out")
        return None
    lei = lei_of(row, problems)
    sites = web_sites(row.get("ae_website", ""))
    seat = seat_of({key: value for key, value in row.items() if key == "ae_lei_cou_code"}, problems)
    authority = said(row.get("ae_competentauthority"))
    detail = {k: text for k, v in sorted(row.items()) if k not in _USED and (text := said(v))}
    for column in _INFRINGEMENT:
        if text := said(row.get(column)):
            detail["infringement"] = {"yes": "yes", "no": "no"}.get(text.casefold(), text)
    return RegisterEntry(
        key=f"{lei or name.casefold()}|{authority.casefold()}",
        legal_name=name,
        lei=lei,
        seat=seat,
        commercial_names=(brand,) if brand else (),
        websites=sites,
        domains=domains_of(sites),
        regulator=authority,
        status="non-compliant",
        since=day_of(row.get(_DECIDED, ""), problems, _DECIDED),
        updated=day_of(row.get("ae_lastupdate", ""), problems, "ae_lastupdate"),
        detail=detail,
    )
