"""Functions in small letters that are asked less often, and odd ways to ask."""

import datetime as dt
from decimal import Decimal

import pytest

from .desk import Desk, Start, date, invoice, line
from .test_documents import BANK, DAY, balances, detail, entry, received, side, totals

FROM = "from invoice/bill date"


def adjustment(party: str, amount: str, account: str) -> str:
    kind, field = ("ar", "customerid") if party == "ARDENT" else ("ap", "vendorid")
    return (
        f"<create_{kind}adjustment><{field}>{party}</{field}>"
        f"<datecreated>{date('09/02/2026')}</datecreated><{kind}adjustmentitems>"
        f"{line(amount, account)}</{kind}adjustmentitems></create_{kind}adjustment>"
    )


def paid(*details: str, more: str = "") -> str:
    inside = "".join(f"<APPYMTDETAIL>{one}</APPYMTDETAIL>" for one in details)
    return (
        f"<create><APPYMT>{BANK}<VENDORID>HARBOUR</VENDORID>{DAY}{more}"
        f"<APPYMTDETAILS>{inside}</APPYMTDETAILS></APPYMT></create>"
    )


def test_documents_that_nobody_paid_are_deleted(desk: Desk) -> None:
    asked = {
        "invoice": invoice(),
        "bill": "",
        "aradjustment": adjustment("ARDENT", "-5", "4010"),
        "apadjustment": adjustment("HARBOUR", "-5", "5000"),
    }
    for name, create in asked.items():
        key = desk.ask(create).key if create else desk.bill()
        assert desk.ask(f'<delete_{name} key="{key}"/>').results == ["success"]
        assert desk.ask(f'<delete_{name} key="{key}"/>').results == ["failure"]

    assert balances(desk) == {}
    assert desk.simulator.books().count("ARINVOICEITEM") == 0


def test_what_is_paid_is_not_deleted_or_changed(desk: Desk) -> None:
    key = desk.ask(invoice()).key
    desk.ask(received(detail(key, "1")))

    for asked in (
        f'<delete_invoice key="{key}"/>',
        f'<update_invoice key="{key}"><description>x</description></update_invoice>',
        f"<delete><object>ARINVOICE</object><keys>{key}</keys></delete>",
    ):
        assert desk.ask(asked).results == ["failure"]


def test_an_external_key_names_a_document(desk: Desk) -> None:
    key = desk.ask(invoice(head="<externalid>E-1</externalid>")).key

    reply = desk.ask(
        '<update_invoice key="E-1" externalkey="true"><description>x</description>'
        "</update_invoice>"
    )

    assert reply.key == key


def test_custom_fields_and_contacts_of_a_document_are_kept(desk: Desk) -> None:
    custom = (
        "<customfields><customfield><customfieldname>ours</customfieldname>"
        "<customfieldvalue>v</customfieldvalue></customfield></customfields>"
    )
    desk.ask(invoice(head=f"<billto><contactname>B</contactname></billto>{custom}"))

    (row,) = desk.simulator.books().all("ARINVOICE")
    assert (row["OURS"], row["BILLTOPAYTOCONTACTNAME"]) == ("v", "B")


def test_a_payment_made_is_voided_or_reversed(desk: Desk) -> None:
    bills = [desk.bill(), desk.bill()]
    first, second = (desk.ask(paid(detail(bill, "100"))).key for bill in bills)
    keys = f"<appaymentkeys><appaymentkey>{first}</appaymentkey></appaymentkeys>"
    desk.ask(f"<approve_appaymentrequest>{keys}</approve_appaymentrequest>")
    voided = desk.ask(f"<void_appaymentrequest>{keys}</void_appaymentrequest>")
    reversed_ = desk.ask(
        f'<reverse_appayment key="{second}"><datereversed>{date("09/20/2026")}'
        "</datereversed></reverse_appayment>"
    )

    assert (voided.results, reversed_.results) == (["success"], ["success"])
    assert [totals(desk, "APBILL", bill)[2] for bill in bills] == ["100", "100"]
    assert balances(desk) == {"2100": Decimal(-200), "5000": Decimal(200)}
    assert desk.ask('<reverse_appayment key="77"><datereversed>'
                    f"{date('09/20/2026')}</datereversed></reverse_appayment>").errors == [
        "BL03000130"
    ]  # fmt: skip


