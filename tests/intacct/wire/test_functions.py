"""Functions and fragments: what is written, what is refused, what is not sent."""

import datetime as dt
import json
import uuid
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest
from lxml import etree

from sage_connect.errors import CodecError
from sage_connect.intacct import element_of, encode, functions, is_write, unsent
from sage_connect.intacct.wire import function as declared

from .instances import FUNCTIONS, GENERATED

DAY = dt.date(2026, 3, 9)
LINE = functions.InvoiceLineCreate(gl_account_number="4000", transaction_amount=Decimal(5))
DIMENSIONS = (
    *("location", "department", "project", "task", "customer", "vendor", "employee"),
    *("item", "class", "contract", "warehouse"),
)
TABLE = Path(declared.__file__).with_name("functions.json")


def body(part: Any) -> str:
    """Return what is written of a function within `<function>`, or a fragment."""
    text = encode(part).decode()
    head, _, rest = text.partition(">")
    return rest.removesuffix("</function>") if head.startswith("<function ") else text


def refused(part: Any) -> CodecError:
    with pytest.raises(CodecError) as caught:
        encode(part)
    return caught.value


def invoice(**fields: Any) -> functions.InvoiceCreate:
    given = {"customer_id": "C1", "transaction_date": DAY, "lines": [LINE], **fields}
    return functions.InvoiceCreate(**given)


def test_a_function_carries_the_control_id_of_its_caller() -> None:
    one = functions.ClassDelete(control_id='a "b" <c>', class_id="X")
    head = b'<function controlid="a &quot;b&quot; &lt;c&gt;">'

    assert encode(one) == head + b'<delete_class key="X"/></function>'


def test_without_a_control_id_each_writing_gets_a_random_one() -> None:
    one = functions.ClassDelete(class_id="X")
    ids = {element_of(one).get("controlid", "") for _ in range(3)}

    assert len(ids) == 3
    assert {4} == {uuid.UUID(one).version for one in ids}


@pytest.mark.parametrize("given", ["", "x" * 257, "a\x00b", 7])
def test_a_control_id_is_1_to_256_legal_characters(given: Any) -> None:
    assert (
        refused(functions.ClassDelete(control_id=given, class_id="X")).path == "control_id"
    )


def test_a_control_id_of_256_characters_is_sent_whole() -> None:
    one = functions.ClassDelete(control_id="x" * 256, class_id="X")

    assert element_of(one).get("controlid") == "x" * 256


def test_dates_are_three_elements_in_legacy_functions_and_american_in_generic_ones() -> (
    None
):
    legacy = functions.BillReverse(record_no=7, reverse_date=DAY)
    generic = functions.TimesheetEntryCreate(entry_date=DAY, quantity=1)

    assert (
        "<datereversed><year>2026</year><month>03</month><day>09</day></datereversed>"
        in body(legacy)
    )
    assert "<ENTRYDATE>03/09/2026</ENTRYDATE>" in body(generic)


def test_a_date_is_a_date_and_no_time_of_day() -> None:
    midnight = functions.BillReverse(record_no=7, reverse_date=dt.datetime(2026, 3, 9))  # noqa: DTZ001
    noon = attrs.evolve(midnight, reverse_date=dt.datetime(2026, 3, 9, 12))  # noqa: DTZ001
    text: Any = attrs.evolve(midnight, reverse_date="2026-03-09")  # type: ignore[arg-type]  # on purpose

    assert "<day>09</day>" in body(midnight)
    assert refused(noon).path == "reverse_date"
    assert refused(text).path == "reverse_date"


@pytest.mark.parametrize(
    ("given", "written"),
    [
        (Decimal("1E+3"), "1000"),
        (Decimal("-0.00"), "0"),
        (Decimal("12.50"), "12.5"),
        (Decimal("0.0000001"), "0.0000001"),
        (Decimal("12345678901234567890.12"), "12345678901234567890.12"),
        (76343.43, "76343.43"),
        (1e-7, "0.0000001"),
        (100, "100"),
        ("0012.30", "12.3"),
    ],
)
def test_a_number_is_written_exactly_and_without_an_exponent(
    given: Any, written: str
) -> None:
    line = functions.BillLineCreate(transaction_amount=given)

    assert f"<amount>{written}</amount>" in body(line)


