"""What published integrations with Sage Accounting document, asked of the rules."""

from decimal import Decimal
from typing import Any

import attrs
import pytest

import sage_connect
from sage_connect.accounting.fitting import fitted
from sage_connect.accounting.rules import BOOK
from sage_connect.accounting.settings import (
    AccountingSettings,
    Accounts,
    GroupTax,
    Numbering,
    Overpayment,
    Policy,
    StartQuantity,
)
from sage_connect.model import (
    Allocation,
    Charge,
    CompanyOptions,
    Customer,
    ExchangeRate,
    Item,
    Line,
    Reference,
    Supplier,
    Tax,
    TaxMode,
    Withholding,
    totals,
)
from sage_connect.validation import Finding, Mark, Owner, Report, Severity

from .company import (
    CUSTOMER,
    DAY,
    EUROS,
    INVOICE,
    LINE,
    PAYMENT,
    REFERENCE,
    SETTINGS,
    VAT,
    D,
    company,
    customer,
    invoice,
    item,
    known,
    lined,
    payment,
    policy,
    settings,
)
from .shape import checked


def only(report: Report, code: str) -> Finding:
    (found,) = (one for one in report if one.code == code)
    return found


def codes(report: Report) -> list[str]:
    return sorted(one.code for one in report)


# ------------------------------------------------------------- countries and editions
@pytest.mark.requirement("S47")
def test_a_country_of_another_product_is_refused_with_an_explanation() -> None:
    report = sage_connect.check([INVOICE], target="accounting", country="za")

    found = only(report, "SC-SA-COUNTRY")
    assert found.severity is Severity.ERROR
    assert "CA, GB, IE" in found.message()
    assert "South Africa" in found.message()
    assert "Afrique du Sud" in found.message("fr")


@pytest.mark.requirement("S47")
@pytest.mark.parametrize("country", ["gb", "IE", "ca"])
def test_a_country_that_sage_sells_in_is_not_spoken_of(country: str) -> None:
    report = sage_connect.check(
        [CUSTOMER], target="accounting", country=country, reference=REFERENCE
    )

    assert [code for code in codes(report) if code.startswith("SC-SA-COUNTRY")] == []


@pytest.mark.requirement("S47")
@pytest.mark.parametrize("country", ["de", "es", "fr", "us"])
def test_a_former_country_is_warned_of_once_and_not_refused(country: str) -> None:
    batch = [CUSTOMER, customer(code="NEW2"), customer(code="NEW3")]

    report = sage_connect.check(batch, target="accounting", country=country)

    assert report.ok
    assert only(report, "SC-SA-COUNTRY-FORMER").severity is Severity.WARNING


def test_country_and_edition_are_those_of_the_business_where_none_is_given() -> None:
    start = attrs.evolve(
        REFERENCE,
        company=CompanyOptions(base_currency="GBP", country="GB", edition="Start"),
    )

    report = sage_connect.check([item()], target="accounting", reference=start)
    unknown = sage_connect.check([item()], target="accounting", reference=REFERENCE)

    assert codes(report) == ["SC-SA-EDITION-ITEM"]
    assert codes(unknown) == []
    assert "SC-SA-EDITION-ITEM" in {one.code for one in unknown.unchecked}


@pytest.mark.requirement("S127")
@pytest.mark.parametrize("edition", ["standard", "plus", ""])
def test_quantities_are_refused_in_start_only(edition: str) -> None:
    three = lined(quantity=D(3), unit_price=D(10))

    assert codes(checked(three, edition=edition)) == []
    found = only(checked(three, edition="start"), "SC-SA-START-QUANTITY")
    assert (found.path, found.values["quantity"]) == ("/lines/0/quantity", "3")
    assert "“3 x”" in found.fix()


@pytest.mark.requirement("S127")
def test_quantities_pass_in_start_where_they_are_folded() -> None:
    fold = policy(start_quantity=StartQuantity.FOLD)

    assert codes(checked(lined(quantity=D(3)), fold, edition="start")) == []


# ---------------------------------------------------------------- required and known
@pytest.mark.requirement("S72")
def test_every_required_field_that_is_empty_is_told_at_once() -> None:
    empty = Item(code="X")

    report = checked(empty, AccountingSettings())

    assert [(one.code, one.path) for one in report] == [
        ("SC-REQUIRED", "/sales_account"),
        ("SC-REQUIRED", "/purchase_account"),
        ("SC-ITEM-DESCRIPTION-REQUIRED", "/description"),
    ]


