"""Cases of taxes, currencies, payments, banks and journal entries."""

import datetime as dt

import attrs

from sage_connect.intacct.settings import Accounts, CreditNotes, Quantity, Taxes
from sage_connect.model import (
    Allocation,
    BankDirection,
    Customer,
    Instalment,
    Movement,
    PaymentKind,
    PurchaseKind,
    Tax,
    TaxMode,
)
from sage_connect.model.reference import by_code

from .company import (
    CLAIM,
    COUNT,
    CREDIT,
    CREDITED,
    DAY,
    DEBIT,
    ENTRY,
    EUROS,
    INVOICE,
    LATER,
    LINE,
    PAYMENT,
    PURCHASE,
    PURCHASE_CREDIT,
    RECEIPT,
    REFERENCE,
    UK,
    VAT,
    ZA,
    D,
    company,
    customer,
    entry,
    invoice,
    item,
    known,
    lined,
    moved,
    own,
    payment,
    policy,
    purchase,
    receipt,
    settings,
)
from .shape import Fixture

LOW, FOREIGN, REVERSED = Tax("UK-LOW", D(5)), Tax("ZA-STD", D(15)), Tax("UK-RC", D(20))
AS_LINES = policy(taxes=Taxes.LINES)
BOTH = own({"tax_solutions": f"{UK}\n{ZA}"})
NO_SOLUTION = company(tax_solutions="")
IN_DINARS = known(customers={"BERLIN": Customer(code="BERLIN", currency="BHD")})
ONE_CURRENCY = company(multi_currency="false")
REFUND = payment(kind=PaymentKind.CUSTOMER_REFUND, reverses="R-0")
PAID = payment(
    kind=PaymentKind.SUPPLIER_PAYMENT,
    party="PAPER",
    allocations=(Allocation("2026/9", D(100)),),
)
IN_EUROS = entry(
    attrs.evolve(DEBIT, currency_amount=D(12)),
    attrs.evolve(CREDITED, currency_amount=D(12)),
    currency="EUR",
)

TAXED = (
    Fixture(
        "SC-IN-GROUP-TAX",
        "/tax_mode",
        invoice(
            tax_mode=TaxMode.GROUP, taxes=(VAT,), lines=(attrs.evolve(LINE, taxes=()),)
        ),
    ),
    Fixture(
        "SC-IN-TAX-MODULE",
        "/lines/0/taxes/0",
        INVOICE,
        lined(taxes=()),
        reference=NO_SOLUTION,
    ),
    Fixture(
        "SC-IN-TAX-MODULE",
        "/lines/0/taxes/0",
        INVOICE,
        INVOICE,
        reference=NO_SOLUTION,
        good_settings=AS_LINES,
    ),
    Fixture(
        "SC-IN-TAX-SOLUTION",
        "/lines/1/taxes/0",
        invoice(lines=(LINE, attrs.evolve(LINE, taxes=(FOREIGN,)))),
        invoice(lines=(LINE, LINE)),
        reference=BOTH,
    ),
    Fixture(
        "SC-IN-TAX-SOLUTION",
        "/lines/0/taxes/0",
        INVOICE,
        lined(taxes=(FOREIGN,)),
        settings=settings(tax_solution=ZA),
        reference=BOTH,
    ),
    Fixture(
        "SC-IN-TAX-SOLUTION-NONE",
        "/lines/0/taxes/0",
        INVOICE,
        INVOICE,
        reference=own({"tax_solutions": f"{UK}\n{ZA}", "tax_solution:UK-STD": "-"}),
        good_reference=BOTH,
    ),
    Fixture(
        "SC-IN-TAX-SOLUTION-NONE",
        "/lines/0/taxes/0",
        INVOICE,
        settings=settings(tax_solution="Canada"),
        good_settings=settings(tax_solution=UK),
    ),
    Fixture(
        "SC-IN-LEGISLATION",
        "/lines/0/taxes/0",
        lined(taxes=(FOREIGN,)),
        settings=settings(legislation=(UK,)),
    ),
    Fixture(
        "SC-IN-TAX-ACCOUNT",
        "/lines/0/taxes/0",
        lined(taxes=(FOREIGN,)),
        settings=AS_LINES,
    ),
    Fixture(
        # Adjustments have no other place for taxes, unless they are invoices below zero.
        "SC-IN-TAX-ACCOUNT",
        "/lines/0/taxes/0",
        attrs.evolve(CREDIT, lines=(attrs.evolve(LINE, taxes=(FOREIGN,)),)),
        attrs.evolve(CREDIT, lines=(attrs.evolve(LINE, taxes=(FOREIGN,)),)),
        good_settings=policy(credit_notes=CreditNotes.NEGATIVE),
    ),
    Fixture(
        "SC-IN-REVERSE-CHARGE",
        "/lines/0/taxes/0",
        invoice(reverse_charge=True),
        attrs.evolve(lined(taxes=(REVERSED,)), reverse_charge=True),
    ),
    Fixture(
        "SC-LINE-MULTIPLE-TAXES",
        "/lines/0/taxes",
        lined(taxes=(VAT, LOW)),
        lined(taxes=(VAT, LOW)),
        reference=own({"tax_solutions": ZA}),
        good_reference=REFERENCE,
    ),
    Fixture(
        "SC-LINE-MULTIPLE-TAXES",
        "/lines/0/taxes",
        lined(taxes=(VAT, LOW)),
        lined(taxes=(VAT, LOW)),
        reference=company(tax_solutions="-"),
        good_settings=AS_LINES,
    ),
)

