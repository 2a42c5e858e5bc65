"""Invoices, bills, adjustments, advances, payments, expense reports, journal entries."""

import datetime as dt
from decimal import Decimal

import pytest

from .desk import TAX, Desk, Start, date, invoice, line

TOTALS = "TRX_TOTALENTERED,TRX_TOTALPAID,TRX_TOTALDUE,STATE"
BANK = "<FINANCIALENTITY>BANK</FINANCIALENTITY><PAYMENTMETHOD>EFT</PAYMENTMETHOD>"
DAY = "<PAYMENTDATE>09/15/2026</PAYMENTDATE><RECEIPTDATE>09/15/2026</RECEIPTDATE>"


def totals(desk: Desk, name: str, key: str) -> list[str]:
    return list(desk.read(name, key, TOTALS).values())


def received(*details: str, more: str = "", party: str = "ARDENT") -> str:
    inside = "".join(f"<ARPYMTDETAIL>{one}</ARPYMTDETAIL>" for one in details)
    return (
        f"<create><ARPYMT>{BANK}<CUSTOMERID>{party}</CUSTOMERID>{DAY}{more}"
        f"<ARPYMTDETAILS>{inside}</ARPYMTDETAILS></ARPYMT></create>"
    )


def detail(key: str, amount: str = "", more: str = "") -> str:
    paid = f"<TRX_PAYMENTAMOUNT>{amount}</TRX_PAYMENTAMOUNT>" if amount else ""
    return f"<RECORDKEY>{key}</RECORDKEY>{more}{paid}"


def balances(desk: Desk) -> dict[str, Decimal]:
    assert desk.simulator.books().is_balanced()
    return dict(desk.simulator.books().balances())


# --- invoices


@pytest.mark.requirement("S250")
def test_an_invoice_keeps_totals_lines_and_taxes(desk: Desk) -> None:
    lines = line("100", tax="20") + line("50.50", account="4000", tax="10.10")
    head = "<taxsolutionid>United Kingdom - VAT</taxsolutionid>"
    key = desk.ask(invoice(number="I1", head=head, lines=lines)).key

    shown = desk.read(
        "ARINVOICE", key, f"{TOTALS},RECORDTYPE,RAWSTATE,RECORDID,WHENCREATED,WHENDUE"
    )
    assert list(shown.values()) == [
        "180.6", "0", "180.6", "Posted", "ri", "A", "I1", "09/01/2026", "10/01/2026",
    ]  # fmt: skip
    own = f"<equalto><field>RECORDKEY</field><value>{key}</value></equalto>"
    order = "<orderby><order><field>RECORDNO</field></order></orderby>"
    fields = "ACCOUNTNO TRX_AMOUNT LINEITEM CUSTOMERID"
    found = desk.query("ARINVOICEITEM", fields, own, order).records
    assert [list(row.values()) for row in found] == [
        ["4010", "100", "T", "ARDENT"],
        ["2200", "20", "F", "ARDENT"],
        ["4000", "50.5", "T", "ARDENT"],
        ["2200", "10.1", "F", "ARDENT"],
    ]
    assert balances(desk) == {
        "1100": Decimal("180.6"),
        "2200": Decimal("-30.1"),
        "4000": Decimal("-50.5"),
        "4010": Decimal(-100),
    }


