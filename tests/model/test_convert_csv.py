import csv
import datetime as dt
import io
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given, settings, strategies as st

from sage_connect.errors import CodecError, FileFormatError
from sage_connect.model import (
    Address,
    AnalyticShare,
    Attachment,
    Charge,
    Customer,
    DimensionValue,
    Instalment,
    JournalEntry,
    Line,
    Movement,
    Percent,
    PurchaseInvoice,
    SalesInvoice,
    Tax,
    Withholding,
)
from sage_connect.model.convert import Loaded, Record, from_csv, to_csv

DAY = dt.date(2026, 10, 1)
HEADER = (
    "type,number,date,party,currency,lines.unit_price,lines.taxes.code,lines.taxes.rate\n"
)
F1 = "sales_invoice,F-1,2026-10-01,C1,EUR,12.50,C20,20\n"


def invoice(*lines: Line, **fields: Any) -> SalesInvoice:
    given: dict[str, Any] = {"number": "F-1", **fields}
    return SalesInvoice(date=DAY, party="C1", currency="EUR", lines=lines, **given)


def line(price: str, **fields: Any) -> Line:
    return Line(unit_price=Decimal(price), **fields)


def taxed(price: str) -> Line:
    return line(price, taxes=[Tax("C20", Decimal(20))])


def error_of(loaded: Loaded) -> CodecError:
    assert loaded.document is None
    assert loaded.error is not None
    return loaded.error


def refusal(content: bytes | str) -> str:
    with pytest.raises(FileFormatError) as caught:
        from_csv(content, name="march.csv")
    return str(caught.value)


@given(st.data())
@settings(max_examples=150)
def test_what_can_be_written_is_read_back_equal(
    records: st.SearchStrategy[Record], data: Any
) -> None:
    documents = data.draw(st.lists(records, max_size=3))
    separator = data.draw(st.sampled_from(",;\t"))
    try:
        written = to_csv(documents, separator=separator)
    except CodecError as error:
        assert error.fix == "Write JSON instead."  # noqa: PT017 - most that is drawn has no number
        return

    assert [one.document for one in from_csv(written)] == documents


def test_a_row_is_a_line() -> None:
    found = from_csv(HEADER + F1 + "sales_invoice,F-1,,,,7.50,C20,20\n")

    assert found == (Loaded(0, 2, document=invoice(taxed("12.50"), taxed("7.50"))),)


def test_rows_of_a_document_need_not_stand_together() -> None:
    other = F1.replace("F-1", "F-2")
    found = from_csv(HEADER + F1 + other + F1.replace("12.50", "7.50"))

    assert [(one.line, one.document) for one in found] == [
        (2, invoice(taxed("12.50"), taxed("7.50"))),
        (3, invoice(taxed("12.50"), number="F-2")),
    ]


def test_a_row_with_a_tax_alone_adds_it_to_the_line_before() -> None:
    found = from_csv(HEADER + F1 + "sales_invoice,F-1,,,,,C55,5.5\n")
    taxes = [Tax("C20", Decimal(20)), Tax("C55", Decimal("5.5"))]

    assert found[0].document == invoice(line("12.50", taxes=taxes))


def test_a_tax_without_a_line_before_is_refused() -> None:
    found = from_csv(HEADER + "sales_invoice,F-1,2026-10-01,C1,EUR,,C20,20\n")

    assert error_of(found[0]).message.startswith(
        "line 2: /lines: nothing stands before that this could be added to"
    )


A_FULL_INVOICE = invoice(
    line(
        "12.50",
        description='Say "no";\r\nor, yes',
        discount=Percent(Decimal(10)),
        taxes=[Tax("C20", Decimal(20)), Tax("C55", Decimal("5.5"))],
        analytic=[AnalyticShare("P1"), AnalyticShare("P2", weight=Decimal(3))],
        dimensions={"DEPT": "10", "A.B": "x"},
    ),
    line("-2"),
    due=[
        Instalment(DAY, Decimal(5)),
        Instalment(DAY, Decimal(6)),
        Instalment(DAY, Decimal(7)),
    ],
    charges=[Charge(amount=Decimal(5), taxes=(Tax("C20", Decimal(20)),))],
    attachments=[Attachment(name="a.pdf", content=b"abc")],
    withholding=Withholding(rate=Decimal(20), base=Decimal(10)),
    prices_include_tax=True,
)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize(
    "document",
    [
        A_FULL_INVOICE,
        attrs.evolve(A_FULL_INVOICE, number="", source_id="7f"),
        attrs.evolve(A_FULL_INVOICE, due=DAY),
        Customer(code="C1", address=Address(lines=("1 rue A", "Bât. B"), city="Paris")),
        Customer(code="C1", active=False),
        DimensionValue(dimension="PROJET", code="P1"),
        JournalEntry(
            number="1",
            journal="OD",
            date=DAY,
            currency="EUR",
            movements=[
                Movement(account="606", debit=Decimal(10), analytic=(AnalyticShare("P1"),)),
                Movement(account="401", credit=Decimal(10), due=DAY),
            ],
        ),
    ],
)
def test_a_document_is_read_back_as_it_was_written(
    document: Record, separator: str
) -> None:
    written = to_csv([document], separator=separator)

    assert [one.document for one in from_csv(written)] == [document]


