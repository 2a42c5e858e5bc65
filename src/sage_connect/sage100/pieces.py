"""Documents as balanced pieces: the accounting, without a byte.

Every amount is in the base currency and every piece balances to the last cent.
"""

from decimal import localcontext

from ..model import (
    Reference,
)
from ..model.money import WIDE, minor_unit
from .entered import EnteredBook
from .piece import Piece, PieceLine, TaxedBase, unwritable
from .resolve import ENTERED, PURCHASES, Booked, base_currency, is_sale, journal_of
from .settings import Sage100Settings
from .split import Splitter
from .trade import ZERO, TradeBook


class PieceMaker:
    """Makes the pieces of one company.

    Args:
        settings: Journals, accounts, plan and policies.
        reference: What is known of the company.
    """

    def __init__(self, settings: Sage100Settings, reference: Reference) -> None:
        self._settings = settings
        self._reference = reference
        self._base = base_currency(reference)
        unit = minor_unit(self._base)
        splitter = Splitter(settings, reference, unit)
        self._trade = TradeBook(settings, reference, splitter, unit)
        self._entered = EnteredBook(settings, reference, splitter, unit)

    def piece(self, document: Booked) -> Piece:
        """Return the piece of a document that the rules have accepted.

        Args:
            document: Already in Sage's own codes.

        Raises:
            CodecError: It makes no balanced piece, for a reason that no rule has told.
        """
        if document.date is None:
            raise unwritable("there is no date", "/date")
        foreign = document.currency != self._base
        rate = document.exchange_rate if foreign else None
        journal, _ = journal_of(document, self._settings, self._reference)
        register: tuple[TaxedBase, ...] = ()
        sale = False
        with localcontext(WIDE):
            if isinstance(document, ENTERED):
                lines, gross = self._entered.lines(document, rate)
            else:
                lines, gross, register = self._trade.lines(document, rate)
                sale = is_sale(document)
            _require_balance(lines)
        return Piece(
            journal=journal.code,
            date=document.date,
            invoice_number=invoice_number(document),
            currency=document.currency if foreign else "",
            rate=rate,
            gross=gross,
            lines=tuple(lines),
            register=register,
            sale=sale,
        )


def invoice_number(document: Booked) -> str:
    """Return what stands in a line's field for the number of the invoice.

    A supplier's own number where there is one: it is what people look for.
    """
    if isinstance(document, PURCHASES) and document.party_number:
        return document.party_number
    return document.number


def _require_balance(lines: list[PieceLine]) -> None:
    if not lines:
        raise unwritable("they come to nothing", "")
    if len(lines) == 1:
        raise unwritable("only one side comes to anything", "")
    balance = ZERO
    for one in lines:
        if one.amount <= 0:
            raise unwritable("a line comes to nothing in the base currency", "")
        balance += one.amount if one.debit else -one.amount
    if balance:
        raise unwritable(f"debit and credit differ by {balance}", "")