@pytest.mark.requirement("S82")
@pytest.mark.parametrize("description", ["", " \t "])
def test_a_product_without_a_description_is_refused(description: str) -> None:
    report = checked(item(description=description))

    assert not report.ok
    assert codes(report) == ["SC-ITEM-DESCRIPTION-REQUIRED"]


@pytest.mark.requirement("S83", "S84")
def test_an_invoice_needs_a_date_and_a_contact() -> None:
    assert codes(checked(invoice(date=None))) == ["SC-INV-DATE-REQUIRED"]
    assert codes(checked(invoice(party=""))) == ["SC-INV-CONTACT-REQUIRED"]


@pytest.mark.requirement("S85")
def test_an_invoice_in_another_currency_than_the_contacts_names_both() -> None:
    report = checked(attrs.evolve(EUROS, party="ACME"))

    found = only(report, "SC-INV-CURRENCY-MISMATCH")
    assert (found.values["currency"], found.values["party_currency"]) == ("EUR", "GBP")


@pytest.mark.requirement("S86")
def test_a_contact_is_in_sage_or_comes_first() -> None:
    alone = sage_connect.check(
        [invoice(party="NEW")], target="accounting", reference=REFERENCE
    )
    together = sage_connect.check(
        [invoice(party="NEW"), CUSTOMER], target="accounting", reference=REFERENCE
    )
    forbidden = sage_connect.check(
        [invoice(party="NEW"), CUSTOMER],
        target="accounting",
        reference=REFERENCE,
        settings=policy(create_customers=False),
    )

    assert codes(alone) == ["SC-INV-CONTACT-NOT-IN-SAGE"]
    assert codes(together) == []
    assert [(one.index, one.code) for one in forbidden] == [(1, "SC-SA-CUSTOMER-NEW")]


@pytest.mark.requirement("S90")
def test_a_tax_that_sage_lacks_is_refused() -> None:
    report = checked(lined(taxes=(Tax("GB_20", D(20)),)))

    assert codes(report) == ["SC-TAX-UNKNOWN"]


def test_codes_are_translated_before_they_are_looked_up() -> None:
    caller = invoice(party="customer-0042-long-id")
    mapping = attrs.evolve(SETTINGS.mapping, parties={"customer-0042-long-id": "ACME"})

    report = sage_connect.check(
        [caller],
        target="accounting",
        reference=REFERENCE,
        settings=settings(mapping=mapping),
    )

    assert codes(report) == []


# ----------------------------------------------------------------------------- taxes
@pytest.mark.requirement("S87")
@pytest.mark.parametrize("prices", [["100", "50.50"], ["0.33"] * 3, ["0.12"] * 5])
def test_group_tax_is_refused_unless_the_policy_splits_it(prices: list[str]) -> None:
    grouped = invoice(
        tax_mode=TaxMode.GROUP,
        taxes=(VAT,),
        lines=[attrs.evolve(LINE, taxes=(), unit_price=Decimal(one)) for one in prices],
    )
    split = policy(group_tax=GroupTax.SPLIT)

    strict = sage_connect.check([grouped], target="accounting", reference=REFERENCE)
    opted = sage_connect.check(
        [grouped], target="accounting", reference=REFERENCE, settings=split
    )

    assert codes(strict) == ["SC-INV-GROUP-MODE"]
    assert opted.ok
    assert totals(fitted(grouped, split, REFERENCE)).gross == totals(grouped).gross


@pytest.mark.requirement("S87")
def test_group_taxes_of_several_kinds_are_refused_whatever_the_policy() -> None:
    two = invoice(
        tax_mode=TaxMode.GROUP,
        taxes=(VAT, Tax("GB_ZERO", D(0))),
        lines=[attrs.evolve(LINE, taxes=())],
    )

    report = sage_connect.check(
        [two],
        target="accounting",
        reference=REFERENCE,
        settings=policy(group_tax=GroupTax.SPLIT),
    )

    assert codes(report) == ["SC-SA-GROUP-SPLIT"]


@pytest.mark.requirement("S88")
def test_another_rate_than_sages_is_refused_with_both_numbers() -> None:
    report = checked(attrs.evolve(EUROS, exchange_rate=D("0.8001")))

    found = only(report, "SC-INV-RATE-MISMATCH")
    assert (found.values["rate"], found.values["known"]) == ("0.8001", "0.8")
    assert "0.8001" in found.message()
    assert codes(checked(EUROS)) == []
    tolerant = policy(rate_tolerance=D("0.001"))
    assert codes(checked(attrs.evolve(EUROS, exchange_rate=D("0.8001")), tolerant)) == []


