"""For each rule, documents that pass, documents that fail, and where the fault stands."""

import datetime as dt
from collections.abc import Sequence
from typing import Final

from sage_connect.model import (
    Address,
    Allocation,
    Amount,
    AnalyticShare,
    Charge,
    Customer,
    Deferral,
    DimensionValue,
    DocumentState,
    Instalment,
    Item,
    Movement,
    Percent,
    SalesCreditNote,
    Supplier,
    Tax,
    TaxMode,
    Withholding,
)

from .documents import (
    DAY,
    VAT,
    D,
    bank,
    entry,
    invoice,
    line,
    moved,
    payment,
    purchase,
    shares,
)
from .numbered import NUMBERS
from .trials import Mapped, Trial, trial

_OFF_RATE = Tax("C20", D(20), D(15))
_KEPT = Withholding(rate=D(20), base=D(60))
_TWO_PARTS = (Instalment(DAY, D(60)), Instalment(DAY, D(60)))

CASES: Final[dict[str, Sequence[Trial]]] = {
    "SC-AMOUNT-RANGE": [
        trial(invoice(lines=(line(unit_price=D("1e400")),)), "/lines/0/unit_price"),
        trial(invoice(lines=(line(unit_price=D("1e-400")),)), "/lines/0/unit_price"),
        trial(invoice(lines=(line(unit_price=D("1e12"), quantity=D("1e12")),)), ""),
        trial(
            invoice(lines=(line(discount=Amount(D("9e99"))),)), "/lines/0/discount/value"
        ),
        trial(invoice(due=((DAY, D("1e13")),)), "/due/0/amount"),
        trial(payment(amount=D("-1e13")), "/amount", payment(amount=D("9999999999999"))),
        trial(entry(Movement(account="7", debit=D("1e99"))), "/movements/0/debit", entry()),
        trial(Item(code="I", sales_price=D("1e50")), "/sales_price", Item(code="I")),
    ],
    "SC-AMOUNT-PRECISION": [
        trial(invoice(gross=D("120.001")), "/gross", invoice(gross=D("120.0000"))),
        trial(
            invoice(lines=(line(taxes=(Tax("C20", D(20), D("20.004")),)),)),
            "/lines/0/taxes/0/amount",
            invoice(lines=(line(unit_price=D("0.00123")),)),
        ),
        trial(invoice(charges=(Charge(amount=D("1.005")),)), "/charges/0/amount"),
        trial(
            invoice(lines=(line(discount=Amount(D("0.005"))),)), "/lines/0/discount/value"
        ),
        trial(invoice(currency="JPY", adjustment=D("0.5")), "/adjustment"),
        trial(payment(on_account=D("0.001")), "/on_account", payment()),
        trial(bank(amount=D("1.001")), "/amount", bank()),
        trial(
            entry(Movement(account="706000", debit=D("1.001"))),
            "/movements/0/debit",
            # The debit is in euros, whatever the currency of the entry.
            entry(
                Movement(account="7", debit=D("1.01"), currency_amount=D(1)), currency="JPY"
            ),
        ),
    ],
    "SC-TOTAL-DECLARED": [
        trial(invoice(net=D(99)), "/net", invoice(net=D(100), tax=D(20), gross=D(120))),
        trial(invoice(tax=D(21)), "/tax"),
        trial(invoice(gross=D(121)), "/gross", invoice(gross=D("120.01"))),
    ],
    "SC-INV-NEGATIVE-TOTAL": [
        trial(
            invoice(lines=(line(unit_price=D(-1)),)),
            "",
            invoice(lines=(line(), line(unit_price=D(-1)))),
        )
    ],
    "SC-INV-ADJUSTMENT": [
        trial(invoice(adjustment=D("0.01")), "/adjustment", invoice(adjustment=D(0)))
    ],
    "SC-LINE-DISCOUNT": [
        trial(
            invoice(lines=(line(discount=Percent(D(101))),)),
            "/lines/0/discount",
            invoice(lines=(line(discount=Percent(D(100))),)),
        ),
        trial(invoice(lines=(line(discount=Percent(D(-1))),)), "/lines/0/discount"),
        trial(
            invoice(lines=(line(discount=Amount(D("100.01"))),)),
            "/lines/0/discount",
            invoice(lines=(line(discount=Amount(D(100))),)),
        ),
        trial(
            invoice(lines=(line(unit_price=D(-100), discount=Amount(D(5))),)),
            "/lines/0/discount",
            invoice(lines=(line(unit_price=D(-100), discount=Amount(D(-5))),)),
        ),
    ],
    "SC-TAX-RATE-RANGE": [
        trial(
            invoice(lines=(line(taxes=(Tax("C20", D("-0.1")),)),)),
            "/lines/0/taxes/0/rate",
            invoice(lines=(line(taxes=(Tax("C20", D(0)),)),)),
        ),
        trial(
            invoice(charges=(Charge(amount=D(1), taxes=(Tax("C20", D(2000)),)),)),
            "/charges/0/taxes/0/rate",
        ),
    ],
    "SC-LINE-MULTIPLE-TAXES": [
        trial(invoice(lines=(line(), line(taxes=(VAT, VAT)))), "/lines/1/taxes"),
        trial(
            invoice(charges=(Charge(amount=D(1), taxes=(VAT, VAT)),)),
            "/charges/0/taxes",
            invoice(charges=(Charge(amount=D(1), taxes=(VAT,)),)),
        ),
    ],
    "SC-TAX-MODE": [
        trial(invoice(taxes=(VAT,)), "/taxes"),
        trial(
            invoice(taxes=(VAT,), tax_mode=TaxMode.GROUP),
            "/lines/0/taxes",
            invoice(taxes=(VAT,), tax_mode=TaxMode.GROUP, lines=(line(taxes=()),)),
        ),
    ],
    "SC-TAX-AMOUNT": [
        trial(
            invoice(lines=(line(taxes=(_OFF_RATE,)),)),
            "/lines/0/taxes/0/amount",
            invoice(lines=(line(taxes=(Tax("C20", D(20), D("20.01")),)),)),
        ),
        trial(
            invoice(charges=(Charge(amount=D(100), taxes=(_OFF_RATE,)),)),
            "/charges/0/taxes/0/amount",
        ),
        trial(
            invoice(taxes=(_OFF_RATE,), tax_mode=TaxMode.GROUP, lines=(line(taxes=()),)),
            "/taxes/0/amount",
        ),
    ],
    "SC-KEY-MISSING": [
        trial(invoice(number=" "), "/number", invoice(number="", source_id="A")),
        trial(entry(number=""), "/number", entry()),
    ],
    "SC-INV-DATE-REQUIRED": [
        trial(invoice(date=None), "/date"),
        trial(payment(date=None), "/date", payment()),
    ],
    "SC-INV-CONTACT-REQUIRED": [
        trial(invoice(party=""), "/party"),
        trial(purchase(party=" "), "/party", purchase(), target="sage100"),
        trial(payment(party=""), "/party", payment()),
    ],
    "SC-CUST-CODE-MISSING": [
        trial(Customer(code=" ", name="Dupont"), "/code", Customer(code="D")),
        trial(invoice(party=""), "/party", invoice(), target="sage100"),
    ],
    "SC-CODE-MISSING": [
        trial(Supplier(code=""), "/code", Supplier(code="S")),
        trial(Item(code=""), "/code", Item(code="I")),
        trial(
            DimensionValue(dimension="1", code=""),
            "/code",
            DimensionValue(dimension="1", code="P"),
        ),
    ],
    "SC-INV-NO-LINES": [trial(invoice(lines=()), "/lines")],
    "SC-DRAFT": [trial(invoice(state=DocumentState.DRAFT), "/state")],
    "SC-CURRENCY-UNKNOWN": [
        trial(invoice(currency="EURO"), "/currency"),
        trial(invoice(currency=""), "/currency"),
        trial(Customer(code="A", currency="eur"), "/currency", Customer(code="A")),
    ],
    "SC-INV-CURRENCY-MISMATCH": [
        trial(
            invoice(currency="USD"),
            "/currency",
            invoice(party="USA", currency="USD"),
            invoice(party="GONE", currency="CHF"),
        ),
        trial(payment(currency="USD"), "/currency", payment()),
        trial(
            [Customer(code="NEW", currency="CHF"), invoice(party="NEW")],
            "/currency",
            Customer(code="ACME", currency="CHF"),
            invoice(currency="CHF"),
        ),
    ],
    "SC-RATE-MISSING": [
        trial(
            invoice(party="USA", currency="USD"),
            "/exchange_rate",
            invoice(party="USA", currency="USD", exchange_rate=D("0.9")),
        )
    ],
    "SC-RATE-INVALID": [
        trial(invoice(exchange_rate=D(0)), "/exchange_rate"),
        trial(
            invoice(exchange_rate=D("1.1")),
            "/exchange_rate",
            invoice(exchange_rate=D(1)),
            invoice(currency="USD", exchange_rate=D("1.1")),
        ),
    ],
    "SC-TEXT-CONTROL": [
        trial(
            invoice(number="FA\t1"), "/number", invoice(notes="two\nlines", number="FÀ 1")
        ),
        trial(invoice(lines=(line(account="70\u200b6"),)), "/lines/0/account"),
        trial(invoice(lines=(line(taxes=(Tax("C\n", D(20)),)),)), "/lines/0/taxes/0/code"),
        trial(payment(allocations=(Allocation("FA\r", D(1)),)), "/allocations/0/number"),
        trial(entry(journal="O\0"), "/journal", entry()),
        trial(Customer(code="A\ud800"), "/code", Customer(code="É")),
    ],
    "SC-INSTALMENT-INVALID": [
        trial(invoice(due=(Instalment(None, D(120)),)), "/due/0"),
        trial(
            invoice(due=(Instalment(DAY, D(120)), Instalment(DAY, D(0)))),
            "/due/1",
            invoice(due=_TWO_PARTS),
        ),
    ],
    "SC-INSTALMENTS-SUM": [
        trial(
            invoice(due=((DAY, D("119.99")),)),
            "/due",
            invoice(due=_TWO_PARTS),
            invoice(due=()),
            invoice(due=DAY),
            invoice(due=((DAY, D(108)),), withholding=_KEPT),
        )
    ],
    "SC-DUE-BEFORE-DATE": [
        trial(invoice(due=dt.date(2026, 3, 30)), "/due", invoice(due=DAY)),
        trial(
            invoice(due=((dt.date(2026, 3, 1), D(120)),)),
            "/due/0/due",
            invoice(due=_TWO_PARTS),
        ),
    ],
    "SC-DEFERRAL-DATES": [
        trial(
            invoice(deferral=Deferral(start=DAY, end=dt.date(2026, 3, 1))),
            "/deferral",
            invoice(deferral=Deferral(start=DAY, end=DAY)),
        ),
        trial(invoice(deferral=Deferral(start=None, end=DAY)), "/deferral"),
    ],
    "SC-WITHHOLDING-RATE": [
        trial(
            invoice(withholding=Withholding(rate=D(101), base=D(1))),
            "/withholding",
            invoice(withholding=_KEPT),
        ),
        trial(invoice(withholding=Withholding(rate=D(20), base=D(101))), "/withholding"),
    ],
    "SC-PAY-AMOUNT": [
        trial(payment(amount=D(0)), "/amount", payment()),
        trial(payment(on_account=D(-1)), "/on_account"),
        trial(payment(allocations=(Allocation("FA-1", D(-1)),)), "/allocations/0/amount"),
        trial(bank(amount=D(-1)), "/amount", bank()),
    ],
    "SC-PAY-ALLOCATIONS": [
        trial(
            payment(amount=D(90)),
            "/allocations",
            payment(),
            payment(allocations=()),
            payment(amount=D(120), on_account=D(20)),
        ),
        trial(payment(amount=D(120), on_account=D(30)), "/allocations"),
    ],
    "SC-ENTRY-LINES": [
        trial(entry(Movement(account="7", debit=D(0))), "/movements", entry())
    ],
    "SC-ENTRY-UNBALANCED": [
        trial(
            entry(
                Movement(account="411000", debit=D(1)),
                Movement(account="706000", credit=D("0.99")),
            ),
            "/movements",
            entry(),
        )
    ],
    "SC-MOVEMENT-SIDES": [
        trial(
            moved(Movement(account="706000", debit=D(1), credit=D(2))),
            "/movements/0",
            entry(),
        ),
        trial(moved(Movement(account="706000")), "/movements/0"),
        trial(moved(Movement(account="706000", credit=D(-1))), "/movements/0"),
    ],
    "SC-MOVEMENT-ACCOUNT": [
        trial(moved(Movement(account="", debit=D(1))), "/movements/0/account", entry())
    ],
    "SC-SPLIT-SHARES": [
        trial(
            invoice(lines=(line(analytic=shares("60", "39.99")),)),
            "/lines/0/analytic",
            invoice(lines=(line(analytic=shares("60", "40")),)),
            invoice(lines=(line(analytic=shares(None, None, None)),)),
        ),
        trial(invoice(lines=(line(analytic=shares("60", None)),)), "/lines/0/analytic"),
        trial(
            invoice(lines=(line(analytic=(AnalyticShare("P", weight=D(0)),)),)),
            "/lines/0/analytic",
        ),
        trial(
            entry(
                Movement(account="706000", debit=D(1), analytic=shares("2")),
                Movement(account="706000", credit=D(1), analytic=shares("1")),
            ),
            "/movements/0/analytic",
            entry(),
        ),
    ],
    "SC-TAX-UNKNOWN": [
        trial(invoice(lines=(line(taxes=(Tax("C21", D(20)),)),)), "/lines/0/taxes/0/code"),
        trial(
            moved(Movement(account="706000", debit=D(1), tax_code="C21")),
            "/movements/0/tax_code",
            moved(Movement(account="706000", debit=D(1), tax_code="C20")),
        ),
    ],
    "SC-TAX-INACTIVE": [
        trial(invoice(lines=(line(taxes=(Tax("OLD", D(20)),)),)), "/lines/0/taxes/0/code"),
        trial(
            moved(Movement(account="706000", debit=D(1), tax_code="OLD")),
            "/movements/0/tax_code",
            entry(),
        ),
    ],
    "SC-TAX-RATE-MISMATCH": [
        trial(
            invoice(lines=(line(taxes=(Tax("C20", D("19.6")),)),)),
            "/lines/0/taxes/0/rate",
            invoice(),
            # The rate of that day is what counts.
            invoice(
                date=dt.date(2013, 12, 31), lines=(line(taxes=(Tax("C20", D("19.6")),)),)
            ),
            invoice(lines=(line(taxes=(Tax("ANY", D(7)),)),)),
        )
    ],
    "SC-TAX-DIRECTION": [
        trial(invoice(lines=(line(taxes=(Tax("D20", D(20)),)),)), "/lines/0/taxes/0/code"),
        trial(
            purchase(lines=(line(),)),
            "/lines/0/taxes/0/code",
            purchase(),
            purchase(lines=(line(taxes=(Tax("ANY", D(20)),)),)),
        ),
    ],
    "SC-ACCOUNT-UNKNOWN": [
        trial(
            invoice(lines=(line(account="701"),)),
            "/lines/0/account",
            invoice(lines=(line(account=""),)),
        ),
        trial(moved(Movement(account="X", debit=D(1))), "/movements/0/account", entry()),
        trial(bank(account="X"), "/account", bank()),
        trial(Item(code="I", sales_account="X"), "/sales_account", Item(code="I")),
    ],
    "SC-ACCOUNT-TOTAL": [trial(invoice(lines=(line(account="7"),)), "/lines/0/account")],
    "SC-ACCOUNT-INACTIVE": [
        trial(invoice(lines=(line(account="706999"),)), "/lines/0/account")
    ],
    "SC-INV-CONTACT-NOT-IN-SAGE": [
        trial(invoice(party="NEW"), "/party", invoice(party="NEW"), Customer(code="NEW")),
        trial(payment(party="PAPER"), "/party", payment()),
    ],
    "SC-SUPPLIER-UNKNOWN": [
        trial(purchase(party="ACME"), "/party", purchase()),
        trial(purchase(party="NEW"), "/party", purchase(party="NEW"), Supplier(code="NEW")),
    ],
    "SC-PARTY-INACTIVE": [
        trial(invoice(party="GONE"), "/party", Customer(code="GONE"), invoice(party="GONE"))
    ],
    "SC-DATE-OUTSIDE-YEARS": [
        trial(
            invoice(date=dt.date(2027, 1, 1)), "/date", invoice(date=dt.date(2026, 12, 31))
        )
    ],
    "SC-PERIOD-CLOSED": [
        trial(
            invoice(date=dt.date(2026, 1, 31)), "/date", invoice(date=dt.date(2026, 2, 1))
        ),
        trial(payment(date=dt.date(2025, 5, 5)), "/date", payment()),
    ],
    "SC-PERIOD-BEFORE-START": [
        trial(
            invoice(date=dt.date(2026, 3, 30)),
            "/date",
            invoice(),
            invoice(date=dt.date(2026, 4, 1)),
            settings=Mapped(DAY),
        )
    ],
    "SC-DUP-BATCH": [
        trial([invoice(), invoice()], "/number"),
        trial(
            [invoice(), invoice(lines=(line(), line()))],
            "/number",
            invoice(),
            SalesCreditNote(
                number="FA-2026-001",
                date=DAY,
                party="ACME",
                currency="EUR",
                lines=(line(),),
            ),
            purchase(number="1"),
            purchase(number="1", party="OTHER"),
        ),
        trial([purchase(source_id="7"), purchase(source_id="7", number="B")], "/source_id"),
        trial([Customer(code="A"), Customer(code="A", name="Other")], "/code"),
    ],
    "SC-PAY-OVERPAID": [
        trial(
            payment(amount=D("100.01"), allocations=(Allocation("FA-1", D("100.01")),)),
            "/allocations/0/amount",
            payment(),
        ),
        trial(
            [
                payment(amount=D(60), allocations=(Allocation("FA-1", D(60)),)),
                payment(amount=D(60), allocations=(Allocation("FA-1", D(60)),), number="2"),
            ],
            "/allocations/0/amount",
            payment(amount=D(60), allocations=(Allocation("FA-1", D(60)),)),
            payment(amount=D(40), allocations=(Allocation("FA-1", D(40)),), number="2"),
        ),
        trial(
            [
                invoice(),
                payment(amount=D(121), allocations=(Allocation("FA-2026-001", D(121)),)),
            ],
            "/allocations/0/amount",
            # The payment comes first in the batch, and after its invoice when posted.
            payment(amount=D(120), allocations=(Allocation("FA-2026-001", D(120)),)),
            invoice(),
        ),
        trial(
            payment(amount=D(120)),
            "/amount",
            payment(amount=D(120), on_account=D(20)),
            payment(amount=D(120), allocations=()),
        ),
    ],
    "SC-PAY-CURRENCY": [
        trial(
            payment(allocations=(Allocation("FA-2", D(100)),)), "/allocations/0", payment()
        )
    ],
    "SC-PAY-DOCUMENT-UNKNOWN": [
        trial(
            payment(allocations=(Allocation("FA-9", D(100)),)),
            "/allocations/0/number",
            payment(),
            payment(allocations=(Allocation("FA-2026-001", D(100)),), number="2"),
            invoice(),
        ),
        trial(
            payment(party="USA", currency="USD", exchange_rate=D("0.9")),
            "/allocations/0/number",
        ),
    ],
    "SC-FR-SIRET": [
        trial(
            Customer(code="A", registration="73282932000075"),
            "/registration",
            Customer(code="B", registration="732 829 320 00074"),
            Supplier(code="POST", registration="35600000000048"),
            Supplier(code="POST2", registration="35600000012346"),
            Customer(code="C", registration="HRB 1", address=Address(country="DE")),
            Customer(code="D"),
        )
    ],
    "SC-FR-VAT": [
        trial(
            Supplier(code="A", tax_number="FR 00 732829320"),
            "/tax_number",
            Supplier(code="B", tax_number="FR44732829320"),
            Supplier(code="C", tax_number="FRK7399859412"),
            Supplier(code="D", tax_number="DE129273398"),
        ),
        trial(Supplier(code="A", tax_number="FR1"), "/tax_number"),
    ],
    **NUMBERS,
}
