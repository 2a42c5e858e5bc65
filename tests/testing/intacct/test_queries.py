"""query, readByQuery, readMore, read, readByName, get_list."""

import pytest

from .desk import Desk, Start, invoice, line

ASCENDING = "<orderby><order><field>RECORDNO</field><ascending/></order></orderby>"


def ids(desk: Desk, filter: str, more: str = "") -> list[str]:
    return sorted(
        row["CUSTOMERID"]
        for row in desk.query("CUSTOMER", "CUSTOMERID", filter, more).records
    )


@pytest.mark.parametrize(
    ("filter", "found"),
    [
        ("<equalto><field>CUSTOMERID</field><value>BIRCH</value></equalto>", ["BIRCH"]),
        (
            "<notequalto><field>CURRENCY</field><value>GBP</value></notequalto>",
            ["EIFFEL"],
        ),
        (
            "<lessthan><field>RECORDNO</field><value>3</value></lessthan>",
            ["ARDENT", "BIRCH"],
        ),
        (
            (
                "<greaterthanorequalto><field>RECORDNO</field><value>4</value>"
                "</greaterthanorequalto>"
            ),
            ["DOVER", "EIFFEL"],
        ),
        (
            "<between><field>RECORDNO</field><value>2</value><value>3</value></between>",
            ["BIRCH", "CORNER"],
        ),
        (
            "<in><field>CUSTOMERID</field><value>DOVER</value><value>X</value></in>",
            ["DOVER"],
        ),
        (
            "<notin><field>RECORDNO</field><value>1</value><value>2</value></notin>",
            ["CORNER", "DOVER", "EIFFEL"],
        ),
        ("<like><field>NAME</field><value>B%</value></like>", ["BIRCH"]),
        ("<like><field>CUSTOMERID</field><value>_OVER</value></like>", ["DOVER"]),
        (
            "<notlike><field>NAME</field><value>%e%</value></notlike>",
            ["BIRCH"],
        ),
        ("<isnotnull><field>PARENTID</field></isnotnull>", []),
        (
            (
                "<and><isnull><field>PARENTID</field></isnull><or>"
                "<equalto><field>NAME</field><value>Corner Cafe</value></equalto>"
                "<equalto><field>RECORDNO</field><value>1</value></equalto></or></and>"
            ),
            ["ARDENT", "CORNER"],
        ),
        (
            "<equalto><field>ONHOLD</field><value>false</value></equalto>",
            ["ARDENT", "BIRCH", "CORNER", "DOVER", "EIFFEL"],
        ),
        ("<equalto><field>TERM.DUEDATE</field><value>31</value></equalto>", []),
        (
            (
                "<equalto><field>DISPLAYCONTACT.MAILADDRESS.CITY</field><value>Lyon</value>"
                "</equalto>"
            ),
            ["EIFFEL"],
        ),
    ],
)
def test_operators_of_query(desk: Desk, filter: str, found: list[str]) -> None:
    assert ids(desk, filter) == found


def test_capitals_count_unless_it_is_said(desk: Desk) -> None:
    filter = "<equalto><field>NAME</field><value>corner CAFE</value></equalto>"
    folded = "<options><caseinsensitive>true</caseinsensitive></options>"

    assert ids(desk, filter) == []
    assert ids(desk, filter, folded) == ["CORNER"]


@pytest.mark.parametrize(
    ("filter", "number"),
    [
        ("<equalto><field>NOFIELD</field><value>1</value></equalto>", "DL02000001"),
        (
            (
                "<greaterthan><field>WHENMODIFIED</field><value>2026-01-31</value>"
                "</greaterthan>"
            ),
            "DL02000001",
        ),
        ("<and><isnull><field>NAME</field></isnull></and>", "Query Failed"),
        ("<near><field>NAME</field><value>1</value></near>", "Query Failed"),
        ("<isnull><field>NAME</field></isnull>" * 2, "Query Failed"),
    ],
)
def test_wrong_filters_are_refused(desk: Desk, filter: str, number: str) -> None:
    reply = desk.query("CUSTOMER", "NAME", filter)

    assert (reply.results, reply.errors) == (["failure"], [number])


