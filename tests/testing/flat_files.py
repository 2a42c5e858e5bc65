"""Files in Sage 100's flat format, written by hand for tests of the importer."""

from sage_connect.testing.demo import export_bytes
from sage_connect.testing.importer import ImportMessage, ImportResult, Sage100Importer

HEADER = ("#FLG 000", "#VER 31", "#DEV EUR")
# The first record of a file stands on line 4; a #MECG of #VER 31 has 39 fields.
FIRST = 4
SECOND = FIRST + 40

BY_HAND = (
    "#FLG 000\r\n#VER 31\r\n#DEV EUR\r\n"
    "#MECG\r\nVTE\r\n190926\r\n\r\nFA1\r\nFA1\r\n\r\n411000\r\n\r\nDUPONT\r\n\r\n"
    "Façade côté cour\r\n0\r\n191026\r\n0,000000\r\n0,00\r\n0\r\n0\r\n1200,00\r\n"
    "\r\n\r\n\r\n0\r\n0\r\n0\r\n\r\n\r\n0\r\n0\r\n0\r\n\r\n\r\n\r\nBC 4471\r\n"
    "0\r\n0,00\r\n\r\n\r\n0\r\n\r\n"
    "#MECG\r\nVTE\r\n190926\r\n\r\nFA1\r\nFA1\r\n\r\n706000\r\n\r\n\r\n\r\n"
    "Études\r\n0\r\n\r\n0,000000\r\n0,00\r\n0\r\n1\r\n1000,00\r\n"
    "\r\n\r\n\r\n0\r\n0\r\n0\r\n\r\nC20\r\n0\r\n0\r\n0\r\n\r\n\r\n\r\nBC 4471\r\n"
    "0\r\n0,00\r\n\r\n\r\n0\r\n\r\n"
    "#MECA\r\n1\r\nP2026-001\r\n600,00\r\n0,00\r\n"
    "#MECA\r\n1\r\nP2026-002\r\n400,00\r\n0,00\r\n"
    "#MECG\r\nVTE\r\n190926\r\n\r\nFA1\r\nFA1\r\n\r\n445710\r\n\r\n\r\n\r\n"
    "Façade côté cour\r\n0\r\n\r\n0,000000\r\n0,00\r\n0\r\n1\r\n200,00\r\n"
    "\r\n\r\n\r\n0\r\n0\r\n0\r\n\r\nC20\r\n0\r\n0\r\n0\r\n\r\n\r\n\r\nBC 4471\r\n"
    "0\r\n0,00\r\n\r\n\r\n0\r\n\r\n"
    "#FIN\r\n"
).encode("cp850")


def entry(cells: dict[str, str], count: int) -> tuple[str, ...]:
    """A line of 100 euros with `count` fields; cells are named by number, as `f7`."""
    usual = {
        1: "VTE",
        2: "190926",
        4: "FA1",
        5: "FA1",
        11: "Facture FA1",
        12: "0",
        18: "100,00",
    }
    given = usual | {int(name[1:]): text for name, text in cells.items()}
    return ("#MECG", *(given.get(number, "") for number in range(1, count + 1)))


def sale(count: int = 39, /, **cells: str) -> tuple[str, ...]:
    """The credit of a piece, 100 euros of sales."""
    return entry({"f7": "706000", "f17": "1"} | cells, count)


def receivable(count: int = 39, /, **cells: str) -> tuple[str, ...]:
    """The debit of a piece, on a customer."""
    return entry({"f7": "411000", "f9": "DUPONT", "f17": "0"} | cells, count)


def file(
    *records: tuple[str, ...], header: tuple[str, ...] = HEADER, end: str = "#FIN"
) -> bytes:
    lines = [*header, *(line for record in records for line in record), *end.split()]
    return "".join(f"{line}\r\n" for line in lines).encode("cp850")


def company(*changes: tuple[str, int, str]) -> bytes:
    """The demo company; each change is a record, by flag and key, a field and its text."""
    lines = export_bytes().decode("cp850").split("\r\n")
    for where, number, text in changes:
        flag, _, key = where.partition(" ")
        at = next(
            at
            for at, line in enumerate(lines)
            if line == flag and (not key or key in lines[at + 1 : at + 7])
        )
        lines[at + number] = text
    return "\r\n".join(lines).encode("cp850")


def imported(
    data: bytes, *changes: tuple[str, int, str], renumbers: bool = False
) -> tuple[Sage100Importer, ImportResult]:
    importer = Sage100Importer(company(*changes), renumbers=renumbers)
    return importer, importer.import_file(data)


def odd(line: int, field: int | None = None, record: str = "#MECG") -> ImportMessage:
    text = f"Une incohérence à la ligne {line} a été détectée !"
    return ImportMessage(text=text, line=line, field=field, record=record)


def at(field: int, text: str, first: int = FIRST) -> ImportMessage:
    line = first + field
    return ImportMessage(text=text.format(line), line=line, field=field, record="#MECG")


JOURNAL = "Le journal n'existe pas à la ligne {} !"
YEAR = "L'écriture n'appartient pas à un exercice à la ligne {} !"
ACCOUNT = "Le compte général n'existe pas à la ligne {} !"


def share(plan: str, section: str, amount: str) -> tuple[str, ...]:
    return ("#MECA", plan, section, amount, "0,00")


def party(
    code: str = "POTERIE", name: str = "Poterie Céladon", **cells: str
) -> tuple[str, ...]:
    given = {1: code, 2: name, 3: "0", 4: "411000", 134: "411000"}
    given |= {int(field[1:]): text for field, text in cells.items()}
    return ("#MPCT", *(given.get(number, "") for number in range(1, 135)))
