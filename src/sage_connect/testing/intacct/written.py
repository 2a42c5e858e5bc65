"""Answers in the shapes that are documented."""

import datetime as dt
import html
import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

import attrs

from .refusals import Complaint

_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SUPPORT: Final = itertools.count(1)


@attrs.frozen(kw_only=True)
class Head:
    """What an answer says of its request.

    Attributes:
        sender: As the request had it.
        control_id: As the request had it.
        unique: As the request had it.
        version: As the request had it.
        extended: Whether errors are told in more detail.
    """

    sender: str = ""
    control_id: str = ""
    unique: str = "false"
    version: str = "3.0"
    extended: bool = False


@attrs.frozen(kw_only=True)
class Result:
    """What became of a function.

    Attributes:
        status: "success", "failure" or "aborted".
        function: Its name.
        control_id: Its id.
        content: What stands after these, in XML.
        complaints: Why it failed.
        bare: The whole answer, where the function asked for CSV or JSON.
        media: Type of that.
    """

    status: str
    function: str
    control_id: str
    content: str = ""
    complaints: Sequence[Complaint] = ()
    bare: str | None = None
    media: str = ""


def element(name: str, value: str) -> str:
    """Return an element with a text."""
    return f"<{name}>{escape(value)}</{name}>" if value else f"<{name}></{name}>"


def elements(pairs: Iterable[tuple[str, str]]) -> str:
    """Return elements with texts, in order."""
    return "".join([element(name, value) for name, value in pairs])


def data(content: str, **attributes: Any) -> str:
    """Return a data element."""
    said = "".join(f" {name}={quoteattr(str(value))}" for name, value in attributes.items())
    return f"<data{said}>{content}</data>"


def control(head: Head, status: str) -> str:
    """Return the control block of an answer."""
    return "<control>{}</control>".format(
        elements(
            (
                ("status", status),
                ("senderid", head.sender),
                ("controlid", head.control_id),
                ("uniqueid", head.unique),
                ("dtdversion", head.version),
            )
        )
    )


def authentication(
    status: str,
    user: str,
    company: str,
    location: str,
    times: tuple[dt.datetime, dt.datetime] | None,
) -> str:
    """Return the authentication block of an answer."""
    pairs = [
        ("status", status),
        ("userid", user),
        ("companyid", company),
        ("locationid", location),
    ]
    if times is not None:
        since, until = times
        pairs += [
            ("sessiontimestamp", since.isoformat(timespec="seconds")),
            ("sessiontimeout", until.isoformat(timespec="seconds")),
        ]
    return f"<authentication>{elements(pairs)}</authentication>"


def errors(complaints: Iterable[Complaint], *, extended: bool) -> str:
    """Return the errors of an answer."""
    told = "".join(_error(one, extended=extended) for one in complaints)
    return f"<errormessage>{told}</errormessage>"


def result(made: Result, head: Head) -> str:
    """Return what became of a function."""
    failed = errors(made.complaints, extended=head.extended) if made.complaints else ""
    inside = elements(
        (
            ("status", made.status),
            ("function", made.function),
            ("controlid", made.control_id),
        )
    )
    return f"<result>{inside}{made.content}{failed}</result>"


def response(content: str) -> bytes:
    """Return a whole answer."""
    return f"{_DECLARATION}<response>{content}</response>".encode()


def csv(names: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    """Return records as CSV, which stands in an answer alone."""
    lines = [",".join(f'"{name}"' for name in names)]
    for row in rows:
        cells = [row.get(name, "").replace('"', '""') for name in names]
        lines.append(",".join(f'"{cell}"' for cell in cells))
    return "\n".join(lines)


def _error(complaint: Complaint, *, extended: bool) -> str:
    text = complaint.text
    if complaint.supported and text:
        text = f"{text} [Support ID: {_support_id()}]"
    pairs = [
        ("errorno", complaint.number),
        # Texts are escaped for HTML before they are for XML (documented).
        ("description", html.escape(complaint.title, quote=False)),
        ("description2", html.escape(text, quote=False)),
        ("correction", html.escape(complaint.correction, quote=False)),
    ]
    more = _additional(complaint) if extended else ""
    return f"<error>{elements(pairs)}{more}</error>"


def _support_id() -> str:
    number = next(_SUPPORT)
    return f"kZ8Wj%7EXp{number:06X}%2DEB032%7EW"


def _additional(complaint: Complaint) -> str:
    target = "".join(
        f" {name}={quoteattr(value)}"
        for name, value in (
            ("domain", ""),
            ("requestinfo", ""),
            ("object", complaint.object),
            ("field", complaint.field),
            ("businessinfo", ""),
        )
    )
    held = "".join(
        f"<placeholder name={quoteattr(name)} value={quoteattr(value)}/>"
        for name, value in complaint.values.items()
    )
    places = f"<placeholders>{held}</placeholders>"
    words = complaint.number.replace(" ", "_").upper()
    told = "".join(
        f'<{name} messageid="IA.{words}_{name.upper()}">{places}</{name}>'
        for name in ("description", "cdescription", "correction")
    )
    inside = element("errorid", complaint.error_id or complaint.number)
    category = element("category", complaint.category)
    return f"<additionalinfo>{inside}{category}<target{target}/>{told}</additionalinfo>"
