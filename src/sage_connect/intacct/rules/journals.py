"""Journal entries: their journal, their currencies, and when they are taken back."""

from decimal import Decimal
from functools import partial
from typing import Final

from ...model import JournalEntry
from ...validation import Case, Fault, Mark, Owner, RuleBook, fault
from ...validation.registry import Faults
from ..resolve import (
    MULTI_CURRENCY,
    STATISTICAL_JOURNALS,
    base_currency,
    flag,
    is_statistical,
    listed,
    option,
)
from .book import HOME, PRODUCTS, is_foreign, shown

JOURNALS: Final = RuleBook(HOME)
_rule: Final = partial(JOURNALS.rule, products=PRODUCTS)

_ZERO: Final = Decimal()


@_rule(
    "SC-IN-JOURNAL-NONE",
    on=JournalEntry,
    source="intacct-ledger#entries",
    mark=Mark.DOCUMENTED,
)
def journal_is_named(entry: JournalEntry, _: Case) -> Faults:
    """An entry names its journal."""
    return None if entry.journal.strip() else fault("/journal")


@_rule(
    "SC-IN-JOURNAL-UNKNOWN",
    on=JournalEntry,
    source="intacct-ledger#entries",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
    needs=("journals",),
)
def journal_exists(entry: JournalEntry, case: Case) -> Faults:
    """The journal of an entry exists, of money or of what else is counted."""
    known = case.reference.journals or {}
    if not entry.journal.strip() or entry.journal in known:
        return None
    counting = listed(option(STATISTICAL_JOURNALS, case.reference))
    if entry.journal in counting:
        return None
    return fault("/journal", journal=entry.journal, known=shown({*known, *counting}))


@_rule(
    "SC-IN-JOURNAL-INACTIVE",
    on=JournalEntry,
    source="intacct-ledger#entries",
    mark=Mark.INFERRED,
    owner=Owner.ACCOUNTANT,
    needs=("journals",),
    adjustable=True,
)
def journal_is_in_use(entry: JournalEntry, case: Case) -> Faults:
    """The journal of an entry is still in use."""
    known = (case.reference.journals or {}).get(entry.journal)
    if known is None or known.active:
        return None
    return fault("/journal", journal=entry.journal)


@_rule(
    "SC-IN-REVERSED-ON",
    on=JournalEntry,
    source="intacct-ledger#reversing",
    mark=Mark.DOCUMENTED,
)
def entry_is_taken_back_later(entry: JournalEntry, _: Case) -> Faults:
    """An entry that Intacct takes back by itself is taken back on a later day."""
    back, day = entry.reversed_on, entry.date
    if back is None or day is None or back > day:
        return None
    return fault("/reversed_on", back=back, date=day)


@_rule(
    "SC-IN-STATISTICAL-CURRENCY",
    on=JournalEntry,
    source="intacct-ledger#statistical",
    mark=Mark.DOCUMENTED,
    needs=("company.own",),
)
def statistics_have_no_currency(entry: JournalEntry, case: Case) -> Faults:
    """An entry that counts something else than money has no amounts in a currency."""
    if not is_statistical(entry, case.reference):
        return None
    found = [fault("/currency")] if is_foreign(entry.currency, case) else []
    if entry.exchange_rate is not None:
        found.append(fault("/exchange_rate"))
    found += [
        fault(f"/movements/{at}/currency_amount")
        for at, movement in enumerate(entry.movements)
        if movement.currency_amount is not None
    ]
    return found or None


@_rule(
    "SC-IN-CURRENCY-AMOUNT",
    on=JournalEntry,
    source="intacct-ledger#currencies",
    mark=Mark.INFERRED,
    needs=("company.base_currency",),
)
def movements_have_currency_amounts(entry: JournalEntry, case: Case) -> Faults:
    """In another currency than that of the books, each movement has its amount in it."""
    if not is_foreign(entry.currency, case) or is_statistical(entry, case.reference):
        return None
    base = base_currency(case.reference)
    return [
        fault(f"/movements/{at}/currency_amount", currency=entry.currency, base=base)
        for at, movement in enumerate(entry.movements)
        if movement.currency_amount is None or movement.currency_amount < 0
    ] or None


@_rule(
    "SC-IN-CURRENCY-SAME",
    on=JournalEntry,
    source="intacct-ledger#currencies",
    mark=Mark.INFERRED,
    needs=("company.base_currency",),
)
def amounts_in_the_currency_of_the_books_are_the_same(
    entry: JournalEntry, case: Case
) -> Faults:
    """In the currency of the books, the amount in currency is the debit or the credit."""
    if is_foreign(entry.currency, case) or is_statistical(entry, case.reference):
        return None
    found: list[Fault] = []
    for at, movement in enumerate(entry.movements):
        stated, moved = movement.currency_amount, movement.debit
        moved = movement.credit if moved is None else moved
        if stated is not None and moved is not None and stated != moved:
            place = f"/movements/{at}/currency_amount"
            found.append(fault(place, stated=stated, amount=moved, currency=entry.currency))
    return found or None


@_rule(
    "SC-IN-CURRENCY-UNBALANCED",
    on=JournalEntry,
    source="intacct-ledger#currencies",
    mark=Mark.INFERRED,
)
def currency_balances(entry: JournalEntry, case: Case) -> Faults:
    """Debits and credits are equal in the entry's own currency, too."""
    amounts = [movement.currency_amount for movement in entry.movements]
    if any(one is None for one in amounts) or is_statistical(entry, case.reference):
        return None
    # Where the books have one currency only, these amounts are not sent.
    if not is_foreign(entry.currency, case) and not flag(MULTI_CURRENCY, case.reference):
        return None
    difference = sum(
        (
            (movement.currency_amount or _ZERO) * (1 if movement.debit is not None else -1)
            for movement in entry.movements
        ),
        _ZERO,
    )
    if not difference:
        return None
    found: Fault = fault("/movements", difference=difference, currency=entry.currency)
    return found
