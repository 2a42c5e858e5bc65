"""Records: typed when a value is asked for, and every text kept as it came."""

import copy
import datetime as dt
import importlib
import inspect
import pickle
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from sage_connect.errors import CodecError
from sage_connect.intacct import objects
from sage_connect.intacct.objects import APBILL, APBILLITEM, ARINVOICE, CUSTOMER, GLBATCH
from sage_connect.intacct.wire.object_facts import LINES, object_facts
from sage_connect.intacct.wire.record import Record
from sage_connect.intacct.wire.reply import parse_reply
from sage_connect.intacct.wire.values import Field, Flag, Integer, Moment, Number, Rows

from .answers import answer, record, result

FACTS = object_facts()


def read(rows: str) -> Any:
    (found,) = parse_reply(answer(result(rows))).results[0].records
    return found


def invoice(**fields: str) -> ARINVOICE:
    found = read(record("ARINVOICE", **fields))
    assert isinstance(found, ARINVOICE)
    return found


def test_values_are_of_their_kind() -> None:
    found = invoice(
        RECORDNO="149",
        RECORDID="INV-1",
        TOTALDUE="-1234.50",
        WHENDUE="02/29/2028",
        WHENMODIFIED="07/24/2017 15:19:46",
        RETAINAGERELEASED="F",
    )

    assert found.recordno == 149
    assert found.recordid == "INV-1"
    assert found.totaldue == Decimal("-1234.50")
    assert str(found.totaldue) == "-1234.50"
    assert found.whendue == dt.date(2028, 2, 29)
    assert found.whenmodified == dt.datetime(2017, 7, 24, 15, 19, 46)  # noqa: DTZ001 - none told
    assert found.retainagereleased is False


@pytest.mark.parametrize("text", ["true", "T", "True", "t"])
def test_there_are_several_ways_to_say_yes(text: str) -> None:
    assert invoice(RETAINAGERELEASED=text).retainagereleased is True


def test_an_empty_field_and_a_missing_one_are_none() -> None:
    found = invoice(TOTALDUE="", WHENDUE="")

    assert (found.totaldue, found.whendue, found.recordno) == (None, None, None)
    assert found["TOTALDUE"] == ""
    assert ("TOTALDUE" in found, "RECORDNO" in found) == (True, False)
    with pytest.raises(KeyError, match="RECORDNO"):
        _ = found["RECORDNO"]


@pytest.mark.parametrize(
    ("field", "text", "expected"),
    [
        ("RECORDNO", "12a", "a whole number"),
        ("RECORDNO", "1.5", "a whole number"),
        ("RECORDNO", "１", "a whole number"),  # noqa: RUF001 - that very digit
        ("TOTALDUE", "NaN", "a decimal number"),
        ("TOTALDUE", "1,234.50", "a decimal number"),
        ("TOTALDUE", "1e5", "a decimal number"),
        ("TOTALDUE", " 1 ", "a decimal number"),
        ("TOTALDUE", "1_000", "a decimal number"),
        ("TOTALDUE", ".", "a decimal number"),
        ("WHENDUE", "02/30/2026", "a date mm/dd/yyyy"),
        ("WHENDUE", "2026-02-03", "a date mm/dd/yyyy"),
        ("WHENDUE", "30/12/2026", "a date mm/dd/yyyy"),
        ("WHENMODIFIED", "07/24/2017", "a date and time"),
        ("WHENMODIFIED", "07/24/2017 25:00:00", "a date and time"),
        ("RETAINAGERELEASED", "Y", "true, false, T or F"),
    ],
)
def test_an_odd_text_is_told_when_it_is_asked_for_and_not_before(
    field: str, text: str, expected: str
) -> None:
    found = invoice(**{field: text})

    with pytest.raises(CodecError) as caught:
        getattr(found, field.lower())

    assert caught.value.path == field
    assert f"ARINVOICE.{field}: expected {expected}" in str(caught.value)
    assert repr(text) in str(caught.value)
    assert found[field] == text


def test_an_answer_in_lower_case_has_the_same_values() -> None:
    found = read(record("apbill", recordno="7", totaldue="1.50", whendue="01/02/2026"))

    assert isinstance(found, APBILL)
    assert (found.recordno, found.totaldue) == (7, Decimal("1.50"))
    assert found["TOTALDUE"] == found["totaldue"] == "1.50"
    assert found.tag == "apbill"
    assert found.extra == {}


