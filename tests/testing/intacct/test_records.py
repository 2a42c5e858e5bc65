"""Master data: create, update, delete, by generic and by legacy functions; attachments."""

import pytest

from .desk import Desk, Start, invoice


def create(name: str, **fields: str) -> str:
    inside = "".join(f"<{field}>{text}</{field}>" for field, text in fields.items())
    return f"<create><{name}>{inside}</{name}></create>"


def update(name: str, **fields: str) -> str:
    return create(name, **fields).replace("create>", "update>")


@pytest.mark.requirement("S209", "S210", "S208")
@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("CUSTOMER", {"CUSTOMERID": "N1", "NAME": "New", "TERMNAME": "N30"}),
        ("VENDOR", {"VENDORID": "N1", "NAME": "New", "TAXID": "GB1"}),
        ("ITEM", {"ITEMID": "N1", "NAME": "New", "ITEMTYPE": "Non-Inventory"}),
        ("DEPARTMENT", {"DEPARTMENTID": "N1", "TITLE": "New"}),
        ("LOCATION", {"LOCATIONID": "N1", "NAME": "New", "PARENTID": "100"}),
        ("PROJECT", {"PROJECTID": "N1", "NAME": "New", "CUSTOMERID": "ARDENT"}),
        ("CLASS", {"CLASSID": "N1", "NAME": "New"}),
        ("EMPLOYEE", {"EMPLOYEEID": "N1"}),
        ("GLACCOUNT", {"ACCOUNTNO": "4999", "TITLE": "New", "REQUIREDEPT": "true"}),
        ("CONTACT", {"CONTACTNAME": "N1", "PRINTAS": "New"}),
        ("WAREHOUSE", {"WAREHOUSEID": "N1", "NAME": "New"}),
    ],
)
def test_a_record_comes_back_as_it_was_sent(
    desk: Desk, name: str, fields: dict[str, str]
) -> None:
    made = desk.ask(create(name, **fields))
    key = made.key

    assert made.data == {"listtype": "objects", "count": "1"}
    assert made.tree.find("operation/result/data")[0].tag == name.lower()
    assert desk.read(name, key, ",".join(fields)) == fields


def test_what_was_sent_in_small_letters_is_answered_so(desk: Desk) -> None:
    reply = desk.ask(
        "<create><class><classid>N1</classid><name>New</name></class></create>"
    )

    assert reply.records == [{"recordno": "3", "classid": "N1"}]


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        (create("PROJECT", PROJECTID="P100", NAME="X"), "BL34000061"),
        (create("VENDOR", VENDORID="INK", NAME="X"), "PL05000104"),
        (create("CUSTOMER", CUSTOMERID="N1"), "BL03000018"),
        (create("CUSTOMER", NAME="New"), "BL03000018"),
        (create("CUSTOMER", CUSTOMERID="N1", NAME="X", TERMNAME="NO"), "BL01001973"),
        (create("CUSTOMER", CUSTOMERID="N1", NAME="X", STATUS="asleep"), "BL01001973"),
        (create("CUSTOMER", CUSTOMERID="N1", NAME="X", CREDITLIMIT="1,000"), "BL01001973"),
        (create("CUSTOMER", CUSTOMERID="N1", NAME="X", ONHOLD="maybe"), "BL01001973"),
        (
            create("LOCATION", LOCATIONID="N1", NAME="X", STARTDATE="2026-01-31"),
            "PL03000006",
        ),
        (update("CUSTOMER", RECORDNO="77", NAME="X"), "BL01001973"),
        (update("CUSTOMER", CUSTOMERID="NO", NAME="X"), "BL01001973"),
        ("<delete><object>CUSTOMER</object><keys>77</keys></delete>", "BL01001973"),
        ("<create/>", "BL01001973"),
    ],
)
def test_what_is_wrong_is_refused_in_the_documented_numbers(
    desk: Desk, asked: str, number: str
) -> None:
    reply = desk.ask(asked)

    assert (reply.results, reply.errors[0]) == (["failure"], number)


def test_refusals_of_writes_end_with_the_general_one(desk: Desk) -> None:
    reply = desk.ask(create("PROJECT", PROJECTID="P100", NAME="X"))

    assert reply.errors == ["BL34000061", "BL01001973"]
    assert "Another Project with the given value(s) P100 already exists" in reply.text
    assert "Could not create Project record!" in reply.text