def test_drafts_of_payments_change_and_go(desk: Desk) -> None:
    key = desk.ask(invoice()).key
    draft = desk.ask(received(detail(key, "30"), more="<ACTION>Draft</ACTION>")).key
    changed = desk.ask(
        f"<update><ARPYMT><RECORDNO>{draft}</RECORDNO><ARPYMTDETAILS><ARPYMTDETAIL>"
        f"{detail(key, '45')}</ARPYMTDETAIL></ARPYMTDETAILS></ARPYMT></update>"
    )
    selected = desk.read("ARINVOICE", key, "TRX_TOTALSELECTED")
    gone = desk.ask(f'<delete_arpayment key="{draft}"/>')

    assert (changed.key, gone.results) == (draft, ["success"])
    assert selected == {"TRX_TOTALSELECTED": "45"}
    assert desk.read("ARINVOICE", key, "TRX_TOTALSELECTED") == {"TRX_TOTALSELECTED": "0"}
    assert desk.simulator.books().count("ARPYMTDETAIL") == 0


def test_an_overpayment_is_used_later(desk: Desk) -> None:
    keys = [desk.ask(invoice()).key for _ in range(2)]
    over = desk.ask(
        received(detail(keys[0], "100"), more="<TRX_AMOUNTTOPAY>130</TRX_AMOUNTTOPAY>")
    ).key
    used = (
        f"<OVERPAYMENTKEY>{over}</OVERPAYMENTKEY>"
        "<TRX_POSTEDOVERPAYMENTAMOUNT>{}</TRX_POSTEDOVERPAYMENTAMOUNT>"
    )
    too_much = desk.ask(received(detail(keys[1], more=used.format("31"))))
    enough = desk.ask(received(detail(keys[1], more=used.format("30"))))

    assert (too_much.results, enough.results) == (["failure"], ["success"])
    assert totals(desk, "ARINVOICE", keys[1])[2] == "70"
    assert balances(desk) == {
        "1100": Decimal(70),
        "1200": Decimal(130),
        "4010": Decimal(-200),
    }


def test_a_discount_settles_and_goes_to_its_account(desk: Desk) -> None:
    key = desk.ask(invoice()).key
    discount = "<TRX_TOTALDISCOUNTTOAPPLY>2</TRX_TOTALDISCOUNTTOAPPLY>"
    desk.ask(received(detail(key, "98", discount)))

    assert totals(desk, "ARINVOICE", key)[3] == "Paid"
    assert balances(desk) == {
        "1200": Decimal(98),
        "4010": Decimal(-100),
        "4920": Decimal(2),
    }


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<FINANCIALENTITY>BANK</FINANCIALENTITY>", ""),
        (">BANK<", ">NOBANK<"),
        ("<PAYMENTMETHOD>EFT</PAYMENTMETHOD>", ""),
        ("<CUSTOMERID>ARDENT</CUSTOMERID>", ""),
        (">ARDENT<", ">BIRCH<"),
        ("<RECORDKEY>1</RECORDKEY>", ""),
        ("<RECORDKEY>1</RECORDKEY>", "<RECORDKEY>77</RECORDKEY>"),
        ("</CUSTOMERID>", "</CUSTOMERID><CURRENCY>USD</CURRENCY>"),
        ("</CUSTOMERID>", "</CUSTOMERID><TRX_AMOUNTTOPAY>5</TRX_AMOUNTTOPAY>"),
        ("<TRX_PAYMENTAMOUNT>10</TRX_PAYMENTAMOUNT>", ""),
    ],
)
def test_what_a_payment_needs(desk: Desk, old: str, new: str) -> None:
    desk.ask(invoice())
    asked = received(detail("1", "10"))
    assert old in asked

    reply = desk.ask(asked.replace(old, new))

    assert reply.results == ["failure"]
    assert balances(desk)["1100"] == 100


def test_undeposited_funds_take_a_payment(desk: Desk) -> None:
    key = desk.ask(invoice()).key
    parked = "<UNDEPOSITEDACCOUNTNO>1230</UNDEPOSITEDACCOUNTNO>"
    bank = "<FINANCIALENTITY>BANK</FINANCIALENTITY>"
    desk.ask(received(detail(key, "100")).replace(bank, parked))

    assert balances(desk)["1230"] == 100


def test_a_legacy_payment_without_a_bank_is_undeposited(desk: Desk) -> None:
    desk.ask(
        "<create_arpayment><customerid>ARDENT</customerid>"
        "<paymentamount>15</paymentamount></create_arpayment>"
    )

    assert balances(desk) == {"1100": Decimal(-15), "1230": Decimal(15)}


# --- journal entries


def test_legacy_entries_are_the_same_entries(desk: Desk) -> None:
    key = desk.ask(
        "<create_gltransaction><journalid>GJ</journalid>"
        f"<datecreated>{date('09/01/2026')}</datecreated><description>T</description>"
        "<gltransactionentries><glentry><trtype>debit</trtype><amount>5</amount>"
        "<glaccountno>7100</glaccountno><memo>x</memo></glentry><glentry>"
        "<trtype>credit</trtype><amount>5</amount><glaccountno>1200</glaccountno>"
        "</glentry></gltransactionentries></create_gltransaction>"
    ).key
    before = balances(desk)

    assert before == {"1200": Decimal(-5), "7100": Decimal(5)}
    assert desk.ask(f'<delete_gltransaction key="{key}"/>').results == ["success"]
    assert balances(desk) == {}