def test_a_tax_without_an_amount_is_worked_out(desk: Desk) -> None:
    entry = f"<taxentries><taxentry><detailid>{TAX}</detailid></taxentry></taxentries>"
    key = desk.ask(invoice(lines=line("10.03", more=entry))).key

    assert totals(desk, "ARINVOICE", key)[0] == "12.04"


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        (invoice(party="NOBODY"), "BL01001973"),
        (invoice(term=""), None),
        (invoice(party="PLAIN", term=""), "BL01001973"),
        (invoice(term="<termname>NONE</termname>"), "BL01001973"),
        (invoice(dated="13/45/2026"), "PL03000006"),
        (invoice(lines=line("1,000.00")), "BL01001973"),
        (invoice(lines=line("")), "BL01001973"),
        (invoice(lines=line(account="")), "BL03000018"),
        (invoice(lines=line(account="9999")), "BL01001973"),
        (
            invoice(lines=line(more="<projectid>10064</projectid>")),
            "BL01001973",
        ),
        (invoice(head="<currency>XXX</currency>"), "BL01001973"),
        (invoice(head="<basecurr>USD</basecurr>"), "BL01001973"),
    ],
)
def test_what_an_invoice_needs(desk: Desk, asked: str, number: str | None) -> None:
    reply = desk.ask(asked)

    assert reply.results == (["success"] if number is None else ["failure"])
    assert reply.errors[:1] == ([] if number is None else [number])
    assert desk.simulator.books().count("ARINVOICE") == (number is None)


def test_an_unknown_dimension_is_refused_in_the_words_that_were_seen(desk: Desk) -> None:
    reply = desk.ask(invoice(lines=line(more="<projectid>10064</projectid>")))

    assert "Invalid Project '10064' specified" in reply.text
    assert reply.errors == ["BL01001973", "BL01001973"]


def test_a_number_is_taken_once_unless_the_company_allows_it(start: Start) -> None:
    desk, free = start(), start(same_number="kept")
    for one in (desk, free):
        one.invoice(number="I1")

    assert desk.invoice(number="I1").errors == ["BL01001973", "BL01001973"]
    assert free.invoice(number="I1").results == ["success"]


@pytest.mark.requirement("S232")
@pytest.mark.parametrize(
    ("flag", "element", "value"),
    [
        ("REQUIREDEPT", "departmentid", "SALES"),
        ("REQUIRELOC", "locationid", "100"),
        ("REQUIREPROJECT", "projectid", "P100"),
        ("REQUIREITEM", "itemid", "CALLOUT"),
        ("REQUIRECLASS", "classid", "RETAIL"),
    ],
)
def test_an_account_may_ask_for_dimensions(
    desk: Desk, flag: str, element: str, value: str
) -> None:
    change = f"<ACCOUNTNO>4010</ACCOUNTNO><{flag}>true</{flag}>"
    desk.ask(f"<update><GLACCOUNT>{change}</GLACCOUNT></update>")

    without = desk.ask(invoice())
    named = desk.ask(invoice(lines=line(more=f"<{element}>{value}</{element}>")))

    assert (without.results, without.errors[0]) == (["failure"], "BL03000018")
    assert named.results == ["success"]


@pytest.mark.requirement("S202", "S207")
def test_an_entity_stamps_lines_and_takes_no_other_place(desk: Desk) -> None:
    desk.sign_in("100")
    key = desk.ask(invoice()).key
    elsewhere = desk.ask(invoice(lines=line(more="<locationid>200</locationid>")))
    own = f"<equalto><field>RECORDKEY</field><value>{key}</value></equalto>"

    assert desk.query("ARINVOICEITEM", "LOCATIONID", own).records == [{"LOCATIONID": "100"}]
    assert elsewhere.results == ["failure"]


def test_a_currency_has_a_rate_of_the_day_or_its_own(desk: Desk) -> None:
    daily = "<currency>USD</currency><exchratetype></exchratetype>"
    fixed = "<currency>USD</currency><exchrate>0.8</exchrate>"
    keys = [
        desk.ask(invoice(head=head, lines=line("100.01"))).key for head in (daily, fixed)
    ]
    shown = [
        desk.read("ARINVOICE", key, "TRX_TOTALDUE,TOTALDUE,EXCHANGE_RATE,BASECURR")
        for key in keys
    ]

    assert [list(one.values()) for one in shown] == [
        ["100.01", "78.71", "0.787", "GBP"],
        ["100.01", "80.01", "0.8", "GBP"],
    ]


