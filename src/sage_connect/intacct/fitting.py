"""Documents as Intacct knows them, before they are checked."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs

from ..ledger import translated
from ..model import (
    Allocation,
    BankDirection,
    BankEntry,
    Customer,
    Document,
    JournalEntry,
    Movement,
    Payment,
    PaymentKind,
    Reference,
    Supplier,
)
from ..validation import Report
from .resolve import bank_of, is_received
from .settings import IntacctSettings

_RECEIVED: Final = BankDirection.IN
# What money is that came in, or did not: with the usual side, and with the other.
_KINDS: Final = {
    True: (PaymentKind.CUSTOMER_RECEIPT, PaymentKind.SUPPLIER_REFUND),
    False: (PaymentKind.SUPPLIER_PAYMENT, PaymentKind.CUSTOMER_REFUND),
}


def own_of(item: Any, settings: IntacctSettings, reference: Reference) -> Any:
    """Return `item` in Intacct's codes, and as the kind of document that it is there.

    Money that settles a document is its payment; other money is an entry in the journal of
    the bank, where the settings name one.
    """
    own = translated(item, settings.mapping)
    if not isinstance(own, BankEntry):
        return _with_dimensions(own, settings.share_dimension)
    if own.settles and own.party:
        return _payment(own, reference)
    bank = (reference.bank_accounts or {}).get(bank_of(own, settings).code)
    # What is no amount is refused as the money that it is not.
    is_entry = settings.bank_journal and own.account and own.amount > 0
    if is_entry and bank is not None and bank.account:
        return _entry(own, settings.bank_journal, bank.account)
    return own


def _with_dimensions(own: Any, dimension: str) -> Any:
    """Return a document whose shares all name a dimension, where there is one for them."""
    for name in ("lines", "movements"):
        parts = getattr(own, name, ())
        if dimension and any(not one.dimension for part in parts for one in part.analytic):
            return attrs.evolve(own, **{name: [_named(part, dimension) for part in parts]})
    return own


def _named(part: Any, dimension: str) -> Any:
    shares = [
        one if one.dimension else attrs.evolve(one, dimension=dimension)
        for one in part.analytic
    ]
    return attrs.evolve(part, analytic=shares)


def _payment(entry: BankEntry, reference: Reference) -> Payment:
    received = entry.direction is _RECEIVED
    usual, other = _KINDS[received]
    customers: Mapping[str, Customer] = reference.customers or {}
    suppliers: Mapping[str, Supplier] = reference.suppliers or {}
    there, elsewhere = (customers, suppliers) if received else (suppliers, customers)
    crossed = entry.party not in there and entry.party in elsewhere
    return Payment(
        kind=other if crossed else usual,
        source_id=entry.source_id,
        number=entry.number,
        date=entry.date,
        party=entry.party,
        currency=entry.currency,
        exchange_rate=entry.exchange_rate,
        amount=entry.amount,
        bank_account=entry.bank_account,
        allocations=(Allocation(entry.settles, entry.amount),),
        reference=entry.reference,
        notes=entry.description,
        entity=entry.entity,
        reverses=entry.reverses,
    )


def _entry(entry: BankEntry, journal: str, bank: str) -> JournalEntry:
    rate = entry.exchange_rate
    base = entry.amount if rate is None else entry.amount * rate
    foreign = None if rate is None else entry.amount
    came_in = entry.direction is _RECEIVED

    def movement(account: str, *, debited: bool, party: str = "") -> Movement:
        return Movement(
            account=account,
            debit=base if debited else None,
            credit=None if debited else base,
            description=entry.description,
            party=party,
            currency_amount=foreign,
        )

    return JournalEntry(
        source_id=entry.source_id,
        number=entry.number,
        journal=journal,
        date=entry.date,
        currency=entry.currency,
        exchange_rate=rate,
        movements=(
            movement(bank, debited=came_in),
            movement(entry.account, debited=not came_in, party=entry.party),
        ),
        description=entry.description,
        reference=entry.reference,
        entity=entry.entity,
        reverses=entry.reverses,
    )


def money_of(
    document: Document, settings: IntacctSettings, reference: Reference
) -> BankEntry | None:
    """Return the money that stands as a payment or an entry; None where it is not such.

    That is what `own_of` makes of it, the other way round.
    """
    match document:
        case BankEntry():
            return document
        case Payment(allocations=(one,)):
            return BankEntry(
                number=document.number,
                date=document.date,
                bank_account=document.bank_account,
                currency=document.currency,
                exchange_rate=document.exchange_rate,
                amount=document.amount,
                direction=_RECEIVED if is_received(document) else BankDirection.OUT,
                party=document.party,
                settles=one.number,
                reference=document.reference,
                entity=document.entity,
            )
        case JournalEntry(movements=(bank, other)) if settings.bank_journal:
            banks = (reference.bank_accounts or {}).values()
            known = [one.code for one in banks if one.account == bank.account]
            amount = bank.credit if bank.debit is None else bank.debit
            if document.journal != settings.bank_journal or not known or amount is None:
                return None
            return BankEntry(
                number=document.number,
                date=document.date,
                bank_account=known[0],
                currency=document.currency,
                amount=amount,
                direction=BankDirection.OUT if bank.debit is None else _RECEIVED,
                account=other.account,
                description=document.description,
                entity=document.entity,
            )
        case _:
            return None


# What money is called as a payment, or as an entry, and as it was given.
_AS_GIVEN: Final = {
    "/allocations/0/number": "/settles",
    "/allocations/0/amount": "/amount",
    "/allocations": "/settles",
    "/notes": "/description",
    "/kind": "/direction",
    "/journal": "/bank_account",
    "/movements/0/account": "/bank_account",
    "/movements/1/account": "/account",
    "/movements/1/party": "/party",
    "/movements/0/description": "/description",
    "/movements/1/description": "/description",
}


def given_path(item: Any, own: Any, path: str) -> str:
    """Return the path in `item` of what stands at `path` in `own`."""
    if type(item) is type(own) or not isinstance(item, BankEntry):
        return path
    if path in _AS_GIVEN:
        return _AS_GIVEN[path]
    return "/amount" if path.startswith("/movements") else path


def as_given(report: Report, items: Sequence[Any], own: Sequence[Any]) -> Report:
    """Return what was found of `own`, at the places of what was given."""
    findings = tuple(
        attrs.evolve(
            one,
            path=given_path(items[one.index], own[one.index], one.path),
            kind=items[one.index].type,
        )
        for one in report
    )
    return attrs.evolve(report, findings=findings)
