"""An invoice or credit note said in another way, that comes to the same."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Final, TypeVar

import attrs

from .invoice import Line, Tax, TaxMode, TradeDocument
from .money import minor_unit
from .totals import part_taxes, totals

D = TypeVar("D", bound=TradeDocument)
_ONE: Final = Decimal(1)


def taxed_by_line(
    document: D, taxes_of: Callable[[D], Sequence[Decimal]] | None = None
) -> D | None:
    """Return `document` with the one tax of the whole on each line, to the cent.

    Args:
        document: Taxed as a whole.
        taxes_of: What tax each line, then each charge, is found to have; as `totals` does
            for None.

    Returns:
        None where there is not exactly one tax, or where it does not come to the same: then
        a line's tax would not be its rate any more.
    """
    if len(document.taxes) != 1 or any(part.taxes for part in document.lines):
        return None
    (tax,) = document.taxes
    bare = Tax(tax.code, tax.rate)
    moved = attrs.evolve(
        document,
        tax_mode=TaxMode.LINE,
        taxes=(),
        lines=[attrs.evolve(line, taxes=(bare,)) for line in document.lines],
        charges=[attrs.evolve(one, taxes=(bare,)) for one in document.charges],
    )
    wanted = totals(document).tax
    amounts = (taxes_of or _tax_amounts)(moved)
    residue = wanted - sum(amounts, Decimal())
    if residue and not document.prices_include_tax and document.lines:
        cent = minor_unit(document.currency).copy_sign(residue)
        lines = list(moved.lines)
        largest = sorted(range(len(lines)), key=lambda at: -abs(amounts[at]))
        # A cent for each: with more, the tax of a line would not be its rate any more.
        for at in largest[: int(residue / cent)]:
            stated = Tax(tax.code, tax.rate, amounts[at] + cent)
            lines[at] = attrs.evolve(lines[at], taxes=(stated,))
        moved = attrs.evolve(moved, lines=lines)
    kept, whole = totals(moved), totals(document)
    same = (kept.net, kept.tax, kept.gross) == (whole.net, whole.tax, whole.gross)
    return moved if same else None


def adjusted_by_line(document: D, account: str, taxes: Sequence[Tax] = ()) -> D:
    """Return `document` with its adjustment as a line of its own, on `account`."""
    amount = document.adjustment or Decimal()
    line = Line(
        description="Adjustment", unit_price=amount, account=account, taxes=tuple(taxes)
    )
    stated = None if document.net is None else document.net + amount
    return attrs.evolve(
        document, adjustment=None, net=stated, lines=(*document.lines, line)
    )


def without_quantities(document: D) -> D:
    """Return `document` with quantities in prices and texts: "3 x Bolts"."""
    return attrs.evolve(document, lines=tuple(_folded(line) for line in document.lines))


def _folded(line: Line) -> Line:
    if line.quantity == _ONE:
        return line
    return attrs.evolve(
        line,
        description=f"{line.quantity.normalize():f} x {line.description}",
        quantity=_ONE,
        unit_price=line.quantity * line.unit_price,
    )


def _tax_amounts(document: TradeDocument) -> tuple[Decimal, ...]:
    return tuple(sum(each, Decimal()) for each in part_taxes(document))
