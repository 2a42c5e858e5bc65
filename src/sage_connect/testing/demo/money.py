"""A month of money of the demo company: what is received, paid, debited and drawn."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any, Final, TypeAlias

import attrs

from ...model import (
    Allocation,
    BankDirection,
    BankEntry,
    Payment,
    PaymentKind,
    PurchaseCreditNote,
    PurchaseInvoice,
    SalesCreditNote,
    SalesInvoice,
    totals,
)
from .chance import CENT, Chance
from .company import MONTH, YEAR
from .entries import EUROS, SALARIES, Base
from .purchases import CARD, CARD_REFUND, CLAIM, CREDIT_NOTE, DEBITED, INSTALMENTS, UNION

Money: TypeAlias = Payment | BankEntry
Trade: TypeAlias = SalesInvoice | SalesCreditNote | PurchaseInvoice | PurchaseCreditNote

RECEIPT: Final = "customer's receipt"
RECEIPT_IN_PART: Final = "receipt in part"
RECEIPT_OF_SEVERAL: Final = "receipt of several invoices"
RECEIPT_ON_ACCOUNT: Final = "receipt on account"
RECEIPT_IN_DOLLARS: Final = "receipt in dollars"
CUSTOMER_REFUND: Final = "customer refunded"
PAYMENT: Final = "supplier paid"
PAYMENT_IN_PART: Final = "supplier paid in part"
PAYMENT_OF_SEVERAL: Final = "several invoices paid"
PAYMENT_ON_ACCOUNT: Final = "supplier paid in advance"
PAYMENT_IN_DOLLARS: Final = "supplier paid in dollars"
CLAIMS_PAID: Final = "employee paid back"
SUPPLIER_REFUND: Final = "refund of a supplier"
CARD_SETTLED: Final = "card payment on the statement"
DEBIT: Final = "direct debit"
SALARY: Final = "salary paid"
FEES: Final = "bank fees, interest and loan"
CASH: Final = "cash drawn and paid in"
CASES: Final = (
    RECEIPT, RECEIPT_IN_PART, RECEIPT_OF_SEVERAL, RECEIPT_ON_ACCOUNT, RECEIPT_IN_DOLLARS,
    CUSTOMER_REFUND, PAYMENT, PAYMENT_IN_PART, PAYMENT_OF_SEVERAL, PAYMENT_ON_ACCOUNT,
    PAYMENT_IN_DOLLARS, CLAIMS_PAID, SUPPLIER_REFUND, CARD_SETTLED, DEBIT, SALARY, FEES,
    CASH,
)  # fmt: skip
"""Names of the cases, as they are told of."""

_RECEIVED: Final = PaymentKind.CUSTOMER_RECEIPT
_PAID: Final = PaymentKind.SUPPLIER_PAYMENT
_OUT: Final = BankDirection.OUT
_IN: Final = BankDirection.IN
_METHODS: Final = ("VIR", "VIR", "VIR", "CHQ", "LCR", "PRE")
_DOLLAR_BANK: Final = "BQD"
_LAST: Final = dt.date(YEAR, MONTH, 30)
_FEES: Final = (
    # Day, text of the statement, account, direction, amount.
    (1, "Cotisation carte Affaires", "627000", _OUT, "11.50"),
    (4, "Échéance prêt Atelier, capital", "164000", _OUT, "1250.00"),
    (4, "Échéance prêt Atelier, intérêts", "661100", _OUT, "96.42"),
    (15, "Commission virement hors zone euro", "627000", _OUT, "23.90"),
    (30, "Frais de tenue de compte", "627000", _OUT, "18.00"),
    (30, "Intérêts créditeurs du trimestre", "768000", _IN, "41.07"),
)
_CASH: Final = (
    # Day, which way for the bank, amount. The cash box moves the other way.
    (3, _OUT, "300.00"),
    (17, _OUT, "200.00"),
    (29, _IN, "145.60"),
)


def money(
    seed: int,
    sold: Sequence[tuple[str, SalesInvoice | SalesCreditNote]],
    bought: Sequence[tuple[str, PurchaseInvoice | PurchaseCreditNote]],
    base: Base = EUROS,
) -> Iterator[tuple[str, Money]]:
    """Yield case and document in order of date: payments first, then bank entries.

    Nothing is settled beyond its total, and nothing before its own day.

    Args:
        seed: Of the month.
        sold: Sales by case.
        bought: Purchases by case.
        base: What the books are kept in.
    """
    chance = Chance(seed + 2)
    paid = [*_receipts(chance, sold, base), *_payments(chance, bought, base)]
    yield from _numbered("RG", paid)
    moved = [*_settled(chance, bought), *_of_the_bank(base)]
    yield from _numbered("BQ", moved)


def _numbered(prefix: str, found: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    in_order = sorted(found, key=lambda one: one[1].date)
    for serial, (name, document) in enumerate(in_order, start=1):
        yield name, attrs.evolve(document, number=f"{prefix}{YEAR}-{serial:04}")


def _receipts(
    chance: Chance,
    sold: Sequence[tuple[str, SalesInvoice | SalesCreditNote]],
    base: Base,
) -> Iterator[tuple[str, Payment]]:
    notes = [one for _, one in sold if isinstance(one, SalesCreditNote)]
    credited = {note.reverses for note in notes}
    owed = [
        one
        for _, one in sold
        if isinstance(one, SalesInvoice) and one.number not in credited
    ]
    dollars = [one for one in owed if one.currency == "USD"]
    own = [one for one in owed if one.currency == base.currency]
    chance.shuffle(own)
    left = iter(own)
    for one in islice(left, 40):
        yield RECEIPT, _payment(chance, _RECEIVED, one)
    for one in islice(left, 10):
        yield RECEIPT_IN_PART, _payment(chance, _RECEIVED, one, share=Decimal("0.4"))
    for group in islice(_groups(left), 8):
        yield RECEIPT_OF_SEVERAL, _payment(chance, _RECEIVED, *group)
    for party in ("KERGUELEN", "MUSEE", "SAINTGAUL", "VELOCITE", "CHATEAU"):
        yield RECEIPT_ON_ACCOUNT, _on_account(chance, _RECEIVED, party, base)
    for one in dollars[:6]:
        yield RECEIPT_IN_DOLLARS, _in_dollars(chance, _RECEIVED, one, base)
    for note in [note for note in notes if note.currency == base.currency][:4]:
        yield CUSTOMER_REFUND, _payment(chance, PaymentKind.CUSTOMER_REFUND, note)


def _payments(
    chance: Chance,
    bought: Sequence[tuple[str, PurchaseInvoice | PurchaseCreditNote]],
    base: Base,
) -> Iterator[tuple[str, Payment]]:
    credited = {one.reverses for _, one in bought if one.reverses}
    unpaid = {CARD, CLAIM, DEBITED, INSTALMENTS, UNION, CREDIT_NOTE, CARD_REFUND}
    owed = [
        one for name, one in bought if name not in unpaid and one.number not in credited
    ]
    dollars = [one for one in owed if one.currency == "USD"]
    own = [one for one in owed if one.currency == base.currency]
    chance.shuffle(own)
    left = iter(own)
    for one in islice(left, 30):
        yield PAYMENT, _payment(chance, _PAID, one)
    for one in islice(left, 6):
        yield PAYMENT_IN_PART, _payment(chance, _PAID, one, share=Decimal("0.5"))
    for group in islice(_groups(left), 6):
        yield PAYMENT_OF_SEVERAL, _payment(chance, _PAID, *group)
    for party in ("BOISLOIRE", "BETENG", "LEMERY"):
        yield PAYMENT_ON_ACCOUNT, _on_account(chance, _PAID, party, base)
    for one in dollars[:4]:
        yield PAYMENT_IN_DOLLARS, _in_dollars(chance, _PAID, one, base)
    for claims in _groups(one for name, one in bought if name == CLAIM):
        yield CLAIMS_PAID, _payment(chance, _PAID, *claims)
    notes = [one for name, one in bought if name == CREDIT_NOTE]
    for note in notes[:4]:
        yield SUPPLIER_REFUND, _payment(chance, PaymentKind.SUPPLIER_REFUND, note)


def _groups(documents: Iterable[Trade]) -> Iterator[tuple[Trade, ...]]:
    """Yield two or three documents of one party at a time; what stays alone is left."""
    by_party: defaultdict[str, list[Trade]] = defaultdict(list)
    for one in documents:
        by_party[one.party].append(one)
    for own in by_party.values():
        for at in range(0, len(own) - 1, 3):
            yield tuple(own[at : at + 3])


def _later(chance: Chance, documents: Sequence[Trade]) -> dt.date:
    """Return a day of the month after all of `documents`, or its last one."""
    newest = max(one.date or _LAST for one in documents)
    return min(_LAST, newest + dt.timedelta(2 + chance.below(15)))


def _payment(
    chance: Chance, kind: PaymentKind, *documents: Trade, share: Decimal = Decimal(1)
) -> Payment:
    """Return a payment of the documents of one party, or of a share of each."""
    parts = tuple(
        Allocation(one.number, (totals(one).gross * share).quantize(CENT))
        for one in documents
    )
    return Payment(
        kind=kind,
        date=_later(chance, documents),
        party=documents[0].party,
        currency=documents[0].currency,
        amount=sum((part.amount for part in parts), Decimal()),
        method=chance.one(_METHODS),
        bank_account="BQ",
        allocations=parts,
    )


def _on_account(chance: Chance, kind: PaymentKind, party: str, base: Base) -> Payment:
    amount = chance.price(300, 2500)
    return Payment(
        kind=kind,
        date=dt.date(YEAR, MONTH, 5 + chance.below(20)),
        party=party,
        currency=base.currency,
        amount=amount,
        method="VIR",
        bank_account="BQ",
        on_account=amount,
        reference="acompte",
    )


def _in_dollars(chance: Chance, kind: PaymentKind, document: Trade, base: Base) -> Payment:
    """Return a payment at the day's rate, which is not the document's."""
    return attrs.evolve(
        _payment(chance, kind, document),
        method="VIR",
        bank_account=_DOLLAR_BANK,
        exchange_rate=chance.one(base.dollars),
    )


def _settled(
    chance: Chance, bought: Sequence[tuple[str, PurchaseInvoice | PurchaseCreditNote]]
) -> Iterator[tuple[str, BankEntry]]:
    """Yield what the statement says of cards and direct debits, naming the purchases."""
    for name, one in bought:
        if name == CARD:
            yield CARD_SETTLED, _statement(chance, one, f"CB 4071 {one.party}", _OUT)
        elif name == CARD_REFUND:
            yield CARD_SETTLED, _statement(chance, one, f"Crédit CB 4071 {one.party}", _IN)
        elif name == DEBITED:
            yield DEBIT, _statement(chance, one, f"Prélèvement {one.party}", _OUT)


def _statement(
    chance: Chance, document: Trade, description: str, direction: BankDirection
) -> BankEntry:
    day = (document.date or _LAST) + dt.timedelta(1 + chance.below(3))
    return BankEntry(
        date=min(_LAST, day),
        bank_account="BQ",
        currency=document.currency,
        amount=totals(document).gross,
        direction=direction,
        party=document.party,
        settles=document.number,
        description=description,
    )


def _of_the_bank(base: Base) -> Iterator[tuple[str, BankEntry]]:
    for party, _, net in SALARIES:
        text = f"Virement salaire {party}"
        paid = _entry(base, _LAST.day, text, "", _OUT, net)
        yield SALARY, attrs.evolve(paid, party=party)
    for row in _FEES:
        yield FEES, _entry(base, *row)
    for day, way, amount in _CASH:
        text, back = ("Retrait", _IN) if way is _OUT else ("Remise d'espèces", _OUT)
        yield CASH, _entry(base, day, text, "580000", way, amount)
        box = _entry(base, day, f"{text}, caisse", "580000", back, amount)
        yield CASH, attrs.evolve(box, bank_account="CAI")


def _entry(  # noqa: PLR0917 - a line of a statement
    base: Base,
    day: int,
    description: str,
    account: str,
    direction: BankDirection,
    amount: str,
) -> BankEntry:
    return BankEntry(
        date=dt.date(YEAR, MONTH, day),
        bank_account="BQ",
        currency=base.currency,
        amount=Decimal(amount),
        direction=direction,
        account=account,
        description=description,
    )
