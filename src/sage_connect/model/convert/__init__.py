"""Documents to and from dicts, JSON, NDJSON and CSV: strict, exact, and never by halves.

A field that no document has is refused with its path and the nearest known name; an amount
never passes through a float; one document that cannot be read does not stop the others.

>>> from_dict({"type": "customer", "code": "C1", "nmae": "Durand"})
Traceback (most recent call last):
    ...
sage_connect.errors.CodecError: /nmae: unknown field "nmae"; did you mean "name"?
"""

import io
from collections.abc import Sequence

from ...errors import FileFormatError
from .documents import Loaded, Record, from_dict, to_dict
from .notation import LONGEST, decoded, from_json, from_ndjson, to_json, to_ndjson, value_of
from .snapshot import reference_from_json, reference_to_json
from .table import from_csv, to_csv

__all__ = (
    "LONGEST",
    "Loaded",
    "Record",
    "from_csv",
    "from_dict",
    "from_json",
    "from_ndjson",
    "read",
    "reference_from_json",
    "reference_to_json",
    "to_csv",
    "to_dict",
    "to_json",
    "to_ndjson",
)


def read(content: bytes, *, name: str = "") -> Sequence[Loaded]:
    """Read a file of documents, told by its content, and only then by its extension.

    A list in brackets is JSON. Braces are NDJSON where the first line is a whole object and
    more follows, or where a second object opens on the next line; else JSON. What begins
    otherwise is CSV.

    Args:
        content: The file, in UTF-8.
        name: Its name, for errors and for its extension.

    Raises:
        FileFormatError: It is empty, or not readable at all. One document that cannot be
            read stands among the others instead, with its error.
    """
    if not content.strip():
        raise FileFormatError("the file is empty", file=name)
    if name.lower().endswith((".ndjson", ".jsonl")) or _is_ndjson(content):
        return tuple(from_ndjson(io.BytesIO(content)))
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start in {b"[", b"{"} or name.lower().endswith(".json"):
        return from_json(content, name=name)
    return from_csv(content, name=name)


def _is_ndjson(content: bytes) -> bool:
    lines = [line for line in io.BytesIO(content.lstrip()) if line.strip()]
    if not lines[0].startswith(b"{") or lines[1:] == []:
        return False
    if lines[1].startswith(b"{"):
        return True
    try:
        value_of(decoded(lines[0]))
    except FileFormatError:
        return False
    return True
