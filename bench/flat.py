"""Sage 100's flat format: written from three heights, and read, against plain loops.

The same 100,000 lines are written three times: as entry lines, which is the format itself;
as pieces of the ledger; and as the sales documents of the demo company's month, repeated,
that the pieces are made of.
"""

import codecs
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache, partial

from sage_connect.ledger.batch import merged
from sage_connect.model import Reference, SalesCreditNote, SalesInvoice
from sage_connect.sage100 import wire
from sage_connect.sage100.codec import Posted, entry_bytes, import_file
from sage_connect.sage100.export import ExportFile, reference_of
from sage_connect.sage100.pieces import PieceMaker
from sage_connect.sage100.resolve import Sale
from sage_connect.testing.demo import export_bytes, month, settings

from ._measure import Measured, Row, Rows, growth, ratio, sized

LINES, READ = 100_000, 20_000
SMALL, LARGE = 100_000, 1_000_000
DAYS = [date(2026, 1, 1) + timedelta(days) for days in range(365)]
TABLE = codecs.charmap_build(bytes(range(256)).decode("cp850"))
Values = tuple[str, date, str, str, str, wire.Side, Decimal, str]


JOINED = "a join of the same fields, encoded by a table of CP850"
SPLIT = "a decode and split of the same bytes"
WHY = (
    "The yardstick joins finished fields. Here each document is worked out first, exactly: "
    "its totals, taxes, accounts, sections and terms make its piece. That costs more than "
    "the writing of the piece, which the row before measures alone."
)


def rows() -> Rows:
    for work, measure, why in (
        ("entry lines to bytes", from_lines, ""),
        ("pieces of sales to an import file", from_pieces, ""),
        ("whole sales documents to an import file", from_documents, WHY),
    ):
        yield Row(f"{LINES:,} lines: {work}", 8, "x", measure, against=JOINED, why=why)
    yield Row(
        f"{LARGE:,} entry lines to bytes: memory",
        8,
        "MB",
        lambda: growth(write, SMALL, LARGE),
        against=f"the same of {SMALL:,} lines",
    )
    for work, budget, ours in (
        ("records, batch", 7, lambda data: wire.read(data).records),
        ("values, batch", 7, lambda data: values_of(wire.read(data).records)),
        ("values, streamed", 6, lambda data: values_of(wire.stream(data))),
    ):
        yield Row(
            f"bytes of {READ:,} lines to {work}",
            budget,
            "x",
            partial(reading, ours),
            against=SPLIT,
        )
    yield Row(
        f"bytes of {LARGE:,} lines to values, streamed: memory",
        8,
        "MB",
        lambda: growth(read, SMALL, LARGE),
        against=f"the same of {SMALL:,} lines",
    )


def from_lines() -> Measured:
    values = list(lines(sized(LINES)))
    fields = [["MECG", *record.fields] for record in records(values)]
    return ratio(lambda: written(values), lambda: joined(fields))


def from_pieces() -> Measured:
    known, documents, fields = sales()
    maker = PieceMaker(settings(), known)
    posted = [handed_over(maker, one) for one in documents]
    return ratio(lambda: file_of(posted, known), lambda: joined(fields))


def from_documents() -> Measured:
    known, documents, fields = sales()

    def ours() -> bytes:
        maker = PieceMaker(settings(), known)
        return file_of((handed_over(maker, one) for one in documents), known)

    return ratio(ours, lambda: joined(fields), detail=f"{len(documents):,} documents")


@cache
def sales() -> tuple[Reference, Sequence[Sale], list[list[str]]]:
    """Return what is known of the company, its sales, and the fields of their records."""
    export = ExportFile(name="export", content=export_bytes(), modified=datetime.now(UTC))
    known = merged(reference_of([export]), month())
    once = [one for one in month() if isinstance(one, SalesInvoice | SalesCreditNote)]
    maker = PieceMaker(settings(), known)
    file = file_of((handed_over(maker, one) for one in once), known)
    entries = file.count(b"#MEC")
    documents = once * (sized(LINES) // entries + 1)
    file = file_of((handed_over(maker, one) for one in documents), known)
    text = file.decode("cp850")
    fields = [record.split("\r\n")[:-1] for record in text.split("#")[1:]]
    assert joined(fields) == len(file)
    return known, documents, fields


def handed_over(maker: PieceMaker, document: Sale) -> Posted:
    return Posted(piece=maker.piece(document), number="SC0000001", digest="a" * 32)


def file_of(posted: Iterable[Posted], known: Reference) -> bytes:
    return import_file((entry_bytes(one, known) for one in posted), known)


def reading(ours: Callable[[bytes], object]) -> Measured:
    data = b"".join(wire.write(records(lines(READ))))
    return ratio(lambda: ours(data), lambda: data.decode("cp850").split("\r\n"))


def write(count: int) -> None:
    written(lines(count))


def read(count: int) -> None:
    values_of(wire.stream(wire.write(records(lines(count)))))


def lines(count: int) -> Iterator[Values]:
    """Yield the values of two-line pieces, every other with an accent."""
    for number in range(count):
        side = wire.Side.CREDIT if number % 2 else wire.Side.DEBIT
        piece = f"F{number // 2}"
        label = "Facture réglée" if number % 4 < 2 else "Facture du mois"
        amount = Decimal(100 + number // 2).scaleb(-2)
        account, party = ("7010000", "") if number % 2 else ("4110000", "DUPONT")
        yield "VTE", DAYS[number // 2 % 365], piece, account, party, side, amount, label


def records(values: Iterable[Values]) -> Iterator[wire.EntryLine]:
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


def written(values: Iterable[Values]) -> int:
    return sum(map(len, wire.write(records(values))))


def joined(fields: list[list[str]]) -> int:
    text = "".join("#" + "\r\n".join([*record, ""]) for record in fields)
    return len(codecs.charmap_encode(text, "strict", TABLE)[0])


def values_of(records_: Iterable[wire.Record]) -> int:
    """Touch what a reader of books needs: journal, account, side and amount."""
    count = 0
    for record in records_:
        if isinstance(record, wire.EntryLine) and record.journal and record.account:
            count += record.side is wire.Side.DEBIT and record.amount is not None
    return count
