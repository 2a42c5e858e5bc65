import datetime as dt
import json
import typing
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given, strategies as st

from sage_connect.errors import CodecError, FileFormatError
from sage_connect.model import (
    Amount,
    Attachment,
    Customer,
    Document,
    Instalment,
    Item,
    Line,
    MasterData,
    Percent,
    SalesInvoice,
    Tax,
)
from sage_connect.model.convert import (
    Record,
    from_dict,
    read,
    to_csv,
    to_dict,
    to_json,
    to_ndjson,
)

DAY = dt.date(2026, 10, 1)
INVOICE: dict[str, Any] = {
    "type": "sales_invoice",
    "number": "F-1",
    "date": "2026-10-01",
    "party": "C1",
    "currency": "EUR",
    "lines": [{"unit_price": "12.50"}],
}
AN_INVOICE = SalesInvoice(
    number="F-1",
    date=DAY,
    party="C1",
    currency="EUR",
    lines=[Line(unit_price=Decimal("12.50"))],
)


def invoice(**fields: Any) -> Any:
    return from_dict({**INVOICE, **fields})


def refusal(value: Any) -> CodecError:
    with pytest.raises(CodecError) as caught:
        from_dict(value)
    return caught.value


@given(st.data())
def test_every_record_is_read_back_as_it_was_written(
    records: st.SearchStrategy[Record], data: Any
) -> None:
    record = data.draw(records)

    assert from_dict(to_dict(record)) == record


@given(st.data())
def test_what_is_written_is_json(records: st.SearchStrategy[Record], data: Any) -> None:
    written = to_dict(data.draw(records))

    assert json.loads(json.dumps(written)) == written


def test_every_kind_of_document_has_a_type() -> None:
    kinds: tuple[Any, ...] = (*typing.get_args(Document), *typing.get_args(MasterData))
    found = {
        kind: str(refusal({"type": kind.type, "nonsense": 1})).startswith("/nonsense")
        for kind in kinds
    }

    assert found == dict.fromkeys(kinds, True)


def test_a_document_is_read() -> None:
    assert from_dict(INVOICE) == AN_INVOICE


def test_a_document_is_written_without_defaults_in_the_order_of_its_fields() -> None:
    assert list(to_dict(AN_INVOICE).items()) == list(INVOICE.items())


def test_a_needed_day_that_is_not_known_is_null() -> None:
    unknown = attrs.evolve(AN_INVOICE, date=None)

    assert to_dict(unknown)["date"] is None
    assert from_dict(to_dict(unknown)) == unknown


def test_python_values_stand_for_themselves() -> None:
    found = invoice(date=DAY, lines=[{"unit_price": Decimal("12.50"), "quantity": 1}])

    assert found == AN_INVOICE


class TestAFieldThatIsUnknown:
    def test_is_refused_with_the_nearest_name(self) -> None:
        error = refusal({**INVOICE, "lines": [{"unit_prise": "1", "unit_price": "1"}]})

        assert error.path == "/lines/0/unit_prise"
        assert error.message == (
            '/lines/0/unit_prise: unknown field "unit_prise"; did you mean "unit_price"?'
        )

    def test_is_refused_with_all_names_where_none_is_near(self) -> None:
        error = refusal(
            {"type": "dimension_value", "dimension": "D", "code": "1", "xyz": 1}
        )

        assert error.message.endswith(
            "known are active, code, dimension, level, name, total"
        )

    def test_is_refused_whatever_its_capitals(self) -> None:
        assert 'did you mean "number"?' in refusal({**INVOICE, "NUMBER": "F-1"}).message

    def test_may_be_no_text_at_all(self) -> None:
        assert refusal({**INVOICE, 7: "F-1"}).path == "/7"


@pytest.mark.parametrize(
    ("type_", "message"),
    [
        (
            "sales_invoce",
            '/type: unknown type "sales_invoce"; did you mean "sales_invoice"?',
        ),
        (7, "/type: expected a type of document, found the number 7"),
        (None, "/type: expected a type of document, found null"),
    ],
)
def test_a_wrong_type_of_document_is_refused(type_: object, message: str) -> None:
    assert refusal({**INVOICE, "type": type_}).message == message


