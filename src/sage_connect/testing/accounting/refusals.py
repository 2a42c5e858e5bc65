"""What the service says when it refuses, in its own shape and words."""

import re
from typing import Any, Final, Literal, TypeAlias

import attrs

SourceStyle: TypeAlias = Literal["path", "brackets", "umbrella"]
"""How `$source` names a field. All three are in use in the sources: `invoice_lines[0].x`
(documented), `purchase_invoice[invoice_lines][0][x]` and `line_items.x` (observed)."""

REQUIRED: Final = "This field is required."
NOT_FOUND: Final = "Couldn't find record."
_LINES: Final = re.compile(r"^\w*lines\[\d+\]\.")


@attrs.frozen
class Complaint:
    """One fault of a request.

    Attributes:
        code: `$dataCode`.
        message: `$message`, always English.
        source: The field, as `invoice_lines[0].description`; "" for none.
    """

    code: str
    message: str
    source: str = ""


class Refused(Exception):
    """The request is refused.

    Attributes:
        status: HTTP status.
        complaints: Everything that is wrong; Sage names all faults at once.
    """

    def __init__(self, status: int, *complaints: Complaint) -> None:
        super().__init__(status, *complaints)
        self.status: int = status
        self.complaints: tuple[Complaint, ...] = complaints


def required(source: str) -> Complaint:
    """Return the complaint about a missing field (seen in production)."""
    return Complaint("RecordInvalid", REQUIRED, source)


def invalid(message: str, source: str = "") -> Refused:
    """Return the refusal of a record that breaks a rule."""
    return Refused(422, Complaint("RecordInvalid", message, source))


def unknown_reference() -> Refused:
    """Return the refusal of an id in a body that leads nowhere, or to what does not fit.

    Seen in production with an empty source: `ledger_account_id` of an account that is not
    visible there is refused alike.
    """
    return Refused(422, Complaint("RecordNotFound", NOT_FOUND))


def no_such_record() -> Refused:
    """Return the refusal of an id in a path."""
    return Refused(404, Complaint("RecordNotFound", NOT_FOUND))


def in_use(message: str) -> Refused:
    """Return the refusal to delete what is in use.

    `MethodNotAllowed` is documented for it; that its status is 405 is inferred.
    """
    return Refused(405, Complaint("MethodNotAllowed", message))


def umbrella() -> Refused:
    """Return what stands for unrelated faults of an invoice.

    Totals that disagree and HTML entities in a text are answered so (seen in production).
    """
    return Refused(
        422, Complaint("RecordInvalid", "This field is required", "line_items.description")
    )


def written(complaint: Complaint, style: SourceStyle, wrap: str) -> dict[str, Any]:
    """Return a complaint as it stands in the array of a reply.

    Args:
        complaint: What is wrong.
        style: How `$source` names the field.
        wrap: The key that the body stands under.
    """
    return {
        "$severity": "error",
        "$dataCode": complaint.code,
        "$message": complaint.message,
        "$source": _source(complaint.source, style, wrap),
    }


def _source(source: str, style: SourceStyle, wrap: str) -> str:
    if style == "path" or not source:
        return source
    if style == "umbrella":
        return _LINES.sub("line_items.", source)
    parts = source.replace("[", ".").replace("]", "").split(".")
    return wrap + "".join(f"[{part}]" for part in parts)
