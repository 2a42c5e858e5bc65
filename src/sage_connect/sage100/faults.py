"""What Sage says of an import file, translated back to documents, lines and fields.

Sage names a physical line of the file, header included; the field is that line less that of
its flag. A message on a whole journal and month names no line that matters, and is
everyone's who posted there.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final, TypeAlias

import attrs

from ..errors import CodecError
from ..validation import Finding, Report
from .codec import DIGEST_LENGTH
from .registry import Entry
from .rules import BOOK
from .rules.book import NOTHING, plain
from .wire import EntryLine, Record, Section, ThirdParty, stream

_UNKNOWN: Final = "SC-S100-SAGE-UNKNOWN"
_UNBALANCED: Final = "SC-S100-SAGE-UNBALANCED"

_SAID: Final[Mapping[str, str]] = {
    # The telling words of each message, as Sage prints them; see `_pattern`.
    "SC-S100-SAGE-FORMAT": "format de fichier incorrect",
    "SC-S100-SAGE-FILE": "fichier inconnu",
    "SC-S100-SAGE-JOURNAL": "journal n'existe pas",
    "SC-S100-SAGE-YEAR": "n'appartient pas à un exercice",
    "SC-S100-SAGE-CLOSED": "période est clôturée",
    "SC-S100-SAGE-CURRENCY": "devise … n'existe pas",
    "SC-S100-SAGE-ACCOUNT": "compte général n'existe pas",
    "SC-S100-SAGE-ACCOUNT-LENGTH": "longueur du compte est incorrecte",
    "SC-S100-SAGE-THIRD-PARTY": "tiers n'existe pas",
    "SC-S100-SAGE-TAX": "code taxe n'existe pas",
    "SC-S100-SAGE-SECTION": "section … n'existe pas",
    _UNBALANCED: "écritures générales ne sont pas équilibrées",
    "SC-S100-SAGE-ANALYTIC": "écritures analytiques n'est pas équilibré",
    "SC-S100-SAGE-INSTALMENTS": "total des échéances",
    "SC-S100-SAGE-INCONSISTENT": "incohérence",
    "SC-S100-SAGE-ASSET": "immobilisation … existe déjà",
}
# A character that a program could not show becomes others, or none.
_LOST: Final = ".{0,3}?"
_BETWEEN: Final = {" ": r"\s+", "'": _LOST, "…": ".{0,40}?"}
_LINE: Final = re.compile(r"(?:.{0,3}?\bla )?\bligne\b[^0-9]{0,6}?([0-9]{1,9})\b")
_MONTH: Final = re.compile(
    r"pour le journal\s+(?P<journal>\S.{0,5}?)\s+(?P<month>\S{1,12}?)[\s/]+"
    r"(?P<year>[0-9]{4})\b"
)

Month: TypeAlias = tuple[str, int, int]
"""Journal (in lower case), year and month."""
_Master: TypeAlias = tuple[str, str]
"""Number of a section's plan, "" for a third party, and code."""


def _pattern(words: str) -> re.Pattern[str]:
    """Return what finds `words` in a plain text, also where accents were lost."""
    parts = (
        _BETWEEN.get(one) or (re.escape(one) if one.isascii() else _LOST) for one in words
    )
    return re.compile("".join(parts))


_PATTERNS: Final = {code: _pattern(words) for code, words in _SAID.items()}
_MONTHS: Final = tuple(
    _pattern(name)
    for name in (
        "janvier", "février", "mars", "avril", "mai", "juin",
        "juillet", "août", "septembre", "octobre", "novembre", "décembre",
    )
)  # fmt: skip


@attrs.frozen(kw_only=True)
class Message:
    """One message of Sage.

    Attributes:
        text: Word for word.
        code: What it means: "SC-S100-SAGE-…".
        line: Physical line that it names; 0 for none.
        month: Journal, year and month that it names; None for none.
    """

    text: str
    code: str
    line: int = 0
    month: Month | None = None


@attrs.frozen(kw_only=True)
class _Place:
    """What stands on a line of an import file, and whose it is."""

    flag: str
    field: int
    name: str
    found: str
    owner: str


def messages_in(text: str) -> Iterator[Message]:
    """Yield the messages of a pasted text or report, in order.

    A line is a message. One that begins in lower case and says nothing known by itself is
    the end of the line before, if that has no end or this one tells its place; several on
    one line are told apart by exclamation marks.
    """
    found: list[str] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        open_end = bool(found) and (
            found[-1][-1] not in ".!" or bool(_LINE.match(_simple(line)))
        )
        goes_on = open_end and line[0].islower() and not _meaning(line)
        first, *rest = _AFTER_MARK.split(line)
        if goes_on:
            found[-1] = f"{found[-1]} {first}"
        else:
            found.append(first)
        for blank, part in zip(rest[::2], rest[1::2], strict=True):
            if _meaning(part):
                found.append(part)
            else:
                found[-1] = f"{found[-1]}{blank}{part}"
    return map(_message, found)


