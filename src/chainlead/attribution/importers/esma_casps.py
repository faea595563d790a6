"""ESMA's interim MiCA register, CASPS.csv: companies that may offer crypto-asset services in the Union.

Proof: none beyond the register; weekly, made from what the Member States' authorities report.
Limits: no contact for law enforcement and no addresses on chain. An end date means no longer
authorised. The same LEI may stand twice. The register starts with MiCA: it says nothing about a
transfer of 2019.
Spec: Regulation (EU) 2023/1114, Articles 109 and 110; column names as in the published file.
"""

from typing import BinaryIO

from chainlead.attribution.services.company_names import domains_of, said, web_sites
from chainlead.attribution.services.mica_rows import codes_of, lei_of, seat_of, with_keys
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

_NAME = "ae_lei_name"
_SINCE = "ac_authorisationnotificationdate"
_UNTIL = "ac_authorisationenddate"
_SERVICES = "ac_servicecode"
_USED = frozenset(
    {
        _NAME, "ae_lei", "ae_lei_cou_code", "ae_commercial_name", "ae_website", _SINCE, _UNTIL,
        _SERVICES, "ac_servicecode_cou", "ae_competentauthority", "ac_lastupdate",
    }
)  # fmt: skip


class EsmaCasps(RegisterForm):
    """Authorised crypto-asset service providers."""

    form = "esma.casps"
    register = "esma-casps"
    keeper = "European Securities and Markets Authority"

    def recognises(self, name: str, head: bytes) -> bool:  # noqa: ARG002  (the header decides)
        """A CSV whose header has the columns of authorised services."""
        header = header_of(head)
        return _NAME in header and _SERVICES in header and _SINCE in header

    def read(self, name: str, file: BinaryIO, wanted: Wanted) -> RegisterReading:  # noqa: ARG002  (kept whole)
        """Read every row; a row without a name is left out and counted."""
        problems = Problems()
        entries = []
        rows = 0
        text = read_text(name, file, problems)
        for _, row in csv_rows(name, text, problems, required=(_NAME, "ae_lei", _SINCE, _SERVICES)):
            rows += 1
            if entry := _entry(row, problems):
                entries.append(entry)
        as_of = max((e.updated for e in entries if e.updated), default=None)
        keyed = with_keys(entries)
        return RegisterReading(
            self.register, self.form, as_of, keyed, rows, problems=problems.sentences()
        )


def _entry(row: dict[str, str], problems: Problems) -> RegisterEntry | None:
    name = said(row.get(_NAME)) or said(row.get("ae_commercial_name"))
    if not name:
        problems.note("a row names no company and was left out")
        return None
    lei = lei_of(row, problems)
    until = day_of(row.get(_UNTIL, ""), problems, _UNTIL)
    has_end = bool(said(row.get(_UNTIL)))
    sites = web_sites(row.get("ae_website", "")) + web_sites(row.get("ae_website_platform", ""))
    seat = seat_of(row, problems)
    return RegisterEntry(
        key=lei or f"{seat}:{name.casefold()}",
        legal_name=name,
        lei=lei,
        seat=seat,
        commercial_names=_names(row.get("ae_commercial_name", "")),
        websites=tuple(dict.fromkeys(sites)),
        domains=domains_of(sites),
        regulator=said(row.get("ae_competentauthority")),
        status="ended" if has_end else "authorised",
        since=day_of(row.get(_SINCE, ""), problems, _SINCE),
        until=until,
        services=tuple(part for p in row.get(_SERVICES, "").split("|") if (part := said(p))),
        countries=codes_of(row.get("ac_servicecode_cou", "")),
        updated=day_of(row.get("ac_lastupdate", ""), problems, "ac_lastupdate"),
        detail={k: text for k, v in sorted(row.items()) if k not in _USED and (text := said(v))},
    )


def _names(text: str) -> tuple[str, ...]:
    """Trade names: several are divided by `|` or `;`."""
    parts = (said(part) for part in text.replace(";", "|").split("|"))
    return tuple(dict.fromkeys(part for part in parts if part))