@pytest.mark.parametrize(
    "more",
    ["<pagesize>2001</pagesize>", "<pagesize>0</pagesize>", "<offset>-1</offset>"],
)
def test_pages_have_bounds(desk: Desk, more: str) -> None:
    assert desk.query("CUSTOMER", "NAME", more=more).results == ["failure"]


def test_pages_by_offset_tell_what_remains(desk: Desk) -> None:
    pages = [
        desk.query(
            "CUSTOMER", "RECORDNO", more=f"{ASCENDING}<pagesize>2</pagesize>"
            f"<offset>{offset}</offset>",
        )
        for offset in (0, 2, 4)
    ]  # fmt: skip

    numbers = [[row["RECORDNO"] for row in page.records] for page in pages]
    assert numbers == [["1", "2"], ["3", "4"], ["5"]]
    assert [page.data["numremaining"] for page in pages] == ["3", "1", "0"]
    assert pages[0].data == {
        "listtype": "CUSTOMER",
        "totalcount": "5",
        "offset": "0",
        "count": "2",
        "numremaining": "3",
    }


def test_without_an_order_there_is_none(desk: Desk) -> None:
    orders = {
        tuple(row["CUSTOMERID"] for row in desk.query("CUSTOMER", "CUSTOMERID").records)
        for _ in range(12)
    }

    assert len(orders) > 1


def test_order_descends_and_has_many_fields(desk: Desk) -> None:
    order = (
        "<orderby><order><field>CURRENCY</field></order>"
        "<order><field>NAME</field><descending/></order></orderby>"
    )
    found = desk.query("CUSTOMER", "CUSTOMERID", more=order).records

    assert [row["CUSTOMERID"] for row in found] == [
        "EIFFEL",
        "DOVER",
        "CORNER",
        "BIRCH",
        "ARDENT",
    ]


def test_aggregates_group_by_the_other_fields(desk: Desk) -> None:
    for amount in ("10.10", "20.20"):
        desk.ask(invoice(lines=line(amount)))
    desk.ask(invoice(party="BIRCH", lines=line("5")))
    select = (
        "<select><field>CUSTOMERID</field><sum>TOTALDUE</sum><count>RECORDNO</count>"
        "<max>TOTALDUE</max><avg>TOTALDUE</avg></select>"
    )
    order = "<orderby><order><field>CUSTOMERID</field></order></orderby>"

    found = desk.ask(f"<query><object>ARINVOICE</object>{select}{order}</query>").records

    assert [list(row.values()) for row in found] == [
        ["ARDENT", "30.3", "2", "20.2", "15.15"],
        ["BIRCH", "5", "1", "5", "5"],
    ]


def test_related_records_are_reached_with_dots(desk: Desk) -> None:
    desk.ask(invoice())

    found = desk.query("ARINVOICE", "CUSTOMER.NAME CUSTOMERNAME TERM.DUEDATE").records

    assert found == [
        {
            "CUSTOMER.NAME": "Ardent Heating Ltd",
            "CUSTOMERNAME": "Ardent Heating Ltd",
            "TERM.DUEDATE": "30",
        }
    ]


@pytest.mark.parametrize(
    ("format", "text"),
    [("csv", '"CUSTOMERID"\n"BIRCH"'), ("json", '[{"CUSTOMERID": "BIRCH"}]')],
)
def test_other_formats_stand_alone(desk: Desk, format: str, text: str) -> None:
    reply = desk.query(
        "CUSTOMER",
        "CUSTOMERID",
        "<equalto><field>RECORDNO</field><value>2</value></equalto>",
        f"<options><returnformat>{format}</returnformat></options>",
    )

    assert (reply.text, format in reply.response.headers["content-type"]) == (text, True)


