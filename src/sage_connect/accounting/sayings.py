"""What Sage says when it refuses, and what is meant by it: one table.

Each row gives what tells it, a stable code, and the error that it becomes; cause and cure
are the sentences of that code. Words that stand for several unrelated faults say so. Rows
are tried in order; what none fits is `UNMAPPED`, never guessed.
"""

import re
from collections.abc import Sequence
from typing import Final

import attrs

from ..errors import (
    AuthenticationError,
    BrokenReplyError,
    DuplicateError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitedError,
    RefusedError,
    RemoteError,
)
from ..validation import text


@attrs.frozen(kw_only=True)
class Saying:
    """One thing that Sage says, told by any of its words, codes or statuses.

    Attributes:
        code: Ours, stable; `sage-connect explain` knows it.
        words: What the message has in it, in any case; "…" stands for what differs.
        said: `$dataCode`s.
        statuses: HTTP statuses.
        source: How `$source` must begin as well; "" for any.
        error: What it becomes.
        mark: How sure it is: "documented", "observed" by a named third party, "inferred",
            "assumed" where no words are published, or "ours".
        home: Package that the sentences of the code live in.
    """

    code: str
    words: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    statuses: tuple[int, ...] = ()
    source: str = ""
    error: type[RemoteError] = RefusedError
    mark: str = "documented"
    home: str = "sage_connect.accounting"

    @property
    def cause(self) -> str:
        """What is the matter, in a plain sentence."""
        return text.said(self.home, self.code, "message", "en")

    @property
    def fix(self) -> str:
        """What to do about it."""
        return text.said(self.home, self.code, "fix", "en")

    def fits(self, status: int, said: str, message: str, source: str) -> bool:
        """True where these words of Sage's are meant."""
        return source.startswith(self.source) and (
            status in self.statuses
            or said in self.said
            or any(_pattern(one).search(message) for one in self.words)
        )


_patterns = dict[str, re.Pattern[str]]()


def _pattern(words: str) -> re.Pattern[str]:
    found = _patterns.get(words)
    if found is None:
        told = re.escape(words).replace("…", ".{0,80}?").replace("'", "['\u2019]")
        found = _patterns[words] = re.compile(told.replace("\\ ", r"\s+"), re.IGNORECASE)
    return found


SAYINGS: Final[Sequence[Saying]] = (
    # Who may do what.
    Saying(
        code="SC-SA-EDITION",
        words=("no active subscription",),
        error=PermissionDeniedError,
    ),
    Saying(
        code="SC-SA-REAUTH-NEEDED",
        said=("invalid_grant",),
        error=AuthenticationError,
    ),
    Saying(
        code="SC-SA-CLIENT",
        said=("invalid_client", "unauthorized_client"),
        error=AuthenticationError,
    ),
    Saying(
        code="SC-SA-EMAIL-COUNTRY",
        words=("email already in use",),
        error=AuthenticationError,
    ),
    Saying(
        code="SC-SA-TOKEN",
        said=("AuthorizationFailure",),
        statuses=(401,),
        error=AuthenticationError,
    ),
    Saying(
        code="SC-SA-ROLE",
        words=("not allowed to access that resource",),
        said=("MultiUserAccessDenied",),
        statuses=(403,),
        error=PermissionDeniedError,
    ),
    Saying(
        code="SC-SA-THROTTLED",
        statuses=(429,),
        error=RateLimitedError,
    ),
    # What is there already, or not any more, or in a state that forbids it.
    Saying(
        code="SC-SA-IDEMPOTENCY",
        words=("entity type mismatch",),
        said=("IdempotencyResourceMismatch",),
    ),
    Saying(
        code="SC-SA-NUMBER-TAKEN",
        words=("artefact number must be unique",),
        error=DuplicateError,
        mark="observed",
    ),
    Saying(
        code="SC-SA-TAKEN",
        words=("already been taken", "must be unique", "already exists"),
        error=DuplicateError,
        mark="assumed",
    ),
    Saying(
        code="SC-SA-ALLOCATED",
        words=("must unallocate",),
        mark="observed",
    ),
    Saying(
        code="SC-SA-PAID",
        words=("only pay unpaid or part-paid",),
    ),
    Saying(
        code="SC-SA-STOCK",
        words=("do not have enough stock",),
    ),
    Saying(
        code="SC-SA-IN-USE",
        words=("that is in use", "cannot delete … in use"),
    ),
    Saying(
        code="SC-SA-METHOD",
        said=("MethodNotAllowed",),
        statuses=(405,),
        mark="inferred",
    ),
    Saying(
        code="SC-SA-CONTACT-KIND",
        words=(
            *("couldn't find supplier", "couldn't find customer", "couldn't find vendor"),
            *("can't find supplier", "can't find customer", "can't find vendor"),
        ),
        mark="observed",
    ),
    Saying(
        code="SC-SA-NOT-FOUND",
        statuses=(404,),
        error=NotFoundError,
    ),
    Saying(
        code="SC-SA-RECORD-UNKNOWN",
        words=("couldn't find record",),
        said=("RecordNotFound",),
        mark="observed",
    ),
    # What is wrong with a field.
    Saying(
        code="SC-SA-UMBRELLA",
        words=("this field is required",),
        source="line_items.description",
        mark="observed",
    ),
    Saying(
        code="SC-REQUIRED",
        words=("this field is required", "can't be blank"),
    ),
    Saying(
        code="SC-SA-ABROAD-ZERO",
        words=("must be 'zero rated' for customers outside",),
        mark="observed",
    ),
    Saying(
        code="SC-SA-GOODS-AND-SERVICES",
        words=("must be the same",),
        mark="observed",
    ),
    Saying(
        code="SC-SA-VALUE",
        words=(
            *("not a number", "invalid date", "invalid_date"),
            *("not included in the list", "is too long", "must be greater than"),
        ),
    ),
    Saying(
        code="SC-SA-ACCOUNT-KIND",
        words=("must be a bank ledger", "must be a valid type of"),
    ),
    Saying(
        code="SC-SA-SAME-ACCOUNT",
        words=("should not be the same as source",),
    ),
    Saying(
        code="SC-REQUIRED",
        words=("blank",),
    ),
    # What is wrong with the request, or with Sage.
    Saying(
        code="SC-SA-MEDIA-TYPE",
        statuses=(415,),
    ),
    Saying(
        code="SC-SA-UNAVAILABLE",
        statuses=(502, 503, 504, 525),
        error=BrokenReplyError,
        mark="observed",
    ),
    Saying(
        code="SC-SA-SAGE-FAILED",
        words=("an unexpected error occurred",),
        said=("UnexpectedError",),
        statuses=(500,),
        error=BrokenReplyError,
    ),
)
UNMAPPED: Final = Saying(
    code="SC-UNMAPPED",
    home="sage_connect.validation",
    mark="ours",
)
NOT_SAGE: Final = Saying(
    code="SC-SA-NOT-SAGE",
    error=BrokenReplyError,
    mark="ours",
)


def saying_of(status: int, said: str, message: str, source: str) -> Saying:
    """Return what is meant by one entry of an error reply.

    Args:
        status: HTTP status; 0 where it is not known.
        said: `$dataCode`.
        message: `$message`.
        source: `$source`.
    """
    for one in SAYINGS:
        if one.fits(status, said, message, source):
            return one
    return UNMAPPED
