"""The FEC: rows to bytes, bytes to rows, and everything checked, against plain loops.

Ratios of CPU time, medians of interleaved rounds; memory is the growth of the peak of a
process of its own from 100,000 to 1,000,000 lines. Yardsticks: a join of the same fields
and its encoding; a decode and split of the same bytes, by lines and then by columns.
"""

import sys
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from _measure import growth, high_water, ratio, say

SOURCE = Path(__file__).parents[1] / "src"
sys.path.insert(0, str(SOURCE))

from sage_connect.sage100.wire import fec  # noqa: E402 - the checkout beside us
from sage_connect.sage100.wire.rows import EntryRow, Losses  # noqa: E402

LINES = 20_000
SMALL, LARGE = 100_000, 1_000_000
NAME = "732829320FEC20261231.txt"
DAYS = [date(2026, 1, 1) + timedelta(days) for days in range(365)]


def rows(count: int) -> Iterator[EntryRow]:
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
    assert found.faults == (), found.faults[:5]


def counted(source: bytes | Iterable[bytes]) -> int:
    return sum(1 for _ in fec.rows(source))


def child(work: str, lines: int) -> None:
    if work == "write":
        written(rows(lines))
    elif work == "read":
        counted(fec.write(rows(lines), losses=Losses()))
    else:
        checked(fec.write(rows(lines), losses=Losses()))
    print(high_water())


def main() -> None:
    values = list(rows(LINES))
    data = b"".join(fec.write(values, losses=Losses()))
    cells = [line.split("\t") for line in data.decode().split("\r\n")]

    def split() -> object:
        return [line.split("\t") for line in data.decode().split("\r\n")]

    def joined() -> object:
        return "\r\n".join("\t".join(line) for line in cells).encode()

    say("rows to a FEC", ratio(lambda: written(values), joined), 25, "x")
    say("a FEC to rows", ratio(lambda: counted(data), split), 7, "x")
    say("a FEC checked", ratio(lambda: checked(data), split), 7, "x")
    for work, budget in (("write", 8), ("read", 8), ("check", 16)):
        more = growth(__file__, work, SMALL, LARGE)
        say(f"FEC {work}, {SMALL:,} to {LARGE:,} lines", more, budget, "MB")


if __name__ == "__main__":
    if arguments := sys.argv[1:]:
        child(arguments[0], int(arguments[1]))
    else:
        main()