def test_an_unknown_object_fails(desk: Desk) -> None:
    reply = desk.query("NOTHING", "RECORDNO")

    assert reply.errors == ["Query Failed"]
    assert "Object definition NOTHING not found" in reply.text


# --- readByQuery


def by_query(where: str, fields: str = "CUSTOMERID", size: int = 100) -> str:
    return (
        f"<readByQuery><object>CUSTOMER</object><fields>{fields}</fields>"
        f"<query>{where}</query><pagesize>{size}</pagesize></readByQuery>"
    )


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("", ["ARDENT", "BIRCH", "CORNER", "DOVER", "EIFFEL"]),
        ("CUSTOMERID = 'BIRCH'", ["BIRCH"]),
        ("RECORDNO &lt;= 2", ["ARDENT", "BIRCH"]),
        ("RECORDNO &gt; 2 AND RECORDNO &lt; 4", ["CORNER"]),
        ("NAME like 'B%' OR NAME LIKE 'C%'", ["BIRCH", "CORNER"]),
        ("NAME not like '%e%'", ["BIRCH"]),
        ("CUSTOMERID in ('DOVER','X')", ["DOVER"]),
        ("CUSTOMERID not in ('DOVER', 'ARDENT', 'BIRCH', 'CORNER')", ["EIFFEL"]),
        ("PARENTID IS NOT NULL", []),
        ("NOT (RECORDNO = 1 OR PARENTID IS NULL)", []),
        (
            "ONHOLD = 'F' AND STATUS = 'active'",
            ["ARDENT", "BIRCH", "CORNER", "DOVER", "EIFFEL"],
        ),
        ("NAME = 'O\\'Hara'", []),
    ],
)
def test_where_strings(desk: Desk, where: str, found: list[str]) -> None:
    records = desk.ask(by_query(where)).records

    assert sorted(row["CUSTOMERID"] for row in records) == found


@pytest.mark.parametrize(
    "where",
    [
        "NAME = 'B' ORDER BY NAME",
        "NOFIELD = 1",
        "WHENMODIFIED > '2026-01-31'".replace(">", "&gt;"),
        "NAME = ",
        "(NAME = 'B'",
        "NAME ~ 'B'",
        "NAME = 'B",
    ],
)
def test_wrong_where_strings_are_refused(desk: Desk, where: str) -> None:
    assert desk.ask(by_query(where)).errors == ["DL02000001"]


def test_wrong_field_lists_are_named_in_the_number(desk: Desk) -> None:
    reply = desk.ask(by_query("", "NAME,NOFIELD"))

    assert reply.errors == ["Invalid fields list NOFIELD"]


def test_read_more_goes_on_until_nothing_remains(desk: Desk) -> None:
    first = desk.ask(by_query("", "RECORDNO", 2))
    more = f"<readMore><resultId>{first.data['resultId']}</resultId></readMore>"
    second, third, beyond = (desk.ask(more) for _ in range(3))

    numbers = [row["RECORDNO"] for page in (first, second, third) for row in page.records]
    assert sorted(numbers) == ["1", "2", "3", "4", "5"]
    assert first.data["totalcount"] == "5"
    assert [page.data["numremaining"] for page in (first, second, third)] == ["3", "1", "0"]
    assert third.data["resultId"] == ""
    assert beyond.results == ["failure"]


def test_read_more_goes_by_the_object_too(desk: Desk) -> None:
    desk.ask(by_query("", "RECORDNO", 4))

    reply = desk.ask("<readMore><object>CUSTOMER</object></readMore>")

    assert len(reply.records) == 1


def test_a_reading_belongs_to_its_session(desk: Desk) -> None:
    desk.sign_in()
    first = desk.ask(by_query("", "RECORDNO", 2))
    desk.sign_in()

    more = f"<readMore><resultId>{first.data['resultId']}</resultId></readMore>"
    assert desk.ask(more).results == ["failure"]