@pytest.mark.requirement("S88")
@pytest.mark.parametrize(
    ("rate", "code"),
    [
        ("0.8", ""),
        ("1.25", "SC-SA-RATE-INVERSE"),
        ("1.24", "SC-SA-RATE-INVERSE"),
        ("0.99", "SC-INV-RATE-MISMATCH"),
        ("1.01", "SC-SA-RATE-INVERSE"),
        ("80", "SC-SA-RATE-INVERSE"),
        ("0.008", "SC-INV-RATE-MISMATCH"),
    ],
)
def test_a_rate_upside_down_is_told_from_another_rate(rate: str, code: str) -> None:
    report = checked(attrs.evolve(EUROS, exchange_rate=Decimal(rate)))

    assert codes(report) == ([code] if code else [])


def test_a_rate_near_one_is_not_called_upside_down_for_nothing() -> None:
    rate = ExchangeRate(currency="EUR", rate=D("1.02"))
    near = known(exchange_rates={"EUR": rate})

    same = checked(attrs.evolve(EUROS, exchange_rate=D("1.02")), reference=near)
    inverse = checked(attrs.evolve(EUROS, exchange_rate=D("0.98")), reference=near)

    assert (codes(same), codes(inverse)) == ([], ["SC-SA-RATE-INVERSE"])


@pytest.mark.requirement("S89")
def test_a_line_with_two_taxes_is_refused() -> None:
    report = checked(lined(taxes=(VAT, Tax("GB_ZERO", D(0)))))

    assert codes(report) == ["SC-LINE-MULTIPLE-TAXES"]


@pytest.mark.requirement("S91")
def test_an_adjustment_is_refused_unless_it_has_an_account() -> None:
    adjusted = invoice(adjustment=D("0.01"), gross=D("120.01"))
    with_account = settings(accounts=attrs.evolve(SETTINGS.accounts, adjustments="9999"))

    refused = checked(adjusted)
    hidden = checked(adjusted, with_account)
    visible = checked(adjusted, with_account, company(**{"visible:9999": "journals,sales"}))

    assert codes(refused) == ["SC-INV-ADJUSTMENT"]
    assert codes(hidden) == ["SC-SA-ACCOUNT-VISIBLE"]
    assert codes(visible) == []


@pytest.mark.requirement("S92")
@pytest.mark.parametrize(
    ("amount", "stated", "computed"),
    [
        ("10", None, ""),
        ("10", "2.00", ""),
        ("10", "2.01", "2.00"),
        ("0.12", "0.03", "0.02"),
    ],
)
def test_tax_on_carriage_is_what_sage_computes(
    amount: str, stated: str | None, computed: str
) -> None:
    tax = attrs.evolve(VAT, amount=None if stated is None else Decimal(stated))
    carried = invoice(charges=(Charge(amount=Decimal(amount), taxes=(tax,)),))

    found = checked(carried).by_code.get("SC-INV-CHARGE-TAX", ())

    assert [one.values["computed"] for one in found] == ([computed] if computed else [])


@pytest.mark.requirement("S92")
def test_tax_on_carriage_that_is_posted_as_a_line_is_as_stated() -> None:
    tax = attrs.evolve(VAT, amount=D("2.01"))
    line = invoice(charges=(Charge(amount=D(10), account="4905", taxes=(tax,)),))

    assert "SC-INV-CHARGE-TAX" not in codes(checked(line))


# ------------------------------------------------------------------------------- CIS
@pytest.mark.requirement("S151", "S155")
def test_a_cis_invoice_of_labour_and_materials_passes_with_its_deduction() -> None:
    labour = attrs.evolve(LINE, account="4911", unit_price=D(1000))
    materials = attrs.evolve(LINE, unit_price=D(500))
    document = invoice(
        party="BUILDER",
        lines=(labour, materials),
        withholding=Withholding(rate=D(20), base=D(1000)),
    )

    assert codes(checked(document)) == []
    sums = totals(document)
    assert (sums.gross, sums.gross - sums.due) == (D("1800.00"), D("200.00"))
    plain = checked(attrs.evolve(document, party="ACME"))
    assert codes(plain) == ["SC-SA-CIS-CUSTOMER"]
    assert not plain.ok