@pytest.mark.parametrize(
    "given",
    [
        *("1,000.00", "1e3", "abc", "", "٣", "1_000", float("nan"), float("inf"), True),
        *(Decimal("NaN"), Decimal("1E+999999"), [1]),
    ],
)
def test_what_is_no_exact_number_is_refused(given: Any) -> None:
    line = functions.BillLineCreate(transaction_amount=given)
    bill = functions.BillCreate(transaction_date=DAY, lines=[line])

    assert refused(bill).path == "lines/0/transaction_amount"


def test_none_is_left_out_and_an_empty_text_is_written_empty() -> None:
    kept = functions.ClassUpdate(class_id="X")
    cleared = functions.ClassUpdate(class_id="X", description="")

    assert "DESCRIPTION" not in body(kept)
    assert "<DESCRIPTION/>" in body(cleared)


def test_texts_keep_every_character_that_xml_can_hold() -> None:
    text = "<&>\"' é \t\n\r 𝄞 ]]>"
    element = element_of(functions.ClassUpdate(class_id="X", description=text))
    written = etree.fromstring(
        encode(functions.ClassUpdate(class_id="X", description=text))
    )

    assert element.findtext(".//DESCRIPTION") == text
    assert written.findtext(".//DESCRIPTION") == text


@pytest.mark.parametrize("text", ["a\x00", "\x0b", "\ud800", "￾"])
def test_characters_that_xml_cannot_hold_are_refused_by_their_number(text: str) -> None:
    error = refused(functions.ClassUpdate(class_id="X", description=text))

    assert error.path == "description"
    assert f"U+{ord(text[-1]):04X}" in error.message


def test_several_values_are_joined_by_the_mark_and_none_may_hold_it() -> None:
    one = functions.VendorUpdate(vendor_id="V", restricted_locations=["100", 200])
    two = functions.VendorUpdate(vendor_id="V", restricted_locations=["1#~#2"])

    assert "<RESTRICTEDLOCATIONS>100#~#200</RESTRICTEDLOCATIONS>" in body(one)
    assert refused(two).path == "restricted_locations/0"


def test_custom_fields_are_elements_at_the_end_of_generic_objects() -> None:
    one = functions.CustomerUpdate(
        customer_id="C", custom_fields={"A": 1, "B": DAY, "C": None, "D": True, "E": [1, 2]}
    )

    assert body(one).endswith(
        "<A>1</A><B>03/09/2026</B><C/><D>true</D><E>1#~#2</E></CUSTOMER></update>"
    )


def test_custom_fields_are_pairs_in_legacy_functions() -> None:
    line = functions.BillLineCreate(
        transaction_amount=1,
        custom_fields={"GLDIMCOLOUR": "red", "n o t e": Decimal("1.0")},
    )

    assert (
        "<customfields>"
        "<customfield><customfieldname>GLDIMCOLOUR</customfieldname>"
        "<customfieldvalue>red</customfieldvalue></customfield>"
        "<customfield><customfieldname>n o t e</customfieldname>"
        "<customfieldvalue>1</customfieldvalue></customfield>"
        "</customfields>"
    ) in body(line)


@pytest.mark.parametrize("name", ["", "1A", "A B", "a:b", "A>", "é", 3])
def test_a_custom_field_whose_name_is_no_element_is_refused(name: Any) -> None:
    one = functions.CustomerUpdate(customer_id="C", custom_fields={name: "x"})

    assert refused(one).path == "custom_fields"


@pytest.mark.requirement("S231")
def test_every_dimension_of_a_journal_line_is_written_user_defined_ones_too() -> None:
    ids: dict[str, Any] = {f"{name}_id": name.upper() for name in DIMENSIONS}
    line = functions.JournalEntryLineCreate(
        gl_account_number="4000",
        transaction_amount=-5,
        custom_fields={"GLDIMCOLOUR": "red"},
        **ids,
    )

    assert body(line) == (
        "<GLENTRY><ACCOUNTNO>4000</ACCOUNTNO><TR_TYPE>-1</TR_TYPE><TRX_AMOUNT>5</TRX_AMOUNT>"
        "<LOCATION>LOCATION</LOCATION><DEPARTMENT>DEPARTMENT</DEPARTMENT>"
        "<PROJECTID>PROJECT</PROJECTID><TASKID>TASK</TASKID><CUSTOMERID>CUSTOMER</CUSTOMERID>"
        "<VENDORID>VENDOR</VENDORID><EMPLOYEEID>EMPLOYEE</EMPLOYEEID><ITEMID>ITEM</ITEMID>"
        "<CLASSID>CLASS</CLASSID><CONTRACTID>CONTRACT</CONTRACTID>"
        "<WAREHOUSEID>WAREHOUSE</WAREHOUSEID><GLDIMCOLOUR>red</GLDIMCOLOUR></GLENTRY>"
    )


