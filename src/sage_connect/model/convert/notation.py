"""JSON and NDJSON text: exact numbers, and the line and column of every fault."""

import json
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import attrs

from ...errors import FileFormatError
from .documents import Loaded, Record, build, codec_error, nowhere, written
from .shapes import MOST_DIGITS, Fault, Misfit, Path, Unread

LONGEST = 10_000_000
"""Characters of one document in JSON; bytes of one line of NDJSON. More is refused."""
_BLANK: Final = re.compile(r"[ \t\r\n]*")
_BOM: Final = "\ufeff"
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")


def _number(text: str) -> Decimal | Unread:
    try:
        return Decimal(text)
    except InvalidOperation:
        return Unread(f"the number {text[:MOST_DIGITS]}… has too large an exponent")


def _whole(text: str) -> int | Unread:
    # Python itself refuses to read an int of more than 4,300 digits.
    if len(text) <= MOST_DIGITS + 1:
        return int(text)
    return Unread(f"a number of {len(text)} digits, more than {MOST_DIGITS}")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any] | Unread:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    names = [name for name, _ in pairs]
    twice = next(name for at, name in enumerate(names) if name in names[:at])
    return Unread(f'the field "{twice}" stands twice in one object', twice)


def _constant(text: str) -> Unread:
    return Unread(f"{text} is no number that JSON, or an amount, can be")


# None of the hooks raises: a bad value is a fault of one document, at its own place.
_DECODER: Final = json.JSONDecoder(
    parse_float=_number,
    parse_int=_whole,
    parse_constant=_constant,
    object_pairs_hook=_object,
)


@attrs.frozen
class Found:
    """One value in a text, and where.

    Attributes:
        value: As JSON says it, numbers exact.
        text: The whole text.
        start: Its first character.
        end: The character after its last.
        line: Line of its first character, from 1.
    """

    value: Any
    text: str
    start: int
    end: int
    line: int

    def place(self, path: Path) -> str:
        """Return line and column of what `path` leads to, or of what it is missing from."""
        try:
            at = self._offset(path)
        except RecursionError:
            # It was read a few calls nearer to the limit of Python's stack.
            return f"line {self.line}"
        line = self.line + self.text.count("\n", self.start, at)
        return f"line {line}, column {at - self.text.rfind(chr(10), 0, at)}"

    def _offset(self, path: Path) -> int:
        at = self.start
        for step in path:
            inner = _child(self.text, at, step)
            if inner is None:
                break
            at = inner
        return at


def _child(text: str, at: int, step: str | int) -> int | None:
    """Return where the member `step` of the object or list at `at` begins."""
    opening = text[at]
    if opening not in "{[":
        return None
    found: int | None = None
    count = 0
    at = _after_blank(text, at + 1)
    while text[at] not in "}]":
        name: object = count
        if opening == "{":
            name, at = _DECODER.raw_decode(text, at)
            at = _after_blank(text, _after_blank(text, at) + 1)
        if name == step:
            found = at
        count += 1
        at = _after_blank(text, _DECODER.raw_decode(text, at)[1])
        if text[at] == ",":
            at = _after_blank(text, at + 1)
    return found


