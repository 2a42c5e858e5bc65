"""Answers in pieces: however the bytes are cut, the records are the same."""

import itertools
from collections.abc import Iterator, Sequence
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given, strategies as st

from sage_connect.errors import BrokenReplyError
from sage_connect.intacct import objects
from sage_connect.intacct.wire import reply, xml
from sage_connect.intacct.wire.record import Record
from sage_connect.intacct.wire.reply import ReplyReader, parse_reply, records_in, reply_of

from .answers import answer, bare, error, failed, record, result

NAMES = st.from_regex(r"[A-Z][A-Z0-9_.]{0,5}", fullmatch=True)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=8)
BLANKS = st.sampled_from(["", "\n  "])


def escaped(text: str) -> str:
    # U+FFFE and U+FFFF are the two that no XML can carry, and that are no controls.
    text = text.replace("\ufffe", "").replace("\uffff", "")
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@st.composite
def elements(draw: st.DrawFn, depth: int = 2) -> str:
    """An element as an answer may have it: a text, nested ones, attributes, blanks."""
    name = draw(NAMES)
    inside = escaped(draw(TEXTS))
    if depth and draw(st.booleans()):
        blank = draw(BLANKS)
        parts = draw(st.lists(elements(depth - 1), max_size=4))
        inside = blank + blank.join(parts) + blank if parts else inside
    named = ' at="x"' if draw(st.integers(0, 9)) == 0 else ""
    if not inside and draw(st.booleans()):
        return f"<{name}{named}/>"
    return f"<{name}{named}>{inside}</{name}>"


@st.composite
def answers(draw: st.DrawFn) -> bytes:
    """An answer to several functions, some of which failed."""
    results: list[str] = []
    for place in range(draw(st.integers(1, 3))):
        blank = draw(BLANKS)
        rows = blank.join(["", *draw(st.lists(elements(), max_size=5)), ""])
        if draw(st.booleans()):
            results.append(result(rows, control_id=str(place), listtype="A"))
        elif draw(st.booleans()):
            results.append(result(f"<view>{rows}</view>", function="readView"))
        else:
            results.append(
                bare(f"<data>{rows}</data>", "create", "failure")
                if draw(st.booleans())
                else failed(error(second="No"))
            )
    return answer(*results)


def cut(body: bytes, places: Sequence[int]) -> Iterator[bytes]:
    edges = [0, *sorted(place % (len(body) + 1) for place in places), len(body)]
    for start, end in itertools.pairwise(edges):
        yield body[start:end]


def expected(body: bytes) -> list[Any]:
    """Return what another reader of XML finds."""
    rows: list[Any] = []
    for found in ET.fromstring(body).iter("result"):  # noqa: S314 - our own
        function = found.findtext("function")
        place = "data/view/*" if function == "readView" else "data/*"
        rows += [_plain(one, top=True) for one in found.findall(place)]
    return rows


def _plain(element: ET.Element, *, top: bool = False) -> Any:
    if not top and not len(element) and not element.attrib:
        return element.text or ""
    said: dict[str, Any] = {f"@{name}": one for name, one in element.attrib.items()}
    if not len(element):
        return said | ({"#text": element.text} if element.text else {})
    for one in element:
        value = _plain(one)
        if one.tag not in said:
            said[one.tag] = value
        elif isinstance(said[one.tag], list):
            said[one.tag].append(value)
        else:
            said[one.tag] = [said[one.tag], value]
    return said


def drained(chunks: Iterator[bytes]) -> tuple[list[Record], Any]:
    records: list[Record] = []
    reading = reply_of(chunks)
    while True:
        try:
            records.append(next(reading))
        except StopIteration as stopped:
            return records, stopped.value