def test_a_name_is_found_in_either_case() -> None:
    found = read(record("APBILL", TOTALDUE="1.50", MYFIELD=""))

    assert found["totaldue"] == found.get("totaldue") == "1.50"
    assert ("totaldue" in found, "myfield" in found, "mine" in found) == (
        True,
        True,
        False,
    )
    assert (found["myfield"], found.get("myfield", "-"), found.get("no", "-")) == (
        "",
        "-",
        "-",
    )
    assert [one.text for one in found.rows("myfield")] == [""]
    assert 7 not in found


def test_dots_are_underscores() -> None:
    found = read(
        "<CUSTOMER><DISPLAYCONTACT.CONTACTNAME>Ann</DISPLAYCONTACT.CONTACTNAME></CUSTOMER>"
    )

    assert found.displaycontact_contactname == found["DISPLAYCONTACT.CONTACTNAME"] == "Ann"


def test_custom_fields_and_what_is_new_are_kept() -> None:
    found = read(record("CUSTOMER", CUSTOMERID="C1", MY_RATING="A", GLDIMREGION="7"))

    assert dict(found.extra) == {"MY_RATING": "A", "GLDIMREGION": "7"}
    assert found["MY_RATING"] == "A"
    assert list(found) == ["CUSTOMERID", "MY_RATING", "GLDIMREGION"]
    assert dict(found.items())["GLDIMREGION"] == "7"


def test_an_object_without_a_class_is_a_record_all_the_same() -> None:
    found = read(record("MY_ASSET", NAME="Van", COST="12"))

    assert type(found) is Record
    assert found.plain() == {"NAME": "Van", "COST": "12"}
    assert dict(found.extra) == {"NAME": "Van", "COST": "12"}


def test_lines_are_records_of_their_own_class() -> None:
    line = "<apbillitem><AMOUNT>{}</AMOUNT><ACCOUNTNO>6000</ACCOUNTNO></apbillitem>"
    lines = f"<APBILLITEMS>\n {line.format('1.10')} {line.format('2')}</APBILLITEMS>"

    bill = read(f"<APBILL><RECORDNO>1</RECORDNO>{lines}</APBILL>")

    assert [type(one) for one in bill.apbillitems] == [APBILLITEM, APBILLITEM]
    assert [one.amount for one in bill.apbillitems] == [Decimal("1.10"), Decimal(2)]
    assert bill.rows("APBILLITEMS", "apbillitem") == bill.apbillitems
    assert bill.plain()["APBILLITEMS"]["apbillitem"][1]["AMOUNT"] == "2"


@pytest.mark.parametrize("entries", ["", "<ENTRIES/>", "<ENTRIES>\n</ENTRIES>"])
def test_no_lines_are_an_empty_tuple(entries: str) -> None:
    batch = read(f"<GLBATCH><RECORDNO>1</RECORDNO>{entries}</GLBATCH>")

    assert batch.entries == ()


def test_one_line_is_a_tuple_too() -> None:
    batch = read(
        "<GLBATCH><ENTRIES><glentry><TR_TYPE>-1</TR_TYPE></glentry></ENTRIES></GLBATCH>"
    )

    assert isinstance(batch, GLBATCH)
    assert [one.tr_type for one in batch.entries] == [-1]


def test_nothing_under_one_name_twice_is_lost() -> None:
    found = read("<X><CODE>a</CODE><CODE/><CODE>c</CODE><NAME>n</NAME></X>")

    assert [one.text for one in found.rows("CODE")] == ["a", "", "c"]
    assert found["CODE"] == "a"
    assert found.plain() == {"CODE": ["a", "", "c"], "NAME": "n"}


def test_nothing_beside_nested_elements_is_lost() -> None:
    found = read('<X a="1">before<N b="2">in<M/>side</N> after</X>')

    assert found.attributes == {"a": "1"}
    assert found.text == "before after"
    assert found.plain() == {
        "@a": "1",
        "#text": "before after",
        "N": {"@b": "2", "#text": "in side", "M": ""},
    }


def test_texts_are_kept_to_the_blank() -> None:
    found = read("<X><A> a\n b </A><B> </B><C>é€😀&#13;</C></X>")

    assert (found["A"], found["B"], found["C"]) == (" a\n b ", " ", "é€😀\r")


def test_a_record_is_shown_in_short_and_without_what_is_private() -> None:
    fields = {f"FIELD{at}": "x" * 100 for at in range(60)}
    found = read(
        record("VENDOR", TAXID="12-345", ACHACCOUNTNUMBER="999", NAME="Ann", **fields)
    )

    assert repr(found).startswith(
        "VENDOR(TAXID='***', ACHACCOUNTNUMBER='***', NAME='Ann', and"
    )
    assert len(repr(found)) < 200