@pytest.mark.requirement("S231")
def test_every_dimension_of_an_invoice_line_is_written() -> None:
    ids: dict[str, Any] = {f"{name}_id": name.upper() for name in DIMENSIONS}
    written = element_of(functions.InvoiceLineCreate(transaction_amount=1, **ids))

    assert ids == {name: written.findtext(name.replace("_", "")) for name in ids}


@pytest.mark.requirement("S223")
def test_the_need_for_a_project_is_written_only_when_it_is_given() -> None:
    account = functions.AccountCreate(account_no="1", title="A", require_location=True)

    assert "REQUIREPROJECT" not in body(account)
    assert "<REQUIRELOC>true</REQUIRELOC>" in body(account)
    assert "<REQUIREPROJECT>false</REQUIREPROJECT>" in body(
        attrs.evolve(account, require_project=False)
    )


def test_the_batch_of_an_invoice_stands_before_its_action_as_the_schema_wants() -> None:
    names = [one.tag for one in element_of(invoice(action="Draft", summary_record_no=3))[0]]

    assert names.index("batchkey") + 1 == names.index("action")


def test_a_currency_without_a_rate_asks_for_the_default_kind_of_rate() -> None:
    assert "<currency>EUR</currency><exchratetype/>" in body(
        invoice(transaction_currency="EUR")
    )


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"exchange_rate_value": 2}, "transaction_currency"),
        ({"base_currency": "USD"}, "transaction_currency"),
        (
            {
                "transaction_currency": "EUR",
                "exchange_rate_value": 2,
                "exchange_rate_type": "Daily",
            },
            "exchange_rate_value",
        ),
        (
            {
                "transaction_currency": "EUR",
                "exchange_rate_value": 2,
                "exchange_rate_date": DAY,
            },
            "exchange_rate_value",
        ),
    ],
)
def test_rates_that_the_gateway_could_not_read_together_are_refused(
    given: dict[str, Any], path: str
) -> None:
    assert refused(invoice(**given)).path == path


def test_what_is_missing_is_named() -> None:
    assert str(refused(invoice(lines=[]))) == "InvoiceCreate needs at least 1 in lines"
    assert (
        str(refused(functions.ClassCreate(class_id="X"))) == "ClassCreate needs class_name"
    )
    assert refused(functions.VendorUpdate()).path == "vendor_id"
    assert (
        str(refused(functions.VendorUpdate()))
        == "VendorUpdate needs vendor_id, or record_no"
    )


def test_a_fault_in_a_line_is_named_by_its_place() -> None:
    tax = functions.InvoiceLineTaxEntriesCreate(tax_id="T", tax_value="x")
    line = attrs.evolve(LINE, tax_entry=[tax])

    assert refused(invoice(lines=[LINE, line])).path == "lines/1/tax_entry/0/tax_value"


@pytest.mark.parametrize("line", [{"transaction_amount": 1}, "line", None, 7])
def test_what_is_no_fragment_is_refused_among_lines(line: Any) -> None:
    assert refused(invoice(lines=[line])).path == "lines/0"


def test_a_fragment_of_another_element_is_refused_among_lines() -> None:
    error = refused(invoice(lines=[functions.JournalEntryLineCreate()]))

    assert error.path == "lines/0"
    assert "lineitem" in error.message


@pytest.mark.parametrize(
    ("one", "path"),
    [
        (functions.ReadByQuery(object_name="A", page_size=0), "page_size"),
        (functions.ReadByQuery(object_name="A", page_size=1001), "page_size"),
        (functions.ReadReport(report_name="A", wait_time=31), "wait_time"),
        (functions.ReadReport(report_name="A", wait_time=-1), "wait_time"),
        (functions.ReadView(view_name="A", page_size=1001), "page_size"),
        (functions.Read(object_name="A", keys=["1"] * 101), "keys"),
        (functions.ReadByName(object_name="A", names=["1"] * 101), "names"),
        (functions.ReadRelated(object_name="A", relation_name="B", keys=[1] * 101), "keys"),
        (functions.DdsJobCreate(split_size=9999), "split_size"),
        (functions.DdsJobCreate(job_type="some"), "job_type"),
        (functions.ReadMore(), "result_id"),
        (functions.Read(object_name="A", keys=["1,2"]), "keys/0"),
    ],
)
def test_what_is_out_of_bounds_is_refused(one: Any, path: str) -> None:
    assert refused(one).path == path