def test_columns_come_in_the_order_of_the_fields() -> None:
    header = to_csv([A_FULL_INVOICE]).decode().split("\r\n")[0].split(",")

    assert header[:6] == ["type", "number", "date", "due.due", "due.amount", "party"]
    assert header[7:11] == [
        "lines.description",
        "lines.unit_price",
        "lines.discount.percent",
        "lines.taxes.code",
    ]
    assert {"lines.dimensions.DEPT", "lines.dimensions.A.B"} <= set(header)


@pytest.mark.parametrize("prefix", [b"", b"\xef\xbb\xbf"])
def test_a_byte_order_mark_is_taken_off(prefix: bytes) -> None:
    found = from_csv(prefix + (HEADER + F1).encode())

    assert found[0].document == invoice(taxed("12.50"))


def test_blank_rows_and_blank_cells_are_nothing() -> None:
    found = from_csv(HEADER + "\n,,,,,,,\n" + F1.replace("C20,20", ","))

    assert [one.document for one in found] == [invoice(line("12.50"))]


def test_a_table_without_rows_has_no_documents() -> None:
    assert from_csv(HEADER) == ()


class TestCellsThatLookLikeFormulas:
    @pytest.mark.parametrize(
        "text", ["=1+1", "+33 1", "-x", "@a", "'=1", "''@", "\tx", "\rx"]
    )
    def test_are_guarded_and_read_back(self, text: str) -> None:
        written = to_csv([Customer(code="C1", name=text)])
        cells = next(csv.DictReader(io.StringIO(written.decode(), newline="")))

        assert cells["name"] == f"'{text}"
        assert from_csv(written)[0].document == Customer(code="C1", name=text)

    @pytest.mark.parametrize("text", ["-5", "-5.20", "'x", "a=b"])
    def test_are_only_those_that_are(self, text: str) -> None:
        written = to_csv([Customer(code="C1", name=text)])

        assert f",{text}\r\n" in written.decode()
        assert from_csv(written)[0].document == Customer(code="C1", name=text)


class TestADocumentThatCannotBeRead:
    def test_does_not_stop_the_others(self) -> None:
        bad = F1.replace("F-1", "F-2").replace("12.50", "x")
        found = from_csv(HEADER + bad + F1)

        assert [one.document for one in found] == [None, invoice(taxed("12.50"))]
        assert error_of(found[0]).path == "/lines/0/unit_price"

    def test_is_told_by_the_line_of_each_fault(self) -> None:
        found = from_csv(
            HEADER + F1 + F1.replace("12.50", "x") + F1.replace(",20\n", ",y\n")
        )

        assert [part.split(":")[0] for part in error_of(found[0]).message.split("; ")][
            ::2
        ] == [
            "line 3",
            "line 4",
        ]

    def test_says_two_things_of_one_field(self) -> None:
        found = from_csv(HEADER + F1 + F1.replace("C1", "C2"))

        assert error_of(found[0]).path == "/party"
        assert error_of(found[0]).message == (
            'line 3: /party: line 2 says the text "C1", line 3 says the text "C2"'
        )

    def test_has_a_decimal_comma(self) -> None:
        found = from_csv((HEADER + F1).replace(",", ";").replace("12.50", "12,50"))

        assert error_of(found[0]).message.endswith('write a decimal point: "12.50"')

    def test_has_a_flag_that_is_none(self) -> None:
        found = from_csv("type,code,active\ncustomer,C1,VRAI\n")

        assert error_of(found[0]).message == (
            'line 2: /active: expected true or false, found the text "VRAI"'
        )

    def test_lacks_what_it_needs(self) -> None:
        found = from_csv("type,number\nsales_invoice,F-1\n")

        assert error_of(found[0]).message.startswith(
            "line 2: /date: this field is missing; line 2: /party: this field is missing"
        )

    def test_fills_a_column_of_another_kind(self) -> None:
        found = from_csv("type,code,number\ncustomer,C1,F-1\n")

        assert 'line 2: /number: unknown field "number"' in error_of(found[0]).message

    @pytest.mark.parametrize(
        "cells", ["2026-10-31,2026-10-31,5", "2026-10-31,,5", "2026-10-31,2026-10-31,"]
    )
    def test_is_due_on_a_day_and_by_instalments(self, cells: str) -> None:
        header = HEADER.replace("currency", "currency,due,due.due,due.amount")
        found = from_csv(header + F1.replace("EUR", f"EUR,{cells}"))

        assert error_of(found[0]).path == "/due"

    def test_has_a_discount_of_two_kinds(self) -> None:
        header = HEADER.replace("\n", ",lines.discount.percent,lines.discount.amount\n")
        found = from_csv(header + F1.replace("\n", ",10,5\n"))

        assert error_of(found[0]).path == "/lines/0/discount"


