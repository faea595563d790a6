"""Every error that a user can meet: a name, a number, a sentence and a next step.

The tree::

    ChainleadError                    3
    ├─ ConfigError                    4
    ├─ ReasonMissingError             5
    ├─ CaseError                     10
    │  ├─ CaseNotFoundError          11
    │  ├─ CaseExistsError            12
    │  ├─ CaseBusyError              13
    │  ├─ CaseDamagedError           14
    │  ├─ CaseVersionError           15
    │  ├─ DecidedMeanwhileError      16
    │  └─ AccessError                17
    ├─ JournalError                  20
    │  └─ JournalDamagedError        21
    ├─ StoreError                    25
    │  ├─ DiskFullError              26
    │  ├─ BlobMissingError           27
    │  ├─ DatabaseAwayError          28
    │  └─ DatabaseRefusedError       29
    ├─ EvidenceError                 30
    │  ├─ ExhibitNotFoundError       31
    │  └─ ExhibitChangedError        32
    ├─ CodecError                    40
    │  └─ ChecksumError              41
    ├─ FindingNotFoundError          45
    ├─ CanvasError                   46
    │  └─ SubjectNotFoundError       47
    ├─ LedgerError                   50
    │  ├─ LedgerSourceError          51
    │  ├─ WrongNetworkError          52
    │  ├─ BlockInvalidError          53
    │  ├─ TransactionInvalidError    54
    │  ├─ RateFileError              55
    │  └─ NodeUnfitError             56
    ├─ TraceError                    60
    │  ├─ OriginNotFoundError        61
    │  ├─ UnknownRuleError           62
    │  └─ NoLinkError                63
    ├─ AttributionError              70
    │  └─ PackInvalidError           71
    ├─ RequestError                  80
    │  ├─ LeadNotFoundError          81
    │  ├─ NoInstrumentError          82
    │  ├─ IdentifierMismatchError    83
    │  ├─ AnswerFileError            84
    │  ├─ AnswerMappingError         85
    │  ├─ AnswerNotFoundError        86
    │  ├─ RequestOrderError          87
    │  ├─ SecondPersonError          88
    │  ├─ AddresseeUnconfirmedError  89
    │  └─ DraftNotFoundError        101
    ├─ ReportError                   90
    │  └─ VerificationError          91
    ├─ WireError                     95
    │  ├─ OfflineError               96
    │  ├─ NotConsentedError          97
    │  ├─ AnswerRefusedError         98
    │  ├─ WireBudgetSpentError       99
    │  └─ LoginRefusedError         100
    └─ TeamError                    110
       ├─ PersonNotFoundError       111
       ├─ PersonExistsError         112
       └─ PasswordUnfitError        113

The number is the exit code of the command that ends with this error. 0 is done, 1 is done with
warnings (something could not be read), 2 is a wrong use of the command line.
"""

from typing import ClassVar


class ChainleadError(Exception):
    """Something stopped the work; nothing that was finished is lost."""

    exit_code: ClassVar[int] = 3
    default_next_step: ClassVar[str] = "Run the same command again; if it stops again, report it."

    def __init__(self, message: str, *, safe: str = "", next_step: str = "") -> None:
        """Say what happened, what is safe, and what to do next, each in a sentence."""
        super().__init__(message)
        self.message = message
        self.safe = safe
        self.next_step = next_step or self.default_next_step

    def sentences(self) -> tuple[str, ...]:
        """What happened, what is safe, what to do next: the non-empty ones, in this order."""
        return tuple(part for part in (self.message, self.safe, self.next_step) if part)


class ConfigError(ChainleadError):
    """A setting has a value that it cannot have."""

    exit_code = 4
    default_next_step = "See `chainlead case new --help` for the settings and their values."


class ReasonMissingError(ChainleadError):
    """Personal data are handed out, looked at or erased for a reason, and none was given."""

    exit_code = 5
    default_next_step = "Say why with --why; the journal keeps it."


class CaseError(ChainleadError):
    """The case folder cannot be used as it is."""

    exit_code = 10


class CaseNotFoundError(CaseError):
    """There is no case in this folder."""

    exit_code = 11
    default_next_step = "Check the path, or make a case with `chainlead case new CASE`."


class CaseExistsError(CaseError):
    """The folder already holds a case, or other files."""

    exit_code = 12
    default_next_step = "Choose another folder; an existing case is never overwritten."


class CaseBusyError(CaseError):
    """Another run writes to this case."""

    exit_code = 13
    default_next_step = "Wait until the other run ends, then run the command again."


class CaseDamagedError(CaseError):
    """A file of the case is not what was written."""

    exit_code = 14
    default_next_step = "Run `chainlead verify CASE` to see where; restore that file from a copy."


