"""CSV: one row a line, columns named by dotted paths, exact both ways.

The first row names the columns: `type`, `number`, `party`, `lines.unit_price`,
`lines.taxes.code`, `lines.dimensions.DEPARTMENT`, `due` (a day) or `due.due` and
`due.amount` (instalments), `lines.discount.percent`.

- Rows with the same `type` and `number` are one document, next to each other or not.
  Without a number, `source_id` tells; for master data, `code` (and `dimension`).
- A field of the document stands in its first row; in later rows it is blank or the same.
- A row that fills columns of a list (`lines.…`, `charges.…`, `due.…`) adds one member to
  it. A row that fills only columns of a list within it (`lines.taxes.…`,
  `lines.analytic.…`) adds to the member before: so a line has a second tax or share.
- A blank cell is a field that is not given.
- Separator `,` `;` or tab, whichever the first row has most of. UTF-8, with or without a
  byte order mark. Amounts have a decimal point whatever the separator; days are as
  2026-10-31; flags are `true` or `false`.
- An apostrophe before `=`, `+`, `-` or `@` is the spreadsheet's sign for "text": it is
  written before such text and taken off again, so that no cell becomes a formula.

A row that cannot be told apart is never left out of its document: the document that it may
belong to is refused with it.
"""

import csv
import functools
import io
import re
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any, Final, TypeAlias

import attrs

from ...errors import CodecError, FileFormatError
from ..invoice import Amount, Due, Percent
from .documents import KINDS, Loaded, Record, build, codec_error, nowhere, written
from .notation import decoded
from .shapes import (
    LONGEST_SHOWN,
    Fault,
    Misfit,
    Path,
    entries,
    is_mapping,
    members,
    nearest,
    shown,
    unknown,
)

LONGEST_CELL: Final = 131_072
"""Characters of one cell: what Python's own reader takes."""
_LIST: Final = "[]"
_SEPARATORS: Final = ",;\t"
_FORMULA: Final = re.compile(r"'*[=+\-@\t\r]")
_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")

Steps: TypeAlias = tuple[str, ...]
"""A column's path; the name of a list is followed by `[]`."""
Cells: TypeAlias = Sequence[tuple[Steps, Any]]


@attrs.frozen
class _Column:
    steps: Steps
    typed: Callable[[str], object]


def _flag(text: str) -> object:
    return {"true": True, "false": False}.get(text, text)


@functools.cache
def _columns() -> Mapping[str, _Column]:
    """Every column that some document has; one that ends with a dot takes any name."""
    found: dict[str, _Column] = {"type": _Column(("type",), str)}
    for kind in KINDS.values():
        for steps, typed in _leaves(kind, ()):
            name = ".".join(step for step in steps if step != _LIST)
            found.setdefault(name, _Column(steps, typed))
    return found


def _leaves(hint: Any, at: Steps) -> Iterator[tuple[Steps, Callable[[str], object]]]:
    arguments = typing.get_args(hint)
    inner = [one for one in arguments if one not in {type(None), ...}]
    if hint == Due:
        yield at, str
        yield from _leaves(typing.get_args(inner[1])[0], (*at, _LIST))
    elif inner == [Percent, Amount]:
        yield (*at, "percent"), str
        yield (*at, "amount"), str
    elif typing.get_origin(hint) is tuple:
        yield from _leaves(inner[0], (*at, _LIST))
    elif is_mapping(hint):
        # Its keys are columns of the caller's.
        yield (*at, ""), str
    elif len(inner) == 1:
        yield from _leaves(inner[0], at)
    elif attrs.has(hint):
        for name, inside in typing.get_type_hints(hint).items():
            if name in attrs.fields_dict(hint):
                yield from _leaves(inside, (*at, name))
    else:
        yield at, _flag if hint is bool else str