def test_a_failed_create_of_several_may_have_made_some(start: Start) -> None:
    asked = (
        "<create><PROJECT><PROJECTID>P100</PROJECTID><NAME>X</NAME></PROJECT>"
        "<PROJECT><PROJECTID>PD2</PROJECTID><NAME>X</NAME></PROJECT></create>"
    )
    desk, whole = start(), start(half_done=False)

    half = desk.ask(asked)

    assert (half.results, half.data["count"]) == (["failure"], "1")
    assert half.say("operation/result/data/project/PROJECTID") == "PD2"
    assert desk.simulator.books().count("PROJECT") == 3
    assert whole.ask(asked).results == ["failure"]
    assert whole.simulator.books().count("PROJECT") == 2


def test_a_hundred_records_at_a_time(desk: Desk) -> None:
    one = "<CLASS><CLASSID>N{}</CLASSID><NAME>New</NAME></CLASS>"
    many = "".join(one.format(number) for number in range(100))

    assert desk.ask(f"<create>{many}{one.format(100)}</create>").results == ["failure"]
    assert desk.ask(f"<create>{many}</create>").data["count"] == "100"


@pytest.mark.requirement("S212")
def test_an_id_is_how_a_record_is_found_and_stays(desk: Desk) -> None:
    desk.ask(update("CUSTOMER", CUSTOMERID="BIRCH", NAME="Birch", TERMNAME=""))
    desk.ask(update("CUSTOMER", RECORDNO="2", CUSTOMERID="RENAMED", COMMENTS="seen"))

    assert desk.read("CUSTOMER", "2", "CUSTOMERID,NAME,TERMNAME,COMMENTS") == {
        "CUSTOMERID": "BIRCH",
        "NAME": "Birch",
        # Sent empty, it is cleared.
        "TERMNAME": "",
        "COMMENTS": "seen",
    }


def test_a_party_in_use_is_not_deleted(desk: Desk) -> None:
    desk.ask(invoice())
    delete = "<delete><object>CUSTOMER</object><keys>{}</keys></delete>"

    used, free = desk.ask(delete.format("1")), desk.ask(delete.format("2"))

    assert (used.results, free.results) == (["failure"], ["success"])
    assert free.tree.find("operation/result/data") is None


def test_a_party_is_shown_by_a_contact_of_its_own(desk: Desk) -> None:
    key = desk.ask(
        "<create><CUSTOMER><CUSTOMERID>N1</CUSTOMERID><NAME>New</NAME><DISPLAYCONTACT>"
        "<MAILADDRESS><CITY>York</CITY></MAILADDRESS></DISPLAYCONTACT></CUSTOMER></create>"
    ).key
    contact = "<equalto><field>CONTACTNAME</field><value>New(CN1)</value></equalto>"

    assert desk.query("CONTACT", "PRINTAS MAILADDRESS.CITY", contact).records == [
        {"PRINTAS": "New", "MAILADDRESS.CITY": "York"}
    ]
    found = desk.query(
        "CUSTOMER",
        "DISPLAYCONTACT.CONTACTNAME",
        f"<equalto><field>RECORDNO</field><value>{key}</value></equalto>",
    )
    assert found.records == [{"DISPLAYCONTACT.CONTACTNAME": "New(CN1)"}]


def test_ids_may_be_given_by_the_company(start: Start) -> None:
    desk = start(numbered=("CUSTOMER",))

    assert desk.ask(create("CUSTOMER", NAME="New")).records[0]["CUSTOMERID"] == "C-00006"


@pytest.mark.parametrize(
    ("setting", "said"),
    [("kept", "v"), ("left out", None), ("refused", None)],
)
def test_elements_that_are_no_fields(start: Start, setting: str, said: str | None) -> None:
    desk = start(unknown_fields=setting, custom_fields={"CLASS": ("OURS",)})
    declared = desk.ask(create("CLASS", CLASSID="N1", NAME="x", OURS="ours"))
    other = desk.ask(create("CLASS", CLASSID="N2", NAME="x", THEIRS="v"))

    assert desk.read("CLASS", declared.key, "OURS") == {"OURS": "ours"}
    assert other.results == (["failure"] if setting == "refused" else ["success"])
    kept = [row.get("THEIRS") for row in desk.simulator.books().all("CLASS")]
    assert (said in kept) is True


# --- rights and modules