class TestARowThatBelongsToNobody:
    def test_takes_the_document_before_it_with_it(self) -> None:
        found = from_csv(HEADER + F1 + "sales_invoice,,,,,7.50,C20,20\n")

        assert error_of(found[0]).message == (
            "line 3: /number: a row without the type and number (or source_id, or code) "
            "of a document; it may belong to this document"
        )
        assert (found[1].line, error_of(found[1]).path) == (3, "/number")

    def test_takes_the_documents_of_its_number_with_it(self) -> None:
        other = F1.replace("F-1", "F-2")
        last = F1.replace("F-1", "F-3")
        found = from_csv(
            HEADER + F1 + other + F1.replace("sales_invoice", "invoice") + last
        )

        assert [one.document is None for one in found] == [True, True, True, False]
        assert 'unknown type "invoice"' in error_of(found[0]).message
        assert error_of(found[2]).path == "/type"

    def test_is_refused_alone_where_none_is_before(self) -> None:
        found = from_csv(HEADER + ",,,,,7.50,C20,20\n" + F1)

        assert [one.document for one in found] == [None, invoice(taxed("12.50"))]
        assert error_of(found[0]).path == "/type"


class TestARowOfAnotherLength:
    def test_is_the_fault_of_its_document(self) -> None:
        other = F1.replace("F-1", "F-2")
        found = from_csv(HEADER + F1.replace("12.50", "12,50") + other)

        assert error_of(found[0]).message.startswith(
            "line 2: 9 cells in this row, where the first row has 8"
        )
        assert found[1].document == invoice(taxed("12.50"), number="F-2")

    def test_is_the_fault_of_the_file_where_it_names_no_document(self) -> None:
        assert refusal(HEADER + F1 + "oops\n") == (
            "march.csv, line 3: 1 cell in this row, where the first row has 8, and no "
            "type and number that tell the document. Look for a separator or quote in a "
            "text."
        )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("type,nombre\n", 'line 1: unknown column "nombre"; did you mean "number"?'),
        ("type,number,type\n", 'line 1: column "type" stands twice'),
        ("type,lines\n", 'line 1: unknown column "lines"'),
        (
            "type,odd\n",
            'line 1: unknown column "odd". Documents are JSON, NDJSON',
        ),
        ("<" * 99, f'line 1: unknown column "{"<" * 40}…". Documents are '),
        ('type,number\ncustomer,"C', "line 2: this is no CSV: unexpected end of data"),
        ('type,number\ncustomer,"C"1\n', "line 2: this is no CSV: "),
        (b"type,number\ncustomer,\xe9\n", "line 2: byte 0xE9 at column 10 is not UTF-8"),
        (HEADER + F1 + "x" * 131_073 + "\n", "line 3: this is no CSV: field larger than"),
    ],
)
def test_a_file_that_is_no_table_is_refused(content: bytes | str, message: str) -> None:
    assert refusal(content).startswith(f"march.csv, {message}")


@pytest.mark.parametrize(
    ("documents", "message"),
    [
        ([invoice(line("1"), number="")], "sales_invoice: it lacks the number"),
        ([invoice(line("1")), invoice(line("2"))], "sales_invoice F-1: another one has"),
        ([invoice()], "CSV cannot carry an empty text, list or date"),
        ([invoice(line("1"), due=())], "CSV cannot carry an empty text, list or date"),
        ([attrs.evolve(invoice(line("1")), date=None)], "CSV cannot carry an empty"),
        ([Customer(code="C1", name="x" * 131_073)], "or its longest text"),
        ([Customer(code="C1", name="\ud800")], "half of a character"),
    ],
)
def test_what_could_not_be_read_back_is_not_written(
    documents: list[Record], message: str
) -> None:
    with pytest.raises(CodecError) as caught:
        to_csv(documents)

    assert message in caught.value.message


def test_two_kinds_may_have_one_number() -> None:
    purchase = PurchaseInvoice(
        number="F-1", date=DAY, party="S1", currency="EUR", lines=[line("1")]
    )
    documents: list[Record] = [invoice(line("1")), purchase]

    assert [one.document for one in from_csv(to_csv(documents))] == documents