def _column(name: str, file: str) -> _Column:
    known = _columns()
    if name in known:
        return known[name]
    for prefix, column in known.items():
        if prefix.endswith(".") and name.startswith(prefix):
            return attrs.evolve(
                column, steps=(*column.steps[:-1], name.removeprefix(prefix))
            )
    if nearest(name, known):
        raise FileFormatError(unknown(name, known, "column"), file=file, line=1)
    cut = name if len(name) <= LONGEST_SHOWN else f"{name[:LONGEST_SHOWN]}…"
    raise FileFormatError(
        f'unknown column "{cut}"',
        file=file,
        line=1,
        # All the columns would fill the screen, and as often this is no table at all.
        fix="Documents are JSON, NDJSON, or a CSV whose first line names columns such as "
        "type, number, date, party and lines.description.",
    )


@attrs.define
class _Group:
    """Rows of one document, on their way to be one.

    Attributes:
        line: Of the first row.
        value: The plain object so far.
        lines: Where each part of it was said.
        faults: What is wrong with the rows themselves, with their lines.
    """

    line: int
    value: dict[str, Any] = attrs.field(factory=dict[str, Any])
    lines: dict[Path, int] = attrs.field(factory=dict[Path, int])
    faults: list[tuple[int, Fault]] = attrs.field(factory=list[tuple[int, Fault]])

    def add(self, cells: Cells, line: int) -> None:
        """Take in what one row says."""
        self._fill(self.value, (), cells, line)

    def _fill(self, target: dict[str, Any], path: Path, cells: Cells, line: int) -> None:
        lists: dict[Steps, list[tuple[Steps, Any]]] = {}
        for steps, value in cells:
            if _LIST in steps:
                at = steps.index(_LIST)
                lists.setdefault(steps[:at], []).append((steps[at + 1 :], value))
            else:
                self._set(target, path, steps, value, line)
        for steps, rest in lists.items():
            place: Path = (*path, *steps)
            members: Any = _holder(target, steps).setdefault(steps[-1], [])
            if isinstance(members, str):
                self._differ(line, place, members, [])
            elif [inner for inner, _ in rest] == [()]:
                members.append(rest[0][1])
            elif any(_LIST not in inner for inner, _ in rest):
                members.append({})
                self.lines[*place, len(members) - 1] = line
                self._fill(members[-1], (*place, len(members) - 1), rest, line)
            elif members:
                self._fill(members[-1], (*place, len(members) - 1), rest, line)
            else:
                self.refuse(
                    line, place, "nothing stands before that this could be added to"
                )

    def _set(
        self, target: dict[str, Any], path: Path, steps: Steps, value: object, line: int
    ) -> None:
        place: Path = (*path, *steps)
        before = _holder(target, steps).setdefault(steps[-1], value)
        if before is value:
            self.lines.setdefault(place, line)
        elif before != value:
            self._differ(line, place, before, value)

    def _differ(self, line: int, place: Path, before: object, now: object) -> None:
        said = f"line {_line_of(self.lines, place, self.line)} says {shown(before)}"
        self.refuse(line, place, f"{said}, line {line} says {shown(now)}")

    def refuse(self, line: int, path: Path, message: str) -> None:
        """Keep a fault of a row."""
        self.faults.append((line, Fault(path, message)))

    def loaded(self, index: int) -> Loaded:
        """Return the document, or every fault of it."""
        found = [fault for _, fault in self.faults]
        places = {fault.path: line for line, fault in reversed(self.faults)}

        def place(path: Path) -> str:
            return f"line {_line_of({**self.lines, **places}, path, self.line)}"

        document: Record | None = None
        try:
            document = build(self.value)
        except Misfit as error:
            found += error.faults
        if found:
            return Loaded(index, self.line, error=codec_error(Misfit(found), place))
        return Loaded(index, self.line, document=document)


def _holder(target: dict[str, Any], steps: Steps) -> Any:
    """Return the object that the last of `steps` is a field of; made if it is missing."""
    holder: Any = target
    for step in steps[:-1]:
        holder = holder.setdefault(step, {})
    return holder


