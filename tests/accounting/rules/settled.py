"""Cases of rates, banks, payments and bank entries."""

import attrs

from sage_connect.accounting.settings import Accounts, Overpayment
from sage_connect.model import (
    Address,
    Allocation,
    BankAccount,
    BankDirection,
    Customer,
    PaymentKind,
)
from sage_connect.model.reference import by_code

from .company import (
    BANK,
    CREDIT,
    EUROS,
    INVOICE,
    LINE,
    PAYMENT,
    ZERO,
    D,
    bank,
    company,
    invoice,
    known,
    lined,
    payment,
    policy,
    settings,
)
from .shape import Fixture

NAMELESS = settings(bank_account="")
BANK_TO_COME = bank(bank_account="")
BANKLESS = known(bank_accounts={})
DUMMY = policy(dummy_bank="Clearing")
ON_ACCOUNT = policy(overpayment=Overpayment.ON_ACCOUNT)
TOO_MUCH = payment(amount=D("100.01"))
REFUND = payment(
    kind=PaymentKind.CUSTOMER_REFUND,
    amount=D(50),
    allocations=(Allocation("SC-1", D(50)),),
)
SETTLEMENT = bank(direction=BankDirection.IN, account="", party="ACME")
CASH = company(tax_scheme="CASH_ACCOUNTING")
UNTAXED = invoice(number="SI-43", lines=(attrs.evolve(LINE, taxes=(ZERO,)),))
BOTH = payment(
    amount=D(220), allocations=(Allocation("SI-42", D(120)), Allocation("SI-43", D(100)))
)
RECEIVED = bank(direction=BankDirection.IN, account="9999", party="PARIS")