def test_closed_books_take_nothing(start: Start) -> None:
    desk = start(closed_until=dt.date(2026, 8, 31))

    assert desk.ask(invoice(dated="08/31/2026")).results == ["failure"]
    assert desk.ask(invoice(dated="09/01/2026")).results == ["success"]
    draft = invoice(dated="08/31/2026", before="<action>Draft</action>")
    assert desk.ask(draft).results == ["success"]


def test_a_draft_is_in_no_balance_until_it_is_submitted(desk: Desk) -> None:
    key = desk.ask(invoice(before="<action>Draft</action>")).key
    before = balances(desk)
    desk.ask(f'<update_invoice key="{key}"><action>Submit</action></update_invoice>')

    assert (before, totals(desk, "ARINVOICE", key)[3]) == ({}, "Posted")
    assert balances(desk)["1100"] == 100


def test_lines_are_changed_by_number_or_added(desk: Desk) -> None:
    key = desk.ask(invoice(lines=line("100", tax="20") + line("10"))).key
    changed = desk.ask(
        f'<update_invoice key="{key}"><description>New</description><updateinvoiceitems>'
        '<updatelineitem line_num="2"><amount>11</amount></updatelineitem>'
        f"{line('5')}</updateinvoiceitems></update_invoice>"
    )

    assert changed.key == key
    assert totals(desk, "ARINVOICE", key)[0] == "136"
    assert desk.read("ARINVOICE", key, "DESCRIPTION") == {"DESCRIPTION": "New"}


def test_a_reversal_leaves_nothing_open(desk: Desk) -> None:
    key = desk.ask(invoice()).key
    reverse = (
        f'<reverse_invoice key="{key}"><datereversed>{date("09/30/2026")}</datereversed>'
        "</reverse_invoice>"
    )
    done, again = desk.ask(reverse), desk.ask(reverse)

    assert (done.results, again.results) == (["success"], ["failure"])
    states = {row["STATE"] for row in desk.query("ARINVOICE", "STATE").records}
    assert states == {"Reversed", "Reversal"}
    assert balances(desk) == {}
    assert desk.read("CUSTOMER", "1", "TOTALDUE") == {"TOTALDUE": "0"}


def test_invoices_have_no_generic_create(desk: Desk) -> None:
    reply = desk.ask(
        "<create><ARINVOICE><CUSTOMERID>ARDENT</CUSTOMERID></ARINVOICE></create>"
    )

    assert reply.results == ["failure"]
    assert "cannot be performed on objects of type ARINVOICE" in reply.text


# --- what is received


def test_a_payment_settles_and_its_reversal_opens_again(desk: Desk) -> None:
    key = desk.ask(invoice(lines=line("100", tax="20"))).key
    payment = desk.ask(received(detail(key, "70"))).key
    partly = totals(desk, "ARINVOICE", key)
    desk.ask(received(detail(key, "50")))
    wholly = totals(desk, "ARINVOICE", key)
    moved = balances(desk)
    desk.ask(
        f'<reverse_arpayment key="{payment}"><datereversed>{date("09/20/2026")}'
        "</datereversed></reverse_arpayment>"
    )

    assert partly == ["120", "70", "50", "Partially Paid"]
    assert wholly == ["120", "120", "0", "Paid"]
    assert totals(desk, "ARINVOICE", key) == ["120", "50", "70", "Partially Paid"]
    assert moved["1200"] == 120
    assert "1100" not in moved
    assert balances(desk)["1200"] == 50


@pytest.mark.parametrize("amount", ["100.01", "-1", "many"])
def test_no_more_is_paid_than_is_due(desk: Desk, amount: str) -> None:
    key = desk.ask(invoice()).key

    assert desk.ask(received(detail(key, amount))).results == ["failure"]
    assert totals(desk, "ARINVOICE", key)[1] == "0"


