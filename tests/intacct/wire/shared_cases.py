"""The cases that are kept beside the repository, and how their inputs become objects."""

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree

from sage_connect.intacct import functions

SHARED = Path(__file__).parents[4] / "shared" / "spec" / "intacct"

# Names in the inputs that stand for no class of ours, and why.
EXCLUDED = {
    "SplFixedArray": "an array of PHP; a list here",
    "ClientConfig": "settings of the envelope: Credentials and a Service here",
    "RequestConfig": "settings of the envelope: Credentials and a Service here",
    "ControlBlock": "the envelope's, not a function's",
    "LoginAuthentication": "the envelope's, not a function's",
    "OperationBlock": "the envelope's, not a function's",
    "RequestBlock": "the envelope's, not a function's",
    "RequestHandler": "sends, which a Service does here",
    "MockHandler": "a network of the test that the case comes from",
    "Response": "a network of the test that the case comes from",
}


def cases() -> Iterator[dict[str, Any]]:
    """Yield every case that is about functions."""
    for file in sorted((SHARED / "cases").glob("*.json")):
        read = json.loads(file.read_text("utf-8"), parse_float=Decimal)
        for case in read["cases"] if isinstance(read, dict) else read:
            if file.stem != "envelope":
                yield case


def made(value: Any) -> Any:  # noqa: PLR0911  # one for each shape of input
    """Return what an input describes."""
    if isinstance(value, list):
        return [made(one) for one in value]
    if not isinstance(value, Mapping):
        return value
    if "$date" in value:
        return day(value["$date"])
    if "_getter" in value:
        return getattr(made(value["_of"]), value["_getter"])(*made(value["_args"]))
    if "_type" not in value:
        return {name: made(one) for name, one in value.items()}
    if value["_type"] == "SplFixedArray":
        return [""] * value["arg0"]
    fields = {name: made(one) for name, one in value.items() if not name.startswith("_")}
    one = getattr(functions, value["_type"])(**fields)
    for name, *arguments in value.get("_calls", ()):
        answer = getattr(one, name)(*made(arguments))
        one = one if answer is None else answer
    return one


def types_of(value: Any) -> Iterator[str]:
    """Yield the names of classes in an input that are none of ours."""
    if isinstance(value, Mapping):
        if "_type" in value and not hasattr(functions, value["_type"]):
            yield value["_type"]
        for one in value.values():
            yield from types_of(one)
    elif isinstance(value, list):
        for one in value:
            yield from types_of(one)


def day(text: str) -> dt.date:
    """Return a date, or a time where the text has one."""
    if len(text) == len("2015-06-30"):
        return dt.date.fromisoformat(text)
    return dt.datetime.fromisoformat(text)


def shape(element: "etree._Element") -> Any:
    """Return what two elements have in common if they mean the same."""
    return (
        element.tag,
        dict(element.items()),
        element.text or "",
        [shape(child) for child in element],
    )