def _after_blank(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


def decoded(content: bytes | str, name: str = "", *, bom: bool = False) -> str:
    """Return `content` as text.

    Args:
        content: UTF-8, or text already.
        name: Of the file, for errors.
        bom: True to take off a byte order mark, False to refuse it.

    Raises:
        FileFormatError: It is not UTF-8, or begins with a byte order mark.
    """
    if isinstance(content, str):
        text = content
    elif content.startswith(_UTF_16):
        raise FileFormatError(
            "this is UTF-16, at column 1.", file=name, line=1, fix="Save the file as UTF-8."
        )
    else:
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            before = content[: error.start]
            column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8")) + 1
            raise FileFormatError(
                f"byte 0x{content[error.start]:02X} at column {column} is not UTF-8.",
                file=name,
                line=before.count(b"\n") + 1,
                fix="Save the file as UTF-8.",
            ) from None
    if not text.startswith(_BOM):
        return text
    if not bom:
        raise FileFormatError(
            "a byte order mark at column 1, which JSON does not allow.",
            file=name,
            line=1,
            fix="Save the file as UTF-8 without a byte order mark.",
        )
    return text[1:]


def _value(text: str, at: int, line: int, name: str) -> Found:
    try:
        value, end = _DECODER.raw_decode(text, at)
    except json.JSONDecodeError as error:
        raise FileFormatError(
            f"this is no JSON: {error.msg.lower()} at column {error.colno}",
            file=name,
            line=error.lineno,
        ) from None
    except RecursionError:
        column = at - text.rfind("\n", 0, at)
        raise FileFormatError(
            f"what begins at column {column} is nested too deeply for any document",
            file=name,
            line=line,
        ) from None
    return Found(value, text, at, end, line)


def _expected(what: str, text: str, at: int, name: str) -> FileFormatError:
    found = f'"{text[at]}"' if at < len(text) else "the end of the file"
    return FileFormatError(
        f"this is no JSON: expected {what} at column {at - text.rfind(chr(10), 0, at)}, "
        f"found {found}",
        file=name,
        line=text.count("\n", 0, at) + 1,
    )


def value_of(text: str, name: str = "") -> Found:
    """Return the one value that `text` holds.

    Raises:
        FileFormatError: It is no JSON, or holds more than one value.
    """
    at = _after_blank(text, 0)
    found = _value(text, at, text.count("\n", 0, at) + 1, name)
    end = _after_blank(text, found.end)
    if end < len(text):
        raise _expected("the end of the file", text, end, name)
    return found


def _elements(text: str, name: str) -> Iterator[Found]:
    """Yield the members of the list in `text`, or the one value that it holds."""
    at = _after_blank(text, 0)
    if text[at : at + 1] != "[":
        yield value_of(text, name)
        return
    line, counted = 1, 0
    at = _after_blank(text, at + 1)
    more = text[at : at + 1] != "]"
    while more:
        line, counted = line + text.count("\n", counted, at), at
        found = _value(text, at, line, name)
        yield found
        at = _after_blank(text, found.end)
        more = text[at : at + 1] == ","
        if more:
            at = _after_blank(text, at + 1)
    if text[at : at + 1] != "]":
        raise _expected('"," or "]"', text, at, name)
    end = _after_blank(text, at + 1)
    if end < len(text):
        raise _expected("the end of the file", text, end, name)


def _loaded(index: int, found: Found) -> Loaded:
    try:
        if found.end - found.start > LONGEST:
            message = f"a document of more than {LONGEST} characters"
            raise Misfit([Fault((), message)])  # noqa: TRY301 - one way out for all faults
        return Loaded(index, found.line, document=build(found.value))
    except Misfit as error:
        return Loaded(index, found.line, error=codec_error(error, found.place))


def from_json(content: bytes | str, *, name: str = "") -> tuple[Loaded, ...]:
    """Read one document (an object) or many (a list of objects).

    Numbers are exact (`12.50` never passes through a float), but text (`"12.50"`) is the
    better habit. NaN, Infinity, exponents beyond any amount and a field that stands twice
    are faults of their document; the others are read.

    Args:
        content: UTF-8 without a byte order mark.
        name: Of the file, for errors.

    Raises:
        FileFormatError: It is not UTF-8, no JSON, cut off, or nested too deeply. No
            document of such a file is returned: it may lack its other half.
    """
    found = _elements(decoded(content, name), name)
    return tuple(_loaded(index, one) for index, one in enumerate(found))


def from_ndjson(lines: Iterable[bytes]) -> Iterator[Loaded]:
    """Read one document a line, as they come, in flat memory; blank lines are passed over.

    A line that is no JSON, no UTF-8 or longer than 10 MB is the fault of that line alone.
    """
    index = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        yield _line(index, number, line)
        index += 1


def _line(index: int, number: int, line: bytes) -> Loaded:
    try:
        if len(line) > LONGEST:
            raise FileFormatError(  # noqa: TRY301 - one way out for all faults
                f"column {LONGEST + 1}: a line of {len(line)} bytes, more than {LONGEST}"
            )
        found = value_of(decoded(line.rstrip(b"\r\n")))
    except FileFormatError as error:
        tail = f" {error.fix}" if error.fix else ""
        fault = Fault((), f"line {number}: {error.message}{tail}")
        return Loaded(index, number, error=codec_error(Misfit([fault]), nowhere))
    return _loaded(index, attrs.evolve(found, line=number))


def _text(document: Record) -> str:
    try:
        return json.dumps(written(document), ensure_ascii=False)
    except Misfit as error:
        raise codec_error(error, nowhere) from None


def to_json(documents: Iterable[Record]) -> bytes:
    """Write documents as a JSON list in UTF-8, one document a line; amounts are text.

    Raises:
        CodecError: As `to_dict`.
    """
    rows = ",\n".join(_text(document) for document in documents)
    return (f"[\n{rows}\n]\n" if rows else "[]\n").encode()


def to_ndjson(documents: Iterable[Record]) -> Iterator[bytes]:
    r"""Write documents as lines of JSON in UTF-8, each with its `\n`, as they come.

    Raises:
        CodecError: As `to_dict`.
    """
    for document in documents:
        yield f"{_text(document)}\n".encode()