@pytest.mark.requirement("S226", "S227")
def test_an_advance_that_is_applied_counts_as_paid(desk: Desk) -> None:
    advance = desk.ask(
        f"<create><ARADVANCE><CUSTOMERID>ARDENT</CUSTOMERID>{BANK}{DAY}<ARADVANCEITEMS>"
        "<ARADVANCEITEM><ACCOUNTNO>1105</ACCOUNTNO><TRX_AMOUNT>40</TRX_AMOUNT>"
        "</ARADVANCEITEM></ARADVANCEITEMS></ARADVANCE></create>"
    ).key
    key = desk.ask(invoice()).key
    credit = (
        f"<ADVANCEKEY>{advance}</ADVANCEKEY>"
        "<TRX_POSTEDADVANCEAMOUNT>40</TRX_POSTEDADVANCEAMOUNT>"
    )
    assert totals(desk, "ARADVANCE", advance) == ["40", "0", "40", "Posted"]
    too_much = credit.replace(">40<", ">41<")
    assert desk.ask(received(detail(key, more=too_much))).results == ["failure"]

    assert desk.ask(received(detail(key, more=credit))).results == ["success"]

    assert totals(desk, "ARINVOICE", key) == ["100", "40", "60", "Partially Paid"]
    assert totals(desk, "ARADVANCE", advance) == ["40", "40", "0", "Fully applied"]
    assert balances(desk) == {
        "1100": Decimal(60),
        "1200": Decimal(40),
        "4010": Decimal(-100),
    }


def test_a_draft_selects_and_pays_once_it_is_submitted(desk: Desk) -> None:
    key = desk.ask(invoice()).key
    draft = desk.ask(received(detail(key, "30"), more="<ACTION>Draft</ACTION>")).key
    selected = desk.read("ARINVOICE", key, "TRX_TOTALSELECTED,TRX_TOTALPAID")
    submit = (
        f"<update><ARPYMT><RECORDNO>{draft}</RECORDNO><ACTION>Submit</ACTION>"
        "</ARPYMT></update>"
    )

    first, second = desk.ask(submit), desk.ask(submit)

    assert selected == {"TRX_TOTALSELECTED": "30", "TRX_TOTALPAID": "0"}
    assert (first.key, second.results) == (draft, ["failure"])
    assert desk.read("ARINVOICE", key, "TRX_TOTALSELECTED,TRX_TOTALPAID") == {
        "TRX_TOTALSELECTED": "0",
        "TRX_TOTALPAID": "30",
    }
    assert balances(desk)["1200"] == 30


def test_a_legacy_payment_leaves_the_rest_to_be_applied(desk: Desk) -> None:
    keys = [desk.ask(invoice()).key for _ in range(2)]
    payment = desk.ask(
        "<create_arpayment><customerid>ARDENT</customerid><paymentamount>150</paymentamount>"
        f"<bankaccountid>BANK</bankaccountid><datereceived>{date('09/10/2026')}"
        "</datereceived><paymentmethod>Cash</paymentmethod><arpaymentitem><invoicekey>"
        f"{keys[0]}</invoicekey><amount>100</amount></arpaymentitem></create_arpayment>"
    ).key
    left = desk.read("ARPYMT", payment, "TRX_TOTALDUE")
    desk.ask(
        f"<apply_arpayment><arpaymentkey>{payment}</arpaymentkey><paymentdate>"
        f"{date('09/11/2026')}</paymentdate><arpaymentitems><arpaymentitem><invoicekey>"
        f"{keys[1]}</invoicekey><amount>50</amount></arpaymentitem></arpaymentitems>"
        "</apply_arpayment>"
    )

    assert left == {"TRX_TOTALDUE": "50"}
    assert totals(desk, "ARINVOICE", keys[1])[2] == "50"
    assert desk.read("ARPYMT", payment, "TRX_TOTALDUE") == {"TRX_TOTALDUE": "0"}
    assert balances(desk)["1100"] == 50


