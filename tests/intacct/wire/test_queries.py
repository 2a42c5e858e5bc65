"""Queries and where-strings."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, strategies as st
from lxml import etree

from sage_connect.errors import CodecError
from sage_connect.intacct import encode, field, functions, query, where

from .test_functions import body, refused

# What a caller without a type checker may give.
UNTYPED: Any = functions
ASKED: Any = query("A")
NOON = dt.datetime(2026, 3, 9, 12, 30, 5)  # noqa: DTZ001 - the gateway knows no zones


def test_a_query_says_what_is_read_from_where_and_in_which_order() -> None:
    asked = (
        query("ARINVOICE")
        .select("RECORDNO", field("TOTALDUE").sum())
        .where((field("TOTALDUE") > Decimal("0.00")) & (field("CUSTOMER.ID") != "A & B"))
        .order_by(field("WHENDUE").descending(), "RECORDNO")
        .show_private()
        .page_size(2000)
        .offset(10)
    )

    assert body(asked) == (
        "<query><select><field>RECORDNO</field><sum>TOTALDUE</sum></select>"
        "<object>ARINVOICE</object>"
        "<filter><and><greaterthan><field>TOTALDUE</field><value>0</value></greaterthan>"
        "<notequalto><field>CUSTOMER.ID</field><value>A &amp; B</value></notequalto></and>"
        "</filter><orderby><order><field>WHENDUE</field><descending/></order>"
        "<order><field>RECORDNO</field><ascending/></order></orderby>"
        "<options><showprivate>true</showprivate></options>"
        "<pagesize>2000</pagesize><offset>10</offset></query>"
    )


def test_a_step_of_a_query_leaves_the_query_before_as_it_was() -> None:
    first = query("CUSTOMER").select("NAME")
    before = body(first)
    second = first.where(field("STATUS") == "active").page_size(5).order_by("NAME")

    assert body(first) == before
    assert body(second) != before


def test_a_query_as_in_the_retired_sdks_is_filled_step_by_step() -> None:
    asked = functions.Query(control_id="x")
    asked.select(functions.SelectBuilder().field("A").count("B"))
    asked.from_("CUSTOMER").doc_par_id("D").case_insensitive(on=True)
    asked.order_by(functions.OrderBuilder().ascending("A").descending("B"))
    asked.filter(functions.Filter("A").between("1", "2"))

    assert encode(asked) == encode(
        functions.Query(
            control_id="x",
            object_name="CUSTOMER",
            select_fields=[functions.Field("A"), functions.Count("B")],
            doc_par_id="D",
            case_insensitive=True,
            orders=[functions.OrderAscending("A"), functions.OrderDescending("B")],
            condition=functions.Filter(field="A").between(["1", "2"]),
        )
    )


def test_names_that_python_keeps_for_itself_are_there_as_in_the_retired_sdks() -> None:
    asked = getattr(functions.Query(), "from")("A").select("B")
    one = getattr(functions.Filter("A"), "in")(["1", "2"])

    assert (
        body(asked) == "<query><select><field>B</field></select><object>A</object></query>"
    )
    assert body(one) == "<in><field>A</field><value>1</value><value>2</value></in>"


@pytest.mark.parametrize(
    ("condition", "name", "values"),
    [
        (field("A") == 1, "equalto", ["1"]),
        (field("A") != "x", "notequalto", ["x"]),
        (field("A") < Decimal("1.50"), "lessthan", ["1.5"]),
        (field("A") <= dt.date(2026, 3, 9), "lessthanorequalto", ["03/09/2026"]),
        (field("A") > NOON, "greaterthan", ["03/09/2026 12:30:05"]),
        (field("A") >= True, "greaterthanorequalto", ["true"]),
        (field("A") == None, "isnull", []),  # noqa: E711 - a condition, no comparison
        (field("A") != None, "isnotnull", []),  # noqa: E711 - a condition, no comparison
        (field("A").is_null(), "isnull", []),
        (field("A").is_not_null(), "isnotnull", []),
        (field("A").like("B%"), "like", ["B%"]),
        (field("A").not_like("B_"), "notlike", ["B_"]),
        (field("A").in_("1", "2"), "in", ["1", "2"]),
        (field("A").not_in([1]), "notin", ["1"]),
        (field("A").between(1, 2), "between", ["1", "2"]),
    ],
)
def test_a_condition_is_one_element(
    condition: functions.Filter, name: str, values: list[str]
) -> None:
    element = etree.fromstring(encode(condition))

    assert element.tag == name
    assert element.findtext("field") == "A"
    assert [one.text for one in element.findall("value")] == values


def test_chains_of_one_kind_stay_flat_and_mixed_ones_nest() -> None:
    a, b, c = field("A") == 1, field("B") == 2, field("C") == 3

    assert [one.tag for one in etree.fromstring(encode(a & b & c))] == ["equalto"] * 3
    assert [one.tag for one in etree.fromstring(encode((a & b) | c))] == ["and", "equalto"]


@pytest.mark.parametrize(
    ("make", "path"),
    [
        (lambda: query("A"), "select_fields"),
        (lambda: functions.Query().select("B"), "object_name"),
        (lambda: query("A").select(), "select_fields"),
        (lambda: query("A").select([]), "select_fields"),
        (lambda: query("A").select(""), "field_name"),
        (lambda: ASKED.select(None), "field_name"),
        (lambda: query("A").select("B").order_by(), "orders"),
        (lambda: query("A").select("B").order_by([]), "orders"),
        (lambda: query("A").select("B").order_by(functions.Sum("B")), "orders"),
        (lambda: query("A").select("B").page_size(0), "page_size"),
        (lambda: query("A").select("B").page_size(2001), "page_size"),
        (lambda: query("A").select("B").page_size(True), "page_size"),
        (lambda: query("A").select("B").offset(-1), "offset"),
        (lambda: query("A").select("B").doc_par_id(""), "doc_par_id"),
        (lambda: ASKED.select("B").where("C = 1"), "condition"),
        (
            lambda: UNTYPED.Query(object_name="A", select_fields=["B"], page_size=0),
            "page_size",
        ),
        (lambda: functions.Filter("A"), "operation"),
        (lambda: functions.Filter().equal_to(1), "field_name"),
        (lambda: functions.Filter("A").between(1), "values"),
        (lambda: functions.Filter("A").in_([]), "values"),
        (lambda: UNTYPED.Filter("A").equal_to({}), "values"),
        (lambda: functions.AndOperator([field("A") == 1]), "filters"),
        (lambda: UNTYPED.OrOperator(["A", "B"]), "filters/0"),
        (functions.SelectBuilder, "parts"),
        (lambda: functions.SelectBuilder().fields("AB"), "fields"),
        (lambda: functions.OrderBuilder().ascending(""), "field_name"),
    ],
)
def test_a_query_that_cannot_be_is_refused_by_the_name_of_a_field(
    make: Any, path: str
) -> None:
    with pytest.raises(CodecError) as refused:
        encode(make())
    assert refused.value.path == path


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (functions.EqualToString(field="A", value="Bob's"), r"A = 'Bob\'s'"),
        (functions.EqualToDecimal(field="A", value=Decimal("1.50")), "A = 1.5"),
        (functions.GreaterThanDate(field="A", value=NOON.date()), "A > '03/09/2026'"),
        (functions.LessThanDateTime(field="A", value=NOON), "A < '03/09/2026 12:30:05'"),
        (
            functions.EqualToDateTime(field="A", value=NOON.date()),
            "A = '03/09/2026 00:00:00'",
        ),
        (functions.EqualToNull(field="A", negate=True), "A IS NOT NULL"),
        (functions.LikeString(field="A", value="B%", negate=True), "A NOT LIKE 'B%'"),
        (functions.InArrayInteger(field="A", value=[1, 2]), "A IN (1,2)"),
        (functions.InListString(field="A", value=["x"], negate=True), "A NOT IN ('x')"),
        (
            functions.AndCondition(
                conditions=[
                    functions.EqualToInteger(field="A", value=1),
                    functions.QueryString(query="B = 2"),
                ],
                negate=True,
            ),
            "NOT (A = 1 AND B = 2)",
        ),
        ((field("A") == "x") | (field("B.C") > 5), "(A = 'x' OR B.C > 5)"),
        (field("A").between(1, 2), "(A >= 1 AND A <= 2)"),
        (field("A").not_in(["x", "y"]), "A NOT IN ('x','y')"),
        (field("A").not_like("x"), "A NOT LIKE 'x'"),
        (field("A").is_not_null(), "A IS NOT NULL"),
        (field("A").is_null(), "A IS NULL"),
        (field("A") == True, "A = 'T'"),  # noqa: E712 - a condition, no comparison
        ("raw = 1", "raw = 1"),
    ],
)
def test_a_where_string_quotes_what_is_text(condition: Any, text: str) -> None:
    asked = functions.ReadByQuery(object_name="O", query=condition)

    assert where(condition) == text
    assert etree.fromstring(encode(asked)).findtext("readByQuery/query") == text


@pytest.mark.parametrize(
    "condition",
    [
        functions.EqualToString(field="A = 1 OR B", value="x"),
        functions.EqualToString(field=None, value="x"),
        functions.EqualToString(field="A", value="x\\"),
        functions.EqualToString(field="A", value="x\\' OR 1 = 1"),
        functions.EqualToString(field="A", value="\x00"),
        functions.EqualToString(field="A", value=7),
        functions.EqualToInteger(field="A", value="7 OR 1 = 1"),
        functions.EqualToInteger(field="A", value=True),
        functions.EqualToFloat(field="A", value="1 OR 1"),
        functions.EqualToDate(field="A", value="03/09/2026"),
        functions.InArrayString(field="A", value=[]),
        functions.InArrayString(field="A"),
        functions.AndCondition(conditions=[]),
        UNTYPED.OrCondition(conditions=["A = 1"]),
        functions.Filter("A"),
        functions.AndOperator(),
        field("A; DROP") == 1,
        7,
    ],
)
def test_what_could_become_part_of_a_where_string_is_refused(condition: Any) -> None:
    with pytest.raises(CodecError):
        where(condition)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])))
def test_no_text_gets_out_of_its_quotes(text: str) -> None:
    try:
        written = where(functions.EqualToString(field="A", value=text))
    except CodecError:
        return

    inside = written.removeprefix("A = '").removesuffix("'")
    at = 0
    while at < len(inside):
        assert inside[at] != "'"
        # A backslash takes the next character with it, however the gateway reads it.
        at += 2 if inside[at : at + 2] == "\\'" else 1
    assert inside.replace("\\'", "'") == text


def test_a_query_without_conditions_reads_all() -> None:
    assert "<query/>" in body(functions.ReadByQuery(object_name="A"))
    assert refused(functions.ReadByQuery(object_name="A", query=object())).path == "query"  # type: ignore[arg-type]  # on purpose
