"""Answers of the gateway: whole, or piece by piece in memory that does not grow.

An answer speaks on three levels: of the request (`control`), of the sign-in
(`authentication`), of each function (`results`). None of them being a success is an error
here: what is raised is only an answer that is not what the documentation promises.
"""

import datetime as dt
from collections.abc import Generator, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, Literal, TypeAlias, TypeVar, overload

import attrs

from ...errors import BrokenReplyError, RefusedError
from .elements import record_of, records_of
from .messages import ErrorMessage, errors_of
from .record import Record, Value
from .xml import Incoming, refuse_if_too_large

Expected: TypeAlias = Literal["any", "online", "offline"]
"""What an answer must have if its control block tells of success: nothing more, an
operation with results, or the acknowledgement of a request with a policy id."""

SUCCESS: Final = "success"
_EVERY: Final = 64 * 1024
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})

R = TypeVar("R", bound=Record)


@attrs.frozen(kw_only=True)
class Control:
    """What the gateway says of the request as a whole.

    Attributes:
        status: "success" or "failure".
        sender_id: As sent; "" where the request could not be read so far.
        control_id: As sent, or "".
        unique_id: As sent; None where it is not said.
        dtd_version: Such as "3.0", or "".
    """

    status: str
    sender_id: str = ""
    control_id: str = ""
    unique_id: bool | None = None
    dtd_version: str = ""


@attrs.frozen(kw_only=True)
class Authentication:
    """What the gateway says of the sign-in.

    Attributes:
        status: "success" or "failure".
        user_id: Who signed in.
        company_id: Where.
        entity_id: "" at the top level; None where it is not said.
        session_timestamp: When the session began, aware; None where it is not said, or not
            in the form that is documented.
        session_timeout: When it ends unless it is used, likewise.
    """

    status: str
    user_id: str = ""
    company_id: str = ""
    entity_id: str | None = None
    session_timestamp: dt.datetime | None = None
    session_timeout: dt.datetime | None = None


def _how_many(records: tuple[Record, ...]) -> str:
    return f"({len(records)} records)"


@attrs.frozen(kw_only=True)
class Result:
    """What came of one function.

    Attributes:
        status: "success", "failure", or "aborted": undone, or never done, since another
            function of the transaction failed.
        function: Its name.
        control_id: As sent.
        key: What a legacy function made, or "".
        list_type: What the records are: the name of an object, "objects", "All".
        total: How many records there are; None where it is not said.
        count: How many of them are here.
        remaining: How many come after these.
        result_id: What `readMore` asks for, or "".
        offset: Where this page of a query begins.
        start: Index of the first record of a legacy list, from 0.
        end: Index of its last record.
        records: What the function gave; those of a view, without it. A failed one may have
            some all the same.
        attributes: All that stood on `data` and, of a view, on `view`.
        errors: Why it failed.
    """

    status: str
    function: str
    control_id: str
    key: str = ""
    list_type: str = ""
    total: int | None = None
    count: int | None = None
    remaining: int | None = None
    result_id: str = ""
    offset: int | None = None
    start: int | None = None
    end: int | None = None
    records: tuple[Record, ...] = attrs.field(default=(), repr=_how_many)
    attributes: Mapping[str, str] = attrs.field(factory=dict[str, str], repr=False)
    errors: tuple[ErrorMessage, ...] = ()

    @property
    def is_success(self) -> bool:
        """Whether the function did what it was asked; any other word is a no."""
        return self.status == SUCCESS

    @property
    def data(self) -> Record:
        """All that stood in `data`, as one record; for answers that are no list."""
        texts: dict[str, Value] = {}
        for record in self.records:
            before = texts.get(record.tag, ())
            texts[record.tag] = (*before, record) if isinstance(before, tuple) else record
        alone = {
            name: one[0] if isinstance(one, tuple) and len(one) == 1 else one
            for name, one in texts.items()
        }
        return Record("data", alone, attributes=self.attributes)


@attrs.frozen(kw_only=True)
class Response:
    """A whole answer.

    Attributes:
        control: Of the request.
        acknowledgement: Status of a request with a policy id: "success" says that it was
            queued, nothing of what came of it. None where the answer has none.
        authentication: Of the sign-in; None where it did not come to that.
        results: In the order of the functions.
        errors: Of the request or of the sign-in. Those of a function are with its result.
    """

    control: Control
    acknowledgement: str | None = None
    authentication: Authentication | None = None
    results: tuple[Result, ...] = ()
    errors: tuple[ErrorMessage, ...] = ()

    @property
    def failed_level(self) -> Literal["control", "authentication", ""]:
        """The level that kept every function from running, or ""."""
        if self.control.status != SUCCESS:
            return "control"
        if self.authentication and self.authentication.status != SUCCESS:
            return "authentication"
        return ""