def test_a_credit_is_used_as_payment(desk: Desk) -> None:
    key = desk.ask(invoice()).key
    credit = desk.ask(
        "<create_aradjustment><customerid>ARDENT</customerid>"
        f"<datecreated>{date('09/02/2026')}</datecreated><adjustmentno>C1</adjustmentno>"
        f"<aradjustmentitems>{line('-25')}</aradjustmentitems></create_aradjustment>"
    ).key
    used = (
        f"<ADJUSTMENTKEY>{credit}</ADJUSTMENTKEY>"
        "<TRX_ADJUSTMENTAMOUNT>25</TRX_ADJUSTMENTAMOUNT>"
    )
    assert desk.read("CUSTOMER", "1", "TOTALDUE") == {"TOTALDUE": "75"}

    desk.ask(received(detail(key, "75", used)))

    assert totals(desk, "ARINVOICE", key)[3] == "Paid"
    assert totals(desk, "ARADJUSTMENT", credit)[2] == "0"
    assert balances(desk) == {"1200": Decimal(75), "4010": Decimal(-75)}


def test_a_difference_of_rates_is_an_exchange_difference(desk: Desk) -> None:
    rate = "<currency>USD</currency><exchrate>{}</exchrate>"
    key = desk.ask(invoice(head=rate.format("0.8"))).key
    more = "<CURRENCY>USD</CURRENCY><EXCHANGE_RATE>0.75</EXCHANGE_RATE>"

    desk.ask(received(detail(key, "100"), more=more))

    assert totals(desk, "ARINVOICE", key)[3] == "Paid"
    assert balances(desk) == {
        "1200": Decimal(75),
        "4010": Decimal(-80),
        "8211": Decimal(5),
    }


# --- bills and what is paid


@pytest.mark.requirement("S249")
def test_a_bill_is_paid_and_its_lines_are_replaced_as_a_whole(desk: Desk) -> None:
    key = desk.bill("100")
    item = "<APBILLITEM><ACCOUNTNO>5000</ACCOUNTNO><TRX_AMOUNT>{}</TRX_AMOUNT></APBILLITEM>"
    desk.ask(
        f"<update><APBILL><RECORDNO>{key}</RECORDNO><DESCRIPTION>x</DESCRIPTION>"
        "</APBILL></update>"
    )
    kept = totals(desk, "APBILL", key)[0]
    desk.ask(
        f"<update><APBILL><RECORDNO>{key}</RECORDNO><APBILLITEMS>{item.format('30')}"
        f"{item.format('40')}</APBILLITEMS></APBILL></update>"
    )
    replaced = totals(desk, "APBILL", key)[0]
    paid = desk.ask(
        f"<create><APPYMT>{BANK}<VENDORID>HARBOUR</VENDORID>{DAY}<APPYMTDETAILS>"
        f"<APPYMTDETAIL>{detail(key, '70')}</APPYMTDETAIL></APPYMTDETAILS>"
        "</APPYMT></create>"
    )

    assert (kept, replaced, paid.results) == ("100", "70", ["success"])
    assert totals(desk, "APBILL", key) == ["70", "70", "0", "Paid"]
    assert balances(desk) == {"1200": Decimal(-70), "5000": Decimal(70)}


def test_a_vendors_number_is_the_vendors_own(desk: Desk) -> None:
    bill = (
        "<create_bill><vendorid>{}</vendorid><datecreated>{}</datecreated>"
        "<termname>N30</termname><billno>B1</billno><billitems>{}</billitems></create_bill>"
    )
    results = [
        desk.ask(bill.format(party, date("09/01/2026"), line(account="5000"))).results[0]
        for party in ("HARBOUR", "INK", "HARBOUR")
    ]

    assert results == ["success", "success", "failure"]


