"""Everything a PNM file can be found guilty of: code, severity and sentence.

One table for the reader, the writer and the inspection, as for the flat format.
"""

from __future__ import annotations

from enum import StrEnum

from ....errors import CodecError, FileFormatError
from ..sentences import FileFault, Sentence

__all__ = ("SENTENCES", "PnmCode", "broken", "fault", "refuse", "refuse_found")


class PnmCode(StrEnum):
    """Stable codes; the value is what users see and search for."""

    COMPANY = "SC-PNM-COMPANY"
    COMPANY_AGAIN = "SC-PNM-COMPANY-AGAIN"
    COMPANY_MISSING = "SC-PNM-COMPANY-MISSING"
    NO_MOVEMENT = "SC-PNM-NO-MOVEMENT"
    BOM = "SC-PNM-BOM"
    LENGTH = "SC-PNM-LENGTH"
    LENGTH_MIXED = "SC-PNM-LENGTH-MIXED"
    TRUNCATED = "SC-PNM-TRUNCATED"
    NO_TRAILER = "SC-PNM-NO-TRAILER"
    BLANK_LINE = "SC-PNM-BLANK-LINE"
    EMPTY_LINE = "SC-PNM-EMPTY-LINE"
    EMPTY_END = "SC-PNM-EMPTY-END"
    NO_LINE_END = "SC-PNM-NO-LINE-END"
    LINE_END = "SC-PNM-LINE-END"
    LINE_END_MIXED = "SC-PNM-LINE-END-MIXED"
    UTF8 = "SC-PNM-UTF8"
    NOT_ASCII = "SC-PNM-NOT-ASCII"
    CODE_PAGE = "SC-PNM-CODE-PAGE"
    BYTE = "SC-PNM-BYTE"
    CONTROL = "SC-PNM-CONTROL"
    CHARACTER = "SC-PNM-CHARACTER"
    LINE_TYPE = "SC-PNM-LINE-TYPE"
    PIECE_TYPE = "SC-PNM-PIECE-TYPE"
    ENTRY_KIND = "SC-PNM-ENTRY-KIND"
    ENTRY_KIND_EMPTY = "SC-PNM-ENTRY-KIND-EMPTY"
    ENTRY_NUMBER = "SC-PNM-ENTRY-NUMBER"
    EMPTY = "SC-PNM-EMPTY"
    LABEL = "SC-PNM-LABEL"
    SHORT = "SC-PNM-SHORT"
    TOO_LONG = "SC-PNM-TOO-LONG"
    CASE = "SC-PNM-CASE"
    BLANKS = "SC-PNM-BLANKS"
    DATE = "SC-PNM-DATE"
    YEAR = "SC-PNM-YEAR"
    SIDE = "SC-PNM-SIDE"
    SIDE_MIXED = "SC-PNM-SIDE-MIXED"
    AMOUNT = "SC-PNM-AMOUNT"
    DECIMALS = "SC-PNM-DECIMALS"
    ROUNDING = "SC-PNM-ROUNDING"
    ALIGNED = "SC-PNM-ALIGNED"
    NEGATIVE = "SC-PNM-NEGATIVE"
    ZERO = "SC-PNM-ZERO"
    METHOD = "SC-PNM-METHOD"
    THIRD_PARTY = "SC-PNM-THIRD-PARTY"
    SECTION = "SC-PNM-SECTION"
    DUE = "SC-PNM-DUE"
    STRAY = "SC-PNM-STRAY"
    RESERVED = "SC-PNM-RESERVED"
    PLAN = "SC-PNM-PLAN"
    CURRENCY = "SC-PNM-CURRENCY"
    CURRENCY_PAIR = "SC-PNM-CURRENCY-PAIR"
    CURRENCY_MIXED = "SC-PNM-CURRENCY-MIXED"
    PARENT = "SC-PNM-PARENT"
    CHILD = "SC-PNM-CHILD"
    CHILD_TEXT = "SC-PNM-CHILD-TEXT"
    ANALYTIC_SUM = "SC-PNM-ANALYTIC-SUM"
    INSTALMENT_SUM = "SC-PNM-INSTALMENT-SUM"
    BALANCE_MONTH = "SC-PNM-BALANCE-MONTH"
    BALANCE_PIECE = "SC-PNM-BALANCE-PIECE"
    PIECE_DATES = "SC-PNM-PIECE-DATES"
    TWICE = "SC-PNM-TWICE"
    COLUMN = "SC-PNM-COLUMN"
    ENDLESS = "SC-PNM-ENDLESS"
    MORE = "SC-PNM-MORE"