def _line_of(lines: Mapping[Path, int], path: Path, first: int) -> int:
    for size in range(len(path), 0, -1):
        if path[:size] in lines:
            return lines[path[:size]]
    return first


def _identity(value: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Return what rows of one document have in common, or None if nothing tells."""
    kind = KINDS.get(value.get("type", ""))
    if kind is None:
        return None
    if kind.type == "dimension_value":
        names: Steps = ("dimension", "code")
    elif "number" not in attrs.fields_dict(kind):
        names = ("code",)
    else:
        names = ("number",) if value.get("number") else ("source_id",)
    parts = tuple(str(value.get(name, "")) for name in names)
    return (kind.type, *names, *parts) if all(parts) else None


def from_csv(content: bytes | str, *, name: str = "") -> tuple[Loaded, ...]:
    """Read documents from a table, in the order of their first rows.

    Args:
        content: As the module's docstring says.
        name: Of the file, for errors.

    Raises:
        FileFormatError: It is not UTF-8, a quote is left open, a column is unknown or
            stands twice, or a row has more or fewer cells than the first and does not
            tell which document it belongs to.
    """
    rows = _rows(decoded(content, name, bom=True), name)
    _, header = next(rows, (1, [""]))
    columns = [_column(cell, name) for cell in header]
    for at, cell in enumerate(header):
        if cell in header[:at]:
            raise FileFormatError(f'column "{cell}" stands twice', file=name, line=1)
    groups: dict[tuple[str, ...], _Group] = {}
    last: _Group | None = None
    for line, row in rows:
        cells = [
            (column.steps, column.typed(_taken_off(cell)))
            for column, cell in zip(columns, row, strict=False)
            if cell
        ]
        if not any(row):
            continue
        identity = _identity({steps[0]: cell for steps, cell in cells if len(steps) == 1})
        ragged = len(row) != len(header)
        if identity is None:
            if ragged:
                raise FileFormatError(
                    f"{_count(row)}, where the first row has {len(header)}, and no type "
                    "and number that tell the document.",
                    file=name,
                    line=line,
                    fix="Look for a separator or quote in a text.",
                )
            _refuse_unknown(groups, last, dict(cells), line)
            continue
        last = groups.setdefault(identity, _Group(line))
        if ragged:
            last.refuse(line, (), f"{_count(row)}, where the first row has {len(header)}")
        else:
            last.add(cells, line)
    return tuple(group.loaded(index) for index, group in enumerate(groups.values()))


def _count(row: Sequence[str]) -> str:
    return f"{len(row)} cell{'s' if len(row) > 1 else ''} in this row"


def _refuse_unknown(
    groups: dict[tuple[str, ...], _Group],
    last: _Group | None,
    cells: Mapping[Steps, Any],
    line: int,
) -> None:
    """Refuse a row without a known type and number, and what it may belong to.

    That is the document of the row above, and any with the same number.
    """
    kind = str(cells.get(("type",), ""))
    number = str(cells.get(("number",), ""))
    near = [group for group in groups.values() if number and number == _number(group)]
    if last is not None and last not in near:
        near.append(last)
    if kind not in KINDS and kind:
        message, path = unknown(kind, KINDS, "type"), ("type",)
    else:
        message = "a row without the type and number (or source_id, or code) of a document"
        path = ("number",) if kind else ("type",)
    for group in near:
        group.refuse(line, path, f"{message}; it may belong to this document")
    own = _Group(line)
    own.refuse(line, path, message)
    own.value = {"type": ""} if not kind else {"type": kind}
    groups["", str(line)] = own


def _number(group: _Group) -> str:
    return str(group.value.get("number", ""))


def _rows(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row and the line that it begins on."""
    first = text[: text.find("\n")] if "\n" in text else text
    separator = max(_SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for row in reader:
            yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise FileFormatError(f"this is no CSV: {error}", file=name, line=line) from None


def _taken_off(cell: str) -> str:
    return cell[1:] if cell[0] == "'" and _FORMULA.match(cell) else cell


def _guarded(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def to_csv(documents: Iterable[Record], *, separator: str = ",") -> bytes:
    """Write documents as a table in UTF-8; `from_csv` reads them back equal.

    Args:
        documents: Each with a number or `source_id` that no other of its type has.
        separator: `,` `;` or a tab.

    Raises:
        CodecError: A document has something that CSV cannot carry: no number, an empty
            list or text where a field is needed, a text of more than 131,072 characters.
            Write JSON instead.
    """
    table: list[dict[str, str]] = []
    names: dict[str, None] = {"type": None}
    seen = set[tuple[str, ...]]()
    for document in documents:
        for row in _rows_of(document, seen):
            names.update(dict.fromkeys(row))
            table.append(row)
    order = {name: at for at, name in enumerate(_columns())}
    # Columns of the caller's own names (dimensions) come where their mapping stands.
    columns = sorted(names, key=lambda name: (order.get(name, order.get(_open(name), 0)),))
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, restval="", delimiter=separator)
    writer.writeheader()
    writer.writerows(table)
    return out.getvalue().encode()


def _open(name: str) -> str:
    return next(
        (one for one in _columns() if one.endswith(".") and name.startswith(one)), name
    )


def _rows_of(document: Record, seen: set[tuple[str, ...]]) -> list[dict[str, str]]:
    label = f"{document.type} {getattr(document, 'number', '')}".strip()
    try:
        value = written(document)
    except Misfit as error:
        raise codec_error(error, nowhere) from None
    identity = _identity(value)
    if identity is None or identity in seen:
        why = "another one has" if identity else "it lacks"
        raise CodecError(
            f"{label}: {why} the number, source_id or code that tells its rows.",
            fix="Write JSON instead.",
        )
    seen.add(identity)
    same = {name: value[name] for name in ("type", *identity[1 : (len(identity) + 1) // 2])}
    rows = [same | row for row in _flat(value, "")]
    cells = [{name: _guarded(cell) for name, cell in row.items()} for row in rows]
    group = _Group(1)
    for row in cells:
        group.add(
            [
                (column.steps, column.typed(_taken_off(cell)))
                for name, cell in row.items()
                if cell
                for column in (_column(name, ""),)
            ],
            1,
        )
    longest = max(len(cell) for row in cells for cell in row.values())
    # Read back: what a cell cannot say (an empty list or text) must not be lost.
    if longest > LONGEST_CELL or group.loaded(0).document != document:
        raise CodecError(
            f"{label}: CSV cannot carry an empty text, list or date in it, or its longest "
            "text.",
            fix="Write JSON instead.",
        )
    return cells


def _flat(value: Mapping[str, Any], prefix: str) -> list[dict[str, Any]]:
    """Return the rows of an object: its fields in the first, members of lists in each."""
    own: dict[str, Any] = {}
    lists: list[list[dict[str, Any]]] = []
    for name, one in value.items():
        column = f"{prefix}{name}"
        if isinstance(one, Mapping):
            first, *more = _flat(entries(one), f"{column}.")
            own |= first
            lists.append([{}, *more])
        elif isinstance(one, list):
            lists.append(_members(members(one), column))
        elif one is not None:
            own[column] = one
    rows: list[dict[str, Any]] = []
    for parts in zip_longest([own], *lists, fillvalue=dict[str, Any]()):
        merged: dict[str, Any] = {}
        for part in parts:
            merged |= part
        rows.append(merged)
    return rows


def _members(values: Iterable[Any], column: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for one in values:
        whole = isinstance(one, Mapping)
        rows += _flat(entries(one), f"{column}.") if whole else [{column: one}]
    return rows
