"""Everything that a FEC can be found guilty of: code, severity and sentence."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from ....errors import CodecError, FileFormatError
from ..sentences import FileFault, Sentence

__all__ = ("SENTENCES", "Code", "Faults", "Problem", "broken", "fault", "refuse")


class Code(StrEnum):
    """Stable codes; the value is what users see and search for."""

    NAME = "SC-FEC-NAME"
    NAME_SIREN = "SC-FEC-NAME-SIREN"
    EBCDIC = "SC-FEC-EBCDIC"
    BOM = "SC-FEC-BOM"
    UTF8 = "SC-FEC-UTF8"
    CP1252 = "SC-FEC-CP1252"
    CHARACTER = "SC-FEC-CHARACTER"
    CONTROL = "SC-FEC-CONTROL"
    NBSP = "SC-FEC-NBSP"
    SEPARATOR = "SC-FEC-SEPARATOR"
    HEADER = "SC-FEC-HEADER"
    COLUMN_NAME = "SC-FEC-COLUMN-NAME"
    COLUMN_CASE = "SC-FEC-COLUMN-CASE"
    COLUMN_TWICE = "SC-FEC-COLUMN-TWICE"
    COLUMN_MISSING = "SC-FEC-COLUMN-MISSING"
    COLUMN_UNKNOWN = "SC-FEC-COLUMN-UNKNOWN"
    COLUMN_ORDER = "SC-FEC-COLUMN-ORDER"
    COLUMN_FEW = "SC-FEC-COLUMN-FEW"
    NO_ROWS = "SC-FEC-NO-ROWS"
    ROW_EMPTY = "SC-FEC-ROW-EMPTY"
    ROW_COUNT = "SC-FEC-ROW-COUNT"
    ROW_TWICE = "SC-FEC-ROW-TWICE"
    ROW_LONG = "SC-FEC-ROW-LONG"
    HEADER_AGAIN = "SC-FEC-HEADER-AGAIN"
    TRUNCATED = "SC-FEC-TRUNCATED"
    NO_LINE_END = "SC-FEC-NO-LINE-END"
    LINE_END_MIXED = "SC-FEC-LINE-END-MIXED"
    EMPTY = "SC-FEC-EMPTY"
    EMPTY_REMARK = "SC-FEC-EMPTY-REMARK"
    BLANKS = "SC-FEC-BLANKS"
    DATE = "SC-FEC-DATE"
    DATE_FORM = "SC-FEC-DATE-FORM"
    DATE_CENTURY = "SC-FEC-DATE-CENTURY"
    DATE_AFTER = "SC-FEC-DATE-AFTER-YEAR"
    DATE_BEFORE = "SC-FEC-DATE-BEFORE-YEAR"
    AMOUNT = "SC-FEC-AMOUNT"
    AMOUNT_POINT = "SC-FEC-AMOUNT-POINT"
    AMOUNT_THOUSANDS = "SC-FEC-AMOUNT-THOUSANDS"
    AMOUNT_EXPONENT = "SC-FEC-AMOUNT-EXPONENT"
    AMOUNT_CENTS = "SC-FEC-AMOUNT-CENTS"
    SIDE = "SC-FEC-SIDE"
    BOTH = "SC-FEC-BOTH-SIDES"
    NEITHER = "SC-FEC-NO-SIDE"
    ACCOUNT = "SC-FEC-ACCOUNT"
    ALIKE = "SC-FEC-ALIKE"
    ACCOUNT_NAMES = "SC-FEC-ACCOUNT-NAMES"
    THIRD_PARTY = "SC-FEC-THIRD-PARTY"
    THIRD_PARTY_ACCOUNT = "SC-FEC-THIRD-PARTY-ACCOUNT"
    LETTERING = "SC-FEC-LETTERING"
    CURRENCY = "SC-FEC-CURRENCY"
    CURRENCY_BASE = "SC-FEC-CURRENCY-BASE"
    ENTRY_DATES = "SC-FEC-ENTRY-DATES"
    ENTRY_JOURNALS = "SC-FEC-ENTRY-JOURNALS"
    ENTRY_SPLIT = "SC-FEC-ENTRY-SPLIT"
    ENTRY_TWICE = "SC-FEC-ENTRY-TWICE"
    BALANCE_ENTRY = "SC-FEC-BALANCE-ENTRY"
    BALANCE_END = "SC-FEC-BALANCE-END"
    BALANCE = "SC-FEC-BALANCE"
    NUMBER_AGAIN = "SC-FEC-NUMBER-AGAIN"
    NUMBER_JOURNALS = "SC-FEC-NUMBER-JOURNALS"
    NUMBER_GAP = "SC-FEC-NUMBER-GAP"
    NUMBER_FIRST = "SC-FEC-NUMBER-FIRST"
    NUMBER_ORDER = "SC-FEC-NUMBER-ORDER"
    NUMBER_BY_JOURNAL = "SC-FEC-NUMBER-BY-JOURNAL"
    NUMBER_FORM = "SC-FEC-NUMBER-FORM"
    VALID_EARLY = "SC-FEC-VALID-EARLY"
    VALID_ORDER = "SC-FEC-VALID-ORDER"
    OPENING_ORDER = "SC-FEC-OPENING-ORDER"
    NO_TRAILER = "SC-FEC-NO-TRAILER"
    MORE = "SC-FEC-MORE"


Problem = tuple[Code, dict[str, object]]
"""A code, and what its sentence is filled in with."""


def _error(text: str) -> Sentence:
    return Sentence("error", text)


def _warning(text: str) -> Sentence:
    return Sentence("warning", text)


def _note(text: str) -> Sentence:
    return Sentence("note", text)


SENTENCES: dict[Code, Sentence] = {
    Code.NAME: _warning(
        "The file is called {found!r} where SIREN, FEC and closing date were expected, "
        "as 732829320FEC20261231.txt ({reason}); rename it before handing it in."
    ),
    Code.NAME_SIREN: _warning(
        "{found!r} is no SIREN: nine digits were expected, the last of which proves the "
        "others (Luhn); correct it."
    ),
    Code.EBCDIC: _error(
        "The file is EBCDIC text, which the law allows and which is not read here; convert "
        "it to ISO 8859-15 or UTF-8."
    ),
    Code.BOM: _note(
        "The file begins with a UTF-8 byte order mark where the first column's name was "
        "expected; tolerated, but write it without."
    ),
    Code.UTF8: _error(
        "{found!r} is damaged: UTF-8 and an 8-bit code page were mixed up "
        "where a file has one encoding; export the file again, or convert it whole."
    ),
    Code.CP1252: _warning(
        "{found!r} has characters of Windows-1252 where UTF-8, ISO 8859-15 or ASCII was "
        "expected; convert the file, since others read nothing or another character there."
    ),
    Code.CHARACTER: _error(
        "The character {character!r} ({point}) at position {position} does not exist in "
        "{encoding}; write UTF-8, ask for transliteration, or write the text without it."
    ),
    Code.CONTROL: _error(
        "A control character ({found}) was found where printable text was expected; remove "
        "it."
    ),
    Code.NBSP: _warning(
        "{found!r} has a no-break space where a plain one was expected; the tax office's "
        "checker reads it as a blank, so replace it."
    ),
    Code.SEPARATOR: _error(
        "Columns are separated by {found} where a tab or a vertical bar (|) was expected; "
        "the tax office refuses the file, so export it with tabs."
    ),
    Code.HEADER: _error(
        "The first line begins with {found!r} where the names of the columns were "
        "expected, JournalCode first; put them there."
    ),
    Code.COLUMN_NAME: _error(
        "The column is called {found!r} where {nearest!r} was expected; correct the name."
    ),
    Code.COLUMN_CASE: _note(
        "The column is called {found!r} where {nearest!r} was expected; readable, but "
        "write the name as the law does."
    ),
    Code.COLUMN_TWICE: _error(
        "The column {found} stands twice where each name was expected once; remove or "
        "rename one."
    ),
    Code.COLUMN_MISSING: _error(
        "The column {found} was expected and is not there; export the file with all of "
        "them."
    ),
    Code.COLUMN_UNKNOWN: _warning(
        "The column {found!r} was found where only those named by the law were expected; "
        "remove it before handing the file in."
    ),
    Code.COLUMN_ORDER: _warning(
        "The column {found} stands before {expected} where the law's order was expected; "
        "put the columns in order."
    ),
    Code.COLUMN_FEW: _error(
        "The first line has {found} columns where at least 9, in fact 18, were expected; "
        "the tax office's checker does not recognise the file, so export it whole."
    ),
    Code.NO_ROWS: _error(
        "The file has no entry where at least one was expected; it was perhaps copied too "
        "early, so export it again."
    ),
    Code.ROW_EMPTY: _error(
        "The row is empty where an entry was expected; remove it (the tax office's checker "
        "takes it for an error)."
    ),
    Code.ROW_COUNT: _error(
        "The row has {found} columns where {expected} were expected: {reason}; correct it."
    ),
    Code.ROW_TWICE: _warning(
        "The row is the same as one before it in entry {number!r}, where each was expected "
        "once; remove it if it was not meant."
    ),
    Code.ROW_LONG: _error(
        "The line begun here is longer than {limit} bytes where a few hundred were "
        "expected; the file lost its line ends, or is no FEC: export it again."
    ),
    Code.HEADER_AGAIN: _error(
        "The names of the columns were found again in the middle of the file where an "
        "entry was expected; several files were put together, so hand them in one by one."
    ),
    Code.TRUNCATED: _error(
        "The file stops inside a row, after {found} of {expected} columns; it was cut off, "
        "so export or copy it again."
    ),
    Code.NO_LINE_END: _note(
        "The last row has no line end as the others have; tolerated, but make sure that "
        "nothing was cut off after it."
    ),
    Code.LINE_END_MIXED: _warning(
        "The line ends in {found} where the lines before it end in {expected}; a line "
        "break inside a text cuts its row, so look at it and write one kind."
    ),
    Code.EMPTY: _error("The field is empty where the law demands a value; fill it."),
    Code.EMPTY_REMARK: _warning(
        "The field is empty where a value was expected; the tax office's checker remarks "
        "upon it, so fill it."
    ),
    Code.BLANKS: _warning(
        "{found!r} begins or ends with a blank where a bare code was expected; remove it, "
        "since others take it for another code."
    ),
    Code.DATE: _error(
        "{found!r} is no date where AAAAMMJJ was expected ({reason}); correct it."
    ),
    Code.DATE_FORM: _note(
        "{found!r} is readable as {day} where AAAAMMJJ was expected; the tax office's "
        "checker tolerates it, but write {text}."
    ),
    Code.DATE_CENTURY: _warning(
        "{found!r} lies in the year {year} where 1900 to 2099 was expected; correct it."
    ),
    Code.DATE_AFTER: _error(
        "{found} lies after {closing}, the closing date in the file's name, where a day of "
        "the year was expected; correct the date, or the name."
    ),
    Code.DATE_BEFORE: _warning(
        "{found} lies more than a year before {closing}, the closing date in the file's "
        "name; correct the date, unless that year is longer than twelve months."
    ),
    Code.AMOUNT: _error(
        "{found!r} is no amount: digits with a decimal comma were expected, as 1200,00; "
        "correct it."
    ),
    Code.AMOUNT_POINT: _error(
        "{found!r} has a decimal point where a comma was expected, as 1200,00 (an error "
        "since 2019); write a comma."
    ),
    Code.AMOUNT_THOUSANDS: _error(
        "{found!r} has a thousands separator where plain digits and a decimal comma were "
        "expected, as 1200,00; remove it."
    ),
    Code.AMOUNT_EXPONENT: _note(
        "{found!r} is written with an exponent where 1200,00 was expected; tolerated and "
        "read exactly, but write it out (a spreadsheet changed the file)."
    ),
    Code.AMOUNT_CENTS: _warning(
        "{found!r} has parts of a cent where at most two decimals were expected; round it "
        "where the entry is made."
    ),
    Code.SIDE: _error(
        "{found!r} is no side: D, C, +1 (debit) or -1 (credit) was expected; correct it."
    ),
    Code.BOTH: _warning(
        "The row has debit {debit} and credit {credit} where one of them was expected; "
        "write two rows."
    ),
    Code.NEITHER: _warning(
        "The row has neither debit nor credit where one of them was expected; remove the "
        "row, or fill in its amount."
    ),
    Code.ACCOUNT: _warning(
        "{found!r} does not begin with three digits where an account of the French chart "
        "was expected; correct it."
    ),
    Code.ALIKE: _warning(
        "The code {found!r} differs from {other!r} above in accents or case only, where "
        "one spelling was expected; write one of them, unless there are two."
    ),
    Code.ACCOUNT_NAMES: _warning(
        "{code} is called {found!r} here and {expected!r} before, where one name was "
        "expected; name it alike."
    ),
    Code.THIRD_PARTY: _warning(
        "The third party has {found} where number and name were expected together; fill "
        "in the other."
    ),
    Code.THIRD_PARTY_ACCOUNT: _warning(
        "The third party {found!r} stands on account {account} where one that begins with "
        "{expected} was expected; other software then posts it to a control account."
    ),
    Code.LETTERING: _warning(
        "The lettering has {found} where letters and date were expected together; fill in "
        "the other."
    ),
    Code.CURRENCY: _warning(
        "{found!r} was found where an amount and the three letters of its currency were "
        "expected together; fill in both, or none."
    ),
    Code.CURRENCY_BASE: _warning(
        "{found} is the currency of the books where only a foreign one was expected; leave "
        "both currency columns empty."
    ),
    Code.ENTRY_DATES: _error(
        "Entry {number!r} is dated {found} here and {expected} before, where one date was "
        "expected; correct the date, or give it a number of its own."
    ),
    Code.ENTRY_JOURNALS: _error(
        "Entry {number!r} stands in journal {found!r} here and in {expected!r} before, "
        "where one journal was expected; correct the journal or the number."
    ),
    Code.ENTRY_SPLIT: _warning(
        "Entry {number!r}, begun on line {first}, goes on here where its rows were "
        "expected together; sort the file by number."
    ),
    Code.ENTRY_TWICE: _warning(
        "Entry {number!r} has the same journal, date, accounts, texts and amounts as one "
        "before it with another number; remove it if it was posted twice."
    ),
    Code.BALANCE_ENTRY: _error(
        "Entry {number!r} in journal {journal} has debit {debit} and credit {credit} where "
        "both must be equal; complete or correct its rows."
    ),
    Code.BALANCE_END: _error(
        "The file ends in entry {number!r} with debit {debit} and credit {credit}; it was "
        "perhaps cut off between two rows, which nothing but the balance tells, so export "
        "or copy it again."
    ),
    Code.BALANCE: _error(
        "The file has debit {debit} and credit {credit} where both must be equal; correct "
        "the entries that do not balance."
    ),
    Code.NUMBER_AGAIN: _error(
        "Number {number!r} was already given to a complete entry of journal {journal}, "
        "where each number was expected once; give this entry its own."
    ),
    Code.NUMBER_JOURNALS: _warning(
        "Number {number!r} is given in journal {found!r} and was given in another journal; "
        "allowed only where every journal counts for itself: give it a number of its own."
    ),
    Code.NUMBER_GAP: _error(
        "{missing} missing before {number!r}{journal} where numbers must run on without a "
        "gap; find the entries that lack, or number the entries anew."
    ),
    Code.NUMBER_FIRST: _warning(
        "The numbers{journal} begin at {number!r} where the first of a count was expected; "
        "the entries before it may be missing, so look for them."
    ),
    Code.NUMBER_ORDER: _warning(
        "Number {number!r} stands after {before!r}{journal} where numbers were expected to "
        "rise ({count} times in the file); sort the entries by validation."
    ),
    Code.NUMBER_BY_JOURNAL: _note(
        "Numbers run on within each journal, not over the whole file (first seen here); "
        "tolerated by the tax office."
    ),
    Code.NUMBER_FORM: _warning(
        "{found!r} is no number that can be counted on ({reason}), so that gaps cannot be "
        "found; number the entries 1, 2, 3 and so on."
    ),
    Code.VALID_EARLY: _warning(
        "The row was validated on {found}, before the entry's own date {expected}; correct "
        "one of them, unless it was posted ahead."
    ),
    Code.VALID_ORDER: _warning(
        "The entry was validated on {found}, the one before it on {expected}, where the "
        "order of validation was expected; sort the entries."
    ),
    Code.OPENING_ORDER: _warning(
        "The opening entry {number!r} (journal {journal}) stands after other entries where "
        "opening entries were expected first; move it to the beginning."
    ),
    Code.NO_TRAILER: _note(
        "The file ends with entry {number!r} after {found} rows; the format has no end "
        "mark, so only this count and the sums can tell a file that was cut between two "
        "entries: compare them with the ledger."
    ),
    Code.MORE: _note(
        "{found} more faults {code} were found{field} and are not listed; correct these "
        "first."
    ),
}


def fault(code: Code, line: int = 0, field: str = "", /, **values: object) -> FileFault:
    """Return the fault `code` with its sentence filled in."""
    sentence = SENTENCES[code]
    return FileFault(
        sentence.severity, code.value, line, field, sentence.text.format(**values)
    )


def refuse(code: Code, *, path: str, **values: object) -> CodecError:
    """Return the error for a value that cannot be written as asked."""
    message = SENTENCES[code].text.format(**values)
    return CodecError(f"{path}: {message}", path=path, code=code.value)


def broken(found: FileFault, file: str) -> FileFormatError:
    """Return the error for a fault that stops the reading."""
    told = f"{found.field}: {found.message}" if found.field else found.message
    return FileFormatError(told, file=file, line=found.line, code=found.code)


class Faults:
    """Lists faults, each kind up to a limit: many of one never hide another.

    A kind is a code in a field.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._listed: list[FileFault] = []
        self._counts: dict[tuple[str, str], int] = {}

    def add(self, code: Code, line: int = 0, field: str = "", /, **values: object) -> None:
        """List a fault, or count it where its kind is full."""
        count = self._counts.get((code, field), 0) + 1
        self._counts[code, field] = count
        if count <= self._limit:
            self._listed.append(fault(code, line, field, **values))

    def extend(self, faults: Iterable[FileFault]) -> None:
        """List faults of the file's name and first line, which are never many."""
        self._listed.extend(faults)

    def sorted(self) -> tuple[FileFault, ...]:
        """Return what is listed by line, what concerns the file as a whole last."""
        listed = sorted(self._listed, key=lambda found: (not found.line, found.line))
        for (code, field), count in self._counts.items():
            if count > self._limit:
                place = f" in {field}" if field else ""
                more = count - self._limit
                told = fault(Code.MORE, 0, field, found=more, code=code, field=place)
                severity = SENTENCES[Code(code)].severity
                listed.append(
                    FileFault(severity, told.code, told.line, told.field, told.message)
                )
        return tuple(listed)