class CaseVersionError(CaseError):
    """The case was written by a newer chainlead."""

    exit_code = 15
    default_next_step = "Update chainlead, then open the case again."


class DecidedMeanwhileError(CaseError):
    """Another person decided about the same thing since the page was shown; nothing was recorded."""

    exit_code = 16
    default_next_step = "Look at what was decided meanwhile, then decide again."


class AccessError(CaseError):
    """A role in a case cannot be given or taken away like this; nothing was changed."""

    exit_code = 17
    default_next_step = "See who has which role with `chainlead access list CASE`."


class JournalError(ChainleadError):
    """The journal could not be read or written."""

    exit_code = 20


class JournalDamagedError(JournalError):
    """The journal is not the journal that was written."""

    exit_code = 21
    default_next_step = "Run `chainlead journal verify CASE`; it names the first bad entry."


class StoreError(ChainleadError):
    """The case store refused an operation."""

    exit_code = 25


class DiskFullError(StoreError):
    """The disk is full; the last finished step is kept."""

    exit_code = 26
    default_next_step = "Free some space and run the command again; it continues where it stopped."


class BlobMissingError(StoreError):
    """A stored answer or result is not in the case folder, or its bytes changed."""

    exit_code = 27
    default_next_step = "Restore the file from a copy of the case; its name is its SHA-256."


class DatabaseAwayError(StoreError):
    """The database server of the team cannot be reached, or the connection to it was lost."""

    exit_code = 28
    default_next_step = "See that the server runs and can be reached, then run the command again."


class DatabaseRefusedError(StoreError):
    """The database server of the team does not let this role in, or not do this."""

    exit_code = 29
    default_next_step = (
        "Check the role, its password (~/.pgpass) and its rights on the database, and "
        "CHAINLEAD_DATABASE."
    )


class EvidenceError(ChainleadError):
    """An exhibit could not be opened."""

    exit_code = 30


class ExhibitNotFoundError(EvidenceError):
    """The exhibit is not at this path."""

    exit_code = 31
    default_next_step = "Check the path; `--help` shows what the command takes."


class ExhibitChangedError(EvidenceError):
    """The exhibit's bytes differ from those that were scanned."""

    exit_code = 32
    default_next_step = "Work on an untouched copy; what was found before stays in the case."


class CodecError(ChainleadError, ValueError):
    """The text or bytes are not what they look like."""

    exit_code = 40
    default_next_step = "Compare the string with its source, character by character."


class ChecksumError(CodecError):
    """The form is right and the checksum is wrong: a typing error, or another thing."""

    exit_code = 41


class FindingNotFoundError(ChainleadError):
    """The case has no finding with this id."""

    exit_code = 45
    default_next_step = "List the ids with `chainlead findings CASE`."


class CanvasError(ChainleadError):
    """What was asked of a picture, a note or a saved view cannot be done."""

    exit_code = 46
    default_next_step = "Nothing was changed; correct it and try again."


class SubjectNotFoundError(CanvasError):
    """The case has no such thing to note, mark, move or open."""

    exit_code = 47
    default_next_step = "Take the name of the thing from the picture's table or from the list."


class LedgerError(ChainleadError):
    """The ledger could not be read."""

    exit_code = 50


class LedgerSourceError(LedgerError):
    """A source holds no ledger data that chainlead can read."""

    exit_code = 51
    default_next_step = "Give block files (blk*.dat, raw) or Esplora-format JSON; see docs/howto."


class WrongNetworkError(LedgerError):
    """The data belong to another network than the one asked for."""

    exit_code = 52
    default_next_step = "Name the network with --network, for example --network testnet."


class BlockInvalidError(LedgerError):
    """A block fails its own proof of work, merkle root or structure."""

    exit_code = 53


class TransactionInvalidError(LedgerError):
    """The transaction's bytes do not give the id that they came with."""

    exit_code = 54


class RateFileError(LedgerError):
    """A file of exchange rates does not follow its form; nothing was taken from it."""

    exit_code = 55
    default_next_step = "Mend the named line; the forms are in docs/howto/value-a-payment.md."


class NodeUnfitError(LedgerError):
    """The node cannot answer this: another network, not in step, pruned, or without an index."""

    exit_code = 56
    default_next_step = "See docs/howto/fetch-from-a-node.md for what a node needs."


class TraceError(ChainleadError):
    """A trace could not be made."""

    exit_code = 60


class OriginNotFoundError(TraceError):
    """The ledger of this case does not hold the origin."""

    exit_code = 61
    default_next_step = "Add what holds it with `chainlead ledger add CASE SOURCE`."


class UnknownRuleError(TraceError):
    """There is no taint rule with this name."""

    exit_code = 62
    default_next_step = "See the rules with `chainlead trace --help`."


