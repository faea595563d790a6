"""`chainlead services`: who runs a service, through which door to ask, and is this really the door."""

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chainlead.cli._output import WARNINGS, Json, print_json, print_table

if TYPE_CHECKING:
    from chainlead.attribution import Channel, LegalEntity, Service, ServiceDirectory

app = typer.Typer(
    no_args_is_help=True,
    help="Look services up, check an address, import registers of companies.",
)

Unit = Annotated[
    Path | None,
    typer.Option(
        "--unit", metavar="FOLDER", help="The unit's folder; the configured one if left out."
    ),
]
On = Annotated[
    str, typer.Option("--on", metavar="DAY", help="The day of the transfer: 2019-05-01.")
]


@app.command("list")
def list_services(
    text: Annotated[str, typer.Argument(help="Only services that this text may mean.")] = "",
    *,
    practice: Annotated[
        bool, typer.Option("--practice", help="Show practice services too.")
    ] = False,
    stale: Annotated[
        bool, typer.Option("--stale", help="Only entries that nobody read for 180 days.")
    ] = False,
    unit: Unit = None,
    as_json: Json = False,
) -> None:
    """List the services of the directory: shipped, from registers, and the unit's own."""
    from chainlead.attribution import find_services, service_document

    directory, today = _directory(unit), _today()
    found = find_services(directory, text) if text else tuple(directory)
    shown = [s for s in found if practice or not s.is_practice]
    shown = [s for s in shown if not stale or s.is_stale(today)]
    if as_json:
        documents = [{**service_document(s), "is_stale": s.is_stale(today)} for s in shown]
        print_json({"on": today, "services": documents, "shared_names": directory.shared_names})
    elif not shown:
        print("No service of the directory is meant by this.")
    else:
        print_table(
            ("id", "brand", "kind", "seats", "channels", "read", "certainty", "from"),
            [_row(service, today) for service in shown],
        )
    _nag([s for s in shown if s.is_stale(today)], len(shown), quiet=as_json)


@app.command("show")
def show(
    service: Annotated[str, typer.Argument(help="Id, brand, alias, actor id, domain or address.")],
    *,
    on: On = "",
    region: Annotated[
        str, typer.Option("--region", metavar="CC", help="Where the customer lives: SE.")
    ] = "",
    unit: Unit = None,
    as_json: Json = False,
) -> None:
    """Show an entry: companies over time, channels with their domain, facts, each with its source."""
    from chainlead.attribution import find_services, service_document

    directory, today = _directory(unit), _today()
    found = directory.lookup(service)
    if found is None:
        like = ", ".join(each.service_id for each in find_services(directory, service)[:5])
        print(f"The directory has no service {service[:80]!r}.", file=sys.stderr)
        print(
            f"Near: {like}." if like else "An unknown service: search registers and archives.",
            file=sys.stderr,
        )
        raise typer.Exit(WARNINGS)
    day = _day(on) if on else today
    if as_json:
        print_json(
            {
                "service": service_document(found),
                "is_stale": found.is_stale(today),
                "age_days": found.age_days(today),
                "on": day,
                "entity": found.entity_at(day, region),
                "entities": found.entities_at(day, region),
                "entity_words": found.entity_words(day, region),
                "domains": {c.address: _domain(c) for c in found.channels},
            }
        )
        return
    _print_service(found, day, region)
    _nag([found] if found.is_stale(today) else [], 1, quiet=False)


@app.command("portals")
def list_portals(*, unit: Unit = None, as_json: Json = False) -> None:
    """List the portals that several services share: get your agency's account before you need it."""
    from chainlead.attribution import portals

    directory = _directory(unit)
    through = {
        name: [s.service_id for s in directory if any(c.portal == name for c in s.channels)]
        for name in portals()
    }
    if as_json:
        print_json(
            {"portals": [{"portal": p, "services": through[n]} for n, p in portals().items()]}
        )
        return
    for name, portal in portals().items():
        print(f"{portal.name}   ({name})")
        print(f"    domain   >>>  {' '.join(portal.domains).upper()}  <<<")
        print(f"    services: {', '.join(through[name])}")
        for need in portal.needs:
            print(f"    needs {need}")
        print(f"    {portal.advice}")
        print(f"    {portal.certainty}, read {portal.read}: {portal.source}")


@app.command("check")
def check(
    addresses: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ADDRESS]…", help="Mail or web addresses; the directory if left out."
        ),
    ] = None,
    *,
    unit: Unit = None,
    as_json: Json = False,
) -> None:
    """Say what speaks against an address, or what is old or odd in the directory. Exit 1: something."""
    from chainlead.attribution import channel_warnings, registrable_domain

    directory = _directory(unit)
    if not addresses:
        _check_directory(directory, as_json=as_json)
        return
    found = {each: channel_warnings(directory, each) for each in addresses}
    if as_json:
        print_json(
            {
                "addresses": [
                    {"address": each, "domain": registrable_domain(each), "warnings": warnings}
                    for each, warnings in found.items()
                ]
            }
        )
    else:
        for each, warnings in found.items():
            print(each)
            print(f"    domain   >>>  {registrable_domain(each).upper() or 'NONE'}  <<<")
            for warning in warnings:
                print(f"    warning  {warning}")
            if not warnings:
                print(
                    "    nothing in the directory speaks against it; a second person still confirms it"
                )
    if any(found.values()):
        raise typer.Exit(WARNINGS)


