"""What a document does to the books, in double entry, without any product's own ways."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import attrs

from ..ledger import Postable, PreviewEntry
from ..model import (
    AnalyticShare,
    BankDirection,
    BankEntry,
    Charge,
    JournalEntry,
    Line,
    Movement,
    Payment,
    PaymentKind,
    PurchaseCreditNote,
    PurchaseInvoice,
    Reference,
    SalesCreditNote,
    SalesInvoice,
    TradeDocument,
    totals,
)
from ..model.fields import NOTHING
from ..model.money import apportion, minor_unit, round_half_up

_DEBITS_PARTY: Final = (SalesInvoice, PurchaseCreditNote)
_SALES: Final = (SalesInvoice, SalesCreditNote)
_PURCHASES: Final = (PurchaseInvoice, PurchaseCreditNote)
_MONEY_IN: Final = {PaymentKind.CUSTOMER_RECEIPT, PaymentKind.SUPPLIER_REFUND}
_OF_CUSTOMERS: Final = {PaymentKind.CUSTOMER_RECEIPT, PaymentKind.CUSTOMER_REFUND}
_ZERO: Final = Decimal()


@attrs.frozen
class _Part:
    """One amount of a document on its account.

    Attributes:
        account: General account, or a placeholder such as "<sales>".
        amount: In the document's currency; debit above zero.
        label: What stands on it.
        party: For a control account.
        source: The line it comes from.
    """

    account: str
    amount: Decimal
    label: str = ""
    party: str = ""
    source: Line | None = None


def movements(item: Postable, reference: Reference) -> tuple[Movement, ...]:
    """Return the movements, in the base currency, that a valid `item` makes.

    They are balanced to the cent. What the document and the reference leave open stands as
    a placeholder: "<sales>", "<tax C20>", "<bank>". Master data move nothing.

    Args:
        item: A document that the rules accept.
        reference: For control, tax and bank accounts and for exchange rates. Where no base
            currency is known, the document's own stands for it.
    """
    shares: Mapping[int, tuple[AnalyticShare, ...]] = {}
    match item:
        case JournalEntry():
            return item.movements
        case TradeDocument():
            parts = _trade(item, reference)
            shares = _shares_of(item)
        case Payment():
            parts = _payment(item, reference)
        case BankEntry():
            parts = _bank(item, reference)
        case _:
            return ()
    return tuple(_moved(item, parts, shares, reference))


def balances(moved: Sequence[Movement]) -> Mapping[tuple[str, str, str], Decimal]:
    """Return what `moved` comes to by account, party and analytic axis; debit above zero.

    The axis is "" for the account as a whole and "dimension:value" for a part of it.
    Nothing is left out: an account that nets to zero is there, with zero.
    """
    sums: dict[tuple[str, str, str], Decimal] = {}
    for one in moved:
        amount = (one.debit or _ZERO) - (one.credit or _ZERO)
        sign = -1 if one.credit else 1
        axes = [("", amount)]
        axes += [(f"{name}:{value}", amount) for name, value in one.dimensions.items()]
        axes += [
            (f"{share.dimension}:{share.value}", sign * part)
            for share, part in _parts_of(one.analytic, abs(amount))
        ]
        for axis, part in axes:
            place = (one.account, one.party, axis)
            sums[place] = sums.get(place, _ZERO) + part
    return sums


def preview_entries(item: Any, moved: Sequence[Movement]) -> Iterator[PreviewEntry]:
    """Yield the movements of `item` as lines that a person reads."""
    name = getattr(item, "number", "") or getattr(item, "source_id", "")
    for one in moved:
        yield PreviewEntry(
            document=name,
            journal=getattr(item, "journal", ""),
            date=item.date,
            piece=getattr(item, "number", ""),
            account=one.account,
            party=one.party,
            label=one.description,
            debit="" if one.debit is None else f"{one.debit:f}",
            credit="" if one.credit is None else f"{one.credit:f}",
            analytic=", ".join(
                f"{share.dimension}:{share.value} {part:f}"
                for share, part in _parts_of(one.analytic, one.debit or one.credit or _ZERO)
            ),
        )


def _trade(document: TradeDocument, reference: Reference) -> list[_Part]:
    sums = totals(document)
    sign = 1 if isinstance(document, _DEBITS_PARTY) else -1
    sales = isinstance(document, _SALES)
    party = document.party
    parts = [_Part(_control(party, sales, reference), sign * sums.due, party=party)]
    if document.withholding is not None:
        kept = sums.gross - sums.due
        parts.append(_Part(f"<withheld {document.withholding.code}>", sign * kept))
    own: tuple[Line | Charge, ...] = (*document.lines, *document.charges)
    for part, net in zip(own, (*sums.lines, *sums.charges), strict=True):
        parts.append(
            _Part(
                _account_of(part, sales, reference),
                -sign * net,
                part.description,
                source=part if isinstance(part, Line) else None,
            )
        )
    parts.extend(
        _Part(_tax_account(tax.code, reference), -sign * tax.amount) for tax in sums.taxes
    )
    return parts


def _payment(payment: Payment, reference: Reference) -> list[_Part]:
    amount = payment.amount if payment.kind in _MONEY_IN else -payment.amount
    control = _control(payment.party, payment.kind in _OF_CUSTOMERS, reference)
    label = payment.reference
    return [
        _Part(control, -amount, label, payment.party),
        _Part(_bank_account(payment.bank_account, reference), amount, label),
    ]


def _bank(entry: BankEntry, reference: Reference) -> list[_Part]:
    amount = entry.amount if entry.direction is BankDirection.IN else -entry.amount
    sales = bool(reference.customers and entry.party in reference.customers)
    account = entry.account or _control(entry.party, sales, reference)
    return [
        _Part(account, -amount, entry.description, entry.party),
        _Part(_bank_account(entry.bank_account, reference), amount, entry.description),
    ]


def _control(party: str, sales: bool, reference: Reference) -> str:  # noqa: FBT001 - one of two
    known = (reference.customers if sales else reference.suppliers) or {}
    account = known[party].account if party in known else ""
    return account or ("<customers>" if sales else "<suppliers>")


def _account_of(part: Line | Charge, sales: bool, reference: Reference) -> str:  # noqa: FBT001 - one of two
    account = part.account
    items = reference.items or {}
    if not account and isinstance(part, Line) and part.item in items:
        item = items[part.item]
        account = item.sales_account if sales else item.purchase_account
    return account or ("<sales>" if sales else "<purchases>")


def _tax_account(code: str, reference: Reference) -> str:
    known = reference.tax_codes or {}
    account = known[code].account if code in known else ""
    return account or f"<tax {code}>"


def _bank_account(code: str, reference: Reference) -> str:
    known = reference.bank_accounts or {}
    account = known[code].account if code in known else ""
    return account or (f"<bank {code}>" if code else "<bank>")


def _rate(item: Any, reference: Reference) -> tuple[Decimal, str]:
    """The rate that `item` is booked at, and the currency of the books."""
    currency: str = item.currency
    base = reference.company.base_currency if reference.company else ""
    if not base or base == currency:
        return Decimal(1), currency
    rates = reference.exchange_rates or {}
    known = rates[currency].rate if currency in rates else Decimal(1)
    return item.exchange_rate or known, base


def _moved(
    item: Any,
    parts: Sequence[_Part],
    shares: Mapping[int, tuple[AnalyticShare, ...]],
    reference: Reference,
) -> Iterator[Movement]:
    rate, base = _rate(item, reference)
    unit = minor_unit(base)
    amounts = [round_half_up(part.amount * rate, unit) for part in parts]
    residue = sum(amounts, _ZERO)
    if residue:
        # What rounding leaves goes to the largest part, never to the control account.
        largest = max(range(1, len(parts)), key=lambda at: abs(amounts[at]))
        amounts[largest] -= residue
    for part, amount in zip(parts, amounts, strict=True):
        if amount:
            yield Movement(
                account=part.account,
                debit=amount if amount > 0 else None,
                credit=-amount if amount < 0 else None,
                description=part.label,
                party=part.party,
                currency_amount=abs(part.amount) if base != item.currency else None,
                dimensions=part.source.dimensions if part.source else NOTHING,
                analytic=shares.get(id(part.source), ()),
            )


def _shares_of(document: TradeDocument) -> Mapping[int, tuple[AnalyticShare, ...]]:
    project = (AnalyticShare(document.project),) if document.project else ()
    return {id(line): line.analytic or project for line in document.lines}


def _parts_of(
    shares: Sequence[AnalyticShare], amount: Decimal
) -> Iterator[tuple[AnalyticShare, Decimal]]:
    """Each share and its part of `amount`; the parts of a dimension sum to it exactly."""
    dimensions: dict[str, list[AnalyticShare]] = {}
    for share in shares:
        dimensions.setdefault(share.dimension, []).append(share)
    digits = amount.as_tuple().exponent
    unit = Decimal(1).scaleb(digits) if isinstance(digits, int) else Decimal(1)
    for own in dimensions.values():
        weights = [one.weight if one.amount is None else one.amount for one in own]
        yield from zip(own, apportion(amount, weights, unit), strict=True)
