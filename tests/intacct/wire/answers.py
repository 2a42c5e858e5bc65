"""Answers of a gateway, written for tests."""

from xml.sax.saxutils import escape, quoteattr

CONTROL = (
    "<control><status>{status}</status><senderid>acme</senderid>"
    "<controlid>request-1</controlid><uniqueid>false</uniqueid>"
    "<dtdversion>3.0</dtdversion></control>"
)
SIGNED_IN = (
    "<authentication><status>success</status><userid>api</userid>"
    "<companyid>books</companyid><locationid>{entity}</locationid>"
    "<sessiontimestamp>2026-03-01T08:00:00+00:00</sessiontimestamp>"
    "<sessiontimeout>2026-03-01T14:00:00-05:00</sessiontimeout></authentication>"
)


def answer(*results: str, entity: str = "") -> bytes:
    """Return a whole answer with these results."""
    inside = SIGNED_IN.format(entity=entity) + "".join(results)
    return response(CONTROL.format(status="success"), f"<operation>{inside}</operation>")


def response(*parts: str) -> bytes:
    inside = "".join(parts)
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return f"{head}\n<response>{inside}</response>".encode()


def result(
    inside: str = "",
    *,
    function: str = "query",
    status: str = "success",
    control_id: str = "f-1",
    **attributes: str,
) -> str:
    """Return a result with `inside` in its data, which has `attributes`."""
    named = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    return bare(f"<data{named}>{inside}</data>", function, status, control_id)


def bare(
    inside: str = "",
    function: str = "query",
    status: str = "success",
    control_id: str = "f-1",
) -> str:
    """Return a result with `inside` after what every one has."""
    return (
        f"<result><status>{status}</status><function>{function}</function>"
        f"<controlid>{escape(control_id)}</controlid>{inside}</result>"
    )


def failed(*errors: str, function: str = "create", status: str = "failure") -> str:
    return bare(f"<errormessage>{''.join(errors)}</errormessage>", function, status)


def error(number: str = "BL01001973", second: str = "", more: str = "") -> str:
    return (
        f"<error><errorno>{escape(number)}</errorno><description></description>"
        f"<description2>{escape(second)}</description2><correction/>{more}</error>"
    )


def record(tag: str, **fields: str) -> str:
    inside = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in fields.items())
    return f"<{tag}>{inside}</{tag}>"
