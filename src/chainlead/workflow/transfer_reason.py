"""Personal data that leave the European Economic Area need a reason of their own.

Directive (EU) 2016/680, Art. 35 to 39; Art. 39 is about a private recipient, such as an exchange
outside the EU. Limits: what a third country's adequacy decision changes is for the unit to know.
"""

from chainlead.errors import ReasonMissingError
from chainlead.request import country_groups
from chainlead.workflow.case import Case

_EEA = "eea"


def is_outside_eea(requester: str, country: str) -> bool:
    """Whether sending there is a transfer out of the European Economic Area; unknown counts as out."""
    groups = country_groups()
    return requester in groups[_EEA] and country not in groups[_EEA]


def require_transfer_reason(case: Case, country: str, outside_eu: str) -> dict[str, str]:
    """Where something goes, and why it may leave the EU.

    Raises:
        ReasonMissingError: it leaves, or nobody knows where it goes, and no reason was given.
    """
    to = country.strip().upper()
    if not is_outside_eea(case.settings["country"], to):
        return {"country": to}
    if not outside_eu.strip():
        where = f"goes to {to}, outside the EU" if to else "goes to an unknown country"
        raise ReasonMissingError(
            f"This {where}: a transfer to a private recipient there needs a reason of its own "
            "(Directive (EU) 2016/680, Art. 39: necessary, documented, authority informed).",
            next_step="Say why it is necessary with --outside-eu, or where it goes with --to-country.",
        )
    return {"country": to, "outside_eu": outside_eu.strip()}
