"""The one door that every request passes: may this person do this, here?"""

from fastapi import HTTPException, Request

from chainlead.web.authority import Door, hidden, need_of
from chainlead.web.reach import reach_of


def authorise(request: Request) -> None:
    """Let a request through, or refuse it as if its case were not there.

    Raises:
        CaseNotFoundError: the person has no role in the case, or there is none with that name.
        HTTPException: 404 for a run of such a case, 403 for a right that the role does not have.
    """
    need = need_of(request.scope["route"].path, request.method)
    session = request.state.session
    if need is Door.ANYONE:
        return
    if need is None or session is None:
        raise HTTPException(403, "Nobody may do that.")
    if isinstance(need, Door):
        if need is Door.ADMINISTRATOR and not session.is_admin:
            raise HTTPException(403, "Accounts are managed by administrators.")
        return
    reach = reach_of(request)
    if "case_name" in request.path_params:
        held = reach.rights_in(request.path_params["case_name"])
    else:
        held = reach.rights_in_run(request.path_params["job_id"])
        if not held:
            raise HTTPException(404, "There is no such run.")
    if not held:
        raise hidden()
    request.state.rights = held
    if not need & held:
        raise HTTPException(403, "Your role in this case does not allow that. Nothing was changed.")
