"""The FEC: rows to bytes, bytes to rows, and everything checked, against plain loops."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, partial

from sage_connect.sage100.wire import fec
from sage_connect.sage100.wire.rows import EntryRow, Losses

from ._measure import Measured, Row, Rows, growth, ratio

LINES = 20_000
SMALL, LARGE = 100_000, 1_000_000
NAME = "732829320FEC20261231.txt"
DAYS = [date(2026, 1, 1) + timedelta(days) for days in range(365)]


def rows() -> Rows:
    yield Row(
        f"{LINES:,} rows to a FEC",
        25,
        "x",
        writing,
        against="a join of the same fields, encoded",
    )
    for work, ours in (("rows", counted), ("findings", checked)):
        yield Row(
            f"a FEC of {LINES:,} lines to {work}",
            7,
            "x",
            partial(reading, ours),
            against="a decode and split of the same bytes, by lines, then by columns",
        )
    for work, budget, doing in (
        ("written", 8, write),
        ("read", 8, read),
        ("checked", 16, check),
    ):
        yield Row(
            f"a FEC of {LARGE:,} lines, {work}: memory",
            budget,
            "MB",
            partial(growth, doing, SMALL, LARGE),
            against=f"the same of {SMALL:,} lines",
        )


def writing() -> Measured:
    values = list(lines(LINES))
    cells = [line.split("\t") for line in file().decode().split("\r\n")]
    return ratio(
        lambda: written(values),
        lambda: "\r\n".join("\t".join(line) for line in cells).encode(),
    )


def reading(ours: Callable[[bytes], object]) -> Measured:
    data = file()
    return ratio(
        lambda: ours(data),
        lambda: [line.split("\t") for line in data.decode().split("\r\n")],
    )


@cache
def file() -> bytes:
    return b"".join(streamed(LINES))


def streamed(count: int) -> Iterable[bytes]:
    return fec.write(lines(count), losses=Losses())


def write(count: int) -> None:
    written(lines(count))


def read(count: int) -> None:
    counted(streamed(count))


def check(count: int) -> None:
    checked(streamed(count))


def lines(count: int) -> Iterator[EntryRow]:
    """Yield two-line entries in order, every other with an accent."""
    for number in range(count):
        entry = number // 2
        debit = not number % 2
        day = DAYS[entry * 730 // (count + 1)]
        yield EntryRow(
            journal="VTE",
            journal_name="Ventes",
            number=str(entry + 1),
            date=day,
            account="411000" if debit else "706000",
            account_name="Clients" if debit else "Prestations",
            third_party="DUPONT" if debit else "",
            third_party_name="Dupont" if debit else "",
            piece=f"F{entry}",
            piece_date=day,
            label="Facture réglée" if entry % 2 else "Facture du mois",
            debit=debit,
            amount=Decimal(100 + entry).scaleb(-2),
            validated_on=day,
        )


def written(values: Iterable[EntryRow]) -> int:
    return sum(map(len, fec.write(values, losses=Losses())))


def checked(source: bytes | Iterable[bytes]) -> None:
    found = fec.inspect(source, name=NAME)
    # No FEC has a mark at its end, which is always noted.
    assert {one.severity for one in found.faults} <= {"note"}, found.faults[:5]


def counted(source: bytes | Iterable[bytes]) -> int:
    return sum(1 for _ in fec.rows(source))
