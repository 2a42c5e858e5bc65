"""The rule book that every back end shares."""

from typing import Final

from .amounts import AMOUNTS
from .codes import CODES
from .document import DOCUMENT
from .engine import ENGINE
from .entry import ENTRY
from .finding import Mark, Owner, Severity
from .france import FRANCE
from .parties import PARTIES
from .registry import RuleBook
from .sets import SETS
from .settlement import SETTLEMENT

_DECLARED: Final = RuleBook("sage_connect.validation")
_DECLARED.declare("SC-OVER-CREDITED", source="library#reversal", mark=Mark.OURS)
_DECLARED.declare("SC-DOC-UNREADABLE", source="library#documents", mark=Mark.OURS)
_DECLARED.declare("SC-KEY-CONFLICT", source="library#key", mark=Mark.OURS)
_DECLARED.declare("SC-DEPENDENCY", source="library#order", mark=Mark.OURS)
_DECLARED.declare("SC-UNSUPPORTED-KIND", source="library#capabilities", mark=Mark.OURS)
_DECLARED.declare("SC-PREVIEW-STALE", source="library#preview", mark=Mark.OURS)
_DECLARED.declare("SC-UNMAPPED", source="library#messages", mark=Mark.OURS)
_DECLARED.declare(
    "SC-COMPANY-MISMATCH",
    source="ooti#company-name",
    mark=Mark.DOCUMENTED,
    owner=Owner.SAGE_ADMINISTRATOR,
)
_DECLARED.declare(
    "SC-PREFLIGHT-OK",
    source="library#preflight",
    mark=Mark.OURS,
    severity=Severity.NOTE,
)

# Amounts come first: what they refuse, the others need not be able to add up.
COMMON: Final = (
    AMOUNTS
    | DOCUMENT
    | SETTLEMENT
    | ENTRY
    | CODES
    | SETS
    | FRANCE
    | PARTIES
    | ENGINE
    | _DECLARED
)
"""The rules of every product, and the codes that every product may find."""