def parse_reply(body: bytes, *, expected: Expected = "any") -> Response:
    """Read a whole answer. That something failed in it raises nothing.

    Args:
        body: XML.
        expected: What kind of request it answers.

    Raises:
        BrokenReplyError: It is no XML, hostile, or lacks what every answer has.
    """
    refuse_if_too_large(body)
    reader = ReplyReader(expected=expected, keep=True)
    # In pieces as well: walking what the cache still holds is faster than the whole tree.
    for at in range(0, len(body), _EVERY):
        reader.feed(body[at : at + _EVERY])
    reader.close()
    return reader.response


class ReplyReader:
    """Reads an answer that arrives in pieces, and gives its records as they come.

    Records of successful functions are handed out, in order; those of failed ones stay
    with the result. However the answer is cut, the records are the same.
    """

    def __init__(
        self,
        *,
        expected: Expected = "any",
        kind: type[Record] | None = None,
        keep: bool = False,
    ) -> None:
        """Begin.

        Args:
            expected: What kind of request it answers.
            kind: The class of every record; None to go by their names.
            keep: Leave the records with their results, and hand out none.
        """
        self._keep = keep
        # Of the result that has not ended yet.
        self._kept: list[Record] = []
        self._incoming = Incoming()
        self._expected: Expected = expected
        self._kind = kind
        self._results: list[Result] = []
        self._waiting = 0
        self._response: Response | None = None

    def feed(self, chunk: bytes) -> list[Record]:
        """Read some more; return the records that are complete by now.

        Raises:
            BrokenReplyError: See `parse_reply`.
        """
        self._incoming.feed(chunk)
        self._waiting += len(chunk)
        # Looking costs the same for a byte as for many.
        if self._waiting < _EVERY:
            return []
        self._waiting = 0
        return self._complete(ended=False)

    def close(self) -> list[Record]:
        """Say that there is no more; return the last records. Then there is `response`."""
        root = self._incoming.close()
        records = self._complete(ended=True)
        self._response = _response(root, self._results, self._expected)
        return records

    @property
    def response(self) -> Response:
        """The answer, its results without the records that were handed out."""
        if self._response is None:
            raise ValueError("the answer has not been read to its end: call `close`")
        return self._response

    def _complete(self, *, ended: bool) -> list[Record]:
        """Take out of the tree what will not change any more.

        Only what something follows: the parser still holds on to the last child at each
        level, and taking that away from it would crash the process.
        """
        root = self._incoming.root
        if root is None:
            return []
        if root.tag != "response":
            raise _malformed(f"is a {root.tag!r}")
        records: list[Record] = []
        for operation in root.findall("operation"):
            ended_here = ended or operation.getnext() is not None
            for result in operation.findall("result"):
                is_whole = ended_here or result.getnext() is not None
                succeeds = _text(result, "status") == SUCCESS
                if succeeds or is_whole:
                    taken = self._taken(result, is_whole=is_whole)
                    (self._kept if self._keep or not succeeds else records).extend(taken)
                if is_whole:
                    self._results.append(_result(result, records=tuple(self._kept)))
                    self._kept.clear()
                    operation.remove(result)
                    self._incoming.taken()
        return records

    def _taken(self, result: Any, *, is_whole: bool) -> list[Record]:
        taken: list[Record] = []
        holders = _holders(result)
        for holder in holders:
            is_last = holder is holders[-1] and not is_whole
            elements = holder[:-1] if is_last else holder[:]
            if elements:
                taken += records_of(holder, elements, self._kind)
                del holder[: len(elements)]
                self._incoming.taken()
        return taken


def reply_of(
    chunks: Iterable[bytes],
    *,
    expected: Expected = "any",
    kind: type[Record] | None = None,
) -> Generator[Record, None, Response]:
    """Yield the records of successful functions as they arrive; return the answer.

    Raises:
        BrokenReplyError: See `parse_reply`; perhaps after some records.
    """
    reader = ReplyReader(expected=expected, kind=kind)
    for chunk in chunks:
        yield from reader.feed(chunk)
    yield from reader.close()
    return reader.response


@overload
def records_in(chunks: Iterable[bytes], decode: type[R]) -> Iterator[R]: ...
@overload
def records_in(chunks: Iterable[bytes], decode: None = None) -> Iterator[Record]: ...
def records_in(
    chunks: Iterable[bytes], decode: type[Record] | None = None
) -> Iterator[Record]:
    """Yield the records of an answer as it arrives, and raise if anything in it failed.

    Args:
        chunks: The answer, cut anywhere.
        decode: The class of every record; None to go by their names.

    Raises:
        BrokenReplyError: The answer is no XML, hostile, or incomplete.
        RefusedError: The request, the sign-in or a function failed, once all others'
            records were given.
    """
    response = yield from reply_of(chunks, expected="online", kind=decode)
    failed = [one for one in response.results if not one.is_success]
    errors = (*response.errors, *(error for one in failed for error in one.errors))
    if response.failed_level or failed:
        place = response.failed_level or failed[0].function
        said = "; ".join(f"{one.number} {one.text}" for one in errors) or "without a reason"
        raise RefusedError(f"{place} failed: {said}")