MONEY = (
    Fixture("SC-IN-CURRENCY", "/currency", EUROS, INVOICE, reference=ONE_CURRENCY),
    Fixture(
        "SC-IN-CURRENCY", "/currency", customer(currency="EUR"), reference=ONE_CURRENCY
    ),
    Fixture(
        "SC-IN-DECIMALS",
        "/lines/0",
        attrs.evolve(
            EUROS,
            currency="BHD",
            lines=(attrs.evolve(LINE, unit_price=D("1.125"), taxes=()),),
        ),
        attrs.evolve(
            EUROS,
            currency="BHD",
            lines=(attrs.evolve(LINE, unit_price=D("1.12"), taxes=()),),
        ),
        reference=IN_DINARS,
    ),
    Fixture(
        "SC-IN-DECIMALS",
        "/amount",
        receipt(currency="KWD", amount=D("0.001")),
        receipt(currency="KWD", amount=D("0.01")),
    ),
    Fixture(
        "SC-IN-DECIMALS",
        "/allocations/0/amount",
        payment(currency="BHD", allocations=(Allocation("SI-1", D("99.999")),)),
        PAYMENT,
    ),
    Fixture(
        "SC-IN-DECIMALS",
        "/movements/0/currency_amount",
        attrs.evolve(
            IN_EUROS,
            currency="BHD",
            movements=(
                attrs.evolve(DEBIT, currency_amount=D("1.005")),
                attrs.evolve(CREDITED, currency_amount=D("1")),
            ),
        ),
        IN_EUROS,
    ),
    Fixture("SC-IN-ITEM-CURRENCY", "/currency", item(currency="EUR"), item(currency="GBP")),
    Fixture(
        "SC-IN-INSTALMENTS",
        "/due",
        purchase(due=(Instalment(DAY, D(60)), Instalment(LATER, D(60)))),
        invoice(due=(Instalment(DAY, D(120)),)),
    ),
    Fixture(
        "SC-IN-QUANTITY",
        "/lines/0/quantity",
        lined(quantity=D(3)),
        lined(quantity=D("1.0")),
        settings=policy(quantity=Quantity.REFUSE),
    ),
    Fixture("SC-IN-CARD", "/kind", purchase(kind=PurchaseKind.CARD_PAYMENT), PURCHASE),
    Fixture("SC-IN-CARD", "/kind", purchase(kind=PurchaseKind.CARD_REFUND), CLAIM),
    Fixture(
        "SC-IN-CLAIM-CREDIT",
        "/kind",
        attrs.evolve(PURCHASE_CREDIT, kind=PurchaseKind.EXPENSE_CLAIM),
        PURCHASE_CREDIT,
    ),
    Fixture("SC-IN-REVERSES", "/reverses", payment(reverses="R-0"), REFUND),
    Fixture("SC-IN-REFUND", "/reverses", attrs.evolve(REFUND, reverses=""), REFUND),
    Fixture(
        "SC-IN-REFUND", "/reverses", payment(kind=PaymentKind.SUPPLIER_REFUND), PAYMENT
    ),
    Fixture(
        "SC-IN-CURRENCY-SAME",
        "/movements/0/currency_amount",
        moved(currency_amount=D(1)),
        moved(currency_amount=D(10)),
    ),
    Fixture(
        "SC-IN-METHOD-NONE",
        "/method",
        attrs.evolve(PAID, method=""),
        PAID,
        settings=settings(payment_method=" "),
    ),
    Fixture(
        "SC-IN-REFUND-TWICE",
        "/reverses",
        (REFUND, attrs.evolve(REFUND, number="R-9")),
        (REFUND, attrs.evolve(REFUND, number="R-9", reverses="R-8")),
    ),
    Fixture(
        "SC-IN-ADVANCE",
        "/allocations",
        payment(allocations=()),
        payment(allocations=()),
        settings=settings(accounts=Accounts()),
        good_settings=settings(),
    ),
    Fixture("SC-IN-ADVANCE-PAID", "/allocations", attrs.evolve(PAID, allocations=()), PAID),
    Fixture(
        "SC-IN-OVERPAID",
        "/on_account",
        payment(amount=D(120), on_account=D(20)),
        payment(allocations=(), on_account=D(100)),
    ),
    Fixture("SC-IN-METHOD", "/method", payment(method="CHQ"), payment(method="Cash")),
    Fixture(
        "SC-IN-METHOD",
        "/method",
        payment(method="Online", allocations=()),
        payment(method="Online"),
    ),
    Fixture(
        "SC-IN-METHOD",
        "/method",
        payment(method=""),
        payment(method=""),
        settings=settings(payment_method="BACS"),
        good_settings=settings(),
    ),
    Fixture(
        "SC-IN-METHOD-DOUBTFUL",
        "/method",
        attrs.evolve(PAID, method="WF Check"),
        attrs.evolve(PAID, method="ACH"),
    ),
    Fixture(
        "SC-IN-BANK-NONE",
        "/bank_account",
        PAYMENT,
        payment(bank_account="MAIN"),
        settings=settings(bank_account=""),
    ),
    Fixture(
        "SC-IN-BANK-UNKNOWN",
        "/bank_account",
        payment(bank_account="?"),
        PAYMENT,
    ),
    Fixture("SC-IN-BANK-INACTIVE", "/bank_account", receipt(bank_account="SHUT"), RECEIPT),
    Fixture("SC-IN-BANK-CURRENCY", "/bank_account", payment(bank_account="EUROS"), PAYMENT),
    Fixture("SC-IN-BANK-OUT", "/direction", receipt(direction=BankDirection.OUT), RECEIPT),
    Fixture("SC-IN-BANK-ACCOUNT", "/account", receipt(account=""), RECEIPT),
    Fixture(
        "SC-INV-ADJUSTMENT",
        "/adjustment",
        invoice(adjustment=D("0.01")),
        invoice(adjustment=D("0.01")),
        good_settings=settings(accounts=Accounts(adjustments="4100")),
    ),
    Fixture(
        "SC-SUPPLIER-UNKNOWN",
        "/party",
        purchase(party="EMP1"),
        attrs.evolve(CLAIM, due=LATER),
    ),
    Fixture("SC-OVER-CREDITED", "/reverses", attrs.evolve(CREDIT, reverses="SI-1"), CREDIT),
    Fixture("SC-INV-CURRENCY-MISMATCH", "/currency", invoice(party="BERLIN"), CLAIM),
    Fixture(
        "SC-PARTY-INACTIVE",
        "/party",
        INVOICE,
        CLAIM,
        reference=attrs.evolve(
            REFERENCE,
            customers=by_code([Customer(code="ACME", currency="GBP", active=False)]),
        ),
        good_reference=REFERENCE,
    ),
)