def test_a_type_of_document_is_needed() -> None:
    error = refusal({"number": "F-1"})

    assert error.path == "/type"
    assert error.message.startswith("/type: this field is missing: one of sales_invoice, ")


@pytest.mark.parametrize("value", [[], "sales_invoice", None, 12])
def test_only_an_object_is_a_document(value: object) -> None:
    assert "expected an object, which describes one document" in refusal(value).message


def test_every_fault_is_told_with_its_path() -> None:
    error = refusal({"type": "payment", "date": "1 May", "amount": "1,50", "metod": "card"})

    assert error.message.split("; ") == [
        '/date: expected a date as 2026-10-31, found the text "1 May"',
        '/amount: expected decimal text such as "12.50", found the text "1,50"',
        'write a decimal point: "1.50"',
        '/metod: unknown field "metod"',
        'did you mean "method"?',
        "/party: this field is missing",
        "/currency: this field is missing",
    ]


def test_very_many_faults_are_counted() -> None:
    error = refusal({**INVOICE, "lines": [{"unit_price": "x"}] * 20})

    assert error.message.endswith("; and 12 more faults")


@pytest.mark.parametrize(
    ("fields", "path", "message"),
    [
        ({"number": 12}, "/number", "expected text, found the number 12"),
        ({"number": None}, "/number", "expected text, found null"),
        ({"number": ["F"]}, "/number", "expected text, found a list"),
        ({"number": {"F": 1}}, "/number", "expected text, found an object"),
        ({"number": {"F"}}, "/number", "expected text, found a Python set"),
        ({"number": True}, "/number", "expected text, found true"),
        ({"number": "\ud800"}, "/number", "half of a character (U+D800) in the text"),
        ({"date": "2026-02-30"}, "/date", "expected a day of the calendar"),
        ({"date": "20261001"}, "/date", "expected a date as 2026-10-31"),
        ({"date": "2026-W40-4"}, "/date", "expected a date as 2026-10-31"),
        ({"date": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}, "/date", "a Python datetime"),
        ({"net": True}, "/net", "expected an amount as text, such as"),
        ({"net": []}, "/net", "expected an amount as text, such as"),
        ({"net": ""}, "/net", "write digits and a decimal point only"),
        ({"net": "1 000.00"}, "/net", "write digits and a decimal point only"),
        ({"net": "1_000"}, "/net", "write digits and a decimal point only"),
        ({"net": "\u0661\u0662"}, "/net", "write digits and a decimal point only"),
        ({"net": "+1"}, "/net", "write digits and a decimal point only"),
        ({"net": "12,50"}, "/net", 'write a decimal point: "12.50"'),
        ({"net": "1e3"}, "/net", "write all digits, without an exponent"),
        ({"net": "NaN"}, "/net", "expected decimal text"),
        ({"net": "9" * 31}, "/net", f'found the text "{"9" * 31}"'),
        ({"net": "9" * 50}, "/net", f'found the text "{"9" * 40}…"'),
        ({"net": Decimal("NaN")}, "/net", "expected a finite amount, found the number NaN"),
        ({"net": Decimal("1e400")}, "/net", "at most 30 digits on either side"),
        ({"net": Decimal("1e-31")}, "/net", "at most 30 digits on either side"),
        ({"net": 10**30}, "/net", "at most 30 digits on either side"),
        ({"net": 10**5000}, "/net", "found a number of many digits"),
        ({"prices_include_tax": 1}, "/prices_include_tax", "expected true or false"),
        ({"prices_include_tax": "no"}, "/prices_include_tax", 'found the text "no"'),
        ({"state": "paid"}, "/state", "expected one of draft, final, found"),
        ({"state": 1}, "/state", "expected one of draft, final, found the number 1"),
        ({"lines": {}}, "/lines", "expected a list, found an object"),
        ({"lines": "x"}, "/lines", "expected a list, found the text"),
        ({"lines": [[]]}, "/lines/0", "expected an object, found a list"),
        ({"withholding": []}, "/withholding", "expected an object, found a list"),
        ({"due": 7}, "/due", "expected a date as 2026-10-31, or a list of instalments"),
        ({"due": {}}, "/due", "expected a date as 2026-10-31, or a list of instalments"),
        ({"due": ["2026-10-01"]}, "/due/0", 'as ["2026-10-31", "100.00"]'),
        ({"due": [["2026-10-01"]]}, "/due/0", 'as ["2026-10-31", "100.00"], found a list'),
        ({"due": [{"due": "2026-10-01"}]}, "/due/0/amount", "this field is missing"),
    ],
)
def test_a_wrong_value_is_told_with_path_expected_and_found(
    fields: dict[str, Any], path: str, message: str
) -> None:
    error = refusal({**INVOICE, **fields})

    assert error.path == path
    assert error.message.startswith(f"{path}: ")
    assert message in error.message


