"""What Sage Intacct says when it refuses, and what is meant by it: one table.

Each row gives what tells it, a stable code, the error that it becomes, a plain cause and a
cure. Rows are tried in order; what none fits is `UNMAPPED`, never guessed. Sage publishes
no list of its error numbers: the marks say how each row is known.
"""

import enum
import re
from collections.abc import Sequence
from typing import Final

import attrs

from ..errors import (
    AuthenticationError,
    BrokenReplyError,
    ConfigurationError,
    DuplicateError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitedError,
    RefusedError,
    RemoteError,
)


class Level(enum.StrEnum):
    """Which part of an answer says no, and so what was done.

    Attributes:
        HTTP: No gateway spoke, or not in XML.
        CONTROL: The request as a whole: nothing ran.
        AUTHENTICATION: The signing in: nothing ran.
        RESULT: One function.
    """

    HTTP = "http"
    CONTROL = "control"
    AUTHENTICATION = "authentication"
    RESULT = "result"


@attrs.frozen(kw_only=True)
class Saying:
    """One thing that Sage Intacct says, told by any of its numbers, words or statuses.

    Attributes:
        code: Ours, stable; `sage-connect explain` knows it.
        ids: `errorid`s: the precise numbers, such as "GL-0493".
        numbers: `errorno`s. Several share one: then `words` or `levels` tell them apart.
        words: What the texts have in them, in any case; "…" stands for what differs.
        statuses: HTTP statuses, where there is nothing else to go by.
        levels: On which levels only; none for any.
        both: True where a number and words must both fit.
        error: What it becomes.
        cause: What is the matter, in a plain sentence.
        fix: What to do about it.
        mark: How sure it is: "documented", "observed" in somebody's public code or answers,
            "inferred", "assumed" where nothing is published, or "ours".
    """

    code: str
    ids: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    statuses: tuple[int, ...] = ()
    levels: tuple[Level, ...] = ()
    both: bool = False
    error: type[RemoteError] = RefusedError
    cause: str
    fix: str
    mark: str = "documented"

    def fits(self, level: Level, number: str, id: str, text: str, status: int) -> bool:
        """True where this is meant."""
        if self.levels and level not in self.levels:
            return False
        by_number = number in self.numbers or (bool(id) and id in self.ids)
        if self.both and not by_number:
            return False
        by_words = any(_pattern(one).search(text) for one in self.words)
        if self.both:
            return by_words
        return by_number or by_words or status in self.statuses


_patterns = dict[str, re.Pattern[str]]()


def _pattern(words: str) -> re.Pattern[str]:
    found = _patterns.get(words)
    if found is None:
        text = re.escape(words).replace("…", ".{0,120}?").replace("'", "['\u2019]")
        found = _patterns[words] = re.compile(text.replace("\\ ", r"\s+"), re.IGNORECASE)
    return found


_SIGN_IN: Final = ("XL03000006", "XMLGW_JPP0002", "UJPP0002")
_NOT_RUN: Final = (Level.CONTROL, Level.AUTHENTICATION)