def test_a_record_is_frozen() -> None:
    found: Any = invoice(RECORDNO="1")

    with pytest.raises(AttributeError, match="frozen"):
        found.totaldue = Decimal(1)
    with pytest.raises(AttributeError, match="frozen"):
        del found.totaldue
    with pytest.raises(TypeError):
        found.attributes["x"] = "y"
    with pytest.raises(TypeError):
        found.extra["x"] = "y"


def test_records_are_equal_that_were_read_from_the_same() -> None:
    one, same = invoice(RECORDNO="1"), invoice(RECORDNO="1")
    other = read(record("arinvoice", RECORDNO="1"))

    assert one == same == copy.copy(one) == copy.deepcopy(one)
    assert hash(one) == hash(same)
    assert one == pickle.loads(pickle.dumps(one))  # noqa: S301 - our own
    assert one != other
    assert one != Record("ARINVOICE", {"RECORDNO": "1"})
    assert bool(Record("X"))


def test_a_record_can_be_made_by_hand() -> None:
    found = CUSTOMER(texts={"CUSTOMERID": "C1", "CREDITLIMIT": ""})

    assert found == read(record("CUSTOMER", CUSTOMERID="C1", CREDITLIMIT=""))


def test_a_field_tells_its_name_on_the_wire() -> None:
    assert str(CUSTOMER.displaycontact_contactname) == "DISPLAYCONTACT.CONTACTNAME"
    assert str(GLBATCH.entries) == "ENTRIES"
    assert repr(CUSTOMER.recordno) == "Integer('RECORDNO')"


@given(
    st.dictionaries(
        st.from_regex(r"[A-Z][A-Z0-9_.]{0,9}", fullmatch=True),
        st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=9),
        min_size=1,
    )
)
def test_whatever_came_is_given_back(fields: dict[str, str]) -> None:
    found = read(record("CUSTOMER", **fields))

    assert found.plain() == fields
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301 - our own


KINDS = {
    "integer": ("7", 7),
    "decimal": ("1.50", Decimal("1.50")),
    "currency": ("1.50", Decimal("1.50")),
    "percent": ("1.50", Decimal("1.50")),
    "date": ("03/31/2026", dt.date(2026, 3, 31)),
    "timestamp": (
        "03/31/2026 08:09:10",
        dt.datetime(2026, 3, 31, 8, 9, 10),  # noqa: DTZ001 - answers have none
    ),
    "boolean": ("true", True),
}


@pytest.mark.parametrize("name", sorted(FACTS))
def test_every_field_of_every_object_can_be_asked_for(name: str) -> None:
    kind = objects.class_of(name.lower())
    assert kind is getattr(objects, name.upper())
    facts = {
        field: one
        for field, one in FACTS[name].fields.items()
        if "#" not in field and not one.kind.startswith(LINES)
    }
    texts = {
        field: KINDS.get(one.kind, ("text", "text"))[0] for field, one in facts.items()
    }

    found = kind(texts=texts)

    assert found.extra == {}
    for attribute, field in kind.fields_on_wire.items():
        if field in facts:
            expected = KINDS.get(facts[field].kind, ("text", "text"))[1]
            assert getattr(found, attribute) == expected
    assert set(facts) <= set(kind.fields_on_wire.values())
    assert repr(kind(texts={})) == f"{kind.__name__}()"


def test_there_is_a_class_for_each_of_272_objects() -> None:
    assert len(FACTS) == len(objects.__all__) == 272
    assert objects.class_of("NO_SUCH") is None
    assert objects.class_of("class_of") is None


def test_the_kinds_of_fields_are_those_of_the_table() -> None:
    assert isinstance(ARINVOICE.recordno, Integer)
    assert isinstance(ARINVOICE.totaldue, Number)
    assert isinstance(ARINVOICE.whenmodified, Moment)
    assert isinstance(ARINVOICE.retainagereleased, Flag)
    assert isinstance(GLBATCH.entries, Rows)
    assert issubclass(Integer, Field)


def test_no_module_of_records_outgrows_its_subject() -> None:
    folder = Path(inspect.getfile(objects)).parent
    modules = [path.stem for path in folder.glob("*.py") if path.stem != "__init__"]

    sizes = {
        name: len(
            [
                one
                for one in vars(
                    importlib.import_module(f"{objects.__name__}.{name}")
                ).values()
                if isinstance(one, type) and issubclass(one, Record) and one is not Record
            ]
        )
        for name in modules
    }

    assert sum(sizes.values()) == 272
    assert max(sizes.values()) <= 60