def _response(root: Any, results: list[Result], expected: Expected) -> Response:
    if root.tag != "response":
        raise _malformed(f"is a {root.tag!r}")
    control = _control(root)
    errors = errors_of(root)
    signed_in: Authentication | None = None
    operation = root.find("operation")
    if operation is not None:
        signed_in = _authentication(operation)
        errors += tuple(
            error for one in root.iterchildren("operation") for error in errors_of(one)
        )
        if signed_in.status == SUCCESS and not results and not errors:
            raise _malformed("has an operation without a result")
    acknowledgement = root.find("acknowledgement")
    if control.status == SUCCESS:
        if operation is None and expected == "online":
            raise _malformed("has no operation")
        if acknowledgement is None and expected == "offline":
            raise _malformed("has no acknowledgement")
    return Response(
        control=control,
        acknowledgement=None
        if acknowledgement is None
        else _demanded(acknowledgement, "status", "an acknowledgement"),
        authentication=signed_in,
        results=tuple(results),
        errors=errors,
    )


def _control(root: Any) -> Control:
    control = root.find("control")
    if control is None:
        raise _malformed("has no control block")
    return Control(
        status=_demanded(control, "status", "a control block"),
        sender_id=control.findtext("senderid") or "",
        control_id=control.findtext("controlid") or "",
        unique_id=_UNIQUE.get(_text(control, "uniqueid").lower()),
        dtd_version=control.findtext("dtdversion") or "",
    )


_UNIQUE: Final = {"true": True, "false": False}


def _authentication(operation: Any) -> Authentication:
    element = operation.find("authentication")
    if element is None:
        raise _malformed("has an operation without an authentication")
    status = _demanded(element, "status", "an authentication")
    if status == SUCCESS:
        # A refusal may not know who was there.
        for name in ("userid", "companyid"):
            if element.find(name) is None:
                raise _malformed(f"has an authentication without {name}")
    entity = element.find("locationid")
    return Authentication(
        status=status,
        user_id=element.findtext("userid") or "",
        company_id=element.findtext("companyid") or "",
        entity_id=None if entity is None else entity.text or "",
        session_timestamp=_instant(element.findtext("sessiontimestamp")),
        session_timeout=_instant(element.findtext("sessiontimeout")),
    )


def _result(element: Any, *, records: tuple[Record, ...]) -> Result:
    status = _demanded(element, "status", "a result")
    for name in ("function", "controlid"):
        if element.find(name) is None:
            raise _malformed(f"has a result without {name}")
    attributes: dict[str, str] = {}
    for holder in (*element.findall("data"), *_holders(element)):
        attributes |= holder.attrib
    said = {name.lower(): value for name, value in attributes.items()}
    listed = element.find("listtype")
    if listed is not None:
        said |= {"listtype": listed.text or ""}
        said |= {name.lower(): value for name, value in listed.attrib.items()}
    return Result(
        status=status,
        function=element.findtext("function") or "",
        control_id=element.findtext("controlid") or "",
        key=element.findtext("key") or "",
        list_type=said.get("listtype", ""),
        total=_count(said.get("totalcount", said.get("total"))),
        count=_count(said.get("count")),
        remaining=_count(said.get("numremaining")),
        result_id=said.get("resultid", ""),
        offset=_count(said.get("offset")),
        start=_count(said.get("start")),
        end=_count(said.get("end")),
        records=records,
        attributes=attributes,
        errors=errors_of(element),
    )


def _holders(result: Any) -> list[Any]:
    """Return the elements whose children are records: `data`, or the views inside it."""
    holders: list[Any] = result.findall("data")
    if _text(result, "function").lower() == "readview":
        views = [one for data in holders for one in data if one.tag.lower() == "view"]
        if views and len(views) == sum(map(len, holders)):
            return views
    return holders


def _text(element: Any, name: str) -> str:
    return (element.findtext(name) or "").strip()


def _demanded(element: Any, name: str, of: str) -> str:
    found = element.find(name)
    if found is None:
        raise _malformed(f"has {of} without {name}")
    return (found.text or "").strip()


def _malformed(what: str) -> BrokenReplyError:
    return BrokenReplyError(f"the answer {what}: that is none of the gateway's")


def _count(text: str | None) -> int | None:
    if text and text.isascii() and text.isdigit() and len(text) < len("1" + "0" * 18):
        return int(text)
    return None


def _instant(text: str | None) -> dt.datetime | None:
    try:
        found = dt.datetime.fromisoformat((text or "").strip())
    except ValueError:
        return None
    return found if found.tzinfo else None


__all__ = (
    "Authentication",
    "Control",
    "ErrorMessage",
    "Expected",
    "ReplyReader",
    "Response",
    "Result",
    "parse_reply",
    "record_of",
    "records_in",
    "reply_of",
)