SAYINGS: Final[Sequence[Saying]] = (
    # Too much, or not now.
    Saying(
        code="SC-IN-THROTTLED",
        numbers=("GW-0010",),
        words=("API rate limit exceeded", "too many requests"),
        statuses=(429,),
        error=RateLimitedError,
        cause="The company has more requests under way than its performance tier allows. "
        "Nothing was done.",
        fix="Repeat it later; send fewer at the same time (`Limits.concurrent`), or ask "
        "Sage for a higher tier.",
    ),
    Saying(
        code="SC-IN-OFFLINE",
        words=("service is temporarily off-line", "service is temporarily offline"),
        error=BrokenReplyError,
        cause="Sage Intacct is being maintained.",
        fix="Repeat it later.",
        mark="observed",
    ),
    # Who sends, and who signs in.
    Saying(
        code="SC-IN-POLICY",
        numbers=("XL03000006",),
        words=("transport policy",),
        both=True,
        error=AuthenticationError,
        cause="Sage does not know the transport policy of this name.",
        fix="Use the name that Sage's support gave to it, or ask them for one; without a "
        "policy the answer comes at once.",
    ),
    Saying(
        code="SC-IN-SENDER-NOT-AUTHORISED",
        numbers=_SIGN_IN,
        words=(
            *("not authorized for", "not authorised for", "web services authorization"),
            *("sender … not authorized", "sender … not authorised", "not allow … sender"),
        ),
        both=True,
        error=PermissionDeniedError,
        cause="The company does not let this sender id in.",
        fix="Let an administrator of the company add the sender id, spelt exactly so, "
        "under Company > Setup > Company > Security > Web Services authorizations.",
    ),
    Saying(
        code="SC-IN-DEMO-EXPIRED",
        numbers=("PL04000055",),
        error=AuthenticationError,
        cause="The demo company has expired.",
        fix="Ask Sage to extend it, or connect to another company.",
    ),
    Saying(
        code="SC-IN-SENDER",
        numbers=("XL03000006",),
        levels=(Level.CONTROL, Level.HTTP),
        error=AuthenticationError,
        cause="Sage does not take the sender id or its password, or the company has not "
        "authorised the sender.",
        fix="Compare both with what Sage issued: they are case sensitive, and not a "
        "user's. Then let an administrator look whether the sender id stands under Company "
        "> Setup > Company > Security > Web Services authorizations.",
    ),
    Saying(
        code="SC-IN-SIGN-IN",
        numbers=(*_SIGN_IN, "BL03000025"),
        words=("sign-in information is incorrect",),
        error=AuthenticationError,
        cause="Sage does not take the company id, the user id or the password; the user "
        "may be inactive or locked as well.",
        fix="Try the three of them by hand. The company id is what a person types to sign "
        "in; the user must be active under Company > Admin > Web Services users.",
    ),
    Saying(
        code="SC-IN-SESSION",
        numbers=("Get API Session Failed",),
        error=AuthenticationError,
        cause="Sage does not give a session: perhaps for an entity that does not exist, or "
        "that the user may not enter.",
        fix="See whether the entity id is spelt exactly as under Company > Setup > "
        "Entities, and whether the user's entities (or top level) include it.",
        mark="observed",
    ),
    # Whether it was carried out.
    Saying(
        code="SC-IN-ROLLED-BACK",
        numbers=("XL03000009",),
        error=RefusedError,
        cause="Another part of the same transaction failed, so that this one was taken "
        "back or never done.",
        fix="Correct the other part, and send all of it again.",
        mark="observed",
    ),
    # Modules and rights.
    Saying(
        code="SC-IN-MODULE",
        words=("is not subscribed", "not been subscribed", "is not activated"),
        error=PermissionDeniedError,
        cause="The company has not subscribed to the module, or to the feature, that this "
        "belongs to.",
        fix="Leave the field or the record out, or let an administrator subscribe under "
        "Company > Admin > Subscriptions.",
        mark="observed",
    ),
    Saying(
        code="SC-IN-PERMISSION",
        numbers=("PL04000005",),
        words=(
            *("do not have permission", "don't have permission"),
            *("you're not authorized to perform", "permission to view"),
            "not authorized to perform this action",
        ),
        error=PermissionDeniedError,
        cause="The role of the Web Services user lacks the right, or the company's "
        "subscription does not include this kind of record: Sage says the same for both.",
        fix="Let an administrator give the user's role the right under Company > Admin > "
        "Roles > Subscriptions, and look under Company > Admin > Subscriptions whether the "
        "module is on.",
        mark="observed",
    ),
    Saying(
        code="SC-IN-OPERATION",
        words=("API operation … cannot be performed on objects of type",),
        error=RefusedError,
        cause="There are such records, but Sage does not offer this to be done with them.",
        fix="Use another function: some kinds have only legacy ones.",
        mark="observed",
    ),
    # What is there already.
    Saying(
        code="SC-IN-DUPLICATE",
        ids=("GL-0493",),
        numbers=("BL34000061", "PL05000104"),
        words=("already exists", "already been used", "already in use", "duplicate"),
        error=DuplicateError,
        cause="The company has a record under this id or number already.",
        fix="Look it up and use it, or give this one another id. Of several records "
        "created by one function, others may have been made.",
        mark="observed",
    ),
    # What is not there.
    Saying(
        code="SC-IN-OBJECT",
        words=("object definition … not found",),
        error=NotFoundError,
        cause="The company has no such kind of record: the name is misspelt, or what "
        "defines it is not installed.",
        fix="See how the kind is called under Platform Services > Objects, or by "
        "`inspect`.",
        mark="inferred",
    ),
    Saying(
        code="SC-IN-FIELD",
        numbers=("DL02000001", "Query Failed"),
        words=("invalid fields list", "there was an error processing the request"),
        error=RefusedError,
        cause="A field that is asked for is not on these records, or a filter cannot be "
        "read: perhaps a date that is not written mm/dd/yyyy, or an order within it.",
        fix="Compare the names with what `lookup` gives for this company: fields come and "
        "go with modules.",
        mark="observed",
    ),
    # What is wrong with a value.
    Saying(
        code="SC-IN-DIMENSION-REQUIRED",
        words=(
            *("missing location dimension", "missing department dimension"),
            *("missing … dimension", "dimension … is required", "requires … dimension"),
            *("requires a location", "requires a department", "missing location"),
        ),
        error=RefusedError,
        cause="A line lacks a dimension that its account requires.",
        fix="Give the line the dimension, or let the accountant take the requirement off "
        "the account under General Ledger > Accounts.",
        mark="observed",
    ),
    Saying(
        code="SC-IN-PROJECT-MODULE",
        words=("invalid … REQUIREPROJECT", "REQUIREPROJECT … invalid"),
        error=RefusedError,
        cause="The company has no Projects, and so its accounts no field for it.",
        fix="Leave REQUIREPROJECT out.",
        mark="inferred",
    ),
    Saying(
        code="SC-IN-REFERENCE",
        words=("invalid … specified", "is not a valid …", "does not exist"),
        error=RefusedError,
        cause="A record that is referred to is not there, or cannot be used for this: Sage "
        "names it.",
        fix="Load the data of the company anew; correct the id, or create the record. Seen "
        "from an entity, another entity's records are not there.",
        mark="observed",
    ),
    Saying(
        code="SC-IN-DATE",
        numbers=("PL03000006",),
        words=("transaction date", "invalid date"),
        error=RefusedError,
        cause="A date cannot be posted to: perhaps its period is closed, or not open yet.",
        fix="Give it a day of an open period, or have the period opened.",
        mark="observed",
    ),
    Saying(
        code="SC-REQUIRED",
        numbers=("BL03000018", "PL01000127"),
        words=("is required", "missing unit", "required field"),
        error=RefusedError,
        cause="Something that Sage requires is missing.",
        fix="Fill it in where the record was made, and send it again.",
        mark="observed",
    ),
    Saying(
        code="SC-IN-PAYMENT",
        numbers=("BL03000130",),
        error=RefusedError,
        cause="The payment cannot be applied: perhaps to what is paid already, or with "
        "more than is due.",
        fix="Read the open documents anew, and apply what is still due.",
        mark="inferred",
    ),
    # What is wrong with the request.
    Saying(
        code="SC-IN-XML",
        numbers=("XL03000003",),
        error=RefusedError,
        cause="Sage could not read the request, or it is not as its schema wants it; the "
        "text gives line and column.",
        fix="Report it: what is typed should not come to this.",
    ),
    Saying(
        code="SC-IN-REQUEST",
        numbers=("GW-0011", "invalidRequest"),
        levels=(*_NOT_RUN, Level.HTTP),
        error=RefusedError,
        cause="The envelope of the request holds something wrong; wrong credentials are "
        "answered so as well.",
        fix="See whether sender id, company id and user id are spelt right; else report "
        "it.",
    ),
    # What says next to nothing.
    Saying(
        code="SC-IN-VAGUE",
        ids=("GL-0504",),
        numbers=("BL01001973",),
        error=RefusedError,
        cause="Sage says only that the record could not be made or changed: this number "
        "stands for nearly every business refusal, and often closes a list of others.",
        fix="Read the other entries. Where there are none, the usual reasons are: an id "
        "that is taken, a closed period, a dimension that the account requires, a record "
        "that is not active, or one of another entity.",
    ),
    # What only its place, or its status, tells.
    Saying(
        code="SC-IN-SIGN-IN",
        levels=(Level.AUTHENTICATION,),
        words=("",),
        error=AuthenticationError,
        cause="The user could not sign in; nothing was done.",
        fix="Read what Sage says. Try the company id, user id and password by hand.",
        mark="inferred",
    ),
    Saying(
        code="SC-IN-UNAVAILABLE",
        statuses=(502, 503, 504),
        levels=(Level.HTTP,),
        error=BrokenReplyError,
        cause="Sage Intacct is overloaded, or being maintained.",
        fix="Repeat it later; look before you repeat a write.",
        mark="inferred",
    ),
    Saying(
        code="SC-IN-STILL-RUNNING",
        statuses=(524,),
        levels=(Level.HTTP,),
        error=BrokenReplyError,
        cause="The request took so long that the network in front of Sage Intacct gave up; "
        "the work goes on.",
        fix="Wait and look before you repeat a write; send smaller parts, or by a "
        "transport policy.",
    ),
    Saying(
        code="SC-IN-SAGE-FAILED",
        statuses=(500,),
        levels=(Level.HTTP,),
        error=BrokenReplyError,
        cause="Sage Intacct broke down over this request; part of it may have been done.",
        fix="Look before you repeat a write.",
    ),
)
UNMAPPED: Final = Saying(
    code="SC-UNMAPPED",
    cause="Sage says something that is not among its known messages.",
    fix="Read what Sage says, and report it, so that it is explained to the next.",
    mark="ours",
)
NOT_SAGE: Final = Saying(
    code="SC-IN-NOT-SAGE",
    error=BrokenReplyError,
    cause="Something other than the gateway seems to have answered, such as a proxy.",
    fix="Look for a proxy or a sign-in page in between, and at the endpoint in the "
    "settings.",
    mark="ours",
)
REPEATED: Final = Saying(
    code="SC-IN-REPEATED",
    error=DuplicateError,
    cause="The function was carried out before under the same control id, and is not "
    "repeated.",
    fix="Look the record up; nothing was done twice.",
    mark="assumed",
)

