"""Sage 100's own rules: what its import refuses, and what it would take and should not."""

from typing import Final

from ...validation import RuleBook
from ...validation.book import COMMON
from .accounts import ACCOUNTS
from .analytics import ANALYTICS
from .declared import DECLARED
from .document import WHOLE
from .imported import IMPORTED
from .journals import JOURNALS
from .parties import PARTIES
from .receipts import RECEIPTS
from .texts import TEXTS

RULES: Final = (
    WHOLE
    | JOURNALS
    | TEXTS
    | PARTIES
    | ACCOUNTS
    | ANALYTICS
    | RECEIPTS
    | DECLARED
    | IMPORTED
)
"""The rules of Sage 100 alone."""

BOOK: Final = RuleBook(
    RULES.home,
    # What the common book only explains, this one may also check.
    (*(one for one in COMMON.values() if one.code not in RULES), *RULES.values()),
)
"""The common rules and Sage 100's own."""
