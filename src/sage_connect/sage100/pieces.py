"""Sales documents as balanced pieces of the sales journal: the accounting, without a byte.

An invoice debits the customer's control account, once for each instalment, and credits one
line for each line and charge, and one for each tax. A credit note does the opposite: the
side turns, never the sign. Every amount is in the base currency and every piece balances to
the last cent.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal, localcontext
from typing import Final

import attrs

from ..errors import CodecError
from ..model import (
    AnalyticShare,
    Charge,
    Line,
    Reference,
    SalesInvoice,
    Totals,
    totals,
)
from ..model.money import WIDE, apportion, minor_unit, round_half_up
from ..model.totals import due_parts
from .labels import line_label, piece_label, quantity_written, written
from .resolve import (
    Sale,
    base_currency,
    control_account,
    net_account,
    plan_number,
    tax_account,
)
from .settings import Sage100Settings

ZERO: Final = Decimal()


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
    quantity: Decimal | None = None
    currency_amount: Decimal | None = None
    shares: tuple[Share, ...] = ()


@attrs.frozen(kw_only=True)
class Piece:
    """A balanced set of lines: one document in one journal on one day.

    Attributes:
        journal: Journal code.
        date: Day of the document.
        invoice_number: The document's number, or "".
        currency: ISO 4217 code where it is not the base currency; else "".
        rate: Base currency per one unit of `currency`; None without one.
        lines: Control account first, then income, then taxes.
    """

    journal: str
    date: dt.date
    invoice_number: str
    currency: str
    rate: Decimal | None
    lines: tuple[PieceLine, ...]


def piece_of(document: Sale, settings: Sage100Settings, reference: Reference) -> Piece:
    """Return the piece of a document that the rules have accepted.

    Args:
        document: Already in Sage's own codes.
        settings: Journals, accounts, plan and policies.
        reference: What is known of the company.

    Raises:
        CodecError: It makes no balanced piece, for a reason that no rule has told.
    """
    if document.date is None:
        raise _unwritable("there is no date", "/date")
    with localcontext(WIDE):
        lines = tuple(_lines(document, settings, reference))
    if not lines:
        raise _unwritable("they come to nothing", "")
    balance = sum((one.amount if one.debit else -one.amount for one in lines), ZERO)
    if balance:
        raise _unwritable(f"debit and credit differ by {balance}", "")
    foreign = _foreign(document, reference)
    return Piece(
        journal=settings.journals.sales,
        date=document.date,
        invoice_number=document.number,
        currency=document.currency if foreign else "",
        rate=document.exchange_rate if foreign else None,
        lines=lines,
    )


def _foreign(document: Sale, reference: Reference) -> bool:
    return document.currency != base_currency(reference)


def _lines(
    document: Sale, settings: Sage100Settings, reference: Reference
) -> Iterator[PieceLine]:
    summed = totals(document, settings.rounding)
    foreign = _foreign(document, reference)
    rate = document.exchange_rate if foreign else None
    unit = minor_unit(base_currency(reference))
    # What the customer owes fixes the piece; a residue of conversion goes to the largest
    # other line, never to the control account.
    owed = _converted(summed.gross, rate, unit)
    others = _converted_parts(_amounts(summed), owed, rate, unit)
    label = written(piece_label(document), settings.policy)
    invoice = isinstance(document, SalesInvoice)
    yield from _control_lines(
        document,
        owed,
        summed.gross,
        account=control_account(document, settings, reference),
        label=label,
        invoice=invoice,
        foreign=foreign,
        unit=unit,
    )
    parts: tuple[Line | Charge, ...] = (*document.lines, *document.charges)
    nets = (*summed.lines, *summed.charges)
    for part, net, amount in zip(parts, nets, others, strict=False):
        if not amount:
            continue
        taxes = part.taxes or document.taxes
        yield PieceLine(
            account=net_account(part, document, settings),
            debit=(amount > 0) is not invoice,
            amount=abs(amount),
            label=written(line_label(part, document), settings.policy),
            tax_code=taxes[0].code if taxes else "",
            quantity=quantity_written(abs(part.quantity))
            if isinstance(part, Line)
            else None,
            currency_amount=abs(net) if foreign else None,
            shares=_shares(part, document, abs(amount), unit, settings, reference),
        )
    for tax, amount in zip(summed.taxes, others[len(parts) :], strict=True):
        if not amount:
            continue
        yield PieceLine(
            account=tax_account(tax.code, settings, reference),
            debit=(amount > 0) is not invoice,
            amount=abs(amount),
            label=label,
            tax_code=tax.code,
            currency_amount=abs(tax.amount) if foreign else None,
        )


def _amounts(summed: Totals) -> list[Decimal]:
    return [*summed.lines, *summed.charges, *(tax.amount for tax in summed.taxes)]


def _converted(amount: Decimal, rate: Decimal | None, unit: Decimal) -> Decimal:
    return round_half_up(amount if rate is None else amount * rate, unit)


def _converted_parts(
    amounts: Sequence[Decimal], total: Decimal, rate: Decimal | None, unit: Decimal
) -> list[Decimal]:
    if rate is None:
        return list(amounts)
    parts = [_converted(amount, rate, unit) for amount in amounts]
    for amount, part in zip(amounts, parts, strict=True):
        if amount and not part:
            raise _unwritable("a line comes to nothing in the base currency", "/lines")
    residue = total - sum(parts, ZERO)
    if residue:
        largest = max(range(len(parts)), key=lambda at: abs(parts[at]), default=-1)
        # Rounding leaves half a unit a line; more than the line itself would turn its side.
        if largest < 0 or abs(residue) >= abs(parts[largest]):
            raise _unwritable("conversion leaves more than its largest line", "/lines")
        parts[largest] += residue
    return parts


def _unwritable(how: str, path: str) -> CodecError:
    return CodecError(
        f"expected amounts that make entries, but {how}",
        path=path,
        fix="Put the amounts together in fewer lines, or give them in the base currency.",
    )


def _control_lines(
    document: Sale,
    owed: Decimal,
    gross: Decimal,
    *,
    account: str,
    label: str,
    invoice: bool,
    foreign: bool,
    unit: Decimal,
) -> Iterator[PieceLine]:
    if isinstance(document.due, tuple) and document.due:
        stated = sum((one.amount for one in document.due), ZERO)
        if stated != gross:
            raise _unwritable(f"instalments come to {stated} and not to {gross}", "/due")
        if min(one.amount for one in document.due) <= 0:
            raise _unwritable("an instalment is not above zero", "/due")
    parts = due_parts(document, gross)
    weights = [abs(amount) for _, amount in parts]
    amounts = apportion(owed, weights, unit) if owed else (ZERO,)
    for (due, amount), in_base in zip(parts, amounts, strict=False):
        if in_base:
            yield PieceLine(
                account=account,
                debit=(in_base > 0) is invoice,
                amount=abs(in_base),
                label=label,
                third_party=document.party,
                due=due,
                currency_amount=abs(amount) if foreign else None,
            )


def _shares(  # noqa: PLR0917 - what a split depends on
    part: Line | Charge,
    document: Sale,
    amount: Decimal,
    unit: Decimal,
    settings: Sage100Settings,
    reference: Reference,
) -> tuple[Share, ...]:
    account = (reference.accounts or {}).get(net_account(part, document, settings))
    if account is not None and not account.analytic:
        return ()
    found: list[Share] = []
    for plan, shares in _by_plan(part, document, settings, reference).items():
        weights = [
            share.weight if share.amount is None else share.amount for share in shares
        ]
        # A line below zero may be split in amounts below zero: the side tells.
        if max(weights) <= 0:
            weights = [-weight for weight in weights]
        if not plan or min(weights) < 0 or not any(weights):
            how = "a share is of no plan" if not plan else "shares have both signs, or none"
            raise _unwritable(how, "/lines")
        found.extend(
            Share(plan=int(plan), section=share.value, amount=own)
            for share, own in zip(shares, apportion(amount, weights, unit), strict=True)
            if own
        )
    return tuple(found)


def _by_plan(
    part: Line | Charge, document: Sale, settings: Sage100Settings, reference: Reference
) -> dict[str, list[AnalyticShare]]:
    by_plan: dict[str, list[AnalyticShare]] = {}
    if isinstance(part, Line):
        own = [AnalyticShare(value, name) for name, value in part.dimensions.items()]
        for share in (*part.analytic, *own):
            plan = plan_number(share.dimension, settings, reference)
            by_plan.setdefault(plan, []).append(share)
    if document.project:
        # What a line says of a plan itself comes before the document's project.
        plan = plan_number("", settings, reference)
        by_plan.setdefault(plan, [AnalyticShare(document.project)])
    return by_plan
