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

from chainlead.errors.base import ChainleadError, ConfigError, ReasonMissingError
from chainlead.errors.case import (
    AccessError,
    BlobMissingError,
    CaseBusyError,
    CaseDamagedError,
    CaseError,
    CaseExistsError,
    CaseNotFoundError,
    CaseVersionError,
    DatabaseAwayError,
    DatabaseRefusedError,
    DecidedMeanwhileError,
    DiskFullError,
    JournalDamagedError,
    JournalError,
    StoreError,
)
from chainlead.errors.evidence import (
    CanvasError,
    ChecksumError,
    CodecError,
    EvidenceError,
    ExhibitChangedError,
    ExhibitNotFoundError,
    FindingNotFoundError,
    SubjectNotFoundError,
)
from chainlead.errors.money import (
    AttributionError,
    BlockInvalidError,
    LedgerError,
    LedgerSourceError,
    NodeUnfitError,
    NoLinkError,
    OriginNotFoundError,
    PackInvalidError,
    RateFileError,
    TraceError,
    TransactionInvalidError,
    UnknownRuleError,
    WrongNetworkError,
)
from chainlead.errors.request import (
    AddresseeUnconfirmedError,
    AnswerFileError,
    AnswerMappingError,
    AnswerNotFoundError,
    DraftNotFoundError,
    IdentifierMismatchError,
    LeadNotFoundError,
    NoInstrumentError,
    ReportError,
    RequestError,
    RequestOrderError,
    SecondPersonError,
    VerificationError,
)
from chainlead.errors.wire import (
    AnswerRefusedError,
    LoginRefusedError,
    NotConsentedError,
    OfflineError,
    PasswordUnfitError,
    PersonExistsError,
    PersonNotFoundError,
    TeamError,
    WireBudgetSpentError,
    WireError,
)

__all__ = [
    "AccessError",
    "AddresseeUnconfirmedError",
    "AnswerFileError",
    "AnswerMappingError",
    "AnswerNotFoundError",
    "AnswerRefusedError",
    "AttributionError",
    "BlobMissingError",
    "BlockInvalidError",
    "CanvasError",
    "CaseBusyError",
    "CaseDamagedError",
    "CaseError",
    "CaseExistsError",
    "CaseNotFoundError",
    "CaseVersionError",
    "ChainleadError",
    "ChecksumError",
    "CodecError",
    "ConfigError",
    "DatabaseAwayError",
    "DatabaseRefusedError",
    "DecidedMeanwhileError",
    "DiskFullError",
    "DraftNotFoundError",
    "EvidenceError",
    "ExhibitChangedError",
    "ExhibitNotFoundError",
    "FindingNotFoundError",
    "IdentifierMismatchError",
    "JournalDamagedError",
    "JournalError",
    "LeadNotFoundError",
    "LedgerError",
    "LedgerSourceError",
    "LoginRefusedError",
    "NoInstrumentError",
    "NoLinkError",
    "NodeUnfitError",
    "NotConsentedError",
    "OfflineError",
    "OriginNotFoundError",
    "PackInvalidError",
    "PasswordUnfitError",
    "PersonExistsError",
    "PersonNotFoundError",
    "RateFileError",
    "ReasonMissingError",
    "ReportError",
    "RequestError",
    "RequestOrderError",
    "SecondPersonError",
    "StoreError",
    "SubjectNotFoundError",
    "TeamError",
    "TraceError",
    "TransactionInvalidError",
    "UnknownRuleError",
    "VerificationError",
    "WireBudgetSpentError",
    "WireError",
    "WrongNetworkError",
]
