"""Documents of every kind from a company's own data, and what people get wrong in them.

Everything is drawn from a `Random`, which hypothesis gives and shrinks.
"""

import datetime as dt
import enum
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from random import Random
from typing import Any, Final, TypeVar

import attrs

from sage_connect.model import (
    AccountKind,
    Address,
    Allocation,
    AnalyticShare,
    BankDirection,
    BankEntry,
    Charge,
    ChargeKind,
    Customer,
    DimensionValue,
    Instalment,
    JournalEntry,
    JournalKind,
    Line,
    Movement,
    Payment,
    PaymentKind,
    Percent,
    PurchaseCreditNote,
    PurchaseInvoice,
    PurchaseKind,
    Reference,
    SalesCreditNote,
    SalesInvoice,
    Supplier,
    Tax,
    TaxDirection,
    TaxMode,
    totals,
)
from sage_connect.model.fields import FrozenMap

T = TypeVar("T")
_TRADE: Final[tuple[type[Any], ...]] = (
    SalesInvoice,
    SalesCreditNote,
    PurchaseInvoice,
    PurchaseCreditNote,
)
_FIRST, _LAST = dt.date(2026, 7, 1), dt.date(2026, 12, 31)
_SETTLED: Final[Mapping[PaymentKind, type[Any]]] = {
    PaymentKind.CUSTOMER_RECEIPT: SalesInvoice,
    PaymentKind.SUPPLIER_PAYMENT: PurchaseInvoice,
    PaymentKind.CUSTOMER_REFUND: SalesCreditNote,
    PaymentKind.SUPPLIER_REFUND: PurchaseCreditNote,
}