class NoLinkError(TraceError):
    """No chain of evidence joins the two addresses."""

    exit_code = 63
    default_next_step = "No link is an answer too: nothing in this ledger joins them."


class AttributionError(ChainleadError):
    """Attribution data could not be used."""

    exit_code = 70


class PackInvalidError(AttributionError):
    """A tag file does not follow its format."""

    exit_code = 71
    default_next_step = "Mend the named line, or ask the pack's maker; nothing was imported."


class RequestError(ChainleadError):
    """A request could not be drafted."""

    exit_code = 80


class LeadNotFoundError(RequestError):
    """The case has no lead with this id."""

    exit_code = 81
    default_next_step = "List the leads with `chainlead leads CASE`; run a trace first."


class NoInstrumentError(RequestError):
    """No legal instrument is known for this requester and addressee."""

    exit_code = 82
    default_next_step = "Ask the prosecutor; known instruments are in src/chainlead/request/data."


class IdentifierMismatchError(RequestError):
    """An identifier in a draft is not the ledger's; the draft is not written."""

    exit_code = 83
    default_next_step = "Draft the request again from the lead; never type identifiers by hand."


class AnswerFileError(RequestError):
    """A file of a service's answer cannot be read as it is; nothing was imported."""

    exit_code = 84
    default_next_step = (
        "Ask the service for the file as XLSX, CSV, PDF with text, or JSON; see "
        "docs/howto/import-an-answer.md."
    )


class AnswerMappingError(RequestError):
    """What the columns of an answer mean, or their time zone, was not said; nothing was imported."""

    exit_code = 85
    default_next_step = "Look at the proposed meaning with `chainlead answer look FILE`."


class AnswerNotFoundError(RequestError):
    """The case has no such draft, answer or row."""

    exit_code = 86
    default_next_step = "List the answers with `chainlead answer list CASE`."


class DraftNotFoundError(RequestError):
    """The case has no draft with this id."""

    exit_code = 101
    default_next_step = "List the drafts with `chainlead request list CASE`."


class RequestOrderError(RequestError):
    """This step of a request cannot come now; nothing was recorded."""

    exit_code = 87
    default_next_step = "See what was recorded with `chainlead request history CASE DRAFT`."


class SecondPersonError(RequestError):
    """The step needs another person than the one who drafted; nothing was recorded."""

    exit_code = 88
    default_next_step = "Let a colleague do this step under their own name (CHAINLEAD_USER)."


class AddresseeUnconfirmedError(RequestError):
    """Nobody compared the addressee with the directory, or it warns; nothing was recorded."""

    exit_code = 89
    default_next_step = (
        "A second person runs `chainlead request confirm-addressee CASE DRAFT ADDRESS`."
    )


class ReportError(ChainleadError):
    """The report could not be written."""

    exit_code = 90


class VerificationError(ReportError):
    """The case does not give the same bytes again."""

    exit_code = 91
    default_next_step = "The place is named above; restore that file from a copy and verify again."


class WireError(ChainleadError):
    """A question to a server could not be asked or answered."""

    exit_code = 95


class OfflineError(WireError):
    """The network is switched off; nothing was sent."""

    exit_code = 96
    default_next_step = "Work from files, or switch the network on for this case on purpose."


class NotConsentedError(WireError):
    """Nobody agreed to ask this host; nothing was sent."""

    exit_code = 97
    default_next_step = "Record the consent first: who, why, which host."


class AnswerRefusedError(WireError):
    """The server's answer is too large, redirected elsewhere, or not what was asked for."""

    exit_code = 98


class WireBudgetSpentError(WireError):
    """What this piece of work may ask for is used up."""

    exit_code = 99
    default_next_step = (
        "What came is kept. Run the same command again to go on, or give a larger budget."
    )


class LoginRefusedError(WireError):
    """The server does not take the name and password."""

    exit_code = 100
    default_next_step = (
        "Check the node's user and password, or give its cookie file; a cookie changes at each "
        "start of the node."
    )


class TeamError(ChainleadError):
    """An account or a session of a team server could not be used or changed."""

    exit_code = 110
    default_next_step = "Ask an administrator of the team server."


class PersonNotFoundError(TeamError):
    """The team has no account with this name."""

    exit_code = 111
    default_next_step = "List the accounts with `chainlead team list`."


class PersonExistsError(TeamError):
    """The team has an account with this name already; names are never given again."""

    exit_code = 112
    default_next_step = "Choose another name; see the accounts with `chainlead team list`."


class PasswordUnfitError(TeamError):
    """The password is too short, too common, or says the account's own name."""

    exit_code = 113
    default_next_step = (
        "Take twelve characters or more, for example four words that do not belong together."
    )
