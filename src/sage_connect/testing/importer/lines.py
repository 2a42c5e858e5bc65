"""A flat file taken apart for the importer, with nothing of ours that also wrote it.

Only the number of lines of each record comes from the shared layouts; lines, code page,
numbers and days are read here, so that writer and importer cannot share a mistake.
"""

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Final

import attrs

_FLAG: Final = re.compile(r"#[A-Z0-9]{3,12}")
_AMOUNT: Final = re.compile(r"-?[0-9]+(,[0-9]+)?")
_WIDEST: Final = 14
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
# The newest version of accounting files (v12.25), and the ones of the other two modules.
_NEWEST: Final = 31
_OTHER_MODULES: Final = {33, 23}

# Texts that Sage's documents print; where they leave words out, so does the sentence.
FORMAT: Final = "Format de fichier incorrect !"
UNKNOWN_FILE: Final = "Fichier inconnu ligne : {line}"
JOURNAL: Final = "Le journal n'existe pas à la ligne {line} !"
YEAR: Final = "L'écriture n'appartient pas à un exercice à la ligne {line} !"
CURRENCY: Final = "La devise {value} n'existe pas dans la liste à la ligne {line} !"
ACCOUNT: Final = "Le compte général n'existe pas à la ligne {line} !"
ODD: Final = "Une incohérence à la ligne {line} a été détectée !"
BALANCE: Final = (
    "Les écritures générales ne sont pas équilibrées pour le journal {journal} "
    "{month} {year} à la ligne {line}"
)
ANALYTIC: Final = (
    "Le solde des écritures analytiques n'est pas équilibré à la ligne {line}, "
    "veuillez définir une section d'attente"
)
# Assumed, in the manner of the others: that Sage checks it is known, its words are not.
THIRD_PARTY: Final = "Le compte tiers n'existe pas à la ligne {line} !"
TAX: Final = "Le code taxe n'existe pas à la ligne {line} !"
SECTION: Final = "La section analytique n'existe pas à la ligne {line} !"
CLOSED: Final = "La période est clôturée à la ligne {line} !"


@attrs.frozen(kw_only=True)
class ImportMessage:
    """What Sage says of a file that it refuses.

    Attributes:
        text: In French, as Sage prints it where its documents tell.
        line: Physical line, from 1, header included.
        field: Number of the field within its record, from 1; None for the whole record.
        record: Flag of the record, such as "#MECG"; "" for the file.
    """

    text: str
    line: int
    field: int | None = None
    record: str = ""


@attrs.frozen
class RawRecord:
    """One record as it stands in the file.

    Attributes:
        flag: With its number sign.
        line: Physical line of the flag; 0 for one that Sage made itself.
        fields: Text of each line after the flag.
    """

    flag: str
    line: int
    fields: tuple[str, ...]

    def __getitem__(self, number: int) -> str:
        """Return field `number`, from 1; "" beyond the last."""
        return self.fields[number - 1] if number <= len(self.fields) else ""

    def having(self, number: int, text: str) -> "RawRecord":
        """Return the record with another text in field `number`, from 1."""
        fields = (*self.fields, *("",) * (number - len(self.fields)))
        return attrs.evolve(self, fields=(*fields[: number - 1], text, *fields[number:]))

    def odd(
        self, number: int | None = None, text: str = ODD, **values: str
    ) -> ImportMessage:
        """Return the message on field `number`, or on the whole record."""
        field = None if number is None else int(number)
        line = self.line + (field or 0)
        return ImportMessage(
            text=text.format(line=line, **values), line=line, field=field, record=self.flag
        )


@attrs.frozen
class RawFile:
    """A file taken apart.

    Attributes:
        version: The number after `#VER`.
        currency: The code after `#DEV`, or "".
        currency_line: Physical line of `#DEV`; 0 without.
        records: In order.
    """

    version: int
    currency: str
    currency_line: int
    records: tuple[RawRecord, ...]


