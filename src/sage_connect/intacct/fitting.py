"""Documents as Intacct knows them, before they are checked."""

from typing import Any, Final

from ..ledger import translated
from ..model import (
    Allocation,
    BankDirection,
    BankEntry,
    JournalEntry,
    Movement,
    Payment,
    PaymentKind,
    Reference,
)
from .resolve import bank_of
from .settings import IntacctSettings

_RECEIVED: Final = BankDirection.IN


def own_of(item: Any, settings: IntacctSettings, reference: Reference) -> Any:
    """Return `item` in Intacct's codes, and as the kind of document that it is there.

    Money that settles a document is its payment; other money is an entry in the journal of
    the bank, where the settings name one.
    """
    own = translated(item, settings.mapping)
    if not isinstance(own, BankEntry):
        return own
    if own.settles and own.party:
        return _payment(own)
    bank = (reference.bank_accounts or {}).get(bank_of(own, settings).code)
    if settings.bank_journal and own.account and bank is not None and bank.account:
        return _entry(own, settings.bank_journal, bank.account)
    return own


def _payment(entry: BankEntry) -> Payment:
    received = entry.direction is _RECEIVED
    return Payment(
        kind=PaymentKind.CUSTOMER_RECEIPT if received else PaymentKind.SUPPLIER_PAYMENT,
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
