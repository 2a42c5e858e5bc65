import json
import sys
import time
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, strategies as st

from sage_connect.errors import CodecError, FileFormatError
from sage_connect.model import Customer, Item
from sage_connect.model.convert import (
    LONGEST,
    Loaded,
    Record,
    from_json,
    from_ndjson,
    read,
    to_json,
    to_ndjson,
)
from sage_connect.model.convert.notation import value_of

C1, C2 = Customer(code="C1"), Customer(code="C2")


def error_of(loaded: Loaded) -> CodecError:
    assert loaded.document is None
    assert loaded.error is not None
    return loaded.error


def only_error(text: str) -> str:
    """Return the message for the first of two objects, the second of which is good."""
    bad, good = from_json(f'[{text},\n{{"type": "customer", "code": "C2"}}]')
    assert good.document == C2
    return error_of(bad).message


def refusal(content: bytes | str, name: str = "") -> str:
    with pytest.raises(FileFormatError) as caught:
        from_json(content, name=name)
    return str(caught.value)


@given(st.data())
def test_documents_are_read_back_as_they_were_written(
    records: st.SearchStrategy[Record], data: Any
) -> None:
    documents = data.draw(st.lists(records, max_size=3))

    assert [one.document for one in from_json(to_json(documents))] == documents
    assert [one.document for one in from_ndjson(to_ndjson(documents))] == documents


def test_each_document_has_its_place() -> None:
    found = from_json(
        '[\n{"type":"customer",\n"code":"C1"},\n\n{"type":"customer","code":"C2"}]'
    )

    assert [(one.index, one.line, one.document) for one in found] == [
        (0, 2, C1),
        (1, 5, C2),
    ]


def test_the_place_of_what_stands_nowhere_is_that_of_the_nearest_value() -> None:
    found = value_of('{"a": 1,\n "b": [2]}')

    assert [found.place(path) for path in ((), ("a", "x"), ("b", 0, 1), ("b", 7))] == [
        "line 1, column 1",
        "line 1, column 7",
        "line 2, column 8",
        "line 2, column 7",
    ]


@pytest.mark.parametrize("text", ["[]", " [ ] \n"])
def test_a_list_may_be_empty(text: str) -> None:
    assert from_json(text) == ()


def test_nothing_is_written_as_an_empty_list() -> None:
    assert to_json([]) == b"[]\n"


def test_a_number_is_exact() -> None:
    (found,) = from_json(
        '{"type": "item", "code": "A", "sales_price": 0.1000000000000000055}'
    )

    assert found.document == Item(code="A", sales_price=Decimal("0.1000000000000000055"))


def test_the_line_and_column_of_every_fault_are_told() -> None:
    (found,) = from_json(
        '{"type": "sales_invoice",\n'
        ' "party": 12,\n'
        ' "lines": [{"unit_price": "1"},\n'
        '           {"unit_price": "x", "é": "1"}]}'
    )

    assert error_of(found).path == "/party"
    assert error_of(found).message.split("; ") == [
        "line 2, column 11: /party: expected text, found the number 12",
        (
            "line 4, column 27: /lines/1/unit_price: expected decimal text such as "
            '"12.50", found the text "x"'
        ),
        "write digits and a decimal point only",
        'line 4, column 37: /lines/1/é: unknown field "é"',
        (
            "known are account, analytic, description, dimensions, discount, item, "
            "quantity, taxes, unit_price"
        ),
        "line 1, column 1: /date: this field is missing",
        "line 1, column 1: /currency: this field is missing",
    ]


@pytest.mark.parametrize(
    ("price", "message"),
    [
        ("NaN", "NaN is no number"),
        ("-Infinity", "-Infinity is no number"),
        ("1e400", "at most 30 digits on either side of the point"),
        ("1e-400", "at most 30 digits on either side of the point"),
        ("1e99999999999999999999", "has too large an exponent"),
        ("9" * 5000, "a number of 5000 digits, more than 30"),
    ],
)
def test_a_number_that_is_no_amount_is_the_fault_of_one_document(
    price: str, message: str
) -> None:
    found = only_error(f'{{"type": "item", "code": "A",\n "sales_price": {price}}}')

    assert found.startswith("line 2, column 17: /sales_price: ")
    assert message in found


def test_a_field_that_stands_twice_is_the_fault_of_one_document() -> None:
    found = only_error('{"type": "item", "code": "A", "code": "B"}')

    assert found == (
        'line 1, column 40: /code: the field "code" stands twice in one object'
    )


def test_a_field_that_stands_twice_within_a_line_is_told_too() -> None:
    found = only_error(
        '{"type": "sales_invoice", "date": null, "party": "", "currency": "",'
        ' "lines": [{"unit_price": 1, "unit_price": 2}]}'
    )

    assert found.endswith(
        '/lines/0/unit_price: the field "unit_price" stands twice in one object'
    )


@pytest.mark.parametrize("text", ['"type"', "12", "null", "[]", "[[1], {}]"])
def test_what_is_no_object_is_the_fault_of_one_document(text: str) -> None:
    assert "expected an object, which describes one document" in only_error(text)


