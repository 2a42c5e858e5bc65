"""Invoices and credit notes as lines of a piece.

A sales invoice debits the customer's control account, once for each instalment, and
credits one line for each line and charge, and one for each tax. A credit note does the
opposite, and so does a purchase: the side turns, never the sign.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

from ..model import (
    Charge,
    Line,
    PurchaseCreditNote,
    Reference,
    SalesInvoice,
    Tax,
    TaxTotal,
    totals,
)
from ..model.money import WIDE, apportion, round_half_up
from ..model.totals import due_parts
from .labels import line_label, piece_label, quantity_written, written
from .piece import PieceLine, TaxedBase, unwritable
from .resolve import Trade, control_account, net_account, tax_account
from .settings import Sage100Settings
from .split import Splitter

ZERO: Final = Decimal()
_OWED_TO_US: Final = (SalesInvoice, PurchaseCreditNote)


class TradeBook:
    """Makes lines of invoices and credit notes; what a batch has in common is kept.

    Args:
        settings: Accounts and policies.
        reference: What is known of the company.
        splitter: For analytic plans.
        unit: Smallest part of the base currency.
    """

    def __init__(
        self,
        settings: Sage100Settings,
        reference: Reference,
        splitter: Splitter,
        unit: Decimal,
    ) -> None:
        self._settings = settings
        self._reference = reference
        self._splitter = splitter
        self._unit = unit
        self._taxes: dict[str, str] = {}
        self._usual: dict[tuple[Any, ...], str] = {}

    def lines(
        self, document: Trade, rate: Decimal | None
    ) -> tuple[list[PieceLine], Decimal, tuple[TaxedBase, ...]]:
        """Return the lines, the gross total in the document's currency, and the register.

        Args:
            document: Accepted by the rules.
            rate: Base currency per one unit of the document's; None for the base currency.

        Raises:
            CodecError: It makes no lines, for a reason that no rule has told.
        """
        settings, unit = self._settings, self._unit
        summed = totals(document, settings.rounding)
        nets = summed.lines + summed.charges
        # What is owed fixes the piece; a residue of conversion goes to the largest other
        # line, never to the control account.
        amounts = [*nets, *(tax.amount for tax in summed.taxes)]
        gross = summed.gross
        if rate is None:
            owed = gross
        else:
            owed = converted(gross, rate, unit)
            amounts = converted_parts(amounts, owed, rate, unit)
        policy = settings.policy
        account = control_account(document, settings, self._reference)
        label = written(piece_label(document), policy)
        owed_to_us = isinstance(document, _OWED_TO_US)
        found = [
            PieceLine(
                account=account,
                debit=(in_base > 0) is owed_to_us,
                amount=abs(in_base),
                label=label,
                third_party=document.party,
                due=due,
                currency_amount=None if rate is None else abs(amount),
            )
            for due, amount, in_base in self._owed(document, owed, gross)
        ]
        # Plain loops over few values: this runs for every line of every document.
        at = 0
        project, document_taxes = document.project, document.taxes
        for part in document.lines + document.charges:
            amount = amounts[at]
            net = nets[at]
            at += 1
            if not amount:
                continue
            taxes = part.taxes or document_taxes
            account = part.account or self._usual_account(part, document, taxes)
            size = abs(amount)
            found.append(
                PieceLine(
                    account=account,
                    debit=(amount > 0) is not owed_to_us,
                    amount=size,
                    label=written(line_label(part, document), policy),
                    tax_code=taxes[0].code if taxes else "",
                    quantity=quantity_written(abs(part.quantity))
                    if isinstance(part, Line)
                    else None,
                    currency_amount=None if rate is None else abs(net),
                    shares=self._splitter.shares(part, account, size, project),
                )
            )
        for tax, amount in zip(summed.taxes, amounts[at:], strict=True):
            if amount:
                found.append(
                    PieceLine(
                        account=self._tax_account(tax.code),
                        debit=(amount > 0) is not owed_to_us,
                        amount=abs(amount),
                        label=label,
                        tax_code=tax.code,
                        currency_amount=None if rate is None else abs(tax.amount),
                    )
                )
        register = (
            tuple(self._register(document, summed.taxes, amounts, at))
            if policy.tax_register
            else ()
        )
        return found, gross, register

    def _usual_account(
        self, part: Line | Charge, document: Trade, taxes: Sequence[Tax]
    ) -> str:
        """Return the account of a part that names none: few things decide it."""
        kind = part.kind if isinstance(part, Charge) else None
        key = (type(document), kind, tuple([tax.code for tax in taxes]))
        account = self._usual.get(key)
        if account is None:
            account = net_account(part, document, self._settings)
            self._usual[key] = account
        return account

    def _owed(
        self, document: Trade, owed: Decimal, gross: Decimal
    ) -> list[tuple[dt.date | None, Decimal, Decimal]]:
        """Return day, amount and amount in the base currency of each part that is due."""
        due = document.due
        if not isinstance(due, tuple):
            return [(due, gross, owed)] if owed else []
        if due:
            stated = sum((one.amount for one in due), ZERO)
            if stated != gross:
                how = f"instalments come to {stated} and not to {gross}"
                raise unwritable(how, "/due")
            if min(one.amount for one in due) <= 0:
                raise unwritable("an instalment is not above zero", "/due")
        if not owed:
            return []
        parts = due_parts(document, gross)
        amounts = apportion(owed, [abs(amount) for _, amount in parts], self._unit)
        return [
            (day, amount, in_base)
            for (day, amount), in_base in zip(parts, amounts, strict=True)
            if in_base
        ]

    def _tax_account(self, code: str) -> str:
        account = self._taxes.get(code)
        if account is None:
            account = tax_account(code, self._settings, self._reference)
            self._taxes[code] = account
        return account

    def _register(
        self,
        document: Trade,
        taxes: Sequence[TaxTotal],
        amounts: Sequence[Decimal],
        first: int,
    ) -> Iterator[TaxedBase]:
        """Yield the bases and amounts of the register, in the base currency.

        Inferred: a credit note stands in it below zero, since it has no side.
        """
        sign = -1 if document.type.endswith("credit_note") else 1
        bases: dict[tuple[str, Decimal], Decimal] = {}
        parts: tuple[Line | Charge, ...] = (*document.lines, *document.charges)
        for part, amount in zip(parts, amounts, strict=False):
            for tax in part.taxes or document.taxes:
                place = tax.code, tax.rate
                bases[place] = bases.get(place, ZERO) + amount
        for total, amount in zip(taxes, amounts[first:], strict=True):
            yield TaxedBase(
                code=total.code,
                account=self._tax_account(total.code),
                rate=total.rate,
                base=sign * bases.get((total.code, total.rate), ZERO),
                amount=sign * amount,
            )


def converted(amount: Decimal, rate: Decimal | None, unit: Decimal) -> Decimal:
    """Return `amount` in the base currency, half-up; itself where it is in it already."""
    return amount if rate is None else round_half_up(WIDE.multiply(amount, rate), unit)


def converted_parts(
    amounts: Sequence[Decimal], total: Decimal, rate: Decimal, unit: Decimal
) -> list[Decimal]:
    """Return `amounts` in the base currency, where they must come to `total`.

    Raises:
        CodecError: One comes to nothing, or the residue is more than rounding leaves.
    """
    parts = [converted(amount, rate, unit) for amount in amounts]
    for amount, part in zip(amounts, parts, strict=True):
        if amount and not part:
            raise unwritable("a line comes to nothing in the base currency", "/lines")
    residue = total - sum(parts, ZERO)
    if residue:
        largest = max(range(len(parts)), key=lambda at: abs(parts[at]), default=-1)
        # Rounding leaves half a unit a line; more than the line itself would turn its side.
        if largest < 0 or abs(residue) >= abs(parts[largest]):
            raise unwritable("conversion leaves more than its largest line", "/lines")
        parts[largest] += residue
    return parts