def test_a_hundred_keys_are_read_at_once() -> None:
    one = functions.Read(object_name="A", keys=list(range(100)))

    assert element_of(one).findtext("read/keys") == ",".join(map(str, range(100)))


def test_arguments_of_a_report_are_elements_one_in_another() -> None:
    one = functions.ReadReport(
        report_name="R", arguments={"PERIOD": {"FROM": DAY, "TO": ""}, "DEPT": ["a", "b"]}
    )

    assert (
        "<arguments><PERIOD><FROM>03/09/2026</FROM><TO/></PERIOD><DEPT>a#~#b</DEPT></arguments>"
        in body(one)
    )


def test_credits_of_a_payment_are_elements_of_its_detail() -> None:
    credit = functions.ApPaymentDetailNegativeBill(record_no=3, transaction_amount=9)
    detail = functions.ApPaymentDetailBill(record_no=1, detail_transaction=credit)

    assert body(detail) == (
        "<APPYMTDETAIL><RECORDKEY>1</RECORDKEY><INLINEKEY>3</INLINEKEY>"
        "<TRX_INLINEAMOUNT>9</TRX_INLINEAMOUNT></APPYMTDETAIL>"
    )
    assert (
        encode(credit) == b"<INLINEKEY>3</INLINEKEY><TRX_INLINEAMOUNT>9</TRX_INLINEAMOUNT>"
    )
    with pytest.raises(CodecError, match="2 elements"):
        element_of(credit)


def test_what_is_given_and_yet_not_written_is_told() -> None:
    line = functions.JournalEntryLineCreate(allocation_id="A", project_id="P", memo="m")
    entry = functions.JournalEntryCreate(
        control_id="x", lines=[line, functions.JournalEntryLineCreate()]
    )
    adjustment = functions.ApAdjustmentCreate(
        transaction_date=DAY,
        attachments_id="S",
        lines=[functions.ApAdjustmentLineCreate(account_label="a", gl_account_number="b")],
    )

    assert unsent(entry) == ("lines/0/project_id",)
    assert unsent(adjustment) == ("lines/0/gl_account_number", "attachments_id")
    assert unsent(invoice()) == ()


def test_filters_within_themselves_end_in_a_refusal_and_not_in_the_stack() -> None:
    one = functions.LogicalFilter(operator="and")
    one.filters = [one, one]

    error = refused(functions.GetList(object_name="a", filter=one))

    assert "too deeply" in error.message


def test_what_writes_and_what_does_not() -> None:
    reading = {one.__name__ for one in FUNCTIONS if not one.writes}

    assert is_write(invoice())
    assert not is_write(functions.Read(object_name="A"))
    assert {"ApiSessionCreate", "GetList", "Lookup", "ReadMore"} < reading
    assert set() == {
        one for one in reading if one.endswith(("Delete", "Update", "Reverse"))
    }


def test_bank_and_card_numbers_are_not_shown() -> None:
    one = functions.CustomerChargeCardCreate(
        card_number="4111111111111111", customer_id="C"
    )

    assert "4111" not in repr(one)
    assert "'C'" in repr(one)


def test_the_table_has_every_function_and_every_fragment() -> None:
    modules = json.loads(TABLE.read_text("utf-8"))["modules"]
    classes = {
        name: one for module in modules.values() for name, one in module["classes"].items()
    }
    from_sdks = {name for name, one in classes.items() if "added" not in one}
    by_hand = {
        *("AndOperator", "Filter", "OrOperator", "OrderAscending", "OrderDescending"),
        *("Average", "Count", "Field", "Maximum", "Minimum", "Sum"),
        *("ApplicationInstall", "AttachmentFile"),
    }

    assert {one.__name__ for one in GENERATED} == set(classes)
    assert len(from_sdks | by_hand) == 140 + 51
    assert by_hand < set(functions.__all__)


def test_only_functions_and_fragments_are_encoded() -> None:
    wrong: Any = {"object": "A"}

    with pytest.raises(CodecError, match="only functions and fragments"):
        encode(wrong)


def test_an_unknown_keyword_or_name_is_refused_by_python_itself() -> None:
    wrong: Any = functions.InvoiceCreate
    with pytest.raises(TypeError):
        wrong(customer="C")
    with pytest.raises(AttributeError, match="InvoiceMake"):
        getattr(functions, "InvoiceMake")  # noqa: B009 - a name unknown to type checkers
