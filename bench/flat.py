"""The flat format of Sage 100: entries to bytes, bytes to records, against plain loops.

Ratios of CPU time, medians of interleaved rounds; memory is the growth of the peak of a
process of its own from 100,000 to 1,000,000 lines. Yardsticks: a join of the same fields
with a table-based CP850 encode; a decode and split of the same bytes.
"""

import codecs
import sys
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from _measure import growth, high_water, ratio, say

SOURCE = Path(__file__).parents[1] / "src"
sys.path.insert(0, str(SOURCE))

from sage_connect.sage100 import wire  # noqa: E402 - the checkout beside us

LINES = 20_000
SMALL, LARGE = 100_000, 1_000_000
DAYS = [date(2026, 1, 1) + timedelta(days) for days in range(365)]
TABLE = codecs.charmap_build(bytes(range(256)).decode("cp850"))
Row = tuple[str, date, str, str, str, wire.Side, Decimal, str]


def rows(count: int) -> Iterator[Row]:
    """Yield the values of two-line pieces, every other with an accent."""
    for number in range(count):
        side = wire.Side.CREDIT if number % 2 else wire.Side.DEBIT
        piece = f"F{number // 2}"
        label = "Facture réglée" if number % 4 < 2 else "Facture du mois"
        amount = Decimal(100 + number // 2).scaleb(-2)
        account, party = ("7010000", "") if number % 2 else ("4110000", "DUPONT")
        yield "VTE", DAYS[number // 2 % 365], piece, account, party, side, amount, label


def records(values: Iterable[Row]) -> Iterator[wire.EntryLine]:
    line = wire.entry_writer()
    for journal, day, piece, account, party, side, amount, label in values:
        yield line(
            journal=journal,
            date=day,
            piece=piece,
            invoice_number=piece,
            account=account,
            third_party=party,
            label=label,
            side=side,
            amount=amount,
        )


def written(values: Iterable[Row]) -> int:
    return sum(map(len, wire.write(records(values))))


def joined(fields: list[list[str]]) -> int:
    text = "".join("\r\n".join(["#MECG", *line, ""]) for line in fields)
    return len(codecs.charmap_encode(text, "strict", TABLE)[0])


def values_of(records_: Iterable[wire.Record]) -> int:
    """Touch what a reader of books needs: journal, account, side and amount."""
    count = 0
    for record in records_:
        if isinstance(record, wire.EntryLine) and record.journal and record.account:
            count += record.side is wire.Side.DEBIT and record.amount is not None
    return count


def child(work: str, lines: int) -> None:
    if work == "write":
        written(rows(lines))
    else:
        values_of(wire.stream(wire.write(records(rows(lines)))))
    print(high_water())


def main() -> None:
    values = list(rows(LINES))
    fields = [list(record.fields) for record in records(values)]
    data = b"".join(wire.write(records(values)))

    def split() -> object:
        return data.decode("cp850").split("\r\n")

    say(
        "entry lines to flat bytes",
        ratio(lambda: written(values), lambda: joined(fields)),
        8,
        "x",
    )
    say(
        "flat bytes to records, batch",
        ratio(lambda: wire.read(data).records, split),
        7,
        "x",
    )
    say(
        "flat bytes to values, batch",
        ratio(lambda: values_of(wire.read(data).records), split),
        7,
        "x",
    )
    say(
        "flat bytes to values, streamed",
        ratio(lambda: values_of(wire.stream(data)), split),
        6,
        "x",
    )
    for work in ("write", "stream"):
        more = growth(__file__, work, SMALL, LARGE)
        say(f"flat {work}, {SMALL:,} to {LARGE:,} lines", more, 8, "MB")


if __name__ == "__main__":
    if arguments := sys.argv[1:]:
        child(arguments[0], int(arguments[1]))
    else:
        main()
