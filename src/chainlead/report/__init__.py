"""The report and the bundle: one case gives one report, byte for byte."""

from chainlead.report.artefact_format import ArtefactFormat, artefact_formats
from chainlead.report.bundle import build_bundle, canonical_json, content_sha256
from chainlead.report.canvas import (
    AFTER,
    BEFORE,
    CHOSEN,
    COMPARE,
    HAND,
    Canvas,
    HandFold,
    Narrowing,
    Note,
    Place,
    as_places,
    beneath_view,
    edge_subject,
    node_subject,
)
from chainlead.report.files import report_files, typst_version
from chainlead.report.findings_format import FindingsFormat, FindingsToExport, findings_formats
from chainlead.report.format import ReportFormat, report_formats
from chainlead.report.graph import Edge, Graph, Node
from chainlead.report.hand_choice import HandChoice, hand_choice
from chainlead.report.hand_fold import is_foldable
from chainlead.report.material import JournalState, Material, Term
from chainlead.report.narrow import Offer, Refusal
from chainlead.report.parts.leads import lead_document
from chainlead.report.parts.stated import stated as stated_document
from chainlead.report.parts.traces import trace_named
from chainlead.report.parts.traces import traces as trace_documents
from chainlead.report.picture import (
    LiveTrail,
    PictureToExport,
    Prepared,
    Shown,
    live_trail,
    main_rule,
    opened_places,
    prepare,
    require_room,
    to_export,
    trail_svg,
)
from chainlead.report.picture_format import PictureFormat, lines_of, picture_formats
from chainlead.report.story import sections as report_sections
from chainlead.report.things import FOLD_KEY, TrailThings, trail_things
from chainlead.report.timeline_files import timeline_csv, timeline_timesketch
from chainlead.report.wallet_places import RootedPlace, WalletRow, rooted_places
from chainlead.report.why.answer import why_answer, why_answer_row
from chainlead.report.why.clock import clock_name, why_clock
from chainlead.report.why.event import why_event
from chainlead.report.why.finding import why_finding
from chainlead.report.why.lead import why_lead
from chainlead.report.why.link import why_contested, why_joined
from chainlead.report.why.reason import Card, Why, card_of
from chainlead.report.why.request import why_request
from chainlead.report.why.section import why_sections
from chainlead.report.why.trail import reason_ids
from chainlead.report.why.trail_end import trace_cards, why_end
from chainlead.report.why.words import CERTAINTIES, JUDGED, ROLES, STRENGTHS

__all__ = [
    "AFTER",
    "BEFORE",
    "CERTAINTIES",
    "CHOSEN",
    "COMPARE",
    "FOLD_KEY",
    "HAND",
    "JUDGED",
    "ROLES",
    "STRENGTHS",
    "ArtefactFormat",
    "Canvas",
    "Card",
    "Edge",
    "FindingsFormat",
    "FindingsToExport",
    "Graph",
    "HandChoice",
    "HandFold",
    "JournalState",
    "LiveTrail",
    "Material",
    "Narrowing",
    "Node",
    "Note",
    "Offer",
    "PictureFormat",
    "PictureToExport",
    "Place",
    "Prepared",
    "Refusal",
    "ReportFormat",
    "RootedPlace",
    "Shown",
    "Term",
    "TrailThings",
    "WalletRow",
    "Why",
    "artefact_formats",
    "as_places",
    "beneath_view",
    "build_bundle",
    "canonical_json",
    "card_of",
    "clock_name",
    "content_sha256",
    "edge_subject",
    "findings_formats",
    "hand_choice",
    "is_foldable",
    "lead_document",
    "lines_of",
    "live_trail",
    "main_rule",
    "node_subject",
    "opened_places",
    "picture_formats",
    "prepare",
    "reason_ids",
    "report_files",
    "report_formats",
    "report_sections",
    "require_room",
    "rooted_places",
    "stated_document",
    "timeline_csv",
    "timeline_timesketch",
    "to_export",
    "trace_cards",
    "trace_documents",
    "trace_named",
    "trail_svg",
    "trail_things",
    "typst_version",
    "why_answer",
    "why_answer_row",
    "why_clock",
    "why_contested",
    "why_end",
    "why_event",
    "why_finding",
    "why_joined",
    "why_lead",
    "why_request",
    "why_sections",
]