def test_closed_books_keep_their_entries(start: Start) -> None:
    desk = start()
    key = desk.ask(entry(side("7100", "10"), side("1200", "10", "-1"))).key
    object.__setattr__(desk.simulator.options, "closed_until", dt.date(2026, 12, 31))

    delete = f"<delete><object>GLBATCH</object><keys>{key}</keys></delete>"
    assert desk.ask(delete).results == ["failure"]


def test_lines_without_a_side_have_it_in_their_sign(desk: Desk) -> None:
    bare = "<ACCOUNTNO>{}</ACCOUNTNO><TRX_AMOUNT>{}</TRX_AMOUNT>"

    reply = desk.ask(entry(bare.format("7100", "5"), bare.format("1200", "-5")))

    assert reply.results == ["success"]
    assert balances(desk) == {"1200": Decimal(-5), "7100": Decimal(5)}


def test_an_allocation_of_the_company_spreads_an_amount(desk: Desk) -> None:
    none = "<ALLOCATION>NONE</ALLOCATION>"

    reply = desk.ask(entry(side("7100", "10", more=none), side("1200", "10", "-1")))

    assert reply.errors[0] == "BL01001973"


def test_user_defined_dimensions_are_kept_and_asked_for(start: Start) -> None:
    desk = start(user_dimensions={"RISK": "Risk"})
    desk.ask(
        "<update><GLACCOUNT><ACCOUNTNO>7100</ACCOUNTNO>"
        "<REQUIREGLDIMRISK>true</REQUIREGLDIMRISK></GLACCOUNT></update>"
    )
    risk = "<GLDIMRISK>1</GLDIMRISK>"

    without = desk.ask(entry(side("7100", "5"), side("1200", "5", "-1")))
    with_it = desk.ask(entry(side("7100", "5", more=risk), side("1200", "5", "-1")))

    assert (without.errors[0], with_it.results) == ("BL03000018", ["success"])
    assert desk.query("GLENTRY", "GLDIMRISK").records[0].keys() == {"GLDIMRISK"}


def test_a_company_may_ask_for_places_and_places_have_entities(start: Start) -> None:
    desk = start(location_required=True)
    place = (
        "<create_location><locationid>110</locationid><name>Shop</name>{}</create_location>"
    )
    desk.ask(place.format("<parentid>100</parentid>"))

    assert desk.ask(invoice()).errors[0] == "BL03000018"
    desk.sign_in("100")
    shop = line(more="<locationid>110</locationid>")
    assert desk.ask(invoice(lines=shop)).results == ["success"]


# --- master data, attachments, lists


@pytest.mark.parametrize(
    ("name", "attribute", "create"),
    [
        ("arterm", "name", f"<name>N1</name><due><days>5</days><from>{FROM}</from></due>"),
        ("item", "itemid", "<itemid>N1</itemid><name>x</name><itemtype>Kit</itemtype>"),
        (
            "glaccount",
            "glaccountno",
            (
                "<glaccountno>N1</glaccountno><title>x</title>"
                "<normalbalance>debit</normalbalance>"
            ),
        ),
        ("contact", "contactname", "<contactname>N1</contactname><printas>x</printas>"),
        (
            "taxdetail",
            "detailid",
            "<detailid>N1</detailid><taxtype>S</taxtype><glaccountno>2200</glaccountno>",
        ),
        ("class", "key", "<classid>N1</classid><name>x</name>"),
        ("journal", "symbol", "<symbol>N1</symbol><title>x</title>"),
        (
            "vendor",
            "vendorid",
            (
                "<vendorid>N1</vendorid><name>x</name><primary><contact>"
                "<contactname>C</contactname><printas>C</printas></contact></primary>"
            ),
        ),
    ],
)
def test_legacy_master_data_comes_and_goes(
    start: Start, name: str, attribute: str, create: str
) -> None:
    desk = start()
    if name == "vendor":
        desk.ask("<create_contact><contactname>C</contactname><printas>C</printas>"
                 "</create_contact>")  # fmt: skip
    made = desk.ask(f"<create_{name}>{create}</create_{name}>")
    again = desk.ask(f"<create_{name}>{create}</create_{name}>")
    gone = desk.ask(f'<delete_{name} {attribute}="N1"/>')

    assert (made.key, again.results, gone.results) == ("N1", ["failure"], ["success"])


