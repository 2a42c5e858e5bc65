"""What Sage says when it refuses, and what is meant by it: one table.

Each row gives what tells it, a stable code, the error that it becomes, a plain cause and a
cure. Words that stand for several unrelated faults say so. Rows are tried in order; what
none fits is `UNMAPPED`, never guessed.
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
        cause: What is the matter, in a plain sentence.
        fix: What to do about it.
        mark: How sure it is: "documented", "observed" by a named third party, "inferred",
            "assumed" where no words are published, or "ours".
    """

    code: str
    words: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    statuses: tuple[int, ...] = ()
    source: str = ""
    error: type[RemoteError] = RefusedError
    cause: str
    fix: str
    mark: str = "documented"

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
        text = re.escape(words).replace("…", ".{0,80}?").replace("'", "['\u2019]")
        found = _patterns[words] = re.compile(text.replace("\\ ", r"\s+"), re.IGNORECASE)
    return found


SAYINGS: Final[Sequence[Saying]] = (
    # Who may do what.
    Saying(
        code="SC-SA-EDITION",
        words=("no active subscription",),
        error=PermissionDeniedError,
        cause="The trial is over, the subscription has ended, or the edition of the "
        "business lacks this call.",
        fix="Renew or upgrade the business at Sage. Signing in again does not help.",
    ),
    Saying(
        code="SC-SA-REAUTH-NEEDED",
        said=("invalid_grant",),
        error=AuthenticationError,
        cause="The sign-in is used up: withdrawn, a month old, or renewed elsewhere.",
        fix="Let the user sign in again. Nothing that was posted is lost.",
    ),
    Saying(
        code="SC-SA-CLIENT",
        said=("invalid_client", "unauthorized_client"),
        error=AuthenticationError,
        cause="Sage does not accept the app's id, secret or address.",
        fix="Compare client_id, client_secret and redirect_uri with what Sage's developer "
        "self-service shows.",
    ),
    Saying(
        code="SC-SA-EMAIL-COUNTRY",
        words=("email already in use",),
        error=AuthenticationError,
        cause="The user has an account with Sage in another country than was chosen.",
        fix="Begin the sign-in again with the country of that account, or without one.",
    ),
    Saying(
        code="SC-SA-TOKEN",
        said=("AuthorizationFailure",),
        statuses=(401,),
        error=AuthenticationError,
        cause="Sage does not take the access token.",
        fix="Sign in again. See whether the time of this computer is right.",
    ),
    Saying(
        code="SC-SA-ROLE",
        words=("not allowed to access that resource",),
        said=("MultiUserAccessDenied",),
        statuses=(403,),
        error=PermissionDeniedError,
        cause="The role of the user who signed in lacks the right to do this.",
        fix="Have the owner of the business give this user the right, or sign in as "
        "another user.",
    ),
    Saying(
        code="SC-SA-THROTTLED",
        statuses=(429,),
        error=RateLimitedError,
        cause="Too many requests were sent. Nothing was done.",
        fix="Repeat it later.",
    ),
    # What is there already, or not any more, or in a state that forbids it.
    Saying(
        code="SC-SA-IDEMPOTENCY",
        words=("entity type mismatch",),
        said=("IdempotencyResourceMismatch",),
        cause="The key of this posting was used for another kind of record within the "
        "last seven days. Nothing was posted.",
        fix="Give it a key of its own.",
    ),
    Saying(
        code="SC-SA-NUMBER-TAKEN",
        words=("artefact number must be unique",),
        error=DuplicateError,
        cause="Sage has a document under this number already.",
        fix="Look at both. Number this one anew, or let Sage number it.",
        mark="observed",
    ),
    Saying(
        code="SC-SA-TAKEN",
        words=("already been taken", "must be unique", "already exists"),
        error=DuplicateError,
        cause="Sage has a record under this reference or code already; that of a deleted "
        "one stays reserved.",
        fix="Look the record up and use it, or give this one another reference.",
        mark="assumed",
    ),
    Saying(
        code="SC-SA-ALLOCATED",
        words=("must unallocate",),
        cause="Payments or credit notes stand against the document, so that it can be "
        "neither changed nor voided.",
        fix="Take the allocations off first, change the document, and allocate again.",
        mark="observed",
    ),
    Saying(
        code="SC-SA-PAID",
        words=("only pay unpaid or part-paid",),
        cause="One of the documents to settle is paid in full, or void; Sage does not say "
        "which.",
        fix="Load the open documents anew, and allocate to what is still open.",
    ),
    Saying(
        code="SC-SA-STOCK",
        words=("do not have enough stock",),
        cause="Too little is in stock of one of the items; Sage does not say of which.",
        fix="Enter the goods that came in first, or sell the item as a product that is not "
        "kept in stock.",
    ),
    Saying(
        code="SC-SA-IN-USE",
        words=("that is in use", "cannot delete … in use"),
        cause="What is to be deleted is in use.",
        fix="Leave it, or make it inactive.",
    ),
    Saying(
        code="SC-SA-METHOD",
        said=("MethodNotAllowed",),
        statuses=(405,),
        cause="Sage does not do this to such a record, or not in its present state.",
        fix="Look at the record: `editable` and `deletable` say what may be done.",
        mark="inferred",
    ),
    Saying(
        code="SC-SA-CONTACT-KIND",
        words=(
            *("couldn't find supplier", "couldn't find customer", "couldn't find vendor"),
            *("can't find supplier", "can't find customer", "can't find vendor"),
        ),
        cause="There is no such contact, or it is of the other type: customers are sold "
        "to, suppliers are bought from.",
        fix="Name a contact of the right type; one that is both has two records.",
        mark="observed",
    ),
    Saying(
        code="SC-SA-NOT-FOUND",
        statuses=(404,),
        error=NotFoundError,
        cause="Sage has no such record in this business, or it was deleted.",
        fix="Look at the id, and whether the right business is chosen.",
    ),
    Saying(
        code="SC-SA-RECORD-UNKNOWN",
        words=("couldn't find record",),
        said=("RecordNotFound",),
        cause="Sage does not find a record that is referred to, or finds it to be of a "
        "kind that does not fit; it does not say which.",
        fix="Load the data of the business anew: a contact, account, tax rate or item may "
        "have been deleted, or hidden from this use, in the meantime.",
        mark="observed",
    ),
    # What is wrong with a field.
    Saying(
        code="SC-SA-UMBRELLA",
        words=("this field is required",),
        source="line_items.description",
        cause="A line lacks its description, or something else is wrong: Sage says the "
        "same where totals do not agree, and where a text holds HTML such as &amp;.",
        fix="See that each line has a description, that no text is escaped for a web page, "
        "and that the totals are those of the lines.",
        mark="observed",
    ),
    Saying(
        code="SC-REQUIRED",
        words=("this field is required", "can't be blank"),
        cause="Sage requires a field that is empty.",
        fix="Fill the field in where the record was made, and send it again.",
    ),
    Saying(
        code="SC-SA-ABROAD-ZERO",
        words=("must be 'zero rated' for customers outside",),
        cause="A customer abroad is charged tax, which the business must not do.",
        fix="Give the lines the zero rate, and say whether they are goods or services.",
        mark="observed",
    ),
    Saying(
        code="SC-SA-GOODS-AND-SERVICES",
        words=("must be the same",),
        cause="Goods and services stand on one document to a customer abroad.",
        fix="Make one document of the goods and one of the services.",
        mark="observed",
    ),
    Saying(
        code="SC-SA-VALUE",
        words=(
            *("not a number", "invalid date", "invalid_date"),
            *("not included in the list", "is too long", "must be greater than"),
        ),
        cause="A value is not of the kind that Sage takes there.",
        fix="Correct the value.",
    ),
    Saying(
        code="SC-SA-ACCOUNT-KIND",
        words=("must be a bank ledger", "must be a valid type of"),
        cause="The account is not of the kind that such an entry takes.",
        fix="Choose an account that Sage shows for this use.",
    ),
    Saying(
        code="SC-SA-SAME-ACCOUNT",
        words=("should not be the same as source",),
        cause="Money is to be moved from an account to itself.",
        fix="Name two different accounts.",
    ),
    Saying(
        code="SC-REQUIRED",
        words=("blank",),
        cause="Sage requires a field that is empty.",
        fix="Fill the field in where the record was made, and send it again.",
    ),
    # What is wrong with the request, or with Sage.
    Saying(
        code="SC-SA-MEDIA-TYPE",
        statuses=(415,),
        cause="Sage did not take the request for JSON.",
        fix="Look for a proxy that changes requests; else report it.",
    ),
    Saying(
        code="SC-SA-UNAVAILABLE",
        statuses=(502, 503, 504, 525),
        error=BrokenReplyError,
        cause="Sage is overloaded, or being maintained.",
        fix="Repeat it later; look before you repeat a write.",
        mark="observed",
    ),
    Saying(
        code="SC-SA-SAGE-FAILED",
        words=("an unexpected error occurred",),
        said=("UnexpectedError",),
        statuses=(500,),
        error=BrokenReplyError,
        cause="Sage broke down over this request; whether it was carried out is not known.",
        fix="Look before you repeat a write. Sage's support asks for the request's id.",
    ),
)
UNMAPPED: Final = Saying(
    code="SC-UNMAPPED",
    cause="Sage says something that is not among its known messages.",
    fix="Read what Sage says, and report it, so that it is explained to the next.",
    mark="ours",
)
NOT_SAGE: Final = Saying(
    code="SC-SA-NOT-SAGE",
    error=BrokenReplyError,
    cause="Something other than Sage seems to have answered, such as a proxy.",
    fix="Look for a proxy or a sign-in page in between, and at the address in the "
    "settings.",
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
