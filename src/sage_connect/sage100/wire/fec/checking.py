"""Everything that is wrong with a FEC, found in one pass.

What the tax office's checker finds, and what it does not look at: balance, numbers, order.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Sequence
from fractions import Fraction
from types import MappingProxyType

from ..flat import Source
from ..folding import folded
from ..inspection import Inspection
from .cells import amount, cents, day, day_text, side
from .columns import NAMES, THIRD_PARTIES, Columns, miscounted, names_of, picker
from .entries import Entries
from .faults import Code, Faults, Problem
from .lines import ENDS, Lines
from .naming import name_faults
from .reading import OPENING_JOURNALS, is_opening

__all__ = ("inspect",)

_DEMANDED = ("EcritureNum", "EcritureDate", "CompteNum", "CompteLib", "EcritureLib")
_REMARKED = ("JournalCode", "JournalLib", "PieceRef", "PieceDate", "ValidDate")
_BARE = ("JournalCode", "EcritureNum", "CompteNum", "CompAuxNum", "Idevise")
_NUMBER = NAMES.index("EcritureNum")
_REMEMBERED = 50_000
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
_CONTROL_OR_TAB = re.compile(_CONTROL.pattern.replace(r"\x08", r"\x09"))
_NBSP = re.compile(r"[\xa0\u2007\u202f]")
# What UTF-8 looks like in Windows-1252 or ISO 8859-15: two or three odd letters for one.
_MIXED = re.compile(
    "[\xc2\xc3][\x80-\xbf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc"
    "\u2013-\u2122]|\xe2[\x80-\x9f\u20ac\u201a][\x80-\xff\u0152-\u2122]|\ufffd"
)
_SHOWN = 60


def inspect(
    source: Source,
    *,
    name: str = "",
    limit: int = 1000,
    base: str = "EUR",
    opening: Collection[str] = OPENING_JOURNALS,
) -> Inspection:
    """Read a FEC once and report everything wrong with it.

    A file that was cut inside a row is told by that row; one that was cut between two rows
    only by an entry that does not balance, and between two entries by its number of rows
    alone, since a FEC has no end mark: a note gives that number, always. Compare `totals`
    with the ledger.

    Memory does not grow with the rows; each entry costs eight to sixteen bytes.

    Args:
        source: As for `rows`.
        name: The file's name, which the law prescribes; with a closing date in it, days
            outside that year are told. "" where there is none.
        limit: Faults of one kind to list; one more says how many were left out.
        base: ISO 4217 code of the currency of the books.
        opening: Codes of journals that carry balances forward, as for `rows`.

    Raises:
        FileFormatError: Another kind of file, EBCDIC, or a line without end.
        TypeError: The source does not give bytes.
    """
    lines = Lines(source, name=name)
    faults = Faults(limit)
    closing, found = name_faults(name)
    faults.extend(found)
    checker: _Checker | None = None
    for first, texts in lines:
        line = first
        if checker is None:
            columns = Columns.of(texts[0])
            faults.extend(columns.faults)
            if lines.bom:
                faults.add(Code.BOM, 1)
            checker = _Checker(
                columns, lines, faults, closing=closing, base=base, opening=opening
            )
            if columns.present:
                texts, line = texts[1:], line + 1  # noqa: PLW2901 - the header is no row
        checker.characters(texts, line)
        checker.rows(texts, line)
    assert checker is not None  # noqa: S101 - an empty file is recognised as such
    return checker.close()


def _closing_before(closing: dt.date) -> dt.date:
    """Return the last day of the year before, when years have twelve months."""
    day_after = closing + dt.timedelta(1)
    if day_after.day == 1:
        return day_after.replace(year=day_after.year - 1) - dt.timedelta(1)
    return closing.replace(year=closing.year - 1)


class _Checker:
    def __init__(
        self,
        columns: Columns,
        lines: Lines,
        faults: Faults,
        *,
        closing: dt.date | None,
        base: str,
        opening: Collection[str],
    ) -> None:
        self.columns = columns
        self.lines = lines
        self.faults = faults
        self.closing = closing
        self.before = None if closing is None else _closing_before(closing)
        self.base = base
        self.opening = opening
        self.entries = Entries(faults, columns.label)
        self.records = 0
        self.names = names_of(sided=columns.sided)
        places = columns.places
        self.demanded = [(NAMES.index(one), one) for one in _DEMANDED if one in places]
        self.remarked = [(NAMES.index(one), one) for one in _REMARKED if one in places]
        self.amounts = {"Debit", "Credit"} <= places.keys()
        self.paired = {"Montantdevise", "Idevise"} <= places.keys()
        # Commas part amounts as well as columns: nothing can be said of the rows.
        self.blind = columns.separator == ","
        # Texts that were judged and found sound.
        self.dates: dict[str, str] = {}
        self.days: dict[str, str] = {"": ""}
        self.titles: dict[str, dict[str, str]] = {
            "JournalCode": {},
            "CompteNum": {},
            "CompAuxNum": {},
        }
        # Spellings by what accents and case make no difference to; pairs of days.
        self.spellings: dict[tuple[str, str], str] = {}
        self.validations: set[tuple[str, str]] = set()
        self.opened = True
        self.validated = ""

    def add(self, code: Code, line: int, name: str = "", /, **values: object) -> None:
        self.faults.add(code, line, self.columns.label(name) if name else "", **values)

    # One loop: a call for each field of a million rows would double its time.
    def rows(self, texts: Sequence[str], start: int) -> None:  # noqa: C901, PLR0912, PLR0915 - see above
        if self.blind:
            self.records += len(texts)
            return
        separator, width = self.columns.separator, len(self.columns.names)
        pick, take = picker(self.columns), self.entries.take
        sided = self.columns.sided
        before, behind = f"{separator} ", f" {separator}"
        journals, accounts, _ = self.titles.values()
        dates, days = self.dates, self.days
        for line, text in enumerate(texts, start):
            cells = text.split(separator)
            if len(cells) != width:
                self.misshapen(text, cells, line)
                continue
            cells.append("")
            values = pick(cells)
            (journal, title, number, date, account, name, party, party_name) = values[:8]
            (piece, proof, label, debit, credit, letters, lettered) = values[8:15]
            (valid, foreign, currency) = values[15:]
            if not (
                journal and title and number and date and account and name
                and piece and proof and label and valid
            ) and self.lacking(values, cells, line):  # fmt: skip
                continue
            if before in text or behind in text or text[:1] == " ":
                self.blanks(values, line)
            if journals.get(journal) != title:
                if journal == "JournalCode":
                    self.add(Code.HEADER_AGAIN, line)
                    continue
                self.title("JournalCode", journal, title, line)
            if accounts.get(account) != name:
                self.account(account, name, line)
            if party or party_name:
                self.third_party(party, party_name, account, line)
            day_ = dates.get(date)
            if day_ is None:
                day_ = self.date(date, line)
            if proof not in days:
                self.day(proof, "PieceDate", line)
            if letters or lettered:
                self.lettering(letters, lettered, line)
            if valid != self.validated and valid:
                self.valid(valid, line)
            if valid and (valid, day_) not in self.validations:
                self.validation(valid, day_, line)
            if foreign or currency:
                self.currency(foreign, currency, line)
            left: int | Fraction | None
            right: int | Fraction | None
            if sided:
                left, right = self.sided(debit, credit, line)
            else:
                left = _quick(debit)
                if left is None:
                    left = self.amount(debit, "Debit", line)
                right = _quick(credit)
                if right is None:
                    right = self.amount(credit, "Credit", line)
                if left and right:
                    self.add(Code.BOTH, line, "Debit", debit=debit, credit=credit)
                elif left == 0 == right and self.amounts:
                    self.add(Code.NEITHER, line, "Debit")
            content = hash((journal, day_, account, party, piece, label, debit, credit))
            if take(journal, number.strip(), day_, left, right, content, line):
                self.order(journal, title, number, line)
            self.records += 1

    # -------------------------------------------------------------- whole rows

    def misshapen(self, text: str, cells: Sequence[str], line: int) -> None:
        """Tell a row that has not as many columns as the first line."""
        if not text.strip():
            self.add(Code.ROW_EMPTY, line)
            return
        self.records += 1
        last = line == self.lines.unended
        self.tell(miscounted(len(cells), len(self.columns.names), last=last), line)
        place = self.columns.places.get("EcritureNum", _NUMBER)
        self.entries.spoil(cells[place] if place < len(cells) else "")

    def lacking(self, values: Sequence[str], cells: Sequence[str], line: int) -> bool:
        """Tell what is not filled in; return whether the row is nothing but empty."""
        if not "".join(cells).strip():
            self.add(Code.ROW_EMPTY, line)
            return True
        for code, places in (
            (Code.EMPTY, self.demanded),
            (Code.EMPTY_REMARK, self.remarked),
        ):
            for at, name in places:
                if not values[at]:
                    self.add(code, line, name)
        return False

    def blanks(self, values: Sequence[str], line: int) -> None:
        """Tell codes with blanks around them, and fields that hold nothing else."""
        for name in _BARE:
            value = values[NAMES.index(name)]
            if value != value.strip(" ") and value.strip():
                self.add(Code.BLANKS, line, name, found=value)
        for code, places in (
            (Code.EMPTY, self.demanded),
            (Code.EMPTY_REMARK, self.remarked),
        ):
            for at, name in places:
                if values[at] and not values[at].strip():
                    self.add(code, line, name)

    def characters(self, texts: Sequence[str], start: int) -> None:
        """Tell lines in another encoding, and characters that no text should have."""
        lines = self.lines
        damaged = set(lines.damaged)
        for code, places in ((Code.UTF8, lines.damaged), (Code.CP1252, lines.windows)):
            for line in places:
                # The names of the columns are no row.
                text = texts[line - start] if line >= start else ""
                cells = text.split(self.columns.separator)
                found = max(cells, key=lambda cell: max(cell, default=""))
                self.add(code, line, found=found[:_SHOWN])
            places.clear()
        if self.columns.separator == "\t":
            if lines.plain:
                return
            control = _CONTROL
        else:
            control = _CONTROL_OR_TAB
        for line, text in enumerate(texts, start):
            if not (text.isascii() and text.isprintable()):
                for code, odd in (
                    (Code.UTF8, _MIXED),
                    (Code.CONTROL, control),
                    (Code.NBSP, _NBSP),
                ):
                    if (found_ := odd.search(text)) and not (
                        code is Code.UTF8 and line in damaged
                    ):
                        self.odd(code, text, found_, line)

    def odd(self, code: Code, text: str, found: re.Match[str], line: int) -> None:
        """Tell a character by its column, and by its number where it cannot be seen."""
        separator = self.columns.separator
        at = text.count(separator, 0, found.start())
        name = next((one for one, place in self.columns.places.items() if place == at), "")
        shown = text.split(separator)[at][:_SHOWN]
        if code is Code.CONTROL:
            shown = f"U+{ord(found[0]):04X}"
        self.add(code, line, name, found=shown)

    # -------------------------------------------------------------- single fields

    def title(self, name: str, code: str, title: str, line: int) -> None:
        """Tell a code that has another name than before."""
        known = self.titles[name]
        expected = known.get(code)
        if expected is None:
            if code and title and len(known) < _REMEMBERED:
                known[code] = title
                self.spelling(name, code, line)
        elif title and title != expected:
            self.add(
                Code.ACCOUNT_NAMES, line, name, code=code, found=title, expected=expected
            )

    def spelling(self, name: str, code: str, line: int) -> None:
        """Tell a code that was spelt otherwise before."""
        other = self.spellings.setdefault((name, folded(code)), code)
        if other != code:
            self.add(Code.ALIKE, line, name, found=code, other=other)

    def account(self, account: str, title: str, line: int) -> None:
        start = account[:3]
        if account.strip() and not (
            len(start) == 3 and start.isascii() and start.isdecimal()  # noqa: PLR2004 - digits
        ):
            # Not remembered, so that each row with it is told.
            self.add(Code.ACCOUNT, line, "CompteNum", found=account)
            return
        self.title("CompteNum", account, title, line)

    def third_party(self, party: str, title: str, account: str, line: int) -> None:
        if not (party and title):
            found = "a number and no name" if party else "a name and no number"
            self.add(Code.THIRD_PARTY, line, "CompAuxNum", found=found)
        elif self.titles["CompAuxNum"].get(party) != title:
            self.title("CompAuxNum", party, title, line)
        if party and not account.startswith(THIRD_PARTIES):
            self.add(
                Code.THIRD_PARTY_ACCOUNT,
                line,
                "CompAuxNum",
                found=party,
                account=account,
                expected=" or ".join(THIRD_PARTIES),
            )

    def date(self, text: str, line: int) -> str:
        """Judge the date of an entry; return it as the law has it, or as it stands."""
        if not text.strip():
            return text
        value, problem = day(text)
        self.tell(problem, line, "EcritureDate")
        if value is None:
            return text
        written = day_text(value)
        if self.closing is not None and self.before is not None:
            told = {"found": f"{value:%d/%m/%Y}", "closing": f"{self.closing:%d/%m/%Y}"}
            if value > self.closing:
                self.add(Code.DATE_AFTER, line, "EcritureDate", **told)
                return written
            if value <= self.before:
                self.add(Code.DATE_BEFORE, line, "EcritureDate", **told)
                return written
        if problem is None and len(self.dates) < _REMEMBERED:
            self.dates[text] = written
        return written

    def day(self, text: str, name: str, line: int) -> str:
        """Judge any other date; return it as the law has it, "" where it is none."""
        if not text.strip():
            return ""
        value, problem = day(text)
        self.tell(problem, line, name)
        if value is None:
            return ""
        written = day_text(value)
        if problem is None and len(self.days) < _REMEMBERED:
            self.days[text] = written
        return written

    def valid(self, text: str, line: int) -> None:
        """Judge the day of validation, which never goes back."""
        found = self.days.get(text) or self.day(text, "ValidDate", line)
        if found and found < self.validated:
            self.add(
                Code.VALID_ORDER, line, "ValidDate", found=found, expected=self.validated
            )
        self.validated = found or self.validated

    def validation(self, text: str, entered: str, line: int) -> None:
        """Judge the day of validation against that of the entry."""
        found = self.days.get(text)
        if found and found < entered and self.dates.get(entered) == entered:
            expected = entered
            self.add(Code.VALID_EARLY, line, "ValidDate", found=found, expected=expected)
        elif len(self.validations) < _REMEMBERED:
            self.validations.add((text, entered))

    def lettering(self, letters: str, lettered: str, line: int) -> None:
        if bool(letters) != bool(lettered):
            found = "letters and no date" if letters else "a date and no letters"
            name = "EcritureLet" if letters else "DateLet"
            self.add(Code.LETTERING, line, name, found=found)
        if lettered not in self.days:
            self.day(lettered, "DateLet", line)

    def currency(self, foreign: str, currency: str, line: int) -> None:
        code = currency.strip()
        value, problem = amount(foreign)
        self.tell(problem, line, "Montantdevise")
        if code and not re.fullmatch("[A-Z]{3}", code):
            self.add(Code.CURRENCY, line, "Idevise", found=currency)
        elif code == self.base:
            self.add(Code.CURRENCY_BASE, line, "Idevise", found=code)
        elif not self.paired:
            return
        elif value and not code:
            # An amount of 0 without a currency is how many programs write nothing.
            self.add(Code.CURRENCY, line, "Montantdevise", found=foreign)
        elif code and not foreign.strip():
            self.add(Code.CURRENCY, line, "Idevise", found=currency)

    def amount(self, text: str, name: str, line: int) -> int | Fraction | None:
        value, problem = amount(text)
        self.tell(problem, line, name)
        return None if value is None else cents(value)

    def sided(
        self, text: str, sign: str, line: int
    ) -> tuple[int | Fraction | None, int | Fraction | None]:
        """Judge Montant and Sens; return debit and credit."""
        debit = side(sign)
        if debit is None:
            self.add(Code.SIDE, line, "Sens", found=sign)
        value: int | Fraction | None = _quick(text)
        if value is None:
            value = self.amount(text, "Montant", line)
        if value == 0:
            self.add(Code.NEITHER, line, "Montant")
        if debit is None:
            return None, None
        return (value, 0) if debit else (0, value)

    def tell(self, problem: Problem | None, line: int, name: str = "") -> None:
        if problem is not None:
            self.add(problem[0], line, name, **problem[1])

    def order(self, journal: str, title: str, number: str, line: int) -> None:
        """Tell an opening entry that stands after another."""
        if not is_opening(journal, title, self.opening):
            self.opened = False
        elif not self.opened:
            self.add(
                Code.OPENING_ORDER, line, "JournalCode", number=number, journal=journal
            )

    # -------------------------------------------------------------- the end

    def close(self) -> Inspection:
        lines = self.lines
        if lines.odd_ends is not None:
            place, found = lines.odd_ends
            self.add(
                Code.LINE_END_MIXED, place, found=ENDS[found], expected=ENDS[lines.end]
            )
        if lines.unended and lines.end:
            self.add(Code.NO_LINE_END, lines.unended)
        if not self.records:
            self.faults.add(Code.NO_ROWS, lines.last)
        totals = self.entries.close(lines.last)
        return Inspection(
            format="fec",
            module="accounting",
            version=None,
            records=self.records,
            records_by_flag=MappingProxyType[str, int]({}),
            totals=totals,
            faults=self.faults.sorted(),
        )


def _quick(text: str) -> int | None:
    """Read the cents of an amount as most are written; None for any other."""
    if text[-3:-2] == ",":
        digits = text[:-3] + text[-2:]
        if digits.isascii() and digits.isdecimal():
            return int(digits)
    return None if text else 0