class Clerk:
    """Enters documents into one company, mostly right.

    Args:
        random: What is drawn from.
        known: The company.
    """

    def __init__(self, random: Random, known: Reference) -> None:
        self.random = random
        self.known = known
        self.count = 0
        self.entered: list[Any] = []

    def batch(self, size: int) -> list[Any]:
        """Return items to be posted together, of which about a half has a fault or two."""
        items: list[Any] = []
        while len(items) < size:
            one = self.pick(_MAKERS)(self)
            for _ in range(self.pick((0, 0, 0, 1, 1, 2))):
                one = self.spoilt(one)
            items.append(one)
            self.entered.append(one)
        if self.chance(8):
            # The very same again, or another under its name.
            again = self.pick(items)
            items.append(self.spoilt(again) if self.chance(2) else again)
        return items

    def pick(self, values: Sequence[T]) -> T:
        return values[self.random.randrange(len(values))]

    def chance(self, of: int) -> bool:
        # The last, so that hypothesis shrinks towards "no".
        return self.random.randrange(of) == of - 1

    def number(self, start: str) -> str:
        self.count += 1
        return (
            f"{start}{self.count}" if not self.chance(6) else f"{start}-2026/{self.count}"
        )

    def amount(self, most: int = 500_000) -> Decimal:
        return Decimal(1 + self.random.randrange(most)) / 100

    def day(self) -> dt.date:
        return _FIRST + dt.timedelta(self.random.randrange((_LAST - _FIRST).days + 1))

    def text(self, least: int = 0) -> str:
        words = ("Étude", "lot 2", "façade", "N° 12", "papier A4", "à façon", "Œuvre")[:-1]
        return " ".join(self.pick(words) for _ in range(least + self.random.randrange(3)))

    # ---- what is right

    def trade(self) -> Any:
        kind = self.pick(_TRADE)
        sale = kind in (SalesInvoice, SalesCreditNote)
        claim = not sale and self.chance(5)
        party = self.party(sale=sale, employee=claim)
        currency = party.currency or "EUR"
        lines = tuple(
            self.line(sale=sale, foreign=currency != "EUR")
            for _ in range(1 + self.random.randrange(3))
        )
        day = self.day()
        values: dict[str, Any] = {
            "number": self.number(kind.type[0].upper()),
            "date": day,
            "due": self.pick((None, day, day + dt.timedelta(30))),
            "party": party.code,
            "currency": currency,
            "exchange_rate": self.rate(currency),
            "lines": lines,
            "prices_include_tax": self.chance(6),
            "reference": self.pick(("", "", "commande 7")),
            "project": self.section("1") if self.chance(4) else "",
        }
        if self.chance(5) and currency == "EUR":
            cost = Charge(amount=self.amount(5000), account="708500" if sale else "624200")
            taxes = (Tax("C20" if sale else "D20", Decimal(20)),)
            values["charges"] = (
                attrs.evolve(cost, taxes=taxes, kind=self.pick([*ChargeKind])),
            )
        if not sale:
            values["party_number"] = self.pick(("", f"F-{self.count}"))
            kinds = (PurchaseKind.SUPPLIER_INVOICE, PurchaseKind.CARD_PAYMENT)
            values["kind"] = PurchaseKind.EXPENSE_CLAIM if claim else self.pick(kinds)
        if self.chance(6):
            values["tax_mode"] = TaxMode.GROUP
            values["taxes"] = lines[0].taxes
            bare = (*lines, *values.get("charges", ()))
            plain = [attrs.evolve(one, taxes=()) for one in bare]
            values["lines"] = tuple(one for one in plain if isinstance(one, Line))
            values["charges"] = tuple(one for one in plain if isinstance(one, Charge))
        if kind in (SalesCreditNote, PurchaseCreditNote) and self.chance(3):
            values["reverses"] = self.pick(("F1", *self.numbers(party.code)))
        document = kind(**values)
        if self.chance(5):
            document = attrs.evolve(document, due=self.instalments(document))
        return document

    def instalments(self, document: Any) -> tuple[Instalment, ...]:
        gross = totals(document).gross
        first = (gross / 3).quantize(Decimal("0.01"))
        days = (document.date, document.date + dt.timedelta(30))
        amounts = (first, gross - first)
        return tuple(Instalment(*one) for one in zip(days, amounts, strict=True))

    def party(self, *, sale: bool, employee: bool = False) -> Any:
        known = (self.known.customers if sale else self.known.suppliers) or {}
        usable = [
            one
            for one in known.values()
            if one.active and getattr(one, "employee", False) is employee
        ]
        return self.pick(usable)

    def numbers(self, party: str) -> list[str]:
        mine = [one for one in self.entered if getattr(one, "party", "") == party]
        return [one.number for one in mine if isinstance(one, _TRADE)]

    def rate(self, currency: str) -> Decimal | None:
        if currency == "EUR":
            return None
        return Decimal(self.pick(("0.925926", "1.162791", "0.9", "1.0512345")))

    def line(self, *, sale: bool, foreign: bool) -> Line:
        way = TaxDirection.SALES if sale else TaxDirection.PURCHASES
        codes = [
            one
            for one in (self.known.tax_codes or {}).values()
            if one.direction is way and one.code != "DI20"
        ]
        tax = self.pick(codes)
        rate = tax.rate_on(None)
        taxes = (Tax(tax.code, rate),) if rate is not None and not self.chance(8) else ()
        kind = AccountKind.INCOME if sale else AccountKind.EXPENSE
        account = "" if sale and self.chance(5) else self.account(kind, foreign=foreign)
        split = not foreign and self.chance(4)
        return Line(
            description=self.text(1),
            quantity=Decimal(self.pick(("1", "2", "0.5", "12", "1.375"))),
            unit_price=self.amount(),
            discount=Percent(Decimal(10)) if self.chance(8) else None,
            item=self.pick(("", "", "ART-1")),
            account="706300" if sale and foreign else account,
            taxes=taxes,
            analytic=self.shares() if split else (),
            dimensions={"2": self.section("2")} if self.chance(8) else {},
        )

    def account(self, kind: AccountKind, *, foreign: bool = False) -> str:
        usable = [
            one.code
            for one in (self.known.accounts or {}).values()
            if one.kind is kind
            and one.active
            and not one.total
            and not one.control
            and (not foreign or one.foreign_currency)
        ]
        return self.pick(usable)

    def section(self, plan: str) -> str:
        usable = [
            one.code
            for one in (self.known.dimension_values or {}).values()
            if one.dimension == plan and one.active and not one.total
        ]
        if plan == "1":
            usable.remove("SIEGE")
        return self.pick(usable)

    def shares(self) -> tuple[AnalyticShare, ...]:
        count = 1 + self.random.randrange(3)
        plan = self.pick(("", "PROJET", "1"))
        return tuple(
            AnalyticShare(self.section("1"), plan, weight=self.amount(300))
            for _ in range(count)
        )

    def payment(self) -> Payment:
        kind = self.pick([*PaymentKind])
        settled = [
            one
            for one in self.entered
            if type(one) is _SETTLED[kind] and one.number and one.party
        ]
        values: dict[str, Any] = {
            "kind": kind,
            "number": self.number("R"),
            "date": self.day(),
            "bank_account": self.pick(("BQ", "", "CAI")),
            "method": self.pick(("", "Virement", "CHQ")),
            "reference": self.pick(("", "VIR 12")),
        }
        if not settled or self.chance(4):
            party = self.party(sale=kind.startswith("customer"))
            currency = party.currency or "EUR"
            values |= {"party": party.code, "currency": currency, "amount": self.amount()}
        else:
            one = self.pick(settled)
            owed = totals(one).due if one.lines else Decimal(1)
            owed = min(abs(owed), Decimal(10**9))
            paid = self.pick((owed, owed, owed / 2, owed + 1)).quantize(Decimal("0.01"))
            values |= {"party": one.party, "currency": one.currency, "amount": paid}
            values["allocations"] = (Allocation(one.number, paid),)
            if self.chance(4):
                values["amount"] = paid + 10
                values["on_account"] = self.pick((None, Decimal(10)))
        if values["currency"] == "USD":
            values["bank_account"] = "BQD"
        values["exchange_rate"] = self.rate(values["currency"])
        return Payment(**values)

    def bank_entry(self) -> BankEntry:
        other = self.pick(("account", "party"))
        sale = self.chance(2)
        party = self.party(sale=sale).code if other == "party" else ""
        return BankEntry(
            number=self.number("B"),
            date=self.day(),
            bank_account=self.pick(("BQ", "CAI")),
            currency="EUR",
            amount=self.amount(),
            direction=self.pick([*BankDirection]),
            account=self.account(AccountKind.EXPENSE) if not party else "",
            party=party,
            description=self.text(1),
            settles=self.pick(["", "", *self.numbers(party)]) if party else "",
        )

    def journal_entry(self) -> JournalEntry:
        amount = self.amount()
        expense = Movement(
            account=self.account(AccountKind.EXPENSE),
            debit=amount,
            description=self.text(),
            tax_code=self.pick(("", "", "D20")),
            analytic=self.shares() if self.chance(3) else (),
        )
        if self.chance(2):
            party = self.party(sale=False)
            other = Movement(account=party.account, credit=amount, party=party.code)
        else:
            other = Movement(
                account=self.pick(("471000", "408100", "758000")), credit=amount
            )
        usable = [
            one.code
            for one in (self.known.journals or {}).values()
            if one.active and one.kind in {JournalKind.GENERAL, JournalKind.PURCHASES}
        ]
        return JournalEntry(
            number=self.number("O"),
            journal=self.pick(usable),
            date=self.day(),
            currency="EUR",
            movements=(expense, other),
            description=self.text(1),
        )

    def third_party(self) -> Any:
        kind: type[Any] = self.pick((Customer, Supplier))
        account = "411000" if kind is Customer else "401000"
        lines = tuple(self.text(1) for _ in range(self.random.randrange(3)))
        self.count += 1
        return kind(
            code=f"T{self.count}{self.pick(('', ' A', '-B', 'É'))}",
            name=self.text(1),
            account=self.pick((account, "")),
            address=Address(
                lines=lines, postal_code="37000", city="Tours", country="FRANCE"
            ),
            email=self.pick(("", "a@example.fr")),
            currency=self.pick(("", "", "EUR", "USD")),
        )

    def new_section(self) -> DimensionValue:
        self.count += 1
        plan = self.pick(("1", "2", "PROJET"))
        level = "Production cost"
        return DimensionValue(
            dimension=plan, code=f"S{self.count}", name=self.text(1), level=level
        )

    # ---- what is wrong

    def spoilt(self, subject: Any) -> Any:
        """Return `subject` with one field changed, its own or one of a part of it."""
        parts = [
            (name, at)
            for name in (
                "lines",
                "charges",
                "movements",
                "allocations",
                "analytic",
                "taxes",
            )
            for at in range(len(getattr(subject, name, ())))
        ]
        if parts and not self.chance(3):
            name, at = self.pick(parts)
            values = [*getattr(subject, name)]
            values[at] = self.spoilt(values[at])
            return attrs.evolve(subject, **{name: tuple(values)})
        fields = [field for field in attrs.fields(type(subject)) if field.name not in _KEPT]
        field = self.pick(fields)
        hint = typing.get_type_hints(type(subject))[field.name]
        return attrs.evolve(subject, **{field.name: self.odd(subject, field.name, hint)})

    def odd(self, subject: Any, name: str, hint: Any) -> Any:  # noqa: PLR0911 - one for each type of field
        value = getattr(subject, name)
        inner = [one for one in typing.get_args(hint) if one is not types.NoneType]
        if name == "due" and isinstance(subject, _TRADE):
            rest = self.pick((None, Decimal(1), Decimal(-5)))
            part = () if rest is None else (Instalment(self.pick(DAYS), rest),)
            return self.pick(
                (self.pick(DAYS), part, (*part, Instalment(_LAST, Decimal(2))))
            )
        if hint is bool:
            return not value
        if isinstance(hint, type) and issubclass(hint, enum.Enum):
            return self.pick([*hint])
        if typing.get_origin(hint) is tuple:
            return self.pick(((), value * 2, value[:1], value[1:]))
        if name == "dimensions":
            plan = self.pick(("1", "2", "PROJET", "3", "?"))
            return FrozenMap({plan: self.pick(self.pool("value"))})
        if hint is dt.date or dt.date in inner:
            return self.pick(DAYS)
        if hint is Decimal or Decimal in inner:
            rates = ("exchange_rate", "rate", "quantity")
            values = RATES if name in rates else AMOUNTS
            return self.pick(values if inner else values[1:])
        return self.pick(self.pool("tax_code" if isinstance(subject, Tax) else name))

    def pool(self, name: str) -> Sequence[str]:
        """Return texts for a field: all that the company knows, and what it does not."""
        known = self.known
        found = {
            "party": [*(known.customers or ()), *(known.suppliers or ())],
            "account": [*(known.accounts or ())],
            "journal": [*(known.journals or ())],
            "bank_account": [*(known.journals or ())],
            "tax_code": [*(known.tax_codes or ())],
            "value": [code for _, code in known.dimension_values or ()],
            "project": [code for _, code in known.dimension_values or ()],
        }.get(name, [])
        odd = ODD.get(name, TEXTS)
        return self.pick((odd, found)) if found else odd


