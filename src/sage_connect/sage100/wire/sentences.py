"""Everything the flat format can be found guilty of: code, severity and sentence.

One table for the reader, the writer and the inspection, so that a fault has the same
code and the same words wherever it is met.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

import attrs

from ...errors import CodecError

__all__ = ("Code", "FileFault", "Sentence", "Severity", "fault", "refuse")

Severity = Literal["error", "warning", "note"]
"""How bad a fault of a file is; only an error makes it unfit."""


class Code(StrEnum):
    """Stable codes; the value is what users see and search for."""

    KIND = "SC-FILE-KIND"
    NAME = "SC-FILE-NAME"
    SPREADSHEET = "SC-FLAT-SPREADSHEET"
    HEADER = "SC-FLAT-HEADER"
    FLG = "SC-FLAT-FLG"
    VERSION = "SC-FLAT-VERSION"
    CURRENCY = "SC-FLAT-CURRENCY"
    CURRENCY_PLACE = "SC-FLAT-CURRENCY-PLACE"
    HEADER_AGAIN = "SC-FLAT-HEADER-AGAIN"
    FLAG = "SC-FLAT-FLAG"
    FLAG_BLANK = "SC-FLAT-FLAG-BLANK"
    FLAG_FORM = "SC-FLAT-FLAG-FORM"
    FLAG_MISSING = "SC-FLAT-FLAG-MISSING"
    COUNT = "SC-FLAT-COUNT"
    COUNT_UNPROVEN = "SC-FLAT-COUNT-UNPROVEN"
    TRUNCATED = "SC-FLAT-TRUNCATED"
    PARENT = "SC-FLAT-PARENT"
    NO_END = "SC-FLAT-NO-END"
    AFTER_END = "SC-FLAT-AFTER-END"
    BLANK_AFTER_END = "SC-FLAT-BLANK-AFTER-END"
    NO_LINE_END = "SC-FLAT-NO-LINE-END"
    LINE_END = "SC-FLAT-LINE-END"
    LINE_END_MIXED = "SC-FLAT-LINE-END-MIXED"
    UTF8 = "SC-FLAT-UTF8"
    CODE_PAGE = "SC-FLAT-CODE-PAGE"
    CONTROL = "SC-FLAT-CONTROL"
    CHARACTER = "SC-FLAT-CHARACTER"
    AMOUNT = "SC-FLAT-AMOUNT"
    ROUNDING = "SC-FLAT-ROUNDING"
    NEGATIVE = "SC-FLAT-NEGATIVE"
    DATE = "SC-FLAT-DATE"
    YEAR = "SC-FLAT-YEAR"
    WHOLE = "SC-FLAT-WHOLE"
    RANGE = "SC-FLAT-RANGE"
    ENUM = "SC-FLAT-ENUM"
    BLANKS = "SC-FLAT-BLANKS"
    LENGTH = "SC-FLAT-LENGTH"
    SHORT = "SC-FLAT-SHORT"
    CASE = "SC-FLAT-CASE"
    EMPTY = "SC-FLAT-EMPTY"
    HASH = "SC-FLAT-HASH"
    MANGLED = "SC-FLAT-MANGLED"
    LOOKALIKE = "SC-FLAT-LOOKALIKE"
    QUOTED = "SC-FLAT-QUOTED"
    BALANCE_PIECE = "SC-FLAT-BALANCE-PIECE"
    BALANCE_MONTH = "SC-FLAT-BALANCE-MONTH"
    ANALYTIC_SUM = "SC-FLAT-ANALYTIC-SUM"
    PIECE_DATES = "SC-FLAT-PIECE-DATES"
    TWICE = "SC-FLAT-TWICE"
    DUPLICATE = "SC-FLAT-DUPLICATE"
    ALIKE = "SC-FLAT-ALIKE"
    REFERENCE = "SC-FLAT-REFERENCE"
    CODE_LENGTH = "SC-FLAT-CODE-LENGTH"
    FISCAL_YEAR = "SC-FLAT-FISCAL-YEAR"
    CLOSED_PERIOD = "SC-FLAT-CLOSED-PERIOD"
    PARTY_MISSING = "SC-FLAT-PARTY-MISSING"
    PARTY_STRAY = "SC-FLAT-PARTY-STRAY"
    PARTY_ACCOUNT = "SC-FLAT-PARTY-ACCOUNT"
    ATTACHED = "SC-FLAT-ATTACHED"
    FIELD_ABSENT = "SC-FLAT-FIELD-ABSENT"
    FIELD_NAME = "SC-FLAT-FIELD-NAME"
    TOO_LONG = "SC-FLAT-TOO-LONG"
    MORE = "SC-FLAT-MORE"


@attrs.frozen
class Sentence:
    """How a fault is told: what was found, what was expected, what to do.

    Attributes:
        severity: `error` for what Sage refuses or would post wrongly, `warning` for what
            it may take but somebody should see, `note` for a tolerated habit.
        text: A template of one sentence.
    """

    severity: Severity
    text: str


@attrs.frozen
class FileFault:
    """One thing wrong with a file.

    Attributes:
        severity: `error`, `warning` or `note`.
        code: A stable code, as `SC-FLAT-…` or `SC-PNM-…`.
        line: The physical line, counted from 1 with the header, as Sage counts; 0 for
            the file as a whole.
        field: English name of the field and its number, or its column, as `amount (18)`,
            or "".
        message: One sentence: found, expected, what to do.
    """

    severity: Severity
    code: str
    line: int
    field: str
    message: str


SENTENCES: dict[Code, Sentence] = {
    Code.KIND: Sentence(
        "error", "The file is not in the flat format of Sage 100; see what it looks like."
    ),
    Code.NAME: Sentence(
        "note",
        "The file is called {name!r}, where {found} was found: its content was read, but "
        "look whether it is the file that you meant, and rename it.",
    ),
    Code.SPREADSHEET: Sentence(
        "error",
        "The lines are {found} where bare ones were expected: a spreadsheet saved the "
        "file, and Sage reads none of it; export it again, and do not open it there.",
    ),
    Code.HEADER: Sentence(
        "error",
        "The file begins with {found!r} where #FLG, #VER and, for accounting, #DEV were "
        "expected; export it again in the Sage format.",
    ),
    Code.FLG: Sentence(
        "note",
        "The first line is {found!r} where '#FLG 000' was expected; readable, but written "
        "by an old or foreign exporter.",
    ),
    Code.VERSION: Sentence(
        "warning",
        "The version line says {found!r} where a version number known for the module was "
        "expected, as '#VER 31'; field counts cannot be proven, so check the result in "
        "Sage.",
    ),
    Code.CURRENCY: Sentence(
        "note",
        "The #DEV line says {found!r} where the ISO code of the base currency was "
        "expected; make sure that the amounts are in the company's currency.",
    ),
    Code.CURRENCY_PLACE: Sentence(
        "error",
        "A #DEV line was found in a {module} file where only accounting files have one; "
        "Sage answers 'Fichier inconnu', so remove the line.",
    ),
    Code.HEADER_AGAIN: Sentence(
        "error",
        "{found!r} was found in the middle of the file where a record was expected; the "
        "file looks like several put together, so import them one by one.",
    ),
    Code.FLAG: Sentence(
        "warning",
        "The flag {found} is not known for {module} files; the record is kept unread, so "
        "check it in Sage, or its spelling.",
    ),
    Code.FLAG_BLANK: Sentence(
        "warning",
        "The flag {found!r} is followed by blanks where the line should end; remove them.",
    ),
    Code.FLAG_FORM: Sentence(
        "error",
        "{found!r} was found where the flag {expected} was expected; Sage takes it for a "
        "field of the record before it, so write the flag.",
    ),
    Code.FLAG_MISSING: Sentence(
        "error",
        "{found!r} was found where a line with the flag {expected} was expected; two "
        "records run into one, so put the flag between them.",
    ),
    Code.COUNT: Sentence(
        "error",
        "The record {flag} has {found} fields where {expected} were expected; a line is "
        "missing or too many, so every field after it is shifted: write the record anew.",
    ),
    Code.COUNT_UNPROVEN: Sentence(
        "warning",
        "The record {flag} has {found} fields where {expected} were seen so far; the count "
        "is not proven for this version, so check the record in Sage.",
    ),
    Code.TRUNCATED: Sentence(
        "error",
        "The file stops inside the record {flag}, after {found} of {expected} fields; it "
        "was cut off, so export or copy it again.",
    ),
    Code.PARENT: Sentence(
        "error",
        "The record {flag} was found without the {expected} it belongs to; children must "
        "follow their parent, so put it back in place.",
    ),
    Code.NO_END: Sentence(
        "warning",
        "The file ends without #FIN where every file from Sage has one; make sure that it "
        "is complete, and add the line.",
    ),
    Code.AFTER_END: Sentence(
        "error",
        "Content was found after #FIN where the file should end; Sage does not read it, so "
        "move it before #FIN or into a file of its own.",
    ),
    Code.BLANK_AFTER_END: Sentence(
        "note",
        "Blanks or empty lines were found after #FIN where the file should end; harmless, "
        "but remove them.",
    ),
    Code.NO_LINE_END: Sentence(
        "note",
        "The last line has no line end where CR LF was expected; add it.",
    ),
    Code.LINE_END: Sentence(
        "error",
        "Lines end in {found} where CR LF was expected; Sage may import nothing and say "
        "nothing, so convert the line ends before importing.",
    ),
    Code.LINE_END_MIXED: Sentence(
        "error",
        "This record has lines that end otherwise than the rest of the file ({found}); a "
        "line break inside a text shifts all fields, so look at it and write CR LF.",
    ),
    Code.UTF8: Sentence(
        "error",
        "The text {found!r} is UTF-8 where {encoding} was expected, one of {count} in the "
        "file: a mail or upload tool changed it, so ask for it again{recipe}.",
    ),
    Code.CODE_PAGE: Sentence(
        "warning",
        "The text {found!r} does not read like {encoding}, perhaps it is Windows-1252 or "
        "another code page; ask how the file was written and convert it.",
    ),
    Code.CONTROL: Sentence(
        "error",
        "A control character ({found}) was found where only printable text may stand; "
        "remove it.",
    ),
    Code.CHARACTER: Sentence(
        "error",
        "The character {character!r} ({point}) at position {position} does not exist in "
        "{encoding}; write the text without it.",
    ),
    Code.AMOUNT: Sentence(
        "error",
        "{found!r} is not an amount: digits with a decimal comma and no thousands "
        "separator were expected, as 1200,00; correct it.",
    ),
    Code.ROUNDING: Sentence(
        "warning",
        "{found} has more than {decimals} decimals and is never rounded here; round it "
        "where the document is made.",
    ),
    Code.NEGATIVE: Sentence(
        "warning",
        "{found} is negative where a positive amount was expected; swap debit and credit "
        "instead (Sage takes a minus only with its option for negative reversals).",
    ),
    Code.DATE: Sentence(
        "error",
        "{found!r} is not a date: {pattern} was expected, all digits; correct it, or leave "
        "it empty where no date is needed.",
    ),
    Code.YEAR: Sentence(
        "error",
        "{found} cannot be written with a two-digit year, which is read as {first} to "
        "{last}; correct the date or the year to read around.",
    ),
    Code.WHOLE: Sentence(
        "error", "{found!r} is not a whole number, and one was expected; correct it."
    ),
    Code.RANGE: Sentence(
        "warning",
        "{found} lies outside {first} to {last}, the published range; correct it.",
    ),
    Code.ENUM: Sentence(
        "warning",
        "{found!r} is none of the published codes ({expected}); check it in Sage.",
    ),
    Code.BLANKS: Sentence(
        "warning",
        "{found!r} begins or ends with a blank, to which Sage is sensitive; remove it.",
    ),
    Code.LENGTH: Sentence(
        "error",
        "{found!r} has {length} characters where at most {limit} fit; shorten it.",
    ),
    Code.SHORT: Sentence(
        "error",
        "{found!r} has {length} characters where at least {limit} were expected; complete "
        "it.",
    ),
    Code.CASE: Sentence(
        "warning",
        "{found!r} has lower-case letters where Sage keeps codes in upper case; write it "
        "in upper case.",
    ),
    Code.EMPTY: Sentence("error", "The field is empty and must not be; fill it."),
    Code.HASH: Sentence(
        "error",
        "{found!r} begins with a number sign where it would be read as a flag; write it "
        "as \\#, or without it.",
    ),
    Code.MANGLED: Sentence(
        "error",
        "{found!r} has {reason} where a code was expected: a spreadsheet changed it, so "
        "export the file again, or correct the code.",
    ),
    Code.LOOKALIKE: Sentence(
        "warning",
        "{found!r} has a letter (O, I or l) among its digits where an account number was "
        "expected; write the digit, unless the account is really called so.",
    ),
    Code.QUOTED: Sentence(
        "warning",
        "{found!r} stands in quotes where a bare text was expected, one of {count} in the "
        "file: a spreadsheet quoted it, and Sage keeps the quotes, so remove them.",
    ),
    Code.BALANCE_PIECE: Sentence(
        "warning",
        "Piece {piece!r} of {day} in journal {journal} has debit {debit} and credit "
        "{credit} where both should be equal; complete or correct its lines.",
    ),
    Code.BALANCE_MONTH: Sentence(
        "error",
        "Journal {journal} has debit {debit} and credit {credit} in {month} where both "
        "must be equal; Sage refuses the file or fills the gap by itself, so correct it.",
    ),
    Code.ANALYTIC_SUM: Sentence(
        "error",
        "The analytic lines of plan {plan} add up to {found} where the entry line has "
        "{expected}; correct the split.",
    ),
    Code.PIECE_DATES: Sentence(
        "error",
        "The date {found} differs from {expected} on the earlier lines of piece {piece!r} "
        "in journal {journal}; all lines of a piece need one date.",
    ),
    Code.TWICE: Sentence(
        "warning",
        "Piece {piece!r} of {day} in journal {journal} has the same lines as before, "
        "beginning here; Sage adds them once more, so remove them if it was posted twice.",
    ),
    Code.DUPLICATE: Sentence(
        "warning",
        "{flag}{key} was already given on line {first}; the later record overwrites the "
        "earlier one, so keep one of them.",
    ),
    Code.ATTACHED: Sentence(
        "error",
        "The main account {found!r} is not among the attached accounts ({expected}); add "
        "it there.",
    ),
    Code.ALIKE: Sentence(
        "warning",
        "The {what} {found!r} differs from {other!r} (line {first}) in accents or case "
        "only; write one of them, unless there are two.",
    ),
    Code.REFERENCE: Sentence(
        "error",
        "The {what} {found} is used on {count} lines, first on this one, and is not among "
        "the {flag} records of the file{near}; correct the code, or create it in Sage.",
    ),
    Code.CODE_LENGTH: Sentence(
        "error",
        "The {what} {found!r} has {length} characters where the company's have {expected} "
        "(#MDOS); Sage pads or cuts it, or refuses it, so correct it.",
    ),
    Code.FISCAL_YEAR: Sentence(
        "error",
        "{found} in journal {journal} ({count} lines) lies outside all fiscal years of "
        "#MDOS, {expected}; correct the date, or open the year in Sage.",
    ),
    Code.CLOSED_PERIOD: Sentence(
        "warning",
        "{found} in journal {journal} lies in a period closed up to {closed} (#MDOS), "
        "where nothing can be imported; date it later, unless the file is an archive.",
    ),
    Code.PARTY_MISSING: Sentence(
        "warning",
        "The account {account} is posted without a third party, and needs one as the "
        "chart of the file has it; name the third party.",
    ),
    Code.PARTY_STRAY: Sentence(
        "warning",
        "The third party {found!r} stands on account {account}, which takes none as the "
        "chart of the file has it; correct the account, or leave the third party out.",
    ),
    Code.PARTY_ACCOUNT: Sentence(
        "warning",
        "The third party {found!r} stands on account {account}, which is not attached to "
        "it ({expected} are); correct one of them, or attach the account in Sage.",
    ),
    Code.FIELD_ABSENT: Sentence(
        "error",
        "A version {version} file has no such field, so {found!r} cannot be written; use "
        "version 31 or leave the field out.",
    ),
    Code.FIELD_NAME: Sentence(
        "error", "{flag} has no field {found!r}; its fields are {expected}."
    ),
    Code.TOO_LONG: Sentence(
        "error",
        "The record begun here is longer than {limit} bytes where a few thousand at most "
        "were expected; this is no Sage 100 file, or it lost its line ends.",
    ),
    Code.MORE: Sentence(
        "note",
        "{found} more faults {code} were found and are not listed; correct these first.",
    ),
}


def fault(code: Code, line: int = 0, field: str = "", /, **values: object) -> FileFault:
    """Return the fault `code` with its sentence filled in."""
    sentence = SENTENCES[code]
    text = sentence.text.format(**values)
    return FileFault(sentence.severity, code.value, line, field, text)


def refuse(code: Code, *, path: str, **values: object) -> CodecError:
    """Return the error for a value that cannot be written, or read, as asked."""
    message = SENTENCES[code].text.format(**values)
    return CodecError(f"{path}: {message}" if path else message, path=path, code=code.value)
