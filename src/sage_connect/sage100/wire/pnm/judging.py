"""What is wrong with one line of a PNM file, by itself and beside the line it belongs to.

The reader stops at what is an error here, the writer refuses to make it, and the
inspection tells all of it: one judgement, so that the three cannot disagree.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from ..damage import utf8_of
from ..sentences import FileFault
from ..values import BLANKS, CONTROL, parse_day
from .lines import COLUMNS, WIDTHS, ColumnName, PnmLine
from .sentences import PnmCode, fault

__all__ = ("MAIN", "METHODS", "PIECE_TYPES", "line_faults", "place_faults")

PIECE_TYPES = ("FC", "AC", "RC", "FF", "AF", "RF", "OD")
METHODS = "ECTLVPUS"
MAIN = {"G", "X"}
"""Types of line that A and E lines belong to."""

_AMOUNT = re.compile(r"-?[0-9]+(?:\.([0-9]{1,6}))?")
_ISO = re.compile(r"[A-Z]{3}")
_SHORTEST_ACCOUNT = 3
_MOST_PLANS = 10
_DECIMALS = 2
_EXCERPT = 25

# Most lines are ordinary, and seen to be without a fault at one look: what this lets pass
# has none, what it does not is looked at column by column.
_ORDINARY_PARTS = (
    (
        "[A-Z0-9][A-Z0-9 ]{2}"
        "([0-9]{6})"
        f"(?:{'|'.join(PIECE_TYPES)}|  )"
        "[A-Z0-9]{3}[A-Z0-9 ]{10}"
        "(?:[ G] {13}|(?:X|(?P<A>A)|(?P<E>E))[A-Z0-9][A-Z0-9 ]{12})"
        "(?: {13}|[!-~][ -~]{12})"
        "[!-~][ -~]{24}"
        "[A-Z ]"
        "((?(E)[0-9]{6}|(?:[0-9]{6}| {6})))"
        "[DC]"
        r" *(?!0*\.00)[0-9]+\.[0-9]{2}"
        "[NAS]"
    ),
    "(?: {7}| *[0-9]+)",
    " {26}",
    "(?:[A-Z]{3}| {3})",
    " {23}",
    "(?(A)(?:[1-9] |10) {8}| {10}) {25}",
)
_ORDINARY = {
    width: re.compile("".join(_ORDINARY_PARTS[:count]))
    for count, width in enumerate(WIDTHS, 1)
}

Add = Callable[..., FileFault]


def line_faults(line: PnmLine, width: int) -> Iterator[FileFault]:
    """Tell what is wrong with a line that stands in a file of `width`."""
    return iter(()) if ordinary(line, width) else all_faults(line, width)


def ordinary(line: PnmLine, width: int) -> bool:
    """Tell whether a line is seen at one look to have no fault."""
    if len(line.raw) != width or width not in _ORDINARY:
        return False
    found = _ORDINARY[width].fullmatch(line.text)
    if found is None:
        return False
    try:
        parse_day(found[1], line.around)
        due = found[4].strip(" ")
        return not due or bool(parse_day(due, line.around))
    except ValueError:
        return False


def all_faults(line: PnmLine, width: int) -> Iterator[FileFault]:
    """Look at a line column by column."""
    shape = _shape(line, width)
    yield from shape
    if any(found.severity == "error" for found in shape):
        # Columns of a line that is too long or too short are not what they seem.
        return

    def told(code: PnmCode, name: ColumnName, /, **values: object) -> FileFault:
        return fault(code, line.line, COLUMNS[name].label, **values)

    for name, place in COLUMNS.items():
        text = line.text[place.at : place.end]
        if text.isascii() and text.isprintable():
            continue
        for char in text:
            if CONTROL.match(char):
                yield told(PnmCode.CONTROL, name, found=f"U+{ord(char):04X}")
            elif "\udc80" <= char <= "\udcff":
                yield told(PnmCode.BYTE, name, found=f"0x{ord(char) - 0xDC00:02X}")
    yield from _codes(line, told)
    yield from _days(line, told)
    yield from _money(line, told)
    yield from _rest(line, told, width)


def _shape(line: PnmLine, width: int) -> list[FileFault]:
    raw, found = line.raw, list[FileFault]()
    length = len(raw)
    if not raw.strip(b" \t"):
        code = PnmCode.BLANK_LINE if raw else PnmCode.EMPTY_LINE
        return [fault(code, line.line, found=length)]
    if text := utf8_of(raw):
        at = next(at for at, char in enumerate(text) if not char.isascii())
        place = next((one for one in COLUMNS.values() if at < one.end), None)
        excerpt = text[place.at : place.end] if place else text[at : at + _EXCERPT]
        label = place.label if place else ""
        found.append(fault(PnmCode.UTF8, line.line, label, found=excerpt.strip()))
    expected = width or " or ".join(map(str, WIDTHS))
    if length == width and width:
        return found
    if not line.end and length < (width or WIDTHS[-1]):
        found.append(
            fault(
                PnmCode.TRUNCATED,
                line.line,
                found=length,
                expected=expected,
                byte=line.at + length,
            )
        )
    elif not found:
        code = PnmCode.LENGTH_MIXED if width and length in WIDTHS else PnmCode.LENGTH
        found.append(fault(code, line.line, found=length, expected=expected))
    return found


def _codes(line: PnmLine, told: Add) -> Iterator[FileFault]:
    kind = line.kind
    if kind not in {"G", "X", "A", "E"}:
        yield told(PnmCode.LINE_TYPE, "line_type", found=kind)
    names: tuple[ColumnName, ...] = ("journal", "account", "party", "reference", "label")
    for name in names:
        text = line[name]
        if text != text.strip(BLANKS):
            yield told(PnmCode.BLANKS, name, found=text)
        elif name not in {"reference", "label"} and text != text.upper():
            yield told(PnmCode.CASE, name, found=text)
    if not line["journal"]:
        yield told(PnmCode.EMPTY, "journal")
    if not line["label"]:
        yield told(PnmCode.LABEL, "label")
    yield from _account(line, told)
    yield from _party(line, told)


def _account(line: PnmLine, told: Add) -> Iterator[FileFault]:
    account = line["account"].strip(" ")
    if not account:
        yield told(PnmCode.EMPTY, "account")
    elif len(account) < _SHORTEST_ACCOUNT:
        yield told(
            PnmCode.SHORT,
            "account",
            found=account,
            length=len(account),
            limit=_SHORTEST_ACCOUNT,
        )


def _party(line: PnmLine, told: Add) -> Iterator[FileFault]:
    kind, party = line.kind, line["party"]
    if kind in {"X", "E"} and not party:
        yield told(PnmCode.THIRD_PARTY, "party", kind=kind)
    elif kind == "A" and not party:
        yield told(PnmCode.SECTION, "party")
    elif kind == "G" and party:
        yield told(PnmCode.STRAY, "party", found=party, kind=kind)


def _days(line: PnmLine, told: Add) -> Iterator[FileFault]:
    names: tuple[ColumnName, ...] = ("date", "due")
    for name in names:
        text = line[name]
        if not text and name == "due":
            if line.kind == "E":
                yield told(PnmCode.DUE, name)
            continue
        try:
            parse_day(text, line.around)
        except ValueError:
            yield told(PnmCode.DATE, name, found=text)


def _money(line: PnmLine, told: Add) -> Iterator[FileFault]:
    side = line["side"]
    if side == "M":
        yield told(PnmCode.SIDE_MIXED, "side")
    elif side not in {"D", "C"}:
        yield told(PnmCode.SIDE, "side", found=side)
    amount = line["amount"]
    yield from _amount(line, told, "amount")
    if _AMOUNT.fullmatch(amount):
        if not amount.strip("-0."):
            yield told(PnmCode.ZERO, "amount")
        elif amount.startswith("-"):
            yield told(PnmCode.NEGATIVE, "amount", found=amount)
    other, currency = line["currency_amount"], line["currency"]
    if other:
        yield from _amount(line, told, "currency_amount")
    codes: tuple[ColumnName, ...] = ("amount_currency", "currency")
    for name in codes:
        code = line[name]
        if code and not _ISO.fullmatch(code):
            yield told(PnmCode.CURRENCY, name, found=code)
    if bool(other) != bool(currency):
        yield told(
            PnmCode.CURRENCY_PAIR, "currency_amount", amount=other, currency=currency
        )


def _amount(line: PnmLine, told: Add, name: ColumnName) -> Iterator[FileFault]:
    text = line[name]
    found = _AMOUNT.fullmatch(text)
    if found is None:
        yield told(PnmCode.AMOUNT, name, found=text)
        return
    decimals = len(found[1] or "")
    if decimals != _DECIMALS and (name == "amount" or decimals < _DECIMALS):
        yield told(PnmCode.DECIMALS, name, found=text, decimals=decimals)
    if line.text[COLUMNS[name].end - 1] == " ":
        yield told(PnmCode.ALIGNED, name, found=text)


def _rest(line: PnmLine, told: Add, width: int) -> Iterator[FileFault]:
    piece_type = line["piece_type"]
    if piece_type and piece_type not in PIECE_TYPES:
        expected = ", ".join(PIECE_TYPES)
        yield told(PnmCode.PIECE_TYPE, "piece_type", found=piece_type, expected=expected)
    entry_kind = line["entry_kind"]
    if not entry_kind:
        yield told(PnmCode.ENTRY_KIND_EMPTY, "entry_kind")
    elif entry_kind not in {"N", "A", "S"}:
        yield told(PnmCode.ENTRY_KIND, "entry_kind", found=entry_kind)
    number = line["entry_number"]
    if number and not (number.isascii() and number.isdecimal()):
        yield told(PnmCode.ENTRY_NUMBER, "entry_number", found=number)
    method = line["method"]
    # Inferred: a company names its methods itself, so any capital letter may be one.
    if method and not (method.isascii() and method.isupper()):
        expected = ", ".join(METHODS[:-1])
        yield told(PnmCode.METHOD, "method", found=method, expected=expected)
    unused: tuple[ColumnName, ...] = ("reserved", "unused_section")
    for name in unused:
        if line[name]:
            yield told(PnmCode.RESERVED, name, found=line[name])
    yield from _plan(line, told, width)


def _plan(line: PnmLine, told: Add, width: int) -> Iterator[FileFault]:
    plan = line["plan"].strip(" ")
    if line.kind == "A" and width >= COLUMNS["plan"].end:
        sound = plan.isascii() and plan.isdecimal() and 1 <= int(plan) <= _MOST_PLANS
        if not sound:
            yield told(PnmCode.PLAN, "plan", found=plan, line=line.line)
    elif plan:
        yield told(PnmCode.STRAY, "plan", found=plan, kind=line.kind)


_REPEATED: dict[str, tuple[ColumnName, ...]] = {
    "A": ("journal", "date", "account", "side"),
    "E": ("journal", "account", "party", "side"),
}
_REPEATED_TEXTS: dict[str, tuple[ColumnName, ...]] = {
    "A": ("reference", "label"),
    "E": ("entry_number",),
}


def place_faults(line: PnmLine, parent: PnmLine | None) -> Iterator[FileFault]:
    """Tell what is wrong with an A or E line beside the line that it belongs to.

    Inferred: that an E line repeats the side; that texts which differ are taken.
    """
    kind = line.kind
    if parent is None or (kind == "E" and parent.kind != "X"):
        expected = "general or third-party line" if kind == "A" else "third-party line (X)"
        label = COLUMNS["line_type"].label
        yield fault(PnmCode.PARENT, line.line, label, kind=kind, expected=expected)
        return

    def differs(code: PnmCode, name: ColumnName) -> FileFault:
        return fault(
            code,
            line.line,
            COLUMNS[name].label,
            found=line[name],
            expected=parent[name],
            parent=parent.line,
            kind=kind,
        )

    for name in _REPEATED[kind]:
        if line[name] != parent[name]:
            yield differs(PnmCode.CHILD, name)
    if kind == "E" and line["date"][2:] != parent["date"][2:]:
        yield differs(PnmCode.CHILD, "date")
    for name in _REPEATED_TEXTS[kind]:
        if line[name] != parent[name]:
            yield differs(PnmCode.CHILD_TEXT, name)