def test_a_purchase_takes_taxes_of_purchases_only(desk: Desk) -> None:
    entry = "<TAXENTRIES><TAXENTRY><DETAILID>{}</DETAILID></TAXENTRY></TAXENTRIES>"
    bill = (
        "<create><APBILL><VENDORID>HARBOUR</VENDORID><WHENCREATED>09/01/2026</WHENCREATED>"
        "<TERMNAME>N30</TERMNAME><APBILLITEMS><APBILLITEM><ACCOUNTNO>5000</ACCOUNTNO>"
        "<TRX_AMOUNT>100</TRX_AMOUNT>{}</APBILLITEM></APBILLITEMS></APBILL></create>"
    )
    bought = desk.ask(bill.format(entry.format("UK Purchase Goods Standard Rate")))

    assert totals(desk, "APBILL", bought.key)[0] == "120"
    assert desk.ask(bill.format(entry.format(TAX))).results == ["failure"]


def test_an_expense_report_is_owed_to_an_employee(desk: Desk) -> None:
    key = desk.ask(
        "<create_expensereport><employeeid>E-001</employeeid>"
        f"<datecreated>{date('09/03/2026')}</datecreated><state>Approved</state><expenses>"
        "<expense><expensetype>Travel</expensetype><amount>12.34</amount></expense>"
        "</expenses></create_expensereport>"
    ).key

    assert totals(desk, "EEXPENSES", key)[0] == "12.34"
    assert balances(desk) == {"2110": Decimal("-12.34"), "7400": Decimal("12.34")}


# --- journal entries


def entry(
    *lines: str, journal: str = "GJ", more: str = "", dated: str = "09/01/2026"
) -> str:
    inside = "".join(f"<GLENTRY>{one}</GLENTRY>" for one in lines)
    return (
        f"<create><GLBATCH><JOURNAL>{journal}</JOURNAL><BATCH_DATE>{dated}</BATCH_DATE>"
        f"<BATCH_TITLE>Title</BATCH_TITLE>{more}<ENTRIES>{inside}</ENTRIES>"
        "</GLBATCH></create>"
    )


def side(account: str, amount: str, sign: str = "1", more: str = "") -> str:
    return (
        f"<ACCOUNTNO>{account}</ACCOUNTNO><TR_TYPE>{sign}</TR_TYPE>"
        f"<TRX_AMOUNT>{amount}</TRX_AMOUNT>{more}"
    )


@pytest.mark.requirement("S243", "S244")
def test_an_entry_balances_or_is_refused(desk: Desk) -> None:
    good = desk.ask(entry(side("7100", "10"), side("1200", "10", "-1"), journal="STK"))
    bad = desk.ask(entry(side("7100", "10"), side("1200", "9.99", "-1")))

    assert (good.results, bad.results) == (["success"], ["failure"])
    assert balances(desk) == {"1200": Decimal(-10), "7100": Decimal(10)}
    assert desk.read("GLBATCH", good.key, "STATE,JOURNAL,BATCHNO") == {
        "STATE": "Posted",
        "JOURNAL": "STK",
        "BATCHNO": "1",
    }


def test_an_entry_balances_in_each_currency_and_in_entities_with_books_apart(
    start: Start,
) -> None:
    desk, shared = start(multi_base_currency=True), start()
    here, there = "<LOCATION>100</LOCATION>", "<LOCATION>200</LOCATION>"
    dollars = "<CURRENCY>USD</CURRENCY><EXCHANGE_RATE>1</EXCHANGE_RATE>"

    crossed = entry(side("7100", "10", more=here), side("1200", "10", "-1", there))

    assert desk.ask(crossed).results == ["failure"]
    assert shared.ask(crossed).results == ["success"]
    assert desk.ask(
        entry(side("7100", "10", more=dollars), side("1200", "10", "-1"))
    ).results == ["failure"]
    assert desk.ask(
        entry(side("7100", "10", more=here), side("1200", "10", "-1", here))
    ).results == ["success"]


