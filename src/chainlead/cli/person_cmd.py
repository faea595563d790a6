"""`chainlead person`: somebody in the case, under a pseudonym, with a role by a person's decision."""

from typing import Annotated, Any

import typer

from chainlead.cli._case_first import ListByDefault
from chainlead.cli._output import CaseFolder, Json, Why, print_json, print_table

app = typer.Typer(
    cls=ListByDefault,
    no_args_is_help=True,
    help="Keep persons under a pseudonym; a role is unknown until somebody decides it, with a reason.",
)


@app.command("add")
def add(
    case: CaseFolder,
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME", help="A pseudonym or your own reference.", show_default=False
        ),
    ],
    *,
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Add somebody under a pseudonym or reference. The role is unknown."""
    from chainlead.workflow.case import Case
    from chainlead.workflow.person import add_person

    with Case.open_to_write(case) as opened:
        person = add_person(opened, name, why=why)
    _show(person, as_json=as_json)


@app.command("role")
def role(
    case: CaseFolder,
    person: Annotated[
        str,
        typer.Argument(metavar="PERSON", help="The id, as p1, or the name.", show_default=False),
    ],
    role: Annotated[
        str,
        typer.Argument(
            metavar="ROLE",
            help="suspect, convicted, victim, witness, other or unknown.",
            show_default=False,
        ),
    ],
    *,
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Decide what somebody is in the case; --why is required, and older decisions stay."""
    from chainlead.workflow.case import Case
    from chainlead.workflow.person import decide_role

    with Case.open_to_write(case) as opened:
        decided = decide_role(opened, person, role, why=why)
    _show(decided, as_json=as_json)


@app.command("list")
def list_all(case: CaseFolder, *, why: Why = "", as_json: Json = False) -> None:
    """List the persons with their roles; `person CASE` is short for it."""
    from chainlead.cli._consultation import consult
    from chainlead.workflow.person import persons

    with consult(case, "persons", why=why) as opened:
        found = persons(opened.store)
    if as_json:
        print_json({"persons": [_document(person) for person in found]})
        return
    if not found:
        print("No person was added.")
        return
    print_table(
        ("id", "name", "role", "decided by", "on", "why"),
        [
            (
                p.person_id, p.name, p.role.value,
                *((p.decisions[-1].who, p.decisions[-1].at, p.decisions[-1].why)
                  if p.decisions else ("", "", "nobody decided")),
            )
            for p in found
        ],
    )  # fmt: skip


def _show(person: Any, *, as_json: bool) -> None:
    if as_json:
        print_json(_document(person))
    else:
        print(f"{person.person_id} {person.name}: {person.role.value}")


def _document(person: Any) -> dict[str, Any]:
    return {
        "person_id": person.person_id,
        "name": person.name,
        "role": person.role.value,
        "decisions": [
            {"role": d.role.value, "who": d.who, "at": d.at, "why": d.why} for d in person.decisions
        ],
    }