_KEPT: Final = {
    # Of the model, and nothing that a file of Sage 100 has a place for: found at once.
    *("cis", "withholding", "delivery_address", "people", "attachments", "adjustment"),
    *("terms", "banks", "address", "discount", "control_accounts", "deferral", "notes"),
}
_MAKERS: Final[tuple[Callable[[Clerk], Any], ...]] = (
    *(Clerk.trade,) * 6,
    *(Clerk.payment,) * 3,
    *(Clerk.bank_entry, Clerk.journal_entry, Clerk.journal_entry),
    *(Clerk.third_party, Clerk.new_section),
)
DAYS: Final = (
    *(None, dt.date(2026, 6, 30), dt.date(2026, 7, 1), dt.date(2026, 12, 31)),
    *(dt.date(2027, 1, 1), dt.date(2025, 12, 31), dt.date(2026, 3, 1)),
    *(dt.date(1975, 5, 5), dt.date(1999, 12, 31), dt.date(2080, 1, 1), dt.date(2126, 9, 1)),
)
AMOUNTS: Final = tuple(
    None if text is None else Decimal(text)
    for text in (
        *(None, "0", "0.01", "0.001", "0.005", "-1", "-0.01", "12.345", "99999999999.99"),
        *("100000000000", "1E12", "1E-9", "1E30", "0.004", "33.33", "1E2"),
    )
)
RATES: Final = tuple(
    None if text is None else Decimal(text)
    for text in (
        *(None, "0", "1", "-1", "20", "10", "5.5", "2.1", "101", "0.001", "0.0000001"),
        *("10000000", "0.9123456789", "1.375", "99999999999", "1E-12", "1000"),
    )
)
TEXTS: Final = (
    *("", " ", "A", "a", "é", "œuvre", "12 €", "\u65e5\u672c", "tab\there", "line\nbreak"),
    *(
        "#hash",
        "\\#hash",
        " padded ",
        "\x00",
        "\ud800",
        "e\u0301te\u0301",
        "\u200b",
        "-",
        "=1",
    ),
    *("B" * 13, "B" * 14, "B" * 17, "B" * 18, "b" * 35, "b" * 36, "é" * 69, "é" * 70),
    *("B" * 500, "a\xa0b", "a\u202fb", "NORMAL;1"),
)
ODD: Final[Mapping[str, Sequence[str]]] = {
    "party": ("", " ", "NOBODY", "dupont", " DUPONT", "DUPONT ", "D" * 18, "\u65e5"),
    "account": ("", "606999", "60", "7060000", "6" * 14, " 706000", "abc", "706000\n"),
    "journal": ("", "XXX", "vte", "TOOLONGX", " OD", "\u65e5"),
    "bank_account": ("", "XXX", "bq", "512000"),
    "tax_code": ("", "X", "LONGER", "c20", " C20"),
    "value": ("", "NONE", "p2026-001", "P" * 14, " P2026-001", "\u65e5"),
    "project": ("NONE", "p2026-001", "P" * 14, " P2026-001", "\u65e5"),
    "dimension": ("", "1", "2", "3", "12", "PROJET", "projet", "NONE"),
    "currency": ("", "EUR", "USD", "GBP", "CHF", "JPY", "TND", "eur", "XXX", "?"),
    "method": ("", "Virement", "vir", "LCR", "Bitcoin"),
    "level": ("", "Production cost", "PRODUCTION COST", "Frais généraux", "None"),
    "code": (
        "",
        " ",
        "DUPONT",
        "dupont",
        "Dupönt",
        "D" * 18,
        "T\u0152",
        "A\tB",
        *TEXTS[:3],
    ),
}
