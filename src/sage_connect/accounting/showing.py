"""What posting would do, as a person reads it."""

import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, Final

from ..ledger import Key, PreviewEntry
from ..model import (
    BankDirection,
    BankEntry,
    JournalEntry,
    Payment,
    PurchaseCreditNote,
    PurchaseInvoice,
    Reference,
    SalesCreditNote,
    SalesInvoice,
    totals,
)
from ..model.payment import PaymentKind
from .codec.encoded import Encoded
from .kinds import KINDS
from .resolve import SALES, Trade, charge_giver, line_giver
from .settings import AccountingSettings
from .wire.shape import plain_value

_INCOMING: Final = {PaymentKind.CUSTOMER_RECEIPT, PaymentKind.SUPPLIER_REFUND}


def preview_content(bodies: Iterable[tuple[Encoded, Key]]) -> bytes:
    """Return the requests that would be sent, a line of JSON each.

    Master data are shown as they would be created, though they may be there already.
    """
    return b"".join(_line(encoded, key) for encoded, key in bodies)


def _line(encoded: Encoded, key: Key) -> bytes:
    kind = KINDS[encoded.resource]
    body = _plain(encoded.body)
    if kind.idempotent:
        body["idempotency_id"] = key.digest
    shown = {"POST": kind.path, "body": {kind.wrap: body}}
    return (json.dumps(shown, ensure_ascii=False) + "\n").encode()


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in _any(value).items()}
    if isinstance(value, list):
        return [_plain(one) for one in _any(value)]
    return plain_value(value)


def preview_entries(
    item: Any, settings: AccountingSettings, reference: Reference
) -> Iterator[PreviewEntry]:
    """Return the lines that Sage will post for `item`.

    Sage chooses the accounts of taxes and parties itself: they are named by their role.
    """
    name = getattr(item, "number", "") or getattr(item, "source_id", "")
    for account, party, amount, label in _lines(item, settings, reference):
        if amount:
            yield PreviewEntry(
                document=name,
                journal="",
                date=item.date,
                piece=name,
                account=account,
                party=party,
                label=label,
                debit=f"{amount:f}" if amount > 0 else "",
                credit=f"{-amount:f}" if amount < 0 else "",
            )


_Line = tuple[str, str, Decimal, str]


def _lines(
    item: Any, settings: AccountingSettings, reference: Reference
) -> Iterator[_Line]:
    """Give account, party, amount (debit above zero) and label of each line."""
    match item:
        case JournalEntry():
            for one in item.movements:
                amount = (one.debit or Decimal()) - (one.credit or Decimal())
                yield one.account, "", amount, one.description or item.description
        case Payment():
            sign = 1 if item.kind in _INCOMING else -1
            yield item.bank_account or "bank", "", sign * item.amount, item.reference
            yield "", item.party, -sign * item.amount, item.reference
        case BankEntry():
            sign = 1 if item.direction is BankDirection.IN else -1
            yield item.bank_account, "", sign * item.amount, item.description
            yield item.account, item.party, -sign * item.amount, item.description
        case SalesInvoice() | SalesCreditNote() | PurchaseInvoice() | PurchaseCreditNote():
            yield from _trade_lines(item, settings, reference)
        case _:
            return


def _trade_lines(
    document: Trade, settings: AccountingSettings, reference: Reference
) -> Iterator[_Line]:
    sale = isinstance(document, SALES)
    credit = isinstance(document, (SalesCreditNote, PurchaseCreditNote))
    # A sale debits its customer; a credit note, and a purchase, go the other way.
    sign = 1 if sale != credit else -1
    sums = totals(document)
    yield "", document.party, sign * sums.gross, document.number
    for line, net in zip(document.lines, sums.lines, strict=True):
        account = line_giver(line, document, settings, reference).code
        yield account, "", -sign * net, line.description
    for charge, net in zip(document.charges, sums.charges, strict=True):
        account = charge_giver(charge, settings).code or charge.kind.value
        yield account, "", -sign * net, charge.description
    for tax in sums.taxes:
        yield tax.code, "", -sign * tax.amount, f"{tax.rate:f} %"
    if document.adjustment:
        yield "adjustment", "", -sign * document.adjustment, ""


def _any(value: Any) -> Any:
    # Strict checkers call the parts of a matched container unknown.
    return value