def read_file(data: bytes) -> RawFile | ImportMessage:
    """Return the records of a file, or why it is no accounting file at all.

    A missing `#FLG`, `#DEV` code or `#FIN` is tolerated, as Sage does with the files of
    old exporters. A file whose lines end with LF is one long line to Sage (inferred from
    its import of delimited text, where nothing is found).
    """
    # Every byte means something in code page 850, so this cannot fail; bytes of another
    # encoding come in as other characters, in Sage too.
    lines = data.decode("cp850").split("\r\n")
    if lines[-1] == "":
        del lines[-1]
    at = 0
    if lines and re.fullmatch(r"#FLG( [0-9]+)?", lines[0]):
        at = 1
    found = re.fullmatch(r"#VER +([0-9]{1,3})", lines[at]) if at < len(lines) else None
    if found is None:
        return ImportMessage(text=FORMAT, line=at + 1)
    version = int(found[1])
    at += 1
    base = re.fullmatch(r"#DEV( [A-Z]{3})?", lines[at]) if at < len(lines) else None
    if version > _NEWEST or version in _OTHER_MODULES:
        line = at + 1 if base else at
        return ImportMessage(text=UNKNOWN_FILE.format(line=line), line=line)
    records = _records(lines, at + 1 if base else at)
    if isinstance(records, ImportMessage):
        return records
    currency = base[1].strip() if base and base[1] else ""
    return RawFile(version, currency, at + 1 if base else 0, records)


def _records(lines: Sequence[str], at: int) -> tuple[RawRecord, ...] | ImportMessage:
    records: list[RawRecord] = []
    if at < len(lines) and not _FLAG.fullmatch(lines[at]):
        return ImportMessage(text=FORMAT, line=at + 1)
    # Exporters that are in use write a blank behind it.
    while at < len(lines) and lines[at].rstrip(" ") != "#FIN":
        start = at
        at += 1
        while at < len(lines) and not _FLAG.fullmatch(lines[at].rstrip(" ")):
            at += 1
        records.append(
            RawRecord(
                lines[start],
                start + 1,
                # Data that begins with a number sign is written behind a backslash.
                tuple(
                    text[1:] if text.startswith("\\#") else text
                    for text in lines[start + 1 : at]
                ),
            )
        )
    return tuple(records)


def write_file(records: Sequence[RawRecord], currency: str) -> bytes:
    """Return an export of `#VER 31` with these records."""
    lines = ["#FLG 000", f"#VER {_NEWEST}", f"#DEV {currency}"]
    for record in records:
        lines.append(record.flag)
        lines += (f"\\{text}" if text.startswith("#") else text for text in record.fields)
    return "\r\n".join((*lines, "#FIN", "")).encode("cp850")


def control_field(record: RawRecord) -> int | None:
    """Return the first field with a control character (in formulas, LF is none)."""
    for number, text in enumerate(record.fields, 1):
        if _CONTROL.search(text.replace("\n", "") if record.flag == "#MINF" else text):
            return number
    return None


def amount_in(text: str, decimals: int = 2) -> Decimal | None:
    """Return the number in `text`, None where there is none that Sage would read."""
    if len(text) > _WIDEST or not _AMOUNT.fullmatch(text):
        return None
    if len(text.partition(",")[2]) > decimals:
        return None
    return Decimal(text.replace(",", "."))


def amount_text(amount: Decimal) -> str:
    """Return an amount of two decimals as a file has it."""
    return f"{amount:.2f}".replace(".", ",")


@lru_cache(maxsize=4096)
def day_in(text: str, near: int) -> dt.date | None:
    """Return the day in a JJMMAA, in the century that puts it nearest to the year `near`.

    Sage prints no pivot anywhere; that the company's fiscal years decide is inferred.
    """
    if not re.fullmatch(r"[0-9]{6}", text):
        return None
    day, month, short = int(text[:2]), int(text[2:4]), int(text[4:])
    centuries = (near // 100 - 1, near // 100, near // 100 + 1)
    year = min(
        (100 * century + short for century in centuries), key=lambda y: abs(y - near)
    )
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
