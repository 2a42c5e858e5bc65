"""PNM lines as neutral rows: A lines become shares, E lines instalments."""

from __future__ import annotations

from collections.abc import Iterator

from ..flat import Source
from ..rows import EntryKind, EntryRow, RowInstalment, RowShare
from ..values import AROUND
from .judging import MAIN, line_faults, place_faults
from .lines import COLUMNS, ColumnName, PnmLine
from .reading import PnmStream, stream
from .sentences import PnmCode, broken, fault

__all__ = ("COPIED", "ENTRY_KINDS", "EXTRA", "KEPT", "OWN", "rows")

EXTRA = "pnm."
"""Begins the names in `EntryRow.extra`: "pnm.entry_number" is of the line itself,
"pnm.A2.label" of its second A line, "pnm.E1.currency" of its first E line."""

ENTRY_KINDS: dict[str, EntryKind] = {"N": "normal", "A": "opening", "S": "simulation"}

KEPT: tuple[ColumnName, ...] = (
    "entry_number",
    "reserved",
    "amount_currency",
    "plan",
    "unused_section",
)
"""Columns of a G or X line that a row has no field for."""

COPIED: dict[str, tuple[ColumnName, ...]] = {
    "A": (
        "journal",
        "date",
        "piece_type",
        "account",
        "reference",
        "label",
        "side",
        "entry_kind",
        "entry_number",
        "amount_currency",
    ),
}
"""Columns of an A or E line that repeat the line it belongs to."""
COPIED["E"] = (*COPIED["A"], "party")

OWN: dict[str, tuple[ColumnName, ...]] = {
    "A": ("line_type", "party", "amount", "plan"),
    "E": ("line_type", "method", "due", "amount"),
}
"""Columns of an A or E line that a share or an instalment has a field for."""


def rows(source: Source, *, name: str = "", around: int = AROUND) -> Iterator[EntryRow]:
    """Read a file as rows, one for each G or X line, in flat memory.

    The line's reference is the row's `reference`; Sage makes the piece and the invoice
    number of it unless told otherwise (import option "Conserver la référence pièce
    d'origine"). Amounts are in the currency of `extra["pnm.amount_currency"]`, which is the
    base currency in files from Sage. Sums are not checked: see `inspect`.

    Args:
        source: Bytes, a file opened in binary mode, or blocks of bytes of any size.
        name: The file's name, for messages.
        around: Two-digit years are read from 50 before this year to 49 after.

    Raises:
        FileFormatError: Another kind of file, or the company's name is missing (at once);
            a line that Sage would not take, named with its column (while iterating).
        TypeError: The source does not give bytes.
    """
    lines = stream(source, name=name, around=around)
    if lines.movement_first:
        raise broken(fault(PnmCode.COMPANY_MISSING, 1), name)
    return _rows(lines)


def _rows(lines: PnmStream) -> Iterator[EntryRow]:
    parent: PnmLine | None = None
    children: list[PnmLine] = []
    for line in lines:
        for found in line_faults(line, lines.width):
            if found.severity == "error" or found.code == PnmCode.SIDE_MIXED.value:
                raise broken(found, lines.name)
        if line.kind in MAIN:
            if parent is not None:
                yield _row(parent, children)
            parent, children = line, []
            continue
        for found in place_faults(line, parent):
            if found.severity == "error":
                raise broken(found, lines.name)
        children.append(line)
    if parent is None:
        raise broken(fault(PnmCode.NO_MOVEMENT), lines.name)
    yield _row(parent, children)


def _row(line: PnmLine, children: list[PnmLine]) -> EntryRow:
    extra = {f"{EXTRA}{name}": text for name in KEPT if (text := line[name])}
    third_party = line["party"]
    if line.kind == "G" and third_party:
        extra[f"{EXTRA}party"] = third_party
        third_party = ""
    shares: list[RowShare] = []
    instalments: list[RowInstalment] = []
    for child in children:
        due = child.due
        # An E line without a day was refused.
        if child.kind == "A" or due is None:
            shares.append(_share(child))
            number = len(shares)
        else:
            instalments.append(
                RowInstalment(
                    due=due, amount=child.amount, method=child["method"], line=child.line
                )
            )
            number = len(instalments)
        extra.update(_differing(child, line, f"{EXTRA}{child.kind}{number}."))
    return EntryRow(
        journal=line["journal"],
        date=line.date,
        account=line["account"],
        label=line["label"],
        debit=line["side"] == "D",
        amount=line.amount,
        line=line.line,
        piece_type=line["piece_type"],
        reference=line["reference"],
        third_party=third_party,
        due=line.due,
        method=line["method"],
        kind=ENTRY_KINDS[line["entry_kind"] or "N"],
        currency=line["currency"],
        currency_amount=line.currency_amount,
        shares=tuple(shares),
        instalments=tuple(instalments),
        extra=extra,
    )


def _share(line: PnmLine) -> RowShare:
    return RowShare(
        section=line["party"],
        amount=line.amount,
        plan=int(line["plan"] or 0),
        line=line.line,
    )


def _differing(child: PnmLine, parent: PnmLine, prefix: str) -> Iterator[tuple[str, str]]:
    """Yield the columns that are not what the writer would make of the row."""
    copied, own = COPIED[child.kind], OWN[child.kind]
    for name in COLUMNS:
        if name not in own:
            text = child[name]
            if text != (parent[name] if name in copied else ""):
                yield f"{prefix}{name}", text
