"""How objects print in a notebook: one card of HTML that stands alone.

No script, nothing loaded, no colour of its own for text or ground: lines and tints are
shades of the text around the card, so that it is readable on light and on dark pages,
whichever way a page decides. Every text is escaped here and nowhere else.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from html import escape
from typing import Final, Literal, TypeAlias

import attrs

Tone: TypeAlias = Literal["good", "bad", "unsure", ""]

SHOWN: Final = 20
"""Rows of a table that a card shows."""

# A text of more characters may be broken into lines.
_LONG: Final = 28
# Mid-tones, with at least 3:1 against white and against what dark pages are painted with.
_STYLE: Final = """
.sc-card{box-sizing:border-box;max-width:62rem;margin:.4rem 0 1rem;padding:.8rem 1rem;
border:1px solid rgba(128,128,128,.4);border-radius:.5rem;color:inherit;
font:14px/1.45 system-ui,"Segoe UI",Roboto,"Helvetica Neue",sans-serif}
.sc-card .sc-title{margin:0;font-size:1.1em;font-weight:650;overflow-wrap:anywhere}
.sc-card .sc-note{margin:.1rem 0 0;opacity:.75;overflow-wrap:anywhere}
.sc-card .sc-facts{display:flex;flex-wrap:wrap;gap:.25rem 1.6rem;margin:.6rem 0 0}
.sc-card .sc-facts div{margin:0}
.sc-card .sc-facts dt{margin:0;font-size:.85em;font-weight:400;opacity:.7}
.sc-card .sc-facts dd{margin:0;font-weight:600;font-variant-numeric:tabular-nums;
overflow-wrap:anywhere}
.sc-card .sc-wide{overflow:auto;margin:.7rem 0 0}
.sc-card .sc-long{max-height:25rem}
.sc-card table.sc-table{border-collapse:collapse;border:0;margin:0;width:auto;
font-size:.93em;color:inherit;background:none;table-layout:auto}
.sc-card table.sc-table tr{background:none}
.sc-card table.sc-table th,.sc-card table.sc-table td{padding:.2rem .9rem .2rem 0;border:0;
border-top:1px solid rgba(128,128,128,.25);text-align:left;vertical-align:top;
unicode-bidi:isolate;color:inherit;background:none;white-space:nowrap;max-width:32rem}
.sc-card table.sc-table td.sc-prose{min-width:15rem;white-space:normal;
overflow-wrap:break-word}
.sc-card table.sc-table thead th{border-top:0;font-weight:400;opacity:.7;
white-space:nowrap}
.sc-card table.sc-table .sc-number{text-align:right;
font-variant-numeric:tabular-nums}
.sc-card .sc-title span{font-size:.85em;margin-left:.4em}
.sc-card .sc-good{color:#2e8b57}.sc-card .sc-bad{color:#d2534b}
.sc-card .sc-unsure{color:#b07d1e}
.sc-card .sc-soft{opacity:.7}
.sc-card details.sc-fold{margin:.7rem 0 0;padding:0;border:0;background:none;
box-shadow:none;color:inherit;font-size:.93em}
.sc-card details.sc-fold>summary{display:list-item;margin:0;padding:0;border:0;
background:none;cursor:pointer;font-weight:400;opacity:.85}
.sc-card details.sc-fold>summary::before,.sc-card details.sc-fold>summary::after{
display:none}
.sc-card pre.sc-text{margin:.4rem 0 0;padding:.5rem .7rem;max-height:20rem;overflow:auto;
border:1px solid rgba(128,128,128,.25);border-radius:.3rem;color:inherit;
background:rgba(128,128,128,.08);
font:12px/1.4 ui-monospace,"Cascadia Mono",Consolas,"DejaVu Sans Mono",monospace;
white-space:pre}
"""


class Markup(str):
    """HTML of this module: put into a card as it is."""

    __slots__ = ()


@attrs.frozen
class Marked:
    """A short text with a meaning by colour, and more about it on hovering.

    Attributes:
        text: What stands there; the colour alone never says it.
        tone: What it means.
        title: What a tooltip says, or "".
    """

    text: str
    tone: Tone = ""
    title: str = ""


@attrs.frozen
class Stack:
    """A value of a table, and what stands under it; what is None or "" is left out."""

    parts: tuple[object, ...]


def card(
    title: str,
    *parts: Markup,
    note: str = "",
    verdict: Marked | None = None,
    facts: Mapping[str, object] | None = None,
) -> str:
    """Return the card.

    Args:
        title: What it is.
        *parts: Of `table` and `folded`.
        note: A line under the title.
        verdict: Stands beside the title.
        facts: Names and values; what is None or "" is left out.
    """
    said = f" {_text(verdict)}" if verdict else ""
    shown = {name: v for name, v in (facts or {}).items() if v is not None and v != ""}
    found = "".join(
        f"<div><dt>{_safe(name)}</dt><dd>{_text(value)}</dd></div>"
        for name, value in shown.items()
    )
    return "".join(
        (
            f'<div class="sc-card"><style>{_STYLE}</style>',
            f'<p class="sc-title">{_safe(title)}{said}</p>',
            f'<p class="sc-note">{_safe(note)}</p>' if note else "",
            f'<dl class="sc-facts">{found}</dl>' if found else "",
            *parts,
            "</div>",
        )
    )


def table(
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    total: int | None = None,
    of: str = "more",
    most: int = SHOWN,
) -> Markup:
    """Return a table of the first rows; nothing for none.

    Args:
        columns: Their names.
        rows: Values; numbers stand to the right, exact to the last digit.
        total: How many rows there are; None where `rows` has them all.
        of: What the rest is called.
        most: How many rows are shown.
    """
    every = [*rows]
    if not every:
        return Markup()
    shown = every[:most]
    numbers = {at for at in range(len(columns)) if _are_numbers(row[at] for row in shown)}
    head = "".join(
        f'<th scope="col"{_aligned(at in numbers)}>{_safe(name)}</th>'
        for at, name in enumerate(one[:1].upper() + one[1:] for one in columns)
    )
    body = "".join(f"<tr>{''.join(_cells(row, numbers))}</tr>" for row in shown)
    left = (len(every) if total is None else total) - len(shown)
    rest = f'<p class="sc-note">… {left:,} {_safe(of)}</p>' if left > 0 else ""
    return Markup(
        f'<div class="sc-wide{" sc-long" if len(shown) >= SHOWN else ""}">'
        '<table class="sc-table">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>{rest}"
    )


def folded(title: str, text: str) -> Markup:
    """Return text as it stands, opened by a click; nothing for none."""
    if not text:
        return Markup()
    return Markup(
        f'<details class="sc-fold"><summary>{_safe(title)}</summary>'
        f'<pre class="sc-text">{_safe(text)}</pre></details>'
    )


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number and what it counts: "1 document", "2,374 entries"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _cells(row: Sequence[object], numbers: set[int]) -> Iterator[str]:
    for at, value in enumerate(row):
        parts = value.parts if isinstance(value, Stack) else (value,)
        prose = any(isinstance(one, str) and len(one) > _LONG for one in parts)
        place = ' class="sc-prose"' if prose else _aligned(at in numbers)
        yield f"<td{place}>{_text(value)}</td>"


def _aligned(right: bool) -> str:  # noqa: FBT001 - one of two
    return ' class="sc-number"' if right else ""


def _are_numbers(values: Iterable[object]) -> bool:
    """Return whether what stands in a column are numbers, besides nothing at all."""
    said = [one.parts[0] if isinstance(one, Stack) else one for one in values]
    return {
        isinstance(one, (int, Decimal)) and not isinstance(one, bool)
        for one in said
        if one is not None
    } == {True}


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case Marked():
            title = f' title="{_safe(value.title)}"' if value.title else ""
            tone = value.tone or "soft"
            return f'<span class="sc-{tone}"{title}>{_safe(value.text)}</span>'
        case Stack():
            first, *more = map(_text, value.parts)
            under = (f'<div class="sc-soft">{one}</div>' for one in more if one)
            return "".join((first, *under))
        case _:
            return _safe(_said(value))


def _said(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
        case Decimal():
            return f"{value:,f}"
        case dt.datetime():
            return f"{value:%Y-%m-%d %H:%M:%S} {value.tzname() or ''}".strip()
        case _:
            return str(value)


def _safe(text: str) -> str:
    # A lone surrogate cannot be sent to a notebook.
    return escape(text.encode("utf-8", "backslashreplace").decode())