@pytest.mark.parametrize(
    ("names", "asked", "told"),
    [
        ("small", "CUSTOMER", "customer"),
        ("as asked", "CUSTOMER", "CUSTOMER"),
        ("as asked", "customer", "customer"),
    ],
)
def test_names_of_records_of_read_by_query(
    start: Start, names: str, asked: str, told: str
) -> None:
    desk = start(names=names)
    reply = desk.ask(by_query("RECORDNO = 1").replace("CUSTOMER<", f"{asked}<", 1))

    assert reply.data["listtype"] == told
    assert reply.tree.find("operation/result/data")[0].tag == told


# --- read, readByName


def test_read_shows_embedded_records_and_lines_as_elements(desk: Desk) -> None:
    key = desk.ask(
        "<create><GLBATCH><JOURNAL>GJ</JOURNAL><BATCH_DATE>09/01/2026</BATCH_DATE>"
        "<BATCH_TITLE>T</BATCH_TITLE><ENTRIES>"
        "<GLENTRY><ACCOUNTNO>7100</ACCOUNTNO><TR_TYPE>1</TR_TYPE><TRX_AMOUNT>5</TRX_AMOUNT>"
        "</GLENTRY><GLENTRY><ACCOUNTNO>1200</ACCOUNTNO><TR_TYPE>-1</TR_TYPE>"
        "<TRX_AMOUNT>5</TRX_AMOUNT></GLENTRY></ENTRIES></GLBATCH></create>"
    ).key
    entry = desk.ask(
        f"<read><object>GLBATCH</object><keys>{key}</keys><fields>*</fields></read>"
    )
    party = desk.ask(
        "<readByName><object>CUSTOMER</object><keys>EIFFEL</keys><fields>*</fields>"
        "</readByName>"
    )

    path = "operation/result/data/GLBATCH/ENTRIES/glentry"
    assert [one.findtext("ACCOUNTNO") for one in entry.tree.findall(path)] == [
        "7100",
        "1200",
    ]
    city = "operation/result/data/CUSTOMER/DISPLAYCONTACT/MAILADDRESS/CITY"
    assert party.say(city) == "Lyon"


def test_read_takes_a_hundred_keys_and_passes_over_what_is_not_there(desk: Desk) -> None:
    read = "<read><object>CUSTOMER</object><keys>{}</keys><fields>NAME</fields></read>"
    keys = [str(number) for number in range(1, 102)]

    assert len(desk.ask(read.format(",".join(keys[:100]))).records) == 5
    assert desk.ask(read.format(",".join(keys))).results == ["failure"]
    assert desk.ask(read.format("77")).data["count"] == "0"


# --- get_list


def test_get_list_counts_from_zero_to_the_last_index(desk: Desk) -> None:
    reply = desk.ask(
        '<get_list object="customer" start="1" maxitems="2"><sorts>'
        '<sortfield order="desc">customerid</sortfield></sorts>'
        "<fields><field>customerid</field></fields></get_list>"
    )

    head = reply.tree.find("operation/result/listtype")
    assert (head.text, dict(head.attrib)) == (
        "customer",
        {"start": "1", "end": "2", "total": "5"},
    )
    assert reply.records == [{"customerid": "DOVER"}, {"customerid": "CORNER"}]


def test_get_list_filters_by_expressions(desk: Desk) -> None:
    one = (
        "<expression><field>{}</field><operator>{}</operator><value>{}</value></expression>"
    )
    both = (
        '<logical logical_operator="or">'
        + one.format("customerid", "=", "BIRCH")
        + one.format("name", "like", "D%")
        + "</logical>"
    )
    reply = desk.ask(
        f'<get_list object="customer"><filter>{both}</filter>'
        "<fields><field>customerid</field></fields></get_list>"
    )

    assert reply.records == [{"customerid": "BIRCH"}, {"customerid": "DOVER"}]
