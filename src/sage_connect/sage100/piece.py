"""A document as Sage 100 books it: balanced lines, without a byte."""

import datetime as dt
from decimal import Decimal

import attrs

from ..errors import CodecError


@attrs.frozen(kw_only=True)
class Share:
    """A line's part for one analytic section.

    Attributes:
        plan: Number of the plan, 1 to 11.
        section: Section number.
        amount: In the base currency, above zero, on the side of its line.
    """

    plan: int
    section: str
    amount: Decimal


@attrs.frozen(kw_only=True)
class PieceLine:
    """One line of a piece.

    Attributes:
        account: General account.
        debit: True for the debit side.
        amount: In the base currency, above zero.
        label: What stands on the line.
        third_party: Third party of a control account, or "".
        due: Day it falls due; None for no line of a control account, or not said.
        tax_code: Tax code, or "".
        method_no: Position of the payment method in the company's list; None for none.
        quantity: Units; None for none.
        currency_amount: In the document's currency, above zero; None for the base currency.
        shares: The line over analytic sections; for each plan they sum to `amount`.
    """

    account: str
    debit: bool
    amount: Decimal
    label: str
    third_party: str = ""
    due: dt.date | None = None
    tax_code: str = ""
    method_no: int | None = None
    quantity: Decimal | None = None
    currency_amount: Decimal | None = None
    shares: tuple[Share, ...] = ()


@attrs.frozen(kw_only=True)
class TaxedBase:
    """What one tax comes to on a piece, as the tax register has it.

    Attributes:
        code: Tax code.
        account: General account of the tax.
        rate: In per cent.
        base: What it is taken of, in the base currency; below zero where it is taken back.
        amount: The tax, as `base`.
    """

    code: str
    account: str
    rate: Decimal
    base: Decimal
    amount: Decimal


@attrs.frozen(kw_only=True)
class Piece:
    """A balanced set of lines: one document in one journal on one day.

    Attributes:
        journal: Journal code.
        date: Day of the document.
        invoice_number: The document's number, the supplier's own where he has one, or "".
        currency: ISO 4217 code where it is not the base currency; else "".
        rate: Base currency per one unit of `currency`; None without one.
        gross: What the document comes to with tax, in its own currency.
        lines: Control account or bank first, then income or expenses, then taxes.
        register: What the tax register says of it; empty for none.
        sale: Whether the register is that of sales, not of purchases.
    """

    journal: str
    date: dt.date
    invoice_number: str
    currency: str
    rate: Decimal | None
    gross: Decimal
    lines: tuple[PieceLine, ...]
    register: tuple[TaxedBase, ...] = ()
    sale: bool = False


def unwritable(how: str, path: str) -> CodecError:
    """Return the error on a document that makes no balanced piece."""
    return CodecError(
        f"expected amounts that make entries, but {how}",
        path=path,
        fix="Put the amounts together in fewer lines, or give them in the base currency.",
    )