SETTLED = (
    Fixture(
        "SC-SA-AMOUNT-DECIMALS",
        "/currency",
        attrs.evolve(
            EUROS, currency="TND", lines=(attrs.evolve(LINE, unit_price=D("1.005")),)
        ),
        attrs.evolve(EUROS, currency="TND"),
    ),
    Fixture(
        "SC-SA-AMOUNT-DECIMALS",
        "/currency",
        payment(currency="TND", amount=D("1.005")),
        payment(amount=D("1.005")),
    ),
    Fixture(
        "SC-SA-PRICE-DECIMALS",
        "/lines/0/unit_price",
        lined(unit_price=D("0.0123"), quantity=D(1000)),
        lined(unit_price=D("0.0123")),
    ),
    Fixture(
        "SC-INV-ADJUSTMENT",
        "/adjustment",
        invoice(adjustment=D("0.01")),
        invoice(adjustment=D("0.01")),
        good_settings=settings(accounts=Accounts(adjustments="9999")),
    ),
    Fixture(
        "SC-PAY-OVERPAID",
        "/amount",
        TOO_MUCH,
        TOO_MUCH,
        good_settings=ON_ACCOUNT,
    ),
    Fixture(
        "SC-PAY-OVERPAID",
        "/allocations/0/amount",
        payment(amount=D("100.01"), allocations=(Allocation("SI-1", D("100.01")),)),
        PAYMENT,
    ),
    Fixture(
        "SC-PAY-OVERPAID",
        "/amount",
        TOO_MUCH,
        PAYMENT,
        settings=ON_ACCOUNT,
        edition="start",
    ),
    Fixture("SC-SA-ON-ACCOUNT", "/amount", TOO_MUCH, PAYMENT, settings=ON_ACCOUNT),
    Fixture(
        "SC-SA-ON-ACCOUNT",
        "/allocations/0/amount",
        payment(amount=D(101), allocations=(Allocation("SI-1", D(101)),)),
        TOO_MUCH,
        settings=ON_ACCOUNT,
        good_settings=policy(),
    ),
    Fixture(
        "SC-SA-RATE-INVERSE",
        "/exchange_rate",
        attrs.evolve(EUROS, exchange_rate=D("1.24")),
        attrs.evolve(EUROS, exchange_rate=D("0.9")),
    ),
    Fixture(
        "SC-INV-RATE-MISMATCH",
        "/exchange_rate",
        attrs.evolve(EUROS, exchange_rate=D("0.8001")),
        EUROS,
    ),
    Fixture(
        "SC-INV-RATE-MISMATCH",
        "/exchange_rate",
        payment(party="BERLIN", currency="EUR", exchange_rate=D("0.8081")),
        payment(party="BERLIN", currency="EUR", exchange_rate=D("0.808")),
        settings=policy(rate_tolerance=D("0.01")),
    ),
    Fixture("SC-SA-NO-BANK-ACCOUNT", "/bank_account", PAYMENT, reference=BANKLESS),
    Fixture(
        "SC-SA-NO-BANK-ACCOUNT", "/bank_account", BANK, PAYMENT, DUMMY, reference=BANKLESS
    ),
    Fixture(
        "SC-SA-DUMMY-BANK",
        "/bank_account",
        PAYMENT,
        PAYMENT,
        DUMMY,
        reference=BANKLESS,
        good_settings=policy(),
    ),
    Fixture(
        "SC-SA-DUMMY-BANK",
        "/bank_account",
        payment(bank_account="1210"),
        payment(bank_account="1200"),
        policy(dummy_bank="Cash"),
    ),
    Fixture(
        "SC-SA-BANK-MISSING",
        "/bank_account",
        PAYMENT,
        PAYMENT,
        NAMELESS,
        good_reference=known(bank_accounts=by_code([BankAccount(code="1210")])),
    ),
    Fixture(
        "SC-SA-BANK-MISSING",
        "/bank_account",
        PAYMENT,
        payment(bank_account="1200"),
        NAMELESS,
    ),
    Fixture("SC-SA-BANK-UNKNOWN", "/bank_account", payment(bank_account="1999"), PAYMENT),
    Fixture(
        "SC-SA-BANK-MISSING",
        "/bank_account",
        BANK_TO_COME,
        PAYMENT,
        attrs.evolve(NAMELESS, policy=DUMMY.policy),
        reference=known(bank_accounts=None),
    ),
    Fixture(
        "SC-SA-BANK-UNKNOWN",
        "/bank_account",
        PAYMENT,
        payment(bank_account="1210"),
        settings(bank_account="1999"),
    ),
    Fixture("SC-SA-BANK-INACTIVE", "/bank_account", bank(bank_account="1220"), BANK),
    Fixture(
        "SC-SA-BANK-CURRENCY",
        "/bank_account",
        payment(bank_account="1230"),
        payment(party="BERLIN", currency="EUR", bank_account="1230"),
    ),
    Fixture(
        "SC-SA-BANK-CURRENCY",
        "/bank_account",
        payment(party="BERLIN", currency="USD", bank_account="1230"),
        payment(party="BERLIN", currency="USD", bank_account="1200"),
    ),
    Fixture("SC-SA-BANK-TYPE", "/bank_account", payment(bank_account="1250"), PAYMENT),
    Fixture(
        "SC-SA-METHOD-UNKNOWN", "/method", payment(method="BARTER"), payment(method="")
    ),
    Fixture(
        "SC-SA-METHOD-UNKNOWN",
        "/method",
        payment(method=""),
        payment(method="CASH"),
        settings(payment_method="BARTER"),
    ),
    Fixture("SC-SA-REFUND", "/allocations", attrs.evolve(REFUND, amount=D(60)), REFUND),
    Fixture(
        "SC-SA-REFUND",
        "/allocations",
        attrs.evolve(REFUND, allocations=()),
        attrs.evolve(REFUND, allocations=(), reverses="R-0"),
    ),
    Fixture(
        "SC-SA-ALLOCATION-VAT",
        "/allocations/1/number",
        (INVOICE, UNTAXED, BOTH),
        (INVOICE, UNTAXED, BOTH),
        reference=CASH,
        good_reference=company(),
    ),
    Fixture(
        "SC-SA-ALLOCATION-VAT",
        "/reverses",
        (INVOICE, attrs.evolve(CREDIT, lines=UNTAXED.lines)),
        (INVOICE, CREDIT),
        reference=CASH,
    ),
    Fixture("SC-SA-BANK-ENTRY-ACCOUNT", "/account", bank(account=" "), BANK),
    Fixture("SC-SA-BANK-ENTRY-ACCOUNT", "/account", bank(account=""), SETTLEMENT),
    Fixture("SC-SA-BANK-ENTRY-TEXT", "/description", SETTLEMENT, BANK),
    Fixture(
        "SC-SA-REFUND",
        "/settles",
        attrs.evolve(SETTLEMENT, direction=BankDirection.OUT),
        attrs.evolve(SETTLEMENT, direction=BankDirection.OUT, settles="SC-1"),
    ),
    Fixture(
        "SC-SA-REFUND",
        "/settles",
        attrs.evolve(SETTLEMENT, party="PAPER"),
        attrs.evolve(SETTLEMENT, party="PAPER", direction=BankDirection.OUT),
    ),
    Fixture("SC-SA-BANK-TRANSFER", "/account", bank(account="1210"), BANK),
    Fixture(
        "SC-SA-DESTINATION-VAT",
        "/party",
        RECEIVED,
        attrs.evolve(RECEIVED, direction=BankDirection.OUT),
        reference=company(destination_vat="true"),
    ),
    Fixture(
        "SC-SA-DESTINATION-VAT",
        "/party",
        RECEIVED,
        attrs.evolve(RECEIVED, party="OSLO"),
        reference=company(destination_vat="true"),
    ),
    Fixture(
        "SC-SA-DESTINATION-VAT",
        "/party",
        RECEIVED,
        RECEIVED,
        reference=company(destination_vat="true"),
        good_reference=attrs.evolve(
            company(destination_vat="true"),
            customers=by_code(
                [Customer(code="PARIS", tax_number="FR1", address=Address(country="FR"))]
            ),
        ),
    ),
    Fixture(
        "SC-OVER-CREDITED",
        "/reverses",
        attrs.evolve(CREDIT, reverses="SI-1"),
        CREDIT,
    ),
    # Bank entries that are a party's payment.
    Fixture("SC-INV-CONTACT-REQUIRED", "/party", bank(party=" "), BANK),
    Fixture(
        "SC-INV-CONTACT-NOT-IN-SAGE",
        "/party",
        attrs.evolve(SETTLEMENT, party="NOBODY"),
        (Customer(code="NOBODY", name="N"), attrs.evolve(SETTLEMENT, party="NOBODY")),
    ),
    Fixture(
        "SC-SUPPLIER-UNKNOWN",
        "/party",
        bank(party="NOBODY"),
        bank(account="", party="ACME"),
    ),
    Fixture(
        "SC-PARTY-INACTIVE",
        "/party",
        SETTLEMENT,
        reference=known(customers=by_code([Customer(code="ACME", active=False)])),
        good=bank(account="", party="PAPER"),
    ),
    Fixture(
        "SC-INV-CURRENCY-MISMATCH",
        "/currency",
        attrs.evolve(SETTLEMENT, currency="EUR"),
        attrs.evolve(SETTLEMENT, currency="EUR", account="9999"),
    ),
    Fixture(
        "SC-PAY-CURRENCY",
        "/settles",
        attrs.evolve(SETTLEMENT, settles="SI-1", currency="EUR"),
        attrs.evolve(SETTLEMENT, settles="SI-1"),
    ),
    Fixture(
        "SC-PAY-DOCUMENT-UNKNOWN",
        "/settles",
        attrs.evolve(SETTLEMENT, settles="SI-9"),
        (attrs.evolve(INVOICE, number="SI-9"), attrs.evolve(SETTLEMENT, settles="SI-9")),
    ),
    Fixture(
        "SC-PAY-DOCUMENT-UNKNOWN",
        "/allocations/0/number",
        (INVOICE, payment(party="BUILDER", allocations=(Allocation("SI-42", D(100)),))),
        (INVOICE, payment(allocations=(Allocation("SI-42", D(100)),))),
    ),
    Fixture(
        "SC-PAY-OVERPAID",
        "/amount",
        attrs.evolve(SETTLEMENT, settles="SI-1", amount=D("100.01")),
        attrs.evolve(SETTLEMENT, settles="SI-1", amount=D(100)),
        settings=ON_ACCOUNT,
    ),
    Fixture(
        "SC-PAY-OVERPAID",
        "/amount",
        (PAYMENT, attrs.evolve(SETTLEMENT, settles="SI-1", amount=D("0.01"))),
        (PAYMENT, SETTLEMENT, bank(account="", party="PAPER", settles="PI-1")),
    ),
)
