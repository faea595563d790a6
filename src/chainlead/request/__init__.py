"""Instruments, addressees, drafts: the paper for the service that knows a name."""

from chainlead.request.certainty import LegalCertainty
from chainlead.request.deadlines import Deadline, DueDate, deadlines, due_dates
from chainlead.request.draft import (
    PARTS,
    Draft,
    DraftParameters,
    draft_id_of,
    draft_request,
    parameters_document,
)
from chainlead.request.instruments import (
    Alternative,
    Choice,
    Instrument,
    InstrumentTable,
    choose_instrument,
    instrument_table,
)
from chainlead.request.items import Item, items, minimal_items
from chainlead.request.letter import languages
from chainlead.request.states import (
    CLOSED,
    EVENTS,
    Moment,
    RequestEvent,
    RequestState,
    State,
    check_step,
    derive_state,
)

__all__ = [
    "CLOSED",
    "EVENTS",
    "PARTS",
    "Alternative",
    "Choice",
    "Deadline",
    "Draft",
    "DraftParameters",
    "DueDate",
    "Instrument",
    "InstrumentTable",
    "Item",
    "LegalCertainty",
    "Moment",
    "RequestEvent",
    "RequestState",
    "State",
    "check_step",
    "choose_instrument",
    "deadlines",
    "derive_state",
    "draft_id_of",
    "draft_request",
    "due_dates",
    "instrument_table",
    "items",
    "languages",
    "minimal_items",
    "parameters_document",
]