@pytest.mark.parametrize(
    "asked",
    [
        entry(side("7100", "0")),
        entry(side("7100", "10"), side("1200", "-10")),
        entry(side("7100", "10"), side("1200", "10", "2")),
        entry(side("7100", "0", ""), side("1200", "0", "-1")),
        entry(side("7100", "10"), side("1200", "10", "-1"), journal="NO"),
        entry(side("7100", "10"), side("1200", "10", "-1"), dated="2026-09-01"),
        entry(
            side("7100", "10"), side("1200", "10", "-1"), more="<STATE>Approved</STATE>"
        ),
        entry(
            side("7100", "10"), side("1200", "10", "-1"),
            more="<REVERSEDATE>09/01/2026</REVERSEDATE>",
        ),
    ],
)  # fmt: skip
def test_what_an_entry_needs(desk: Desk, asked: str) -> None:
    assert desk.ask(asked).results == ["failure"]
    assert desk.simulator.books().count("GLENTRY") == 0


def test_a_reversing_entry_is_undone_on_its_day(desk: Desk) -> None:
    key = desk.ask(
        entry(
            side("7100", "10"),
            side("1200", "10", "-1"),
            more="<REVERSEDATE>10/01/2026</REVERSEDATE>",
        )
    ).key

    assert desk.simulator.books().count("GLBATCH") == 2
    assert balances(desk) == {}
    assert desk.read("GLBATCH", key, "REVERSED") == {"REVERSED": "10/01/2026"}


def test_an_update_of_an_entry_replaces_its_lines(desk: Desk) -> None:
    key = desk.ask(
        entry(side("7100", "10"), side("1200", "10", "-1"), more="<STATE>Draft</STATE>")
    ).key
    assert balances(desk) == {}
    asked = entry(
        side("7200", "7"), side("1200", "7", "-1"),
        more=f"<RECORDNO>{key}</RECORDNO><STATE>Posted</STATE>",
    )  # fmt: skip

    assert desk.ask(asked.replace("create>", "update>")).results == ["success"]
    assert balances(desk) == {"1200": Decimal(-7), "7200": Decimal(7)}


def test_a_statistical_entry_moves_no_money(desk: Desk) -> None:
    key = desk.ask(entry(side("9000", "37.5"), journal="SJ")).key

    assert desk.read("GLBATCH", key, "STATISTICAL") == {"STATISTICAL": "true"}
    assert balances(desk) == {}


def test_splits_of_an_allocation_add_up(desk: Desk) -> None:
    split = "<SPLIT><AMOUNT>{}</AMOUNT><DEPARTMENTID>{}</DEPARTMENTID></SPLIT>"
    custom = "<ALLOCATION>Custom</ALLOCATION>"
    good = custom + split.format("6", "SALES") + split.format("4", "ENG")
    bad = custom + split.format("6", "SALES") + split.format("5", "ENG")

    made = desk.ask(entry(side("7100", "10", more=good), side("1200", "10", "-1")))
    failed = desk.ask(entry(side("7100", "10", more=bad), side("1200", "10", "-1")))

    assert (made.results, failed.results) == (["success"], ["failure"])
    assert [
        (row["TRX_AMOUNT"], row.get("DEPARTMENT"))
        for row in desk.simulator.books().all("GLENTRY")
    ] == [("6", "SALES"), ("4", "ENG"), ("10", None)]


def test_every_document_is_in_the_general_ledger(desk: Desk) -> None:
    desk.ask(invoice(number="I1"))
    desk.ask(entry(side("7100", "10"), side("1200", "10", "-1")))
    found = desk.query("GLDETAIL", "ACCOUNTNO AMOUNT RECORDID SYMBOL").records

    assert sorted(tuple(row.values()) for row in found) == [
        ("1100", "100", "I1", ""),
        ("1200", "-10", "", "GJ"),
        ("4010", "-100", "I1", ""),
        ("7100", "10", "", "GJ"),
    ]