@pytest.mark.requirement("S152")
@pytest.mark.parametrize(
    ("rate", "found"),
    [
        *((rate, []) for rate in ("0", "20", "30")),
        ("25", ["SC-SA-CIS-RATE"]),
        ("120", ["SC-SA-CIS-RATE", "SC-WITHHOLDING-RATE"]),
    ],
)
def test_cis_has_three_rates(rate: str, found: list[str]) -> None:
    document = invoice(
        party="BUILDER",
        lines=(attrs.evolve(LINE, account="4911"),),
        withholding=Withholding(rate=Decimal(rate), base=D(100)),
    )

    assert codes(checked(document)) == found


@pytest.mark.requirement("S154")
def test_cis_that_is_not_set_up_comes_with_the_menu_path() -> None:
    document = invoice(
        party="BUILDER",
        lines=(attrs.evolve(LINE, account="4911"),),
        withholding=Withholding(rate=D(20), base=D(100)),
    )

    report = checked(document, reference=company(**{"cis.subcontractor": "false"}))

    found = only(report, "SC-SA-CIS-NOT-SET")
    assert found.owner is Owner.SAGE_ADMINISTRATOR
    assert "Settings > Construction Industry Scheme" in found.fix()
    assert "subcontractor" in found.message()
    assert "sous-traitant" in found.message("fr")


# ----------------------------------------------------------------------------- money
@pytest.mark.requirement("S133", "S145")
def test_a_business_without_a_bank_account_is_told_of() -> None:
    bankless = known(bank_accounts={})

    forbidden = checked(PAYMENT, reference=bankless)
    allowed = checked(PAYMENT, policy(dummy_bank="Clearing"), bankless)

    assert codes(forbidden) == ["SC-SA-NO-BANK-ACCOUNT"]
    assert not forbidden.ok
    assert allowed.ok
    assert only(allowed, "SC-SA-DUMMY-BANK").values["name"] == "Clearing"


@pytest.mark.requirement("S145")
def test_each_payment_on_the_made_up_bank_is_warned_of() -> None:
    batch = tuple(payment(number=f"R-{at}", allocations=()) for at in range(3))

    report = checked(batch, policy(dummy_bank="Clearing"), known(bank_accounts={}))

    assert [one.code for one in report] == ["SC-SA-DUMMY-BANK"] * 3


@pytest.mark.requirement("S134")
@pytest.mark.parametrize(
    ("bank", "code"),
    [
        ("1200", ""),
        ("9", "SC-SA-BANK-UNKNOWN"),
        ("1220", "SC-SA-BANK-INACTIVE"),
        ("1230", "SC-SA-BANK-CURRENCY"),
        ("1250", "SC-SA-BANK-TYPE"),
        ("", "SC-SA-BANK-MISSING"),
    ],
)
def test_the_bank_account_of_payments_must_be_able_to_take_them(
    bank: str, code: str
) -> None:
    report = checked(PAYMENT, settings(bank_account=bank))

    assert codes(report) == ([code] if code else [])


@pytest.mark.requirement("S163")
def test_a_cent_too_much_is_refused_or_put_on_account() -> None:
    settling = known(open_documents={("ACME", "SI-1"): _open("100")})
    too_much = payment(amount=D("100.01"), allocations=(Allocation("SI-1", D("100.01")),))
    on_account = policy(overpayment=Overpayment.ON_ACCOUNT)

    refused = checked(too_much, reference=settling)
    allowed = checked(too_much, on_account, settling)
    in_start = checked(too_much, on_account, settling, edition="start")

    assert codes(refused) == ["SC-PAY-OVERPAID"]
    found = only(allowed, "SC-SA-ON-ACCOUNT")
    assert (allowed.ok, found.values["excess"]) == (True, "0.01")
    assert codes(in_start) == ["SC-PAY-OVERPAID"]


def _open(outstanding: str) -> object:
    opened = (REFERENCE.open_documents or {})["ACME", "SI-1"]
    return attrs.evolve(opened, outstanding=Decimal(outstanding))


@pytest.mark.requirement("S138")
def test_a_payment_of_an_invoice_of_the_same_batch_is_in_order() -> None:
    paid = payment(amount=D(120), allocations=(Allocation("SI-42", D(120)),))

    report = sage_connect.check(
        [paid, INVOICE], target="accounting", reference=REFERENCE, settings=SETTINGS
    )

    assert codes(report) == []


# ---------------------------------------------------------------------------- others
@pytest.mark.requirement("S9")
def test_what_is_older_than_the_start_of_the_transfer_is_left_out() -> None:
    late = settings(period_start=DAY.replace(day=31, month=12))

    report = checked(INVOICE, late)

    assert codes(report) == ["SC-PERIOD-BEFORE-START"]
    assert only(report, "SC-PERIOD-BEFORE-START").severity is Severity.SKIP