VAGUE: Final = frozenset({"SC-IN-VAGUE", UNMAPPED.code})
"""Codes that do not name a cause."""


@attrs.frozen(kw_only=True)
class RepeatAnswer:
    """How the gateway says that it has carried out a function of this control id before.

    Sage documents that it refuses such a function, and neither number nor text of the
    refusal: what stands here is assumed. An error is one when any of these fits.

    Attributes:
        numbers: `errorno`s or `errorid`s.
        texts: What its texts have in them, in any case; "…" stands for what differs.
    """

    numbers: tuple[str, ...] = ()
    texts: tuple[str, ...] = (
        "already been executed",
        "already been processed",
        "already executed",
        "controlid … already",
        "control id … already",
        "controlid … not unique",
        "control id … not unique",
        "duplicate … controlid",
        "duplicate … control id",
    )

    def __attrs_post_init__(self) -> None:
        if not all(text.strip() for text in (*self.numbers, *self.texts)):
            # An empty text would be found in every error.
            raise ConfigurationError(
                "the texts and numbers of a RepeatAnswer are not empty"
            )

    def fits(self, number: str, id: str, text: str) -> bool:
        """True where a repeat is refused."""
        return (
            number in self.numbers
            or id in self.numbers
            or any(_pattern(one).search(text) for one in self.texts)
        )


def saying_of(level: Level, number: str, id: str, text: str, status: int = 0) -> Saying:
    """Return what is meant by one entry of an answer.

    Args:
        level: Where it stands.
        number: `errorno`.
        id: `errorid`, or "".
        text: All its texts, one after another.
        status: HTTP status of the answer, or 0.
    """
    for one in SAYINGS:
        if one.fits(level, number, id, text, status):
            return one
    return UNMAPPED
