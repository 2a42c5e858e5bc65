"""How the gateway refuses: numbers and texts as they are documented or were seen."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal, TypeAlias

import attrs

Level: TypeAlias = Literal["control", "operation"]

SIGN_IN: Final = "XL03000006"
SYNTAX: Final = "XL03000003"
ROLLED_BACK: Final = "XL03000009"
GENERAL: Final = "BL01001973"
MISSING: Final = "BL03000018"
PAYMENT: Final = "BL03000130"
NO_LOGIN: Final = "BL03000025"
DUPLICATE: Final = "BL34000061"
DUPLICATE_PARTY: Final = "PL05000104"
PERMISSION: Final = "PL04000005"
FIELD: Final = "DL02000001"
DATE: Final = "PL03000006"
DEMO_EXPIRED: Final = "PL04000055"
RATE_LIMIT: Final = "GW-0010"
INVALID: Final = "GW-0011"


@attrs.frozen(kw_only=True)
class Complaint:
    """An error of an answer.

    Attributes:
        number: `errorno`; not always a code.
        text: `description2`, the longer text.
        title: `description`.
        correction: What to do.
        error_id: The precise number of `additionalinfo`; "" for the number itself.
        category: Its category.
        object: The object of its target.
        field: The field of its target.
        values: Its placeholders.
        supported: Whether the text ends with a support id.
    """

    number: str
    text: str = ""
    title: str = ""
    correction: str = ""
    error_id: str = ""
    category: str = "BUSINESS_ERROR"
    object: str = ""
    field: str = ""
    values: Mapping[str, str] = attrs.field(factory=dict[str, str])
    supported: bool = True


class Refused(Exception):
    """A function failed.

    Args:
        complaints: Why; the last one is the most general, as the gateway has it.
        content: Data that the failed result holds nevertheless, in XML.
    """

    def __init__(self, *complaints: Complaint, content: str = "") -> None:
        super().__init__(complaints[0].text or complaints[0].number)
        self.complaints: Sequence[Complaint] = complaints
        self.content: str = content


class Denied(Exception):
    """A whole request is refused: no function runs.

    Args:
        level: Where the errors stand.
        complaint: Why.
        status: HTTP status.
    """

    def __init__(self, level: Level, complaint: Complaint, status: int = 200) -> None:
        super().__init__(complaint.text)
        self.level: Level = level
        self.complaint: Complaint = complaint
        self.status: int = status


def malformed(text: str, line: int, column: int) -> Denied:
    """Return the refusal of a request that is no XML, or not of the schema."""
    return Denied(
        "control",
        Complaint(
            number=SYNTAX,
            title="XML Parse error",
            text=f"XML Parse error: {text} at line {line}, column {column}",
            correction="Correct the request and send it again.",
            supported=False,
        ),
    )


def invalid(text: str) -> Denied:
    """Return the refusal of an envelope with missing or wrong values."""
    complaint = Complaint(number=INVALID, title="Invalid Request", text=text)
    return Denied("control", attrs.evolve(complaint, supported=False), 400)


def wrong_sender() -> Denied:
    """Return the refusal of a sender that is unknown, or whose password is wrong."""
    return Denied(
        "control",
        Complaint(
            number=SIGN_IN,
            text="Incorrect Intacct XML Partner ID or password.",
            correction="Check the sender ID and its password.",
            supported=False,
        ),
    )


def unauthorised_sender(sender: str, company: str, level: Level) -> Denied:
    """Return the refusal of a sender that the company has not put on its list."""
    return Denied(
        level,
        Complaint(
            number=SIGN_IN,
            title="Sign-in information is incorrect",
            text=f"The sender ID '{sender}' is not authorized to make Web Services "
            f"requests to company ID '{company}'.",
            correction="Ask the company administrator to grant Web Services "
            "authorization to this sender ID.",
            supported=False,
        ),
    )


def sign_in(
    text: str = "Sign-in information is incorrect", number: str = SIGN_IN
) -> Denied:
    """Return the refusal of a user, a company or a session."""
    return Denied(
        "operation",
        Complaint(
            number=number, title="Sign-in information is incorrect", text=text,
            supported=False,
        ),
    )  # fmt: skip


def unpermitted(operation: str, object: str) -> Refused:
    """Return the refusal of an operation for which the role, or the module, is missing."""
    return Refused(
        Complaint(
            number=PERMISSION,
            text=f"You do not have permission for API operation {operation} on objects "
            f"of type {object.lower()}",
            category="PERMISSION_ERROR",
            object=object,
        )
    )


def unsubscribed(module: str) -> Refused:
    """Return the refusal of a function whose module is off."""
    text = f"The {module} module is not subscribed."
    return Refused(Complaint(number=GENERAL, text=text, category="PERMISSION_ERROR"))


def no_object(object: str) -> Refused:
    """Return the refusal of an object that nobody knows."""
    text = f"Object definition {object} not found"
    return Refused(Complaint(number="Query Failed", text=text, object=object))


def not_offered(operation: str, object: str) -> Refused:
    """Return the refusal of an operation that an object does not have."""
    text = f"API operation '{operation}' cannot be performed on objects of type {object}"
    return Refused(Complaint(number=GENERAL, text=text, object=object))


def bad_field(object: str, field: str = "") -> Refused:
    """Return the refusal of a query with a field that is not on the object."""
    return Refused(
        Complaint(
            number=FIELD,
            text="There was an error processing the request.",
            object=object,
            field=field,
        )
    )


def bad_fields(object: str, names: Sequence[str]) -> Refused:
    """Return the refusal of a field list of read, readByName or readByQuery."""
    said = ", ".join(names)
    return Refused(Complaint(number=f"Invalid fields list {said}", object=object))


def general(action: str, object: str) -> Complaint:
    """Return the last error of a failed write, which says nothing of its own."""
    return Complaint(
        number=GENERAL,
        text=f"Could not {action} {object} record!",
        object=object,
    )


def business(
    text: str, *, number: str = GENERAL, object: str = "", field: str = "", id: str = ""
) -> Refused:
    """Return a refusal for a reason of business."""
    return Refused(
        Complaint(number=number, text=text, object=object, field=field, error_id=id)
    )


def missing(what: str, object: str, field: str) -> Refused:
    """Return the refusal of a record that lacks a part."""
    return Refused(
        Complaint(
            number=MISSING,
            text=f"Missing {what}",
            correction=f"Specify a value for {field}.",
            object=object,
            field=field,
        )
    )


def unknown_value(label: str, value: str, object: str, field: str) -> Refused:
    """Return the refusal of a reference to a record that is not there."""
    return Refused(
        Complaint(
            number=GENERAL,
            text=f"Invalid {label} '{value}' specified.",
            object=object,
            field=field,
            values={"VALUE": value},
        )
    )


def duplicate(label: str, object: str, field: str, value: str, number: str) -> Refused:
    """Return the refusal of a record whose id is taken."""
    return Refused(
        Complaint(
            number=number,
            text=f"Another {label} with the given value(s) {value} already exists",
            correction="Use a unique value instead.",
            object=object,
            field=field,
            values={"VALUE": value},
        )
    )