@pytest.mark.parametrize(
    ("line", "path", "message"),
    [
        ({"discount": "10"}, "/discount", 'expected a discount as {"percent": "10"} or'),
        ({"discount": {}}, "/discount", "found 0 fields"),
        ({"discount": {"percent": "1", "amount": "1"}}, "/discount", "found 2 fields"),
        ({"discount": {"percents": "1"}}, "/discount/percents", 'did you mean "percent"?'),
        ({"discount": {"percent": "a"}}, "/discount/percent", "expected decimal text"),
        ({"dimensions": []}, "/dimensions", "expected an object, found a list"),
        ({"dimensions": {"D": 1}}, "/dimensions/D", "expected text, found the number 1"),
        ({"taxes": [{"code": "C20"}]}, "/taxes/0/rate", "this field is missing"),
    ],
)
def test_a_wrong_value_in_a_line_is_told_too(
    line: dict[str, Any], path: str, message: str
) -> None:
    error = refusal({**INVOICE, "lines": [{"unit_price": "1", **line}]})

    assert error.path == f"/lines/0{path}"
    assert message in error.message


def test_a_float_is_a_fault_of_the_program() -> None:
    with pytest.raises(TypeError, match=r"/lines/0/unit_price: expected an exact amount"):
        from_dict({**INVOICE, "lines": [{"unit_price": 12.5}]})


@pytest.mark.parametrize(
    ("given_as", "due"),
    [
        ("2026-10-31", dt.date(2026, 10, 31)),
        (None, None),
        ([], ()),
        ([["2026-10-31", "5"]], (Instalment(dt.date(2026, 10, 31), Decimal(5)),)),
        ([[None, 5]], (Instalment(None, Decimal(5)),)),
        (
            [{"due": "2026-10-31", "amount": "5"}],
            (Instalment(dt.date(2026, 10, 31), Decimal(5)),),
        ),
    ],
)
def test_due_is_a_day_or_instalments(given_as: object, due: object) -> None:
    assert invoice(due=given_as).due == due


@pytest.mark.parametrize(
    ("given_as", "discount"),
    [
        ({"percent": "10"}, Percent(Decimal(10))),
        ({"amount": "5.00"}, Amount(Decimal(5))),
        (None, None),
    ],
)
def test_a_discount_is_per_cent_or_an_amount(given_as: object, discount: object) -> None:
    found = invoice(lines=[{"unit_price": "1", "discount": given_as}])

    assert found.lines[0].discount == discount


def test_the_bytes_of_an_attachment_are_base64() -> None:
    found = invoice(attachments=[{"name": "a.pdf", "content": "AAEC/w=="}])

    assert found.attachments == (Attachment(name="a.pdf", content=b"\x00\x01\x02\xff"),)


@pytest.mark.parametrize("content", ["AAEC/w", "AA EC", "é", 12])
def test_bytes_that_are_no_base64_are_refused(content: object) -> None:
    error = refusal({**INVOICE, "attachments": [{"name": "a", "content": content}]})

    assert error.message.startswith("/attachments/0/content: expected base64 text")