# The blanks are kept, so that a message stays as it was.
_AFTER_MARK: Final = re.compile(r"(?<=!)(\s+)")


def _message(text: str) -> Message:
    simple = _simple(text)
    line, month = _LINE.search(simple), _MONTH.search(simple)
    return Message(
        text=text,
        code=_meaning(text) or _UNKNOWN,
        line=int(line[1]) if line else 0,
        month=_month(month) if month else None,
    )


def _simple(text: str) -> str:
    return " ".join(plain(text).replace("\u2019", "'").split())


def _meaning(text: str) -> str:
    simple = _simple(text)
    return next((code for code, said in _PATTERNS.items() if said.search(simple)), "")


def _month(found: re.Match[str]) -> Month | None:
    name = found["month"]
    if name.isdecimal():
        number = int(name)
    else:
        named = (at for at, one in enumerate(_MONTHS, start=1) if one.fullmatch(name))
        number = next(named, 0)
    return (found["journal"], int(found["year"]), number) if 1 <= number <= 12 else None  # noqa: PLR2004 - months


class _Reading:
    """One reading of an import file: what stands where the messages point."""

    def __init__(self, said: Sequence[Message], master: Mapping[_Master, str]) -> None:
        self._lines = sorted({one.line for one in said if one.line})
        self._master = master
        self._owner = ""
        self.places: dict[int, _Place] = {}
        self.posted: dict[Month, dict[str, None]] = {
            one.month: {} for one in said if one.month
        }

    def take(self, record: Record) -> None:
        """Take the next record."""
        if isinstance(record, EntryLine):
            self._owner = record.reference
            of_month = self.posted.get(_month_of(record)) if self.posted else None
            if of_month is not None:
                of_month[self._owner] = None
        elif isinstance(record, ThirdParty):
            self._owner = self._master.get(("", record.number), "")
        elif isinstance(record, Section):
            self._owner = self._master.get((_plan_of(record), record.section), "")
        fields = record.fields
        first = bisect_left(self._lines, record.line)
        last = bisect_right(self._lines, record.line + len(fields))
        for line in self._lines[first:last]:
            field = line - record.line
            names = {one.at + 1: one.name for one in record.own_fields}
            self.places[line] = _Place(
                flag=record.flag,
                field=field,
                name=names.get(field, ""),
                found=fields[field - 1] if field else "",
                owner=self._owner,
            )


def _plan_of(section: Section) -> str:
    """Return the number of a section's plan; none's where it is damaged."""
    try:
        return str(section.plan_no)
    except CodecError:
        return NOTHING


def _month_of(line: EntryLine) -> Month:
    """Return journal, year and month of a line; the year 1 where its day is damaged."""
    try:
        day = line.date or date.min
    except CodecError:
        day = date.min
    return plain(line.journal), day.year, day.month


def explained(
    messages: str, content: bytes, *, file: str, entries: Iterable[Entry]
) -> Report:
    """Return a finding for each message, on the document that it is about.

    A message on a journal and month gives one for each document posted there. Findings are
    numbered by document, in order of appearance; -1 is of no document.

    Args:
        messages: What Sage said.
        content: The import file.
        file: Its name.
        entries: What the registry knows of documents and master data.
    """
    said = tuple(messages_in(messages))
    known = {entry.digest[:DIGEST_LENGTH]: entry for entry in entries}
    master = {
        (entry.master.get("dimension", ""), entry.id): start
        for start, entry in known.items()
        if not entry.journal
    }
    reading = _Reading(said, master)
    for record in stream(content, name=file):
        reading.take(record)
    findings: list[Finding] = []
    order: dict[str, int] = {}
    for one in said:
        place = reading.places.get(one.line)
        owner = place.owner if place else ""
        everyone = reading.posted[one.month] if one.month else {}
        for start in everyone or (owner,):
            entry = known.get(start)
            values = {**_told(place if start == owner else None), **_named(entry)}
            name = (entry.number or entry.id) if entry else ""
            finding = BOOK.finding(
                one.code,
                "",
                document=name,
                index=order.setdefault(start, len(order)) if entry else -1,
                message=one.text,
                line=one.line or NOTHING,
                file=file,
                **values,
            )
            journal = entry.journal if entry else ""
            findings.append(attrs.evolve(finding, journal=journal))
    return Report(findings=tuple(findings), documents=len(order))


def _told(place: _Place | None) -> Mapping[str, object]:
    if place is None:
        return dict.fromkeys(("record", "field", "name", "found"), NOTHING)
    return {
        "record": place.flag,
        "field": place.field or NOTHING,
        "name": place.name or NOTHING,
        "found": place.found or NOTHING,
    }


def _named(entry: Entry | None) -> Mapping[str, object]:
    if entry is None:
        return dict.fromkeys(("number", "journal", "piece", "key"), NOTHING)
    return {
        "number": entry.number or entry.id,
        "journal": entry.journal or NOTHING,
        "piece": entry.id,
        "key": entry.digest,
    }
