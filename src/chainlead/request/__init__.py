"""Instruments, addressees, drafts: the paper for the service that knows a name."""

from chainlead.request.calendar import CalendarItem, write_calendar
from chainlead.request.certainty import LegalCertainty
from chainlead.request.clocks import (
    PROMISE,
    REMINDERS,
    TARGET,
    Clock,
    Running,
    choosable_clocks,
    derive_clocks,
)
from chainlead.request.data_files import country_groups, languages
from chainlead.request.deadlines import Deadline, DueDate, deadlines, due_dates
from chainlead.request.draft import (
    PARTS,
    Draft,
    DraftParameters,
    draft_id_of,
    draft_request,
    parameters_document,
)
from chainlead.request.instrument_table import Instrument, InstrumentTable, instrument_table
from chainlead.request.instruments import KINDS, Alternative, Choice, choose_instrument
from chainlead.request.items import Item, items, minimal_items
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
    "KINDS",
    "PARTS",
    "PROMISE",
    "REMINDERS",
    "TARGET",
    "Alternative",
    "CalendarItem",
    "Choice",
    "Clock",
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
    "Running",
    "State",
    "check_step",
    "choosable_clocks",
    "choose_instrument",
    "country_groups",
    "deadlines",
    "derive_clocks",
    "derive_state",
    "draft_id_of",
    "draft_request",
    "due_dates",
    "instrument_table",
    "items",
    "languages",
    "minimal_items",
    "parameters_document",
    "write_calendar",
]
