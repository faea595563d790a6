"""The cases within one person's reach, for one request: all of them alone, those with a role in a team.

Pages open cases through this only. So a case without a role is nowhere on any page, each look at a
case is in the log before anything of it is shown, and each act is checked against what colleagues
decided since the page was shown.
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from starlette.requests import Request

from chainlead.config import database_url
from chainlead.custody import read_holder
from chainlead.errors import CaseBusyError
from chainlead.store import TeamStore
from chainlead.web.authority import (
    ALL_RIGHTS,
    CASE,
    NO_RIGHTS,
    PARTS,
    RIGHTS,
    Right,
    hidden,
    require_act,
)
from chainlead.web.jobs import Job, Jobs
from chainlead.web.looks import Looks, ReasonWantedError, page_asked
from chainlead.web.sessions import Session
from chainlead.web.workbench import Workbench
from chainlead.workflow.access import Role, case_key, note_owner, practice_key
from chainlead.workflow.case import BeforeAct, Case
from chainlead.workflow.concurrency import NOTHING_SEEN, guard_acts, open_patiently
from chainlead.workflow.personal_data import note_consultation, wants_views
from chainlead.workflow.verify import LOCK

_NO_PERSONS = frozenset({f"{CASE}/overview", f"{CASE}/settings"})
"""Pages that a person alone may see without a line in the journal: they name nobody and no find."""
_RANDOM_LETTERS = 10
_SEND_AGAIN = "Wait until that ends, then send the form again."
_LOOK_AGAIN = "Looks are acts of this case; wait until that ends, then load the page again."


class Reach(Workbench):
    """See the module's text."""

    def __init__(self, base: Workbench, request: Request) -> None:
        """Look at the server's cases as the person of this request."""
        self.root = base.root
        self._base = base
        self._request = request
        self._session: Session | None = request.state.session
        self._team: TeamStore | None = request.app.state.team
        self._jobs: Jobs = request.app.state.jobs
        self._looks: Looks = request.app.state.looks
        self._is_logged = False
        self._listed: dict[str, Path] | None = None

    def anew(self) -> "Reach":
        """The reach of the same person now: a role may have been taken away meanwhile."""
        return Reach(self._base, self._request)

    @cached_property
    def _roles(self) -> Mapping[str, str]:
        """The person's role by the key of the case."""
        assert self._team is not None
        return self._team.cases_of(self._session.who) if self._session else {}

    def _all(self) -> dict[str, Path]:
        """Every case of the server, looked up once for a request."""
        if self._listed is None:
            self._listed = self._base.cases()
        return self._listed

    def cases(self) -> dict[str, Path]:
        """Each case within reach with its folder, by name."""
        found = self._all()
        if self._team is None:
            return found
        return {name: folder for name, folder in found.items() if self._rights(case_key(folder))}

    def folder(self, name: str) -> Path:
        """The folder of the case with this name.

        Raises:
            CaseNotFoundError: there is none within reach.
        """
        found = self._all().get(name)
        is_hidden = self._team is not None and not self._rights(case_key(found or self.root))
        if is_hidden or found is None:
            raise hidden()
        return found

    def rights_in(self, name: str) -> frozenset[Right]:
        """What the person may do with a case; nothing where it is not within reach.

        Raises:
            CaseNotFoundError: there is no such case within reach.
        """
        folder = self.folder(name)
        return ALL_RIGHTS if self._team is None else self._rights(case_key(folder))

    def rights_in_run(self, job_id: str) -> frozenset[Right]:
        """What the person may do with a run: what they may do with its case.

        Before a practice case stands, its run belongs to the person who started it.
        """
        job = self._jobs.find(job_id)
        if job is None:
            return NO_RIGHTS
        if self._team is None:
            return ALL_RIGHTS
        folder = self._all().get(job.command.case_name)
        if folder is not None:
            return self._rights(case_key(folder))
        is_own = self._session is not None and job.command.who == self._session.who
        return ALL_RIGHTS if is_own else NO_RIGHTS

    def runs(self) -> tuple[Job, ...]:
        """The runs under way that the person may know of, newest first."""
        return tuple(job for job in self._jobs.running() if self.rights_in_run(job.job_id))

    @property
    def can_add(self) -> bool:
        """Whether new cases have a place here."""
        return self._base.can_add

    def free_folder(self, name: str) -> Path:
        """See `Workbench.free_folder`."""
        return self._base.free_folder(name)

    def new_name(self, wanted: str) -> str:
        """The folder's name of a new case.

        In a team it ends at random: a refusal because the name is taken would tell that there is a
        case with that name, to people who may not know it.
        """
        if self._team is None:
            return wanted
        return f"{wanted}-{self._base.new_key().hex()[:_RANDOM_LETTERS]}"

    def add(
        self,
        name: str,
        settings: Mapping[str, str],
        who: str,
        *,
        key: bytes | None = None,
        database: str = "",
    ) -> None:
        """Make a case; its maker is its owner, and the team's database server keeps its tables."""
        self.free_folder(name)
        self._listed = None
        made = key or self._base.new_key()
        self._own(hashlib.sha256(made).hexdigest())
        if self._team is None:
            self._base.add(name, settings, who, key=made, database=database)
        else:
            place = database or database_url()
            self._base.add(name, settings, who, key=made, database=place)
            with self._open(self._base.folder(name)) as case:
                note_owner(case)

    def place_for_practice(self, name: str) -> Path:
        """The free folder of a practice case that is going to be built, for its owner."""
        folder = self.free_folder(name)
        self._own(practice_key(name))
        return folder

    @contextmanager
    def reading(self, name: str) -> Iterator[Case]:
        """The case, open for reading; the look is in the log before.

        Raises:
            ReasonWantedError: the case asks why, and this session has not said so.
        """
        folder = self.folder(name)
        with Case.open_to_read(folder) as case:
            if not self._has_to_note(name) or self._note(name, case):
                yield case
                return
        key, page = case_key(folder), self._page(name)
        with self._open(folder, then=_LOOK_AGAIN) as writing:
            note_consultation(writing, page, why=self._looks.reason(self._digest, key))
        self._remember(key, page)
        with Case.open_to_read(folder) as case:
            yield case

    @contextmanager
    def writing(self, name: str, who: str) -> Iterator[Case]:
        """The case, open for one act of this person, guarded against what the form had not seen.

        Raises:
            CaseBusyError: another run writes to it, and goes on doing so.
        """
        fields: Mapping[str, str] = getattr(self._request.state, "fields", {})
        seen = _number(fields.get("seen", ""))
        if seen is None and self._team is not None:
            seen = NOTHING_SEEN
        with self._open(self.folder(name), who) as case:
            guard_acts(case, seen=seen, who=case.who, agreed=_number(fields.get("agreed", "")))
            case.before_act = _with_right(self.rights_in(name), case.before_act)
            yield case

    def _rights(self, key: str) -> frozenset[Right]:
        return RIGHTS.get(self._roles.get(key, ""), NO_RIGHTS)

    def _own(self, key: str) -> None:
        """The role is written before the case: a case that nobody owns is never there."""
        if self._team is not None and self._session is not None:
            self._team.set_role(key, self._session.who, Role.OWNER, at=self._looks.now())

    def _open(self, folder: Path, who: str = "", *, then: str = _SEND_AGAIN) -> Case:
        """For this session's person; alone, a second person at the same machine may act by name."""
        author = self._session.who if self._session else ""
        try:
            return open_patiently(folder, who or author if self._team is None else author)
        except CaseBusyError:
            holder = read_holder(folder / LOCK)
            raise CaseBusyError(
                f"{holder.sentence() if holder else 'Another run'} is writing to this case.",
                safe="Nothing was changed; what you gave is not lost.",
                next_step=then,
            ) from None

    @property
    def _digest(self) -> str:
        return self._session.digest if self._session else ""

    @property
    def _path(self) -> str:
        return str(getattr(self._request.scope.get("route"), "path", ""))

    def _page(self, name: str) -> str:
        """The page with its question, as the log has it."""
        inside = self._request.url.path.removeprefix(f"/cases/{name}").strip("/")
        return page_asked(inside, self._request.url.query)

    def _has_to_note(self, name: str) -> bool:
        """Whether opening the case is a look of a person that is not in the log yet."""
        return not self._is_logged and self._request.path_params.get("case_name") == name

    def _note(self, name: str, case: Case) -> bool:
        """Whether the look is in the log now; alone, the journal itself is the log.

        Raises:
            ReasonWantedError: see `reading`.
        """
        asks = wants_views(case)
        if self._team is None and (not asks or self._path in _NO_PERSONS):
            return True
        key = case_key(case.folder)
        reason = self._looks.reason(self._digest, key) if asks else ""
        if asks and not reason:
            raise ReasonWantedError(name)
        page = self._page(name)
        if self._is_part(key, page):
            return True
        if self._team is None:
            return False
        who = self._session.who if self._session else ""
        self._team.add_view(key, who, self._looks.now(), page, reason)
        self._remember(key, page)
        return True

    def _is_part(self, key: str, page: str) -> bool:
        """Whether this is a part of a look that is in the log: a page asks for it, or for itself again.

        What a browser says of itself hides no look: the same look must be the last one in the log.
        """
        last = self._looks.last(self._digest, key)
        asks_again = self._request.headers.get("hx-request") == "true" and last == page
        return asks_again or (self._path in PARTS and bool(last))

    def _remember(self, key: str, page: str) -> None:
        self._is_logged = True
        self._looks.remember(self._digest, key, page)


def _with_right(held: frozenset[Right], before: BeforeAct | None) -> BeforeAct:
    """Refuse acts that the role does not hold, whatever page leads to them."""

    def check(act: str, what: Mapping[str, Any], /) -> None:
        require_act(held, act, what)
        if before is not None:
            before(act, what)

    return check


def reach_of(request: Request) -> Reach:
    """The reach of a request, made once."""
    found = getattr(request.state, "reach", None)
    if not isinstance(found, Reach):
        found = Reach(request.app.state.workbench, request)
        request.state.reach = found
    return found


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else None
