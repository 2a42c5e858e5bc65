"""Create, update, delete of objects without a class; files."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sage_connect.errors import CodecError
from sage_connect.intacct import encode, functions

from .test_functions import body, refused


def test_a_record_is_written_from_a_mapping() -> None:
    one = functions.Create(
        object="ARPYMT",
        fields={
            "CUSTOMERID": "C1",
            "AMOUNT": Decimal("10.50"),
            "WHEN": dt.date(2026, 3, 9),
            "LOCATIONS": ["1", "2"],
            "SKIPPED": None,
            "EMPTY": "",
            "ON": False,
            "DETAILS": {"DETAIL": [{"KEY": 1}, {"KEY": 2}]},
            "ENTRIES": [
                functions.JournalEntryLineCreate(),
                functions.JournalEntryLineCreate(),
            ],
        },
    )
    entry = "<GLENTRY><ACCOUNTNO/><TR_TYPE>1</TR_TYPE><TRX_AMOUNT/></GLENTRY>"

    assert body(one) == (
        "<create><ARPYMT><CUSTOMERID>C1</CUSTOMERID><AMOUNT>10.5</AMOUNT>"
        "<WHEN>03/09/2026</WHEN><LOCATIONS>1#~#2</LOCATIONS><EMPTY/><ON>false</ON>"
        "<DETAILS><DETAIL><KEY>1</KEY></DETAIL><DETAIL><KEY>2</KEY></DETAIL></DETAILS>"
        f"<ENTRIES>{entry}{entry}</ENTRIES></ARPYMT></create>"
    )


def test_up_to_a_hundred_records_go_in_one_call() -> None:
    records = [{"NAME": number} for number in range(100)]
    one = functions.Update(object="CLASS", fields=records)

    assert body(one).count("<CLASS>") == 100
    assert refused(functions.Update(object="CLASS", fields=[*records, {}])).path == "fields"
    assert refused(functions.Update(object="CLASS", fields=[])).path == "fields"


@pytest.mark.parametrize("name", [None, "", "A B", "1A", "<x>"])
def test_an_object_is_called_like_an_element(name: Any) -> None:
    assert refused(functions.Create(object=name, fields={})).path == "object"
    assert refused(functions.Delete(object=name, keys=1)).path == "object"


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"A B": 1}, "fields"),
        ({"A": {"B": {"C": "\x00"}}}, "fields/A/B/C"),
        ({"A": [{"B": object()}]}, "fields/A/0/B"),
        ([{"A": 1}, 7], "fields/1"),
        ({"A": ["1", {"B": 1}]}, "fields/A/1"),
    ],
)
def test_a_field_that_cannot_be_written_is_named_by_its_place(
    fields: Any, path: str
) -> None:
    assert refused(functions.Create(object="CLASS", fields=fields)).path == path


def test_records_are_deleted_by_their_keys() -> None:
    one = functions.Delete(object="GLBATCH", keys=[1, "2"])

    assert body(one) == "<delete><object>GLBATCH</object><keys>1,2</keys></delete>"
    assert refused(functions.Delete(object="GLBATCH")).path == "keys"
    assert refused(functions.Delete(object="GLBATCH", keys=[1] * 101)).path == "keys"


def test_all_three_write() -> None:
    assert functions.Create.writes
    assert functions.Update.writes
    assert functions.Delete.writes


def test_a_file_is_attached_by_its_path(tmp_path: Path) -> None:
    file = tmp_path / "receipt.of.march.pdf"
    file.write_bytes(b"hello")
    plain = tmp_path / "receipt.pdf"
    plain.write_bytes(b"hello")

    assert body(functions.AttachmentFile(file_path=plain)) == (
        "<attachment><attachmentname>receipt</attachmentname>"
        "<attachmenttype>pdf</attachmenttype><attachmentdata>aGVsbG8=</attachmentdata>"
        "</attachment>"
    )
    assert refused(functions.AttachmentFile(file_path=file)).path == "file_name"


def test_bytes_are_attached_without_a_file() -> None:
    file = functions.AttachmentFile(file_name="a", extension="txt", content=b"")
    whole = functions.AttachmentsCreate(attachment_folder_name="F", files=[file])

    assert "<attachmentdata/>" in body(whole)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    one = functions.AttachmentFile(file_path=str(tmp_path / "none.pdf"))

    assert refused(one).path == "file_path"
    assert refused(functions.AttachmentFile()).path == "file_path"
    assert refused(
        functions.AttachmentsCreate(attachment_folder_name="F", files=[one])
    ).path == ("files/0/file_path")


def test_an_application_is_installed_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "app.xml"
    file.write_text("<app/>", "utf-8")
    broken = tmp_path / "latin.xml"
    broken.write_bytes(b"\xff\xfe<")

    expected = "<installApp><appxml>&lt;app/&gt;</appxml></installApp>"
    assert body(functions.ApplicationInstall(xml_filename=str(file))) == expected
    assert body(functions.ApplicationInstall(xml="<app/>")) == expected
    assert refused(functions.ApplicationInstall(xml_filename=broken)).path == "xml_filename"
    assert refused(functions.ApplicationInstall()).path == "xml_filename"


@pytest.mark.parametrize(
    ("make", "path"),
    [
        (lambda: functions.ApPaymentFactory.create("pay", 1), "kind"),
        (lambda: functions.ApPaymentDetailCreditFactory.create("gift", 1), "kind"),
        (lambda: functions.SelectFunctionFactory.create("median", "A"), "name"),
    ],
)
def test_a_factory_of_the_retired_sdks_makes_only_what_there_is(
    make: Any, path: str
) -> None:
    with pytest.raises(CodecError) as error:
        make()
    assert error.value.path == path


def test_a_payment_is_written_from_the_object_that_the_retired_sdks_fill() -> None:
    info = functions.ApPaymentInfo(
        vendor_id="V", payment_method="EFT", financial_entity_id="B"
    )
    payment = functions.ApPaymentCreate(control_id="x", ap_payment_info=info)

    assert encode(payment) == encode(
        functions.ApPaymentCreate(
            control_id="x", vendor_id="V", payment_method="EFT", financial_entity_id="B"
        )
    )