def test_half_of_a_character_is_the_fault_of_one_document() -> None:
    assert "half of a character (U+D800)" in only_error(
        '{"type": "item", "code": "\\ud800"}'
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "line 1: this is no JSON: expecting value at column 1"),
        ("[", "line 1: this is no JSON: expecting value at column 2"),
        ("[1,]", "line 1: this is no JSON: expecting value at column 4"),
        ("[1\n2]", 'line 2: this is no JSON: expected "," or "]" at column 1, found "2"'),
        ("[1", 'line 1: this is no JSON: expected "," or "]" at column 3, found the end'),
        ("[1]\n x", "line 2: this is no JSON: expected the end of the file at column 2"),
        ("{} {}", "line 1: this is no JSON: expected the end of the file at column 4"),
        ('{"a": 1,\n "b"}', "line 2: this is no JSON: expecting ':' delimiter at column 5"),
        ('{"a": "\n"}', "line 1: this is no JSON: invalid control character at"),
        (b'{"a": "\xe9"}', "line 1: byte 0xE9 at column 8 is not UTF-8. Save the file"),
        (b'{"a":\n"\xc3\xa9\xff"}', "line 2: byte 0xFF at column 3 is not UTF-8"),
        (b"\xef\xbb\xbf{}", "line 1: a byte order mark at column 1"),
        ("\ufeff{}", "line 1: a byte order mark at column 1"),
        ("[]".encode("utf-16"), "line 1: this is UTF-16, at column 1"),
        ("[\n" + "[" * 100_000, "line 2: what begins at column 1 is nested too deeply"),
    ],
)
def test_a_file_that_is_no_json_is_refused_with_line_and_column(
    content: bytes | str, message: str
) -> None:
    assert refusal(content, "march.json").startswith(f"march.json, {message}")


@pytest.mark.parametrize(
    "depth", range(sys.getrecursionlimit() - 200, sys.getrecursionlimit())
)
def test_no_depth_of_nesting_escapes_as_a_recursion_error(depth: int) -> None:
    nested = "[" * depth + "]" * depth
    text = f'{{"type": "item", "code": "A", "deep": 1, "x": {nested}, "z": 2}}'
    try:
        message = error_of(from_json(text)[0]).message
    except FileFormatError as error:
        message = str(error)

    assert "nested too deeply" in message or '/deep: unknown field "deep"' in message


def test_a_document_of_more_than_ten_million_characters_is_refused() -> None:
    found = only_error(f'{{"type": "item", "code": "A", "notes": "{"x" * LONGEST}"}}')

    assert found == "line 1, column 2: a document of more than 10000000 characters"


class TestNDJSON:
    LINES = (
        b'{"type": "customer", "code": "C1"}\r\n',
        b"\n",
        b'{"type": "customer"\n',
        b'{"type": "customer", "code": "\xff"}\n',
        b'\xef\xbb\xbf{"type": "customer"}\n',
        b'{"type": "customer", "nmae": "A", "code": "C3"}\n',
        b"[" * 100_000,
        b'{"type": "customer", "code": "C2"}',
    )

    def test_one_bad_line_does_not_stop_the_others(self) -> None:
        found = list(from_ndjson(self.LINES))

        assert [(one.index, one.line, one.document) for one in found] == [
            (0, 1, C1),
            (1, 3, None),
            (2, 4, None),
            (3, 5, None),
            (4, 6, None),
            (5, 7, None),
            (6, 8, C2),
        ]

    @pytest.mark.parametrize(
        ("index", "message"),
        [
            (1, "line 3: this is no JSON: expecting ',' delimiter at column 20"),
            (2, "line 4: byte 0xFF at column 31 is not UTF-8. Save the file as UTF-8."),
            (3, "line 5: a byte order mark at column 1, which JSON does not allow."),
            (4, 'line 6, column 30: /nmae: unknown field "nmae"; did you mean "name"?'),
            (5, "line 7: what begins at column 1 is nested too deeply"),
        ],
    )
    def test_each_bad_line_says_why(self, index: int, message: str) -> None:
        error = error_of(list(from_ndjson(self.LINES))[index])

        assert error.message.startswith(message)

    def test_a_line_of_ten_megabytes_is_refused(self) -> None:
        found = list(from_ndjson([b"x" * (LONGEST + 1), self.LINES[0]]))

        assert error_of(found[0]).message == (
            "line 1: column 10000001: a line of 10000001 bytes, more than 10000000"
        )
        assert found[1].document == C1

    def test_lines_are_read_as_they_come(self) -> None:
        taken = list[int]()

        def lines() -> Iterator[bytes]:
            for number in range(3):
                taken.append(number)
                yield self.LINES[0]

        reading = from_ndjson(lines())
        next(reading)

        assert taken == [0]


def test_a_document_that_cannot_be_written_is_told() -> None:
    with pytest.raises(CodecError, match=r"/name: half of a character"):
        to_json([Customer(code="C1", name="\ud800")])


def test_reading_takes_time_in_proportion_to_the_documents() -> None:
    def seconds(count: int) -> float:
        lines = [{"unit_price": "12.50", "taxes": [{"code": "C20", "rate": "20"}]}] * 3
        one = {
            "type": "sales_invoice",
            "date": "2026-10-01",
            "party": "C1",
            "currency": "EUR",
            "lines": lines,
        }
        content = json.dumps([one] * count).encode()
        started = time.process_time()
        found = read(content)
        assert len(found) == count
        return time.process_time() - started

    # The least of several: what else the machine does can only add to it.
    few = min(seconds(200) for _ in range(5))
    many = min(seconds(2000) for _ in range(3))

    assert many < 20 * few
