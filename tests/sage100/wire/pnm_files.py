"""PNM files made by hand from the published columns, apart from the code under test."""

from typing import Any

COLUMNS = {
    "journal": (1, 3),
    "date": (4, 6),
    "piece_type": (10, 2),
    "account": (12, 13),
    "line_type": (25, 1),
    "party": (26, 13),
    "reference": (39, 13),
    "label": (52, 25),
    "method": (77, 1),
    "due": (78, 6),
    "side": (84, 1),
    "amount": (85, 20),
    "entry_kind": (105, 1),
    "entry_number": (106, 7),
    "reserved": (113, 26),
    "amount_currency": (139, 3),
    "currency_amount": (142, 20),
    "currency": (162, 3),
    "plan": (165, 10),
    "unused_section": (175, 25),
}
"""Position, counted from 1, and width."""
RIGHT = {"amount", "entry_number", "currency_amount"}
COMPANY = b"ATELIER VIGNAL".ljust(30) + b"\r\n"


def movement(width: int = 199, **texts: str) -> bytes:
    """One line of the piece F7, CR LF included; `texts` by column."""
    line = bytearray(b" " * 199)
    usual = {
        "journal": "VTE",
        "date": "190926",
        "piece_type": "FC",
        "reference": "F7",
        "label": "Facture Dupont",
        "entry_kind": "N",
        "amount_currency": "EUR",
    }
    for name, text in (usual | texts).items():
        at, size = COLUMNS[name]
        data = text.encode("cp1252")
        assert len(data) <= size, name
        data = data.rjust(size) if name in RIGHT else data.ljust(size)
        line[at - 1 : at - 1 + size] = data
    return bytes(line[:width]) + b"\r\n"


def piece(width: int = 199, **common: Any) -> list[bytes]:
    """The lines 2 to 9 of a file without a fault."""
    sale = {"account": "706000", "side": "C", "entry_number": "1"}
    party = {
        "account": "411000",
        "party": "DUPONT",
        "side": "D",
        "method": "L",
        "entry_number": "3",
    }
    due = {"line_type": "E", "amount": "600.00", "currency_amount": "650.00"}
    dollars = {"currency": "USD"}
    lines = [
        sale | {"amount": "1000.00"},
        sale | {"line_type": "A", "party": "PARIS", "amount": "600.00", "plan": "1"},
        sale | {"line_type": "A", "party": "LYON", "amount": "400.00", "plan": "1"},
        sale | {"line_type": "A", "party": "STUDIO", "amount": "1000.00", "plan": "2"},
        {"account": "445710", "side": "C", "amount": "200.00", "entry_number": "2"},
        party
        | dollars
        | {
            "line_type": "X",
            "due": "301126",
            "amount": "1200.00",
            "currency_amount": "1300.00",
        },
        party | dollars | due | {"due": "311026"},
        party | dollars | due | {"due": "301126"},
    ]
    return [movement(width, **(line | common)) for line in lines]


def file_of(*lines: bytes) -> bytes:
    """A file of these lines."""
    return COMPANY + b"".join(lines)


CLEAN = file_of(*piece())


def put(line: int, column: str, text: str | bytes, data: bytes = CLEAN) -> bytes:
    """Write over a column of a physical line; a text is filled with blanks."""
    at, size = COLUMNS[column]
    if isinstance(text, str):
        text = text.encode("cp1252")
        text = text.rjust(size) if column in RIGHT else text.ljust(size)
    lines = data.split(b"\r\n")
    raw = lines[line - 1]
    lines[line - 1] = raw[: at - 1] + text + raw[at - 1 + size :]
    return b"\r\n".join(lines)