@pytest.mark.requirement("S174")
def test_a_right_that_is_missing_refuses_in_the_words_that_were_seen(desk: Desk) -> None:
    desk.simulator.user(rights={"AP bills": "View", "Customers": ""})
    read = (
        "<readByQuery><object>APBILL</object><fields>RECORDNO</fields><query/>"
        "</readByQuery>"
    )

    refused = desk.ask(read)

    assert refused.errors == ["PL04000005"]
    assert (
        "You do not have permission for API operation READ_BY_QUERY on objects of type "
        "apbill" in refused.text
    )
    assert desk.query("CUSTOMER", "NAME").errors == ["PL04000005"]
    assert desk.query("VENDOR", "NAME").results == ["success"]


@pytest.mark.requirement("S186", "S187", "S189")
def test_what_a_user_is_can_be_read(desk: Desk) -> None:
    desk.simulator.user(type="employee user", admin="false", roles=("Reader",))

    assert desk.query("USERINFO", "LOGINID USERTYPE ADMIN STATUS").records == [
        {
            "LOGINID": "API alias",
            "USERTYPE": "employee user",
            "ADMIN": "false",
            "STATUS": "active",
        }
    ]
    assert desk.query("USERROLES", "ROLENAME").records == [{"ROLENAME": "Reader"}]


def test_a_user_who_only_looks_writes_nothing(desk: Desk) -> None:
    desk.simulator.user(type="view only user")

    assert desk.query("CUSTOMER", "NAME").results == ["success"]
    made = desk.ask(create("CUSTOMER", CUSTOMERID="N1", NAME="x"))
    assert made.errors == ["PL04000005"]


def test_a_module_that_is_off_closes_its_objects(start: Start) -> None:
    desk = start(modules=("CO", "GL", "AP"))

    assert desk.query("ARINVOICE", "RECORDNO").errors == ["PL04000005"]
    created = desk.ask(invoice())
    assert created.results == ["failure"]
    assert "not subscribed" in created.text


# --- legacy master data and attachments


def test_legacy_functions_make_the_same_records(desk: Desk) -> None:
    made = desk.ask(
        "<create_customer><customerid>N1</customerid><name>New</name>"
        "<termname>N30</termname><status>active</status><contactinfo><contact>"
        "<contactname>N1 contact</contactname><printas>New</printas><email1>a@b.c</email1>"
        "<mailaddress><city>York</city></mailaddress></contact></contactinfo>"
        "</create_customer>"
    )
    changed = desk.ask(
        '<update_customer customerid="N1"><name>Newer</name></update_customer>'
    )
    (row,) = (
        row for row in desk.simulator.books().all("CUSTOMER") if row["CUSTOMERID"] == "N1"
    )

    assert (made.key, changed.key) == ("N1", "N1")
    assert (row["NAME"], row["DISPLAYCONTACT.MAILADDRESS.CITY"]) == ("Newer", "York")
    assert desk.ask('<delete_customer customerid="N1"/>').results == ["success"]


def test_children_of_legacy_functions_stand_in_the_order_of_the_schema(
    start: Start,
) -> None:
    asked = "<create_department>{}</create_department>"
    turned = asked.format("<title>X</title><departmentid>N1</departmentid>")
    unknown = asked.format("<departmentid>N1</departmentid><titel>X</titel>")
    lacking = asked.format("<departmentid>N1</departmentid>")
    desk, lenient = start(), start(legacy_order="any")

    for asked in (turned, unknown, lacking):
        assert desk.ask(asked).errors == ["XL03000003"]
    assert lenient.ask(turned).key == "N1"


def test_attachments_need_a_folder_and_come_back(desk: Desk) -> None:
    attach = (
        "<create_supdoc><supdocid>A1</supdocid><supdocname>Scan</supdocname>"
        "<supdocfoldername>{}</supdocfoldername><attachments><attachment>"
        "<attachmentname>{}</attachmentname><attachmenttype>pdf</attachmenttype>"
        "<attachmentdata>QUJD</attachmentdata></attachment></attachments></create_supdoc>"
    )
    assert desk.ask(attach.format("Nowhere", "scan")).results == ["failure"]
    assert desk.ask(attach.format("Attachments", "scan.pdf")).results == ["failure"]
    assert desk.ask(attach.format("Attachments", "scan")).key == "A1"
    bill = desk.ask(invoice(head="<supdocid>A1</supdocid>"))

    listed = desk.ask('<get_list object="supdoc"/>')
    path = "operation/result/data/supdoc/attachments/attachment/attachmentdata"
    assert listed.say(path) == "QUJD"
    assert desk.read("ARINVOICE", bill.key, "SUPDOCID") == {"SUPDOCID": "A1"}
    assert desk.ask(invoice(head="<supdocid>A2</supdocid>")).results == ["failure"]
    assert desk.ask('<delete_supdoc key="A1"/>').results == ["success"]