JOURNALS = (
    Fixture("SC-IN-JOURNAL-NONE", "/journal", entry(journal=" "), ENTRY),
    Fixture("SC-IN-JOURNAL-UNKNOWN", "/journal", entry(journal="OD"), COUNT),
    Fixture("SC-IN-JOURNAL-INACTIVE", "/journal", entry(journal="OLD"), ENTRY),
    Fixture(
        "SC-IN-REVERSED-ON",
        "/reversed_on",
        entry(reversed_on=DAY),
        entry(reversed_on=DAY + dt.timedelta(1)),
    ),
    Fixture(
        "SC-IN-STATISTICAL-CURRENCY",
        "/currency",
        attrs.evolve(COUNT, currency="EUR"),
        IN_EUROS,
    ),
    Fixture(
        "SC-IN-STATISTICAL-CURRENCY",
        "/movements/0/currency_amount",
        attrs.evolve(
            COUNT,
            movements=(
                Movement(account="9100", debit=D(7), currency_amount=D(7)),
                Movement(account="9200", debit=D(3)),
            ),
        ),
        COUNT,
    ),
    Fixture(
        "SC-IN-CURRENCY-AMOUNT",
        "/movements/1/currency_amount",
        attrs.evolve(IN_EUROS, movements=(IN_EUROS.movements[0], CREDITED)),
        IN_EUROS,
    ),
    Fixture(
        "SC-IN-CURRENCY-UNBALANCED",
        "/movements",
        entry(
            attrs.evolve(DEBIT, currency_amount=D(12)),
            attrs.evolve(CREDITED, currency_amount=D(13)),
            currency="EUR",
        ),
        IN_EUROS,
    ),
    Fixture(
        "SC-ENTRY-UNBALANCED",
        "/movements",
        entry(DEBIT, attrs.evolve(CREDITED, credit=D(9))),
        COUNT,
    ),
    Fixture(
        "SC-ACCOUNT-UNKNOWN",
        "/movements/0/account",
        moved(account="7777"),
        COUNT,
        good_reference=attrs.evolve(
            REFERENCE,
            accounts={
                code: one
                for code, one in (REFERENCE.accounts or {}).items()
                if not code.startswith("9")
            },
        ),
    ),
)
SETTLED = (*TAXED, *MONEY, *JOURNALS)