def test_duplicates_may_be_passed_over(desk: Desk) -> None:
    reply = desk.ask(
        '<create_customer ignoreduplicates="true"><customerid>BIRCH</customerid>'
        "<name>x</name></create_customer>"
    )

    assert reply.key == "BIRCH"
    assert desk.read("CUSTOMER", "2", "NAME") == {"NAME": "Birch & Sons"}


def test_attachments_and_folders_change(desk: Desk) -> None:
    file = (
        "<attachments><attachment><attachmentname>{}</attachmentname><attachmenttype>pdf"
        "</attachmenttype><attachmentdata>{}</attachmentdata></attachment></attachments>"
    )
    desk.ask(
        "<create_supdocfolder><supdocfoldername>F</supdocfoldername></create_supdocfolder>"
    )
    changed = desk.ask(
        "<update_supdocfolder><supdocfoldername>F</supdocfoldername>"
        "<supdocfolderdescription>ours</supdocfolderdescription></update_supdocfolder>"
    )
    made = desk.ask(
        "<create_supdoc><supdocid>A</supdocid><supdocfoldername>F</supdocfoldername>"
        f"{file.format('one', 'QQ==')}</create_supdoc>"
    )
    more = desk.ask(
        "<update_supdoc><supdocid>A</supdocid><supdocdescription>d</supdocdescription>"
        f"{file.format('two', 'Qg==')}</update_supdoc>"
    )
    got = desk.ask('<get object="supdoc" key="A"/>')
    listed = desk.ask(
        '<get_list object="supdocfolder"><filter><expression><field>supdocfoldername'
        "</field><operator>like</operator><value>F%</value></expression></filter></get_list>"
    )

    assert (changed.key, made.key, more.key) == ("F", "A", "A")
    names = [one.text for one in got.tree.iter("attachmentname")]
    assert names == ["one", "two"]
    assert listed.records[0]["description"] == "ours"


def test_get_names_one_record(desk: Desk) -> None:
    key = desk.ask(invoice(number="I1")).key

    found = desk.ask(f'<get object="invoice" key="{key}"/>').records
    assert (found[0]["key"], found[0]["invoiceno"]) == (key, "I1")
    assert desk.ask(f'<get_invoice key="{key}"/>').records[0]["invoiceno"] == "I1"
    assert desk.ask('<get object="customer" key="NO"/>').results == ["failure"]


def test_orders_change_and_go(desk: Desk) -> None:
    desk.ask(
        "<create_potransaction><transactiontype>Purchase Order</transactiontype>"
        f"<datecreated>{date('09/01/2026')}</datecreated><vendorid>INK</vendorid>"
        "<documentno>1</documentno><referenceno>r</referenceno><datedue>"
        f"{date('10/01/2026')}</datedue><returnto><contactname>C</contactname></returnto>"
        "<payto><contactname>C</contactname></payto><potransitems><potransitem>"
        "<itemid>CALLOUT</itemid><quantity>1</quantity><unit>Each</unit><price>2</price>"
        "</potransitem></potransitems></create_potransaction>"
    )
    changed = desk.ask(
        '<update_potransaction key="Purchase Order-1"><updatepotransitems>'
        '<updatepotransitem line_num="1"><quantity>3</quantity></updatepotransitem>'
        "</updatepotransitems></update_potransaction>"
    )

    assert changed.key == "Purchase Order-1"
    assert desk.query("PODOCUMENTENTRY", "QUANTITY").records == [{"QUANTITY": "3"}]
    gone = desk.ask('<delete_potransaction key="Purchase Order-1"/>')
    assert gone.results == ["success"]
    assert desk.simulator.books().count("PODOCUMENTENTRY") == 0


# --- odd ways to ask


def test_a_console_names_its_client_in_one_text(desk: Desk) -> None:
    count = "<query><object>CLASS</object><select><field>NAME</field></select></query>"

    reply = desk.ask(count, company="console|demo-company|200")

    assert reply.say("operation/authentication/locationid") == "200"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<request>", "<requests>"),
        ("<content>", "<contents>"),
        ("<authentication>", "<sign>"),
        ('<function controlid="f">', "<function>"),
        ("<query>", "<query/><query>"),
    ],
)
def test_an_envelope_has_its_parts(desk: Desk, old: str, new: str) -> None:
    body = desk.body("<query><object>CLASS</object></query>", ids=("f",))
    ended = body.replace(old, new)
    if old != "<query>" and "controlid" not in old:
        ended = ended.replace(old.replace("<", "</"), new.replace("<", "</"))

    reply = desk.post(ended)

    assert (reply.level[0], reply.errors) == ("failure", ["XL03000003"])
