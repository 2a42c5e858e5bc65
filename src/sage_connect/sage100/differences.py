"""What became of the lines of a document between the import file and an export."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import combinations
from operator import itemgetter
from typing import Final, TypeAlias

from .booked import Booked

Fault: TypeAlias = tuple[str, Mapping[str, object]]
"""A code, and the values that its sentence names."""

FIELD: Final = "SC-S100-DRIFT-FIELD"
PIECE: Final = "SC-S100-DRIFT-PIECE"
LINE_GONE: Final = "SC-S100-DRIFT-LINE-GONE"
LINE_ADDED: Final = "SC-S100-DRIFT-LINE-ADDED"
TWICE: Final = "SC-S100-IMPORTED-TWICE"

_OF_PIECE: Final = Booked._fields[:3]
_OF_LINE: Final = Booked._fields[3:]
# Inferred: what the file leaves empty here, Sage may fill in from third party and account.
_FILLED_IN: Final = frozenset({"due", "currency_amount", "tax_code"})
# How alike two lines are that are not the same. Ours: lines below `_ALIKE` have too little
# in common for one to have become the other.
_WEIGHTS: Final = {
    "account": 5,
    "third_party": 2,
    "label": 3,
    "due": 2,
    "side": 2,
    "amount": 8,
    "currency_amount": 1,
    "tax_code": 1,
}
_ALIKE: Final = 7
_NOTHING: Final = "\u2013"

Pair: TypeAlias = tuple[Booked, Booked]
Kernel: TypeAlias = tuple[str, str, str, str]
"""Account, third party, side and amount of a line."""


def differences(written: Sequence[Booked], found: Sequence[Booked]) -> Iterator[Fault]:
    """Yield each difference between what was handed over and what an export shows.

    Args:
        written: Lines of a document, at least one.
        found: Lines that were recognised as its own.
    """
    wanted, there = Counter(written), Counter(found)
    copies = min(there[line] // count for line, count in wanted.items())
    if copies:
        pairs, gone = list[Pair](), list[Booked]()
        rest = [*(there - Counter({a: n * copies for a, n in wanted.items()})).elements()]
    else:
        pairs, gone, rest = _paired(written, found)
    yield from _changes(pairs)
    for line in gone:
        yield LINE_GONE, _told(line)
    again = is_copy(written, rest)
    if copies > 1 or again:
        yield TWICE, {"copies": max(copies, 1) + again}
    if not again:
        for line in rest:
            yield added(line)


def added(line: Booked) -> Fault:
    """Return the fault of a line that was not handed over."""
    return LINE_ADDED, _told(line)


def is_copy(written: Sequence[Booked], lines: Sequence[Booked]) -> bool:
    """Return whether more than half of what was handed over is among `lines`."""
    return 2 * in_common(written, lines) > len(written)


def in_common(written: Sequence[Booked], lines: Sequence[Booked]) -> int:
    """Count the lines that agree in account, third party, side and amount."""
    return (Counter(map(kernel_of, written)) & Counter(map(kernel_of, lines))).total()


def owes_the_same(written: Sequence[Booked], lines: Sequence[Booked]) -> bool:
    """Return whether third party and amount of a line of both agree."""
    owed = {kernel_of(one)[1:] for one in written if one.third_party}
    return any(kernel_of(one)[1:] in owed for one in lines)


def comes_to(gross: Decimal, lines: Sequence[Booked]) -> bool:
    """Return whether what third parties owe comes to `gross`, in either currency."""
    owing = [one for one in lines if one.third_party]
    return any(
        sum((Decimal(getattr(one, field) or 0) for one in owing), Decimal()) == gross
        for field in ("amount", "currency_amount")
    )


def kernel_of(line: Booked) -> Kernel:
    """Return what a line books, whatever is written beside it."""
    return line.account, line.third_party, line.side, line.amount


def _paired(
    written: Sequence[Booked], found: Sequence[Booked]
) -> tuple[list[Pair], list[Booked], list[Booked]]:
    """Return what became of what, then what is gone, then what is left over.

    Lines that agree in more are paired before those that agree in less. Each set of fields
    is looked up once, so that time and memory grow with the lines and not their square.
    """
    here, there = Counter(written), Counter(found)
    gone = dict(enumerate((here - there).elements()))
    rest = dict(enumerate((there - here).elements()))
    pairs: dict[int, Pair] = {}
    # A day changes on all lines of a piece: those that agree in all else come first.
    for values_of in _AGREEMENTS:
        if not gone or not rest:
            break
        # The first alike, and whoever is alike after it: no list for each, which the
        # garbage collector would visit again and again.
        first: dict[tuple[str, ...], int] = {}
        after: dict[int, int] = {}
        for at, line in reversed(rest.items()):
            values = values_of(line)
            if values in first:
                after[at] = first[values]
            first[values] = at
        for at in list(gone):
            values = values_of(gone[at])
            candidate = first.get(values)
            if candidate is not None and all(values):
                pairs[at] = gone.pop(at), rest.pop(candidate)
                if candidate in after:
                    first[values] = after[candidate]
                else:
                    del first[values]
    in_order = [pair for _, pair in sorted(pairs.items())]
    return in_order, [*gone.values()], [*rest.values()]


def _agreements() -> Iterator[Callable[[Booked], tuple[str, ...]]]:
    """Yield what returns fields that are enough for one line to have become another.

    By how much they weigh together, the heaviest first. One field alone may be enough.
    """
    places = {Booked._fields.index(name): weight for name, weight in _WEIGHTS.items()}
    sets = (
        chosen
        for count in range(1, len(places) + 1)
        for chosen in combinations(places, count)
    )
    weighed = ((sum(places[at] for at in chosen), chosen) for chosen in sets)
    enough = [one for one in weighed if one[0] >= _ALIKE]
    for _, chosen in sorted(enough, key=lambda one: -one[0]):
        # Twice the last, since one place alone would not make a tuple.
        yield itemgetter(*chosen, chosen[-1])


_AGREEMENTS: Final = tuple(_agreements())


def _changes(pairs: Sequence[Pair]) -> Iterator[Fault]:
    of_piece = dict.fromkeys(
        (field, getattr(before, field), getattr(after, field))
        for before, after in pairs
        for field in _OF_PIECE
    )
    for field, old, new in of_piece:
        if old != new:
            yield PIECE, {"field": field, "old": old or _NOTHING, "new": new or _NOTHING}
    for before, after in pairs:
        for field in _OF_LINE:
            old, new = getattr(before, field), getattr(after, field)
            if old != new and (old or field not in _FILLED_IN):
                told = {"field": field, "old": old or _NOTHING, "new": new or _NOTHING}
                yield FIELD, {**_told(before), **told}


def _told(line: Booked) -> Mapping[str, object]:
    return {
        "account": line.account,
        "label": line.label,
        "side": line.side,
        "amount": line.amount,
    }
