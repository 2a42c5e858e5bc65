"""Rules on what is entered straight into journals, and on analytic splits."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final

from ..model import AnalyticShare, JournalEntry, Movement, TradeDocument
from .finding import Fault, Mark, fault
from .registry import Case, RuleBook

ENTRY: Final = RuleBook("sage_connect.validation")

_FEWEST: Final = 2


@ENTRY.rule("SC-ENTRY-LINES", on=JournalEntry, source="entries#balance", mark=Mark.OURS)
def an_entry_has_two_sides(entry: JournalEntry, _case: Case) -> Fault | None:
    """An entry has two movements or more."""
    count = len(entry.movements)
    return fault("/movements", count=count) if count < _FEWEST else None


@ENTRY.rule(
    "SC-ENTRY-UNBALANCED", on=JournalEntry, source="entries#balance", mark=Mark.OURS
)
def debit_is_credit(entry: JournalEntry, _case: Case) -> Fault | None:
    """Debits and credits of an entry are equal."""
    debit = sum((one.debit for one in entry.movements if one.debit), Decimal())
    credit = sum((one.credit for one in entry.movements if one.credit), Decimal())
    if debit == credit:
        return None
    return fault("/movements", debit=debit, credit=credit, difference=debit - credit)


@ENTRY.rule("SC-MOVEMENT-SIDES", on=Movement, source="entries#sides", mark=Mark.OBSERVED)
def a_movement_has_one_side(movement: Movement, _case: Case) -> Fault | None:
    """A movement has a debit or a credit, one of them, and never below zero."""
    debit, credit = movement.debit, movement.credit
    if (debit is None) != (credit is None) and (debit or credit or Decimal()) >= 0:
        return None
    shown = ["?" if one is None else one for one in (debit, credit)]
    return fault("", debit=shown[0], credit=shown[1], account=movement.account)


@ENTRY.rule("SC-MOVEMENT-ACCOUNT", on=Movement, source="entries#fields", mark=Mark.OBSERVED)
def a_movement_has_an_account(movement: Movement, _case: Case) -> Fault | None:
    """A movement names its general account."""
    return None if movement.account.strip() else fault("/account")


@ENTRY.rule(
    "SC-SPLIT-SHARES",
    on=(TradeDocument, JournalEntry),
    source="analytics#sum",
    mark=Mark.DOCUMENTED,
)
def splits_are_the_whole(
    document: TradeDocument | JournalEntry, case: Case
) -> Iterable[Fault] | None:
    """Within a dimension, shares are all weights or all amounts, and make up the line."""
    if isinstance(document, JournalEntry):
        if not any(one.analytic for one in document.movements):
            return None
        return [
            found
            for at, one in enumerate(document.movements)
            for found in _split(
                one.analytic,
                one.credit if one.debit is None else one.debit,
                at,
                "movements",
            )
        ]
    if not any(line.analytic for line in document.lines):
        return None
    nets = case.totals.lines
    return [
        found
        for at, line in enumerate(document.lines)
        for found in _split(line.analytic, nets[at], at, "lines")
    ]


def _split(
    shares: Sequence[AnalyticShare], whole: Decimal | None, at: int, place: str
) -> Iterator[Fault]:
    if not shares or whole is None:
        return
    by_dimension: dict[str, list[AnalyticShare]] = {}
    for share in shares:
        by_dimension.setdefault(share.dimension, []).append(share)
    for dimension, parts in by_dimension.items():
        amounts = [part.amount for part in parts if part.amount is not None]
        # `weight` has a default, and is not None but by force.
        weights = [part.weight for part in parts]
        found: tuple[str, object, object] | None = None
        if amounts and len(amounts) < len(parts):
            found = ("mixed", len(amounts), len(parts))
        elif amounts and sum(amounts, Decimal()) != whole:
            found = ("sum", sum(amounts, Decimal()), whole)
        elif not amounts and (min(weights) < 0 or not any(weights)):
            found = ("weights", min(weights), max(weights))
        if found:
            problem, given, wanted = found
            yield fault(
                f"/{place}/{at}/analytic",
                problem=problem,
                dimension=dimension or "?",
                found=given,
                expected=wanted,
            )