def test_an_attachment_is_not_fetched_from_a_path() -> None:
    error = refusal({**INVOICE, "attachments": [{"name": "a", "path": "/etc/passwd"}]})

    assert error.path == "/attachments/0/path"


@pytest.mark.parametrize("amount", ["1e30", "1e-31", "9e99"])
def test_an_amount_that_could_not_be_read_back_is_not_written(amount: str) -> None:
    item = Item(code="A", sales_price=Decimal(amount))

    with pytest.raises(CodecError, match=r"/sales_price: expected an amount of at most 30"):
        to_dict(item)


def test_a_tax_within_a_line_is_found_by_its_path_when_written() -> None:
    line = Line(unit_price=Decimal(1), taxes=(Tax("C20", Decimal("1e40")),))

    with pytest.raises(CodecError) as caught:
        to_dict(attrs.evolve(AN_INVOICE, lines=[line]))

    assert caught.value.path == "/lines/0/taxes/0/rate"


def test_half_of_a_character_is_not_written() -> None:
    with pytest.raises(CodecError, match=r"/name: half of a character"):
        to_dict(Customer(code="C1", name="\udfff"))


@pytest.mark.parametrize(
    "amount", ["1E+3", "-0.00", "0E-7", "123456789012345678901234567890.1"]
)
def test_an_amount_is_written_without_an_exponent(amount: str) -> None:
    written = to_dict(Item(code="A", sales_price=Decimal(amount)))["sales_price"]

    assert Decimal(written) == Decimal(amount)
    assert "E" not in written


class TestAFile:
    NAMES = ("file", "file.json", "file.csv", "file.ndjson", "FILE.JSONL")

    @given(st.data())
    def test_is_known_by_its_content(
        self, records: st.SearchStrategy[Record], data: Any
    ) -> None:
        documents = data.draw(st.lists(records, min_size=1, max_size=3))
        json_ = read(to_json(documents), name="file.csv")
        ndjson = read(b"".join(to_ndjson(documents)), name="file.csv")

        assert [one.document for one in json_] == documents
        assert [one.document for one in ndjson] == documents

    def test_of_one_object_is_json_or_ndjson_alike(self) -> None:
        content = json.dumps(INVOICE).encode()

        assert [
            read(content, name=name)[0].document for name in ("a.json", "a.ndjson")
        ] == [
            AN_INVOICE,
            AN_INVOICE,
        ]

    def test_of_one_object_over_many_lines_is_json(self) -> None:
        found = read(json.dumps(INVOICE, indent=1).encode())

        assert [one.document for one in found] == [AN_INVOICE]

    def test_whose_first_line_is_broken_is_ndjson_all_the_same(self) -> None:
        content = b'{"type": \n' + json.dumps(INVOICE).encode() + b"\n"
        found = read(content)

        assert [one.document for one in found] == [None, AN_INVOICE]

    def test_whose_later_line_is_broken_is_ndjson_all_the_same(self) -> None:
        found = read(json.dumps(INVOICE).encode() + b"\noops\n")

        assert [one.document for one in found] == [AN_INVOICE, None]

    def test_that_begins_otherwise_is_csv(self) -> None:
        assert read(to_csv([AN_INVOICE]), name="file")[0].document == AN_INVOICE

    def test_of_another_kind_that_claims_to_be_json_is_told_so(self) -> None:
        with pytest.raises(FileFormatError, match=r"a\.json, line 1: this is no JSON"):
            read(b"oops", name="a.json")

    @pytest.mark.parametrize("content", [b"", b" \r\n\t\n"])
    def test_that_is_empty_is_refused(self, content: bytes) -> None:
        with pytest.raises(FileFormatError, match=r"march\.csv: the file is empty"):
            read(content, name="march.csv")

    @pytest.mark.parametrize(
        "content", [b"%PDF-1.7\n", b"<xml/>", b"\x00\x01\x02", b"hello"]
    )
    def test_of_another_kind_is_refused(self, content: bytes) -> None:
        with pytest.raises(FileFormatError, match=r"unknown column"):
            read(content)