@app.command("import")
def import_files(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE…", help="CASPS.csv, NCASP.csv, GLEIF records (JSON, CSV, zip)."
        ),
    ],
    *,
    unit: Unit = None,
    as_json: Json = False,
) -> None:
    """Import files of registers into the unit's folder; each content is kept once, with its history."""
    from chainlead.workflow.services import import_registers

    done = list(import_registers(files, folder=unit))
    if as_json:
        print_json({"files": done})
    else:
        rows = [
            (
                file.state,
                file.result.snapshot.register if file.result else "",
                file.result.snapshot.as_of or "" if file.result else "",
                file.result.row_count if file.result else "",
                file.result.snapshot.entry_count if file.result else "",
                _changed(file.result.snapshot.changes)
                if file.result and file.state != "known"
                else "",
                Path(file.path).name,
            )
            for file in done
        ]
        print_table(("state", "register", "as of", "rows", "kept", "changes", "file"), rows)
        for file in done:
            for problem in file.result.problems if file.result else ():
                print(f"{Path(file.path).name}: {problem}")
            if file.reason:
                print(
                    f"PackInvalidError: {file.reason} Nothing was imported from it.",
                    file=sys.stderr,
                )
    if any(file.state == "refused" for file in done):
        raise typer.Exit(WARNINGS)


@app.command("history")
def history(
    register: Annotated[str, typer.Argument(help="A register, for example esma-casps.")] = "",
    *,
    unit: Unit = None,
    as_json: Json = False,
) -> None:
    """List the imports of registers, and with a register's name what each of them changed."""
    from chainlead.workflow.services import register_history

    snapshots = register_history(register, folder=unit)
    if as_json:
        print_json({"snapshots": snapshots})
        return
    if not snapshots:
        print("No register was imported.")
        return
    print_table(
        ("register", "number", "imported", "by", "as of", "entries", "changes", "file"),
        [
            (
                s.register,
                s.number,
                s.imported_at,
                s.by,
                s.as_of or "",
                s.entry_count,
                _changed(s.changes),
                s.source_name,
            )
            for s in snapshots
        ],
    )
    for snapshot in snapshots if register else ():
        for change in snapshot.changes:
            fields = "; ".join(
                f"{name}: {old} -> {new}" for name, (old, new) in sorted(change.fields.items())
            )
            print(f"{snapshot.number}  {change.kind}  {change.name}  {fields}".rstrip())


@app.command("export")
def export(
    file: Annotated[
        Path, typer.Argument(help="NAME.yaml: GraphSense ActorPack. NAME.json: the entries.")
    ],
    *,
    practice: Annotated[bool, typer.Option("--practice", help="Practice services too.")] = False,
    unit: Unit = None,
    as_json: Json = False,
) -> None:
    """Write the directory for others: shipped entries and registers, never the unit's own fields."""
    from chainlead.workflow.services import export_services

    if file.suffix not in {".yaml", ".yml", ".json"}:
        raise typer.BadParameter("the name must end in .yaml or .json")
    count = export_services(file, today=_today(), folder=unit, practice=practice)
    if as_json:
        print_json({"file": str(file), "service_count": count})
    else:
        print(f"{count} services are in {file}; the unit's own fields are not.")


def _directory(unit: Path | None) -> "ServiceDirectory":
    from chainlead.workflow.services import service_directory

    return service_directory(unit)


def _today() -> date:
    from chainlead.custody import SystemClock

    return SystemClock().now().date()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r:.40} is no day as in 2019-05-01") from error


def _row(service: "Service", today: date) -> tuple[Any, ...]:
    running = [e for e in service.entities if e.until is None] or service.entities[-1:]
    seats = dict.fromkeys(e.seat or "?" for e in running)
    return (
        service.service_id,
        service.brand,
        f"{service.kind}{', closed' if service.state == 'defunct' else ''}",
        " ".join(seats) or "?",
        ", ".join(dict.fromkeys(c.portal or c.kind for c in service.channels)) or "none known",
        f"{service.read or 'never'}{' (old)' if service.is_stale(today) else ''}",
        service.certainty,
        service.origin,
    )


