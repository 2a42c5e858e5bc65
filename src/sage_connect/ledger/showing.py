"""What posting would do, as a person reads it."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, Final, TypeAlias

from ..model import (
    BankDirection,
    BankEntry,
    Charge,
    JournalEntry,
    Line,
    Payment,
    PurchaseCreditNote,
    PurchaseInvoice,
    SalesCreditNote,
    SalesInvoice,
    totals,
)
from ..model.payment import PaymentKind
from .outcome import PreviewEntry

_INCOMING: Final = {PaymentKind.CUSTOMER_RECEIPT, PaymentKind.SUPPLIER_REFUND}
_SALES: Final = (SalesInvoice, SalesCreditNote)

_Trade: TypeAlias = SalesInvoice | SalesCreditNote | PurchaseInvoice | PurchaseCreditNote
_Line: TypeAlias = tuple[str, str, Decimal, str]
LineAccount: TypeAlias = Callable[[Line, Any], str]
ChargeAccount: TypeAlias = Callable[[Charge], str]


def preview_entries(
    item: Any, line_account: LineAccount, charge_account: ChargeAccount
) -> Iterator[PreviewEntry]:
    """Return the lines that a product will post for `item`.

    It chooses the accounts of taxes and parties itself: they are named by their role.

    Args:
        item: In the product's codes.
        line_account: Gives the account of a line of a document.
        charge_account: Gives the account of a charge; "" where the product has it.
    """
    name = getattr(item, "number", "") or getattr(item, "source_id", "")
    for account, party, amount, label in _lines(item, line_account, charge_account):
        if amount:
            yield PreviewEntry(
                document=name,
                journal=getattr(item, "journal", ""),
                date=item.date,
                piece=name,
                account=account,
                party=party,
                label=label,
                debit=f"{amount:f}" if amount > 0 else "",
                credit=f"{-amount:f}" if amount < 0 else "",
            )


def _lines(
    item: Any, line_account: LineAccount, charge_account: ChargeAccount
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
            yield from _trade_lines(item, line_account, charge_account)
        case _:
            return


def _trade_lines(
    document: _Trade, line_account: LineAccount, charge_account: ChargeAccount
) -> Iterator[_Line]:
    sale = isinstance(document, _SALES)
    credit = isinstance(document, (SalesCreditNote, PurchaseCreditNote))
    # A sale debits its customer; a credit note, and a purchase, go the other way.
    sign = 1 if sale != credit else -1
    sums = totals(document)
    yield "", document.party, sign * sums.gross, document.number
    for line, net in zip(document.lines, sums.lines, strict=True):
        yield line_account(line, document), "", -sign * net, line.description
    for charge, net in zip(document.charges, sums.charges, strict=True):
        account = charge_account(charge) or charge.kind.value
        yield account, "", -sign * net, charge.description
    for tax in sums.taxes:
        yield tax.code, "", -sign * tax.amount, f"{tax.rate:f} %"
    if document.adjustment:
        yield "adjustment", "", -sign * document.adjustment, ""