@given(
    body=answers(),
    places=st.lists(st.integers(0, 5000), max_size=30),
    at_every_byte=st.booleans(),
)
@example(
    body=answer(result(record("A", B="é" * 30_000) * 5)),
    places=list(range(0, 300_000, 7)),
    at_every_byte=False,
)
def test_any_cut_gives_the_same_records(
    body: bytes, places: list[int], *, at_every_byte: bool
) -> None:
    whole = parse_reply(body)
    eager = pytest.MonkeyPatch()
    if at_every_byte:
        # Looks after each piece, not after 64 KB of them.
        eager.setattr(reply, "_EVERY", 1)
    with eager.context():
        records, response = drained(cut(body, places))
    eager.undo()

    assert [row.plain() for one in whole.results for row in one.records] == expected(body)
    succeeded = [one for one in whole.results if one.is_success]
    assert records == [row for one in succeeded for row in one.records]
    assert [one.status for one in response.results] == [one.status for one in whole.results]
    for ours, theirs in zip(response.results, whole.results, strict=True):
        assert ours.attributes == theirs.attributes
        assert ours.errors == theirs.errors
        assert ours.records == (() if theirs.is_success else theirs.records)


def test_every_single_byte_may_come_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reply, "_EVERY", 1)
    lines = "<APBILLITEMS><apbillitem><AMOUNT>1</AMOUNT></apbillitem></APBILLITEMS>"
    rows = f"<APBILL><RECORDNO>1</RECORDNO>{lines}</APBILL>" * 3
    body = answer(result(rows), result(record("CLASS", NAME="é €")))

    records, _ = drained(bytes([byte]) for byte in body)

    assert records == [row for one in parse_reply(body).results for row in one.records]


def test_records_come_before_the_answer_has_ended() -> None:
    head, _ = answer(result("HERE", listtype="CUSTOMER")).split(b"HERE")
    asked = 0

    def endless() -> Iterator[bytes]:
        nonlocal asked
        yield head
        while True:
            asked += 1
            yield record("CUSTOMER", RECORDNO=str(asked), NAME="x" * 500).encode()

    reading = records_in(endless(), objects.CUSTOMER)
    found = [next(reading).recordno for _ in range(1000)]

    assert found == list(range(1, 1001))
    assert asked < 1300


def test_records_may_be_of_the_class_that_the_caller_names() -> None:
    body = answer(result(record("myinvoice", TOTALDUE="12.50")))

    (found,) = records_in([body], objects.ARINVOICE)

    assert str(found.totaldue) == "12.50"


@pytest.mark.parametrize("lost", [1, 20, 200])
def test_an_answer_that_is_cut_off_is_broken(lost: int) -> None:
    body = answer(result(record("CUSTOMER", NAME="a") * 9))

    with pytest.raises(BrokenReplyError):
        list(records_in([body[:-lost]]))
    with pytest.raises(BrokenReplyError):
        parse_reply(body[:-lost])


def test_a_reader_that_was_not_closed_has_no_answer_yet() -> None:
    reader = ReplyReader()
    reader.feed(answer(result()))

    with pytest.raises(ValueError, match="close"):
        _ = reader.response


def test_the_status_may_come_after_the_records() -> None:
    inside = (
        f"<function>query</function><controlid>1</controlid><data>{record('A', B='1') * 3}"
        "</data><status>success</status>"
    )
    body = answer(f"<result>{inside}</result>")

    assert [one["B"] for one in records_in(bytes([byte]) for byte in body)] == ["1"] * 3


def test_a_stream_may_be_longer_than_anything_that_is_held(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(xml, "MOST_TAGS", 20_000)
    rows = [record("CUSTOMER", RECORDNO=str(at), NAME="x" * 200) for at in range(9000)]
    body = answer(result("".join(rows)))

    assert sum(1 for _ in records_in(cut(body, range(0, len(body), 9999)))) == 9000
    with pytest.raises(BrokenReplyError, match="smaller pages"):
        parse_reply(body)


def test_results_without_records_do_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml, "MOST_TAGS", 20_000)
    body = answer(*(bare(function="delete") for _ in range(9000)))

    _, response = drained(cut(body, range(0, len(body), 9999)))

    assert len(response.results) == 9000