def _print_service(service: "Service", day: date, region: str) -> None:
    closed = f", closed {service.closed}" if service.closed else ""
    print(f"{service.brand}   ({service.service_id}; {service.kind}; {service.state}{closed})")
    if service.is_practice:
        print("    INVENTED FOR PRACTICE")
    names = [
        ("keeps customers' coins", service.hosts_wallets),
        ("also", ", ".join(service.aliases)),
    ]
    names += [("actors", ", ".join(service.actors)), ("domains", ", ".join(service.domains))]
    names += [("nested here", ", ".join(service.nested)), ("before", service.predecessor)]
    names += [("liquidator", service.liquidator), ("notice", service.notice_policy)]
    names += [("own target", f"{service.target_days} days" if service.target_days else "")]
    names += [("note", service.note), ("PRIVATE NOTE", service.private_note)]
    names += [("unit's own fields", ", ".join(service.own_fields))]
    for name, value in names:
        if value:
            print(f"    {name}: {value}")
    print(
        f"    read {service.read or 'never'}, {service.certainty}: {service.source or 'no source'}"
    )
    print(f"\nCompany: {service.entity_words(day, region)}")
    for entity in service.entities:
        _print_entity(entity)
    print("\nChannels" if service.channels else "\nNo channel for law enforcement is known here.")
    for channel in service.channels:
        _print_channel(channel)
    if service.facts:
        print("\nFacts")
    for fact in service.facts:
        about = f"{fact.about}: " if fact.about else ""
        print(f"    {about}{fact.text}")
        print(
            f"        {fact.certainty}, read {fact.read or 'never'}: {fact.source or 'no source'}"
        )
    print("\nConfirm with prosecutor / SPOC; a second person confirms every addressee.")


def _print_entity(entity: "LegalEntity") -> None:
    times = f"{entity.since or 'first day not known'} to {entity.until or 'no end known'}"
    parts = [entity.name, entity.seat or "seat not known", times]
    parts += [f"serves {', '.join(entity.serves)}"] if entity.serves else []
    parts += [part for part in (entity.lei, entity.regulator, entity.status, entity.role) if part]
    print(f"    {'; '.join(parts)}")
    seen = f", as of {entity.as_of}" if entity.as_of else ""
    print(f"        {entity.certainty}, read {entity.read or 'never'}{seen}: {entity.source}")


def _print_channel(channel: "Channel") -> None:
    from chainlead.attribution import portals

    print(f"    {channel.kind}  {channel.address}")
    if domain := _domain(channel):
        print(f"        domain   >>>  {domain.upper()}  <<<")
    for name, value in (
        ("portal", channel.portal),
        ("languages", ", ".join(channel.languages)),
        ("answers in", f"{channel.days} days" if channel.days else ""),
        ("note", channel.note),
    ):
        if value:
            print(f"        {name}: {value}")
    portal = portals().get(channel.portal)
    for need in (*channel.needs, *(portal.needs if portal else ())):
        print(f"        needs {need}")
    if portal:
        print(f"        {portal.advice}")
    mark = ", the unit's own" if channel.origin == "unit" else ""
    print(f"        {channel.certainty}, read {channel.read or 'never'}{mark}: {channel.source}")


def _domain(channel: "Channel") -> str:
    from chainlead.attribution import registrable_domain

    return registrable_domain(channel.address) if channel.kind in {"portal", "mail"} else ""


def _check_directory(directory: "ServiceDirectory", *, as_json: bool) -> None:
    from chainlead.attribution import channel_warnings
    from chainlead.workflow.services import stale_services

    today = _today()
    stale = stale_services(directory, today)
    odd = {
        f"{service.service_id}: {channel.address}": warnings
        for service in directory
        for channel in service.channels
        if _domain(channel) and (warnings := channel_warnings(directory, channel.address))
    }
    if as_json:
        print_json(
            {
                "on": today,
                "stale": {s.service_id: s.read for s in stale},
                "channels": odd,
                "shared_names": directory.shared_names,
            }
        )
    else:
        print_table(
            ("old entry", "read", "age in days"),
            [(s.service_id, s.read or "never", s.age_days(today) or "-") for s in stale],
        )
        for place, warnings in odd.items():
            for warning in warnings:
                print(f"{place}: {warning}")
        for name, ids in sorted(directory.shared_names.items()):
            print(f"The name {name!r} is shared by {', '.join(ids)}.")
    if stale or odd:
        raise typer.Exit(WARNINGS)


def _nag(stale: "list[Service]", shown_count: int, *, quiet: bool) -> None:
    if stale and not quiet:
        print(
            f"{len(stale)} of {shown_count} entries were not read for more than 180 days, or never: "
            "look at their sources again, and add what you find to the unit's own files.",
            file=sys.stderr,
        )


def _changed(changes: tuple[Any, ...]) -> str:
    kinds = [change.kind for change in changes]
    counts = {kind: kinds.count(kind) for kind in ("added", "removed", "changed")}
    return ", ".join(f"{count} {kind}" for kind, count in counts.items() if count) or "none"
