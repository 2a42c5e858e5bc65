"""A FEC without a fault, and ways to spoil it."""

from collections.abc import Callable

from sage_connect.sage100 import wire

NAME = "732829320FEC20261231.txt"
HEADER = (
    "JournalCode\tJournalLib\tEcritureNum\tEcritureDate\tCompteNum\tCompteLib\tCompAuxNum\t"
    "CompAuxLib\tPieceRef\tPieceDate\tEcritureLib\tDebit\tCredit\tEcritureLet\tDateLet\t"
    "ValidDate\tMontantdevise\tIdevise"
)


def row(  # noqa: PLR0917 - read like the row that they make
    journal: str, number: int, day: str, account: str, debit: str, credit: str, *rest: str
) -> str:
    party, foreign, letters = (*rest, "", "", "")[:3]
    journals = {"AN": "À nouveau", "VTE": "Ventes", "BQ": "Banque", "ACH": "Achats"}
    accounts = {
        "101000": "Capital",
        "512000": "Banque",
        "411000": "Clients",
        "401000": "Fournisseurs",
        "706000": "Prestations",
        "445710": "TVA collectée",
        "606000": "Achats",
    }
    cells = [
        journal,
        journals[journal],
        str(number),
        day,
        account,
        accounts[account],
        party,
        f"Société {party}" if party else "",
        f"P{number}",
        day,
        f"Écriture {number}",
        debit,
        credit,
        letters,
        "20260301" if letters else "",
        day,
        foreign,
        "USD" if foreign else "",
    ]
    return "\t".join(cells)


LINES = [
    HEADER,
    row("AN", 1, "20260101", "512000", "500,00", "0,00"),  # line 2
    row("AN", 1, "20260101", "101000", "0,00", "500,00"),
    row("VTE", 2, "20260115", "411000", "120,00", "0,00", "DUPONT", "", "A"),  # line 4
    row("VTE", 2, "20260115", "706000", "0,00", "100,00"),
    row("VTE", 2, "20260115", "445710", "0,00", "20,00"),
    row("BQ", 3, "20260214", "512000", "120,00", "0,00"),  # line 7
    row("BQ", 3, "20260214", "411000", "0,00", "120,00", "DUPONT", "", "A"),
    row("ACH", 4, "20260301", "606000", "92,00", "0,00", "", "100,00"),  # line 9
    row("ACH", 4, "20260301", "401000", "0,00", "92,00", "ACME", "100,00"),
    row("VTE", 5, "20260310", "411000", "60,00", "0,00", "DURAND"),  # line 11
    row("VTE", 5, "20260310", "706000", "0,00", "60,00"),
    row("VTE", 6, "20260410", "411000", "70,00", "0,00", "DURAND"),  # line 13
    row("VTE", 6, "20260410", "706000", "0,00", "70,00"),
]
CLEAN = "".join(f"{line}\r\n" for line in LINES).encode()


def joined(lines: list[str], end: str = "\r\n") -> bytes:
    return "".join(f"{line}{end}" for line in lines).encode()


def cell(line: int, column: str, value: str) -> Callable[[], bytes]:
    """Put another value in one place."""

    def make() -> bytes:
        lines = list(LINES)
        cells = lines[line - 1].split("\t")
        cells[HEADER.split("\t").index(column)] = value
        lines[line - 1] = "\t".join(cells)
        return joined(lines)

    return make


def cells(*changes: tuple[int, str, str]) -> Callable[[], bytes]:
    """Put other values in several places."""

    def make() -> bytes:
        lines = list(LINES)
        for line, column, value in changes:
            parts = lines[line - 1].split("\t")
            parts[HEADER.split("\t").index(column)] = value
            lines[line - 1] = "\t".join(parts)
        return joined(lines)

    return make


def moved(order: list[int]) -> Callable[[], bytes]:
    """Put the physical lines in another order; 1 is the header."""
    return lambda: joined([LINES[at - 1] for at in order])


def swap(old: str, new: str, count: int = 1) -> Callable[[], bytes]:
    return lambda: CLEAN.replace(old.encode(), new.encode(), count)


def sided(minus: str = "C", plus: str = "D") -> bytes:
    """Return the clean file with Montant and Sens."""
    lines = [HEADER.replace("Debit\tCredit", "Montant\tSens")]
    for line in LINES[1:]:
        parts = line.split("\t")
        debit = parts[11] != "0,00"
        parts[11:13] = [parts[11] if debit else parts[12], plus if debit else minus]
        lines.append("\t".join(parts))
    return joined(lines)


def added(count: int) -> bytes:
    """Return the clean file with the columns of cash-basis books."""
    names = ("DateRglt", "ModeRglt", "NatOp", "IdClient")[:count]
    values = ("20260302", "Chèque", "Vente", "C1")[:count]
    return joined(
        ["\t".join((HEADER, *names)), *("\t".join((line, *values)) for line in LINES[1:])]
    )


def but_the_note(found: wire.Inspection) -> list[wire.FileFault]:
    """What was found besides the note that a FEC has no end mark, which every one has."""
    return [fault for fault in found.faults if fault.code != "SC-FEC-NO-TRAILER"]
