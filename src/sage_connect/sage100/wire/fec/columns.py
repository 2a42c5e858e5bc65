"""The first line of a FEC: which column stands where, and what is wrong with the names."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from operator import itemgetter

import attrs

from ..sentences import FileFault
from .faults import Code, Problem, fault

__all__ = (
    "ADDED",
    "AMOUNTS",
    "NAMES",
    "SIDED",
    "THIRD_PARTIES",
    "Columns",
    "field_of",
    "miscounted",
    "names_of",
    "picker",
)

NAMES = (
    "JournalCode",
    "JournalLib",
    "EcritureNum",
    "EcritureDate",
    "CompteNum",
    "CompteLib",
    "CompAuxNum",
    "CompAuxLib",
    "PieceRef",
    "PieceDate",
    "EcritureLib",
    "Debit",
    "Credit",
    "EcritureLet",
    "DateLet",
    "ValidDate",
    "Montantdevise",
    "Idevise",
)
"""The 18 columns of the law, in its order (sources.md#fec)."""

AMOUNTS = ("Debit", "Credit")
SIDED = ("Montant", "Sens")
"""What may stand in the place of Debit and Credit."""

THIRD_PARTIES = ("40", "41")
"""How the accounts begin on which a third party stands.

Other software posts a third party of any other account to a control account
(sources.md#fec)."""

ADDED = ("DateRglt", "ModeRglt", "NatOp", "IdClient")
"""What cash-basis books have besides: farms (BA) the first three, professions (BNC) all."""

_KNOWN = (*NAMES, *SIDED, *ADDED)
_BY_LOWER = {name.lower(): name for name in _KNOWN}
# Published in both spellings.
_TWO_SPELLINGS = {"Montantdevise", "Idevise"}
_SEPARATORS = {"\t": "tabs", "|": "vertical bars", ";": "semicolons", ",": "commas"}
_FEWEST = 9
_HEADER_SIZE = 3
_COUNTS = {18, 21, 22}


def names_of(*, sided: bool, added: int = 0) -> tuple[str, ...]:
    """Return the names in the law's order, with Montant and Sens where `sided`."""
    at = NAMES.index("Debit")
    amounts = SIDED if sided else AMOUNTS
    return (*NAMES[:at], *amounts, *NAMES[at + 2 :], *ADDED[:added])


def field_of(name: str, number: int) -> str:
    """Return how a fault names a column: its name and its number from 1."""
    return f"{name} ({number})"


@attrs.frozen
class Columns:
    """The columns of one file.

    Attributes:
        separator: One character.
        names: As they stand, in the order of the file; the law's where there are none.
        places: Name by the law to its place from 0.
        present: Whether the first line has names; else it is a row.
        faults: What is wrong with the line.
    """

    separator: str
    names: tuple[str, ...]
    places: Mapping[str, int]
    present: bool
    faults: tuple[FileFault, ...]

    @property
    def sided(self) -> bool:
        """Whether amounts stand as Montant and Sens."""
        return "Debit" not in self.places and "Montant" in self.places

    def label(self, name: str) -> str:
        """Return how a fault names the column `name` of the law."""
        at = self.places.get(name)
        return name if at is None else field_of(self.names[at], at + 1)

    @classmethod
    def of(cls, line: str) -> Columns:
        """Read the first line of a file."""
        separator = max(_SEPARATORS, key=line.count)
        faults: list[FileFault] = []
        if separator in ";,":
            faults.append(fault(Code.SEPARATOR, 1, found=_SEPARATORS[separator]))
        cells = line.split(separator)
        exact = {_bare(cell).lower() for cell in cells} & _BY_LOWER.keys()
        if len(exact) < _HEADER_SIZE:
            faults.append(fault(Code.HEADER, 1, found=cells[0][:40]))
            count = len(cells) if len(cells) in _COUNTS else len(NAMES)
            names = names_of(sided=False, added=count - len(NAMES))
            if len(cells) < _FEWEST:
                faults.append(fault(Code.COLUMN_FEW, 1, found=len(cells)))
            places = {name: at for at, name in enumerate(names)}
            return cls(separator, names, places, present=False, faults=tuple(faults))
        places = _places(cells, faults)
        if len(cells) < _FEWEST:
            faults.append(fault(Code.COLUMN_FEW, 1, found=len(cells)))
        found = cls(separator, tuple(cells), places, present=True, faults=())
        expected = names_of(sided=found.sided)
        faults += (
            fault(Code.COLUMN_MISSING, 1, name, found=name)
            for name in expected
            if name not in places
        )
        faults += _order(places)
        return attrs.evolve(found, faults=tuple(faults))


def _bare(cell: str) -> str:
    return cell.strip(" \xa0\"'")


def _places(cells: Sequence[str], faults: list[FileFault]) -> dict[str, int]:
    """Find the columns by name, misspelt ones by the nearest name that is not taken."""
    places: dict[str, int] = {}
    odd: list[int] = []
    for at, cell in enumerate(cells):
        name = cell if cell in _KNOWN else _BY_LOWER.get(cell.lower())
        if name is None:
            odd.append(at)
        elif name in places:
            faults.append(fault(Code.COLUMN_TWICE, 1, field_of(cell, at + 1), found=name))
        else:
            places[name] = at
            if cell != name and name not in _TWO_SPELLINGS:
                label = field_of(cell, at + 1)
                faults.append(fault(Code.COLUMN_CASE, 1, label, found=cell, nearest=name))
    for at in odd:
        cell = cells[at]
        free = {name.lower(): name for name in _KNOWN if name not in places}
        near = difflib.get_close_matches(_bare(cell).lower(), free, n=1, cutoff=0.6)
        label = field_of(cell, at + 1)
        # A foreign column after the law's is an addition, not a misspelling of another.
        if not near or (at >= len(NAMES) and _bare(cell).lower() not in free):
            law = NAMES[at] if at < len(NAMES) and NAMES[at] not in places else ""
            if law:
                faults.append(fault(Code.COLUMN_NAME, 1, label, found=cell, nearest=law))
                places[law] = at
            else:
                faults.append(fault(Code.COLUMN_UNKNOWN, 1, label, found=cell))
            continue
        name = free[near[0]]
        faults.append(fault(Code.COLUMN_NAME, 1, label, found=cell, nearest=name))
        places[name] = at
    return places


def _order(places: Mapping[str, int]) -> list[FileFault]:
    """Tell the first column that stands before one that the law has earlier."""
    known = [name for name in (*names_of(sided=False), *SIDED, *ADDED) if name in places]
    if "Montant" in places and "Debit" not in places:
        known = [name for name in (*names_of(sided=True), *ADDED) if name in places]
    for before, after in pairwise(known):
        if places[after] < places[before]:
            return [fault(Code.COLUMN_ORDER, 1, after, found=after, expected=before)]
    return []


def picker(columns: Columns) -> Callable[[Sequence[str]], tuple[str, ...]]:
    """Return what takes the 18 values of the law out of a row's cells and an empty one.

    The empty cell, appended by the caller, stands for the columns that the file lacks.
    Montant and Sens stand in the places of Debit and Credit.
    """
    places = [columns.places.get(name, -1) for name in names_of(sided=columns.sided)]
    # Typed for two places and more by no checker: there are always eighteen.
    pick: Callable[[Sequence[str]], tuple[str, ...]] = itemgetter(*places)
    return pick


def miscounted(found: int, expected: int, *, last: bool) -> Problem:
    """Return what is wrong with a row of another number of columns than the first line."""
    counts: dict[str, object] = {"found": found, "expected": expected}
    if last and found < expected:
        return Code.TRUNCATED, counts
    reason = (
        "a line break stands in a text, or a column is left out"
        if found < expected
        else "a separator stands in a text, or there is a column too many"
    )
    return Code.ROW_COUNT, counts | {"reason": reason}