def test_what_an_entity_stands_for_is_proposed() -> None:
    real = checked(lined(description="Tom &amp; Jerry &#8364;5"))
    alike = checked(lined(description="R&D; bolts"))

    found = [only(report, "SC-SA-HTML-ENTITY").values for report in (real, alike)]
    assert [(one["entity"], one["plain"]) for one in found] == [
        ("&amp;", "&"),
        ("&D;", "& D;"),
    ]


def test_the_other_contact_of_a_reference_is_named() -> None:
    report = checked(Customer(code="PAPER", name="Paper"))

    found = only(report, "SC-SA-REFERENCE-TAKEN")
    assert found.message() == (
        "The code “PAPER” is also that of a supplier (Paper). In Sage a reference is one "
        "contact's, and a contact is either a customer or a supplier."
    )


def test_what_sage_itself_has_is_not_at_fault_for_a_newcomers_reference() -> None:
    batch: list[Supplier | Customer] = [
        Supplier(code="PAPER", name="Paper Ltd"),
        Customer(code="PAPER", name="Paper"),
    ]

    report = sage_connect.check(batch, target="accounting", reference=REFERENCE)

    assert [(one.index, one.code) for one in report] == [(1, "SC-SA-REFERENCE-TAKEN")]


@pytest.mark.requirement("S159")
def test_a_number_of_a_stranger_is_told_and_one_of_our_own_is_not() -> None:
    stranger = invoice(number="SI-1", party="BUILDER")
    own = invoice(number="SI-1")

    assert codes(checked(stranger)) == ["SC-SA-NUMBER-TWICE"]
    assert codes(checked(own)) == []
    sages = policy(numbering=Numbering.SAGES)
    assert codes(checked(stranger, sages)) == []


@pytest.mark.requirement("S132", "S159", "S162", "S157")
@pytest.mark.parametrize(
    "code",
    [
        *("SC-SA-NO-BUSINESS", "SC-SA-NUMBER-TAKEN", "SC-SA-ALLOCATED", "SC-UNMAPPED"),
        *("SC-SA-REAUTH-NEEDED", "SC-SA-EDITION", "SC-SA-ROLE", "SC-SA-THROTTLED"),
        *("SC-SA-STOCK", "SC-SA-PAID", "SC-SA-RECORD-UNKNOWN", "SC-SA-READ-BACK"),
    ],
)
def test_what_only_sage_can_say_is_explained_in_both_languages(code: str) -> None:
    values: dict[str, Any] = {
        "field": "/x",
        "where": "/lines/0/account",
        "sent": "a",
        "found": "b",
        "what": "tax",
        "value": "1",
    }
    found = BOOK.finding(code, id="7", said="?", **values)

    for language in ("en", "fr"):
        assert found.message(language)
        assert found.fix(language)
        assert "{" not in found.message(language) + found.fix(language)


def test_of_two_hundred_lines_only_the_faulty_one_is_told() -> None:
    lines = [attrs.evolve(LINE, description=f"Line {at}") for at in range(200)]
    lines[137] = Line(description="", unit_price=D(1), account="5000")

    report = checked(invoice(lines=lines))

    assert {one.path.split("/")[2] for one in report} == {"137"}
    assert codes(report) == [
        "SC-REQUIRED",
        "SC-SA-ACCOUNT-VISIBLE",
        "SC-SA-TAX-MISSING",
    ]


def test_what_sage_leaves_open_is_marked_so() -> None:
    assert BOOK["SC-SA-EDITION-STANDARD"].mark is Mark.UNCONFIRMED
    assert BOOK["SC-SA-TAX-CENT"].mark is Mark.UNCONFIRMED


def test_a_business_without_accounts_by_purpose_is_told_which_settings_to_fill() -> None:
    report = checked(lined(account=""), settings(accounts=Accounts()))

    found = only(report, "SC-SA-ACCOUNT-MISSING")
    assert found.values["setting"] == "accounts.sales"
    assert "accounts.sales" in found.fix()


def test_without_any_reference_only_what_the_document_shows_is_found() -> None:
    report = sage_connect.check(
        [INVOICE, PAYMENT],
        target="accounting",
        country="GB",
        settings=AccountingSettings(bank_account="1200", policy=Policy()),
        reference=Reference(),
    )

    assert codes(report) == []
    assert len(report.unchecked) > 20