SENTENCES: dict[PnmCode, Sentence] = {
    PnmCode.COMPANY: Sentence(
        "warning",
        "The first line is {found!r} where the company's name of 1 to {limit} characters "
        "was expected; write the name as it stands in Sage.",
    ),
    PnmCode.COMPANY_AGAIN: Sentence(
        "error",
        "The company's name was found again where a movement was expected; several files "
        "were put together, so import them one by one.",
    ),
    PnmCode.COMPANY_MISSING: Sentence(
        "error",
        "The first line is a movement where the company's name was expected; Sage would "
        "take it for the name and lose it, so put the name before it.",
    ),
    PnmCode.NO_MOVEMENT: Sentence(
        "error",
        "No movement was found after the company's name where one line for each was "
        "expected; the file was perhaps cut off, so export or copy it again.",
    ),
    PnmCode.BOM: Sentence(
        "error",
        "A UTF-8 byte order mark was found before the company's name where nothing may "
        "stand; save the file without it, as ASCII or Windows-1252.",
    ),
    PnmCode.LENGTH: Sentence(
        "error",
        "The line has {found} characters where {expected} were expected; Sage answers "
        "'Format de fichier incorrect !', so write it anew (blanks at its end count too).",
    ),
    PnmCode.LENGTH_MIXED: Sentence(
        "error",
        "The line has {found} characters where the other lines have {expected}; a file has "
        "lines of one length, else Sage answers 'Format de fichier incorrect !': write it "
        "anew (blanks at its end count too).",
    ),
    PnmCode.TRUNCATED: Sentence(
        "error",
        "The file stops inside this movement, after {found} of {expected} characters; it "
        "was cut off at byte {byte}, so export or copy it again.",
    ),
    PnmCode.NO_TRAILER: Sentence(
        "note",
        "The file has {found} lines after the company's name; the format has no end mark, "
        "so only this count and the sums can tell a file that was cut between two lines: "
        "compare them with what was exported.",
    ),
    PnmCode.BLANK_LINE: Sentence(
        "error",
        "The line has nothing but {found} blanks where a movement, or at the end an empty "
        "line, was expected; Sage answers 'Format de fichier incorrect !', so remove it.",
    ),
    PnmCode.EMPTY_LINE: Sentence(
        "error",
        "The line is empty where a movement was expected; only the last one or two lines "
        "may be empty, so remove it.",
    ),
    PnmCode.EMPTY_END: Sentence(
        "error",
        "The file ends with {found} empty lines where at most two are allowed; Sage may "
        "answer 'Format de fichier incorrect !', so remove them.",
    ),
    PnmCode.NO_LINE_END: Sentence(
        "warning",
        "The last line has no complete line end where CR LF was expected; make sure that "
        "the file was not cut off here, and add it.",
    ),
    PnmCode.LINE_END: Sentence(
        "error",
        "Lines end in {found} where CR LF was expected; Sage may import nothing and say "
        "nothing, so convert the line ends before importing.",
    ),
    PnmCode.LINE_END_MIXED: Sentence(
        "warning",
        "The line ends in {found} where the rest of the file has {expected}; a line break "
        "inside a text breaks the columns, so look at it and write CR LF.",
    ),
    PnmCode.UTF8: Sentence(
        "error",
        "The text {found!r} is UTF-8 where ASCII or Windows-1252 was expected, which "
        "shifts the columns: ask for the file again, or decode it as UTF-8 and encode it "
        "as Windows-1252.",
    ),
    PnmCode.NOT_ASCII: Sentence(
        "warning",
        "{found!r} is not ASCII where files from Sage have no accents; it is read as "
        "Windows-1252, here and on later lines, so look at the accents after importing.",
    ),
    PnmCode.CODE_PAGE: Sentence(
        "warning",
        "{found!r} does not read like Windows-1252; in the DOS code page 850 it is "
        "{other!r}: ask how the file was written and convert it.",
    ),
    PnmCode.BYTE: Sentence(
        "error",
        "The byte {found} is no character of Windows-1252, as which text beyond ASCII is "
        "read; ask how the file was written and convert it.",
    ),
    PnmCode.CONTROL: Sentence(
        "error",
        "A control character ({found}) was found where only printable text may stand; "
        "remove it.",
    ),
    PnmCode.CHARACTER: Sentence(
        "error",
        "The character {character!r} ({point}) at position {position} cannot be written "
        "in {encoding}; write the text without it{hint}.",
    ),
    PnmCode.LINE_TYPE: Sentence(
        "error",
        "{found!r} is no type of line: G or blank (general), X (third party), A (analytic) "
        "or E (instalment) was expected; correct it, or see whether the columns have "
        "shifted.",
    ),
    PnmCode.PIECE_TYPE: Sentence(
        "warning",
        "{found!r} is none of the published piece types ({expected}, or blank); correct "
        "it.",
    ),
    PnmCode.ENTRY_KIND: Sentence(
        "error",
        "{found!r} is no kind of entry: N (normal), A (opening) or S (simulation) was "
        "expected; correct it.",
    ),
    PnmCode.ENTRY_KIND_EMPTY: Sentence(
        "warning",
        "The kind of entry is blank where N (normal), A (opening) or S (simulation) was "
        "expected; it is read as N, so write it.",
    ),
    PnmCode.ENTRY_NUMBER: Sentence(
        "warning",
        "{found!r} is no number, and the number of the line was expected; Sage is said not "
        "to use it, so correct it or leave it blank.",
    ),
    PnmCode.EMPTY: Sentence("error", "The field is empty and must not be; fill it."),
    PnmCode.LABEL: Sentence(
        "warning", "The label is empty where a text was expected; fill it."
    ),
    PnmCode.SHORT: Sentence(
        "error",
        "{found!r} has {length} characters where at least {limit} were expected; complete "
        "it.",
    ),
    PnmCode.TOO_LONG: Sentence(
        "error",
        "{found!r} has {length} characters where the PNM format has room for {limit}; "
        "shorten it, or write another format.",
    ),
    PnmCode.CASE: Sentence(
        "warning",
        "{found!r} has lower-case letters where Sage keeps codes in upper case; write it "
        "in upper case.",
    ),
    PnmCode.BLANKS: Sentence(
        "warning",
        "{found!r} begins or ends with a blank, to which Sage is sensitive; remove it, or "
        "see whether the columns have shifted.",
    ),
    PnmCode.DATE: Sentence(
        "error",
        "{found!r} is not a date: JJMMAA was expected, all digits; correct it.",
    ),
    PnmCode.YEAR: Sentence(
        "error",
        "{found} cannot be written with a two-digit year, which is read as {first} to "
        "{last}; correct the date or the year to read around.",
    ),
    PnmCode.SIDE: Sentence(
        "error",
        "{found!r} is no side: D (debit) or C (credit) was expected; correct it.",
    ),
    PnmCode.SIDE_MIXED: Sentence(
        "warning",
        "The side is M (mixed) where D or C was expected; the line cannot be counted, so "
        "neither can the balance: write D or C.",
    ),
    PnmCode.AMOUNT: Sentence(
        "error",
        "{found!r} is not an amount: digits with a decimal point and no thousands "
        "separator were expected, as 1200.00; correct it.",
    ),
    PnmCode.DECIMALS: Sentence(
        "warning",
        "{found!r} has {decimals} decimals where two were expected; write it with two.",
    ),
    PnmCode.ROUNDING: Sentence(
        "error",
        "{found} has more than {decimals} decimals and is never rounded here; round it "
        "where the document is made.",
    ),
    PnmCode.ALIGNED: Sentence(
        "note",
        "{found!r} does not stand at the right of its column, where files from Sage have "
        "it; readable, but align it.",
    ),
    PnmCode.NEGATIVE: Sentence(
        "warning",
        "{found} is negative where a positive amount was expected; swap debit and credit "
        "instead (Sage takes a minus only with its option for negative reversals).",
    ),
    PnmCode.ZERO: Sentence(
        "warning",
        "The amount is 0, and Sage skips such lines without a word; leave the line out.",
    ),
    PnmCode.METHOD: Sentence(
        "warning",
        "{found!r} is no payment method: the first letter of its name in Sage was expected "
        "({expected}, S for none); correct it or leave it blank.",
    ),
    PnmCode.THIRD_PARTY: Sentence(
        "error",
        "The line is of type {kind} and names no third party; fill in the third party, or "
        "make the line a general one.",
    ),
    PnmCode.SECTION: Sentence(
        "error",
        "The analytic line names no section; fill it in, or remove the line.",
    ),
    PnmCode.DUE: Sentence(
        "error", "The instalment has no day on which it falls due; fill it in."
    ),
    PnmCode.STRAY: Sentence(
        "warning",
        "{found!r} was found where a line of type {kind!r} has nothing; correct the type "
        "of the line (X for a third party, A for a section), or leave it blank.",
    ),
    PnmCode.RESERVED: Sentence(
        "warning",
        "{found!r} was found in a column that Sage does not use; leave it blank, or see "
        "whether the columns have shifted.",
    ),
    PnmCode.PLAN: Sentence(
        "error",
        "{found!r} is no analytic plan: a number from 1 to 10 was expected on every "
        "analytic line; Sage answers 'Une incohérence à la ligne {line} a été détectée !', "
        "so fill it in.",
    ),
    PnmCode.CURRENCY: Sentence(
        "error",
        "{found!r} is no currency: an ISO code of three capital letters was expected; Sage "
        "answers that it does not exist in its list, so correct it.",
    ),
    PnmCode.CURRENCY_PAIR: Sentence(
        "error",
        "The amount in currency is {amount!r} and its currency {currency!r} where both or "
        "neither were expected; complete the line.",
    ),
    PnmCode.CURRENCY_MIXED: Sentence(
        "warning",
        "The amount is in {found} where the lines before it are in {expected}; Sage "
        "converts it, so its balance with them cannot be told here: check it in Sage.",
    ),
    PnmCode.PARENT: Sentence(
        "error",
        "The line of type {kind} was found without the {expected} that it belongs to; put "
        "it right after that line.",
    ),
    PnmCode.CHILD: Sentence(
        "error",
        "{found!r} differs from {expected!r} on line {parent}, to which this line of type "
        "{kind} belongs and whose value it must repeat; correct it.",
    ),
    PnmCode.CHILD_TEXT: Sentence(
        "warning",
        "{found!r} differs from {expected!r} on line {parent}, to which this line of type "
        "{kind} belongs; files from Sage repeat it, so correct it.",
    ),
    PnmCode.ANALYTIC_SUM: Sentence(
        "error",
        "The analytic lines of plan {plan} add up to {found} where line {parent} has "
        "{expected}; Sage answers 'Le solde des écritures analytiques n'est pas "
        "équilibré', so correct the split.",
    ),
    PnmCode.INSTALMENT_SUM: Sentence(
        "error",
        "The instalments add up to {found} where line {parent} has {expected}; Sage "
        "answers 'Le total des échéances pour le compte {account} n'est pas équilibré', "
        "so correct them.",
    ),
    PnmCode.BALANCE_MONTH: Sentence(
        "error",
        "Journal {journal} has debit {debit} and credit {credit} in {month} where both "
        "must be equal; Sage answers 'Les écritures générales ne sont pas équilibrées', or "
        "the file was cut between two lines: complete or correct it.",
    ),
    PnmCode.BALANCE_PIECE: Sentence(
        "warning",
        "Piece {piece!r} of {day} in journal {journal} has debit {debit} and credit "
        "{credit} where both should be equal; complete or correct its lines.",
    ),
    PnmCode.PIECE_DATES: Sentence(
        "warning",
        "The date {found} differs from {expected} on the earlier lines of piece {piece!r} "
        "in journal {journal}, which do not balance; all lines of a piece need one date.",
    ),
    PnmCode.TWICE: Sentence(
        "warning",
        "Piece {piece!r} of {day} in journal {journal} has the same lines as before, "
        "beginning here; Sage adds them once more, so remove them if it was posted twice.",
    ),
    PnmCode.COLUMN: Sentence(
        "error", "A line of {width} characters has no column {found!r}; it has {expected}."
    ),
    PnmCode.ENDLESS: Sentence(
        "error",
        "The line is longer than {limit} characters where 199 at most were expected; this "
        "is no PNM file, or it lost its line ends: ask for it again.",
    ),
    PnmCode.MORE: Sentence(
        "note",
        "{found} more faults {code} were found and are not listed; correct these first.",
    ),
}


def fault(code: PnmCode, line: int = 0, field: str = "", /, **values: object) -> FileFault:
    """Return the fault `code` with its sentence filled in."""
    sentence = SENTENCES[code]
    text = sentence.text.format(**values)
    return FileFault(sentence.severity, code.value, line, field, text)


def refuse(code: PnmCode, *, path: str, **values: object) -> CodecError:
    """Return the error for a value that cannot be written as asked."""
    return CodecError(
        f"{path}: {SENTENCES[code].text.format(**values)}", path=path, code=code.value
    )


def broken(found: FileFault, name: str) -> FileFormatError:
    """Return the error that stops a reader at a fault."""
    told = f"{found.field}: {found.message}" if found.field else found.message
    return FileFormatError(told, file=name, line=found.line, code=found.code)


def refuse_found(found: FileFault, path: str) -> CodecError:
    """Return the error for a line that would be made with a fault."""
    return CodecError(f"{path}: {found.message}", path=path, code=found.code)
