"""Sales documents checked by the full book of Sage 100, and made into an import file.

The month of the demo company, repeated until it makes 100,000 lines. The ratio is of CPU
time, medians of interleaved rounds, to a join of the same fields with a table-based CP850
encode; rates are on one core.
"""

import codecs
import datetime as dt
import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from encodings import cp850

import attrs
from _measure import ratio, say

from sage_connect.ledger.batch import merged
from sage_connect.model import Line, Reference, SalesCreditNote, SalesInvoice, Tax
from sage_connect.sage100.codec import Posted, entry_bytes, import_file
from sage_connect.sage100.export import ExportFile, reference_of
from sage_connect.sage100.pieces import PieceMaker
from sage_connect.sage100.resolve import Sale
from sage_connect.sage100.rules import BOOK
from sage_connect.testing.demo import export_bytes, month, settings
from sage_connect.validation import Checker

ROUNDS, LINES, CHECKED = 5, 100_000, 2_000
RATIO, CLEAN = 8, 8_000
SETTINGS = settings()
TABLE = codecs.charmap_build(cp850.decoding_table)


def reference() -> Reference:
    file = ExportFile(
        name="export", content=export_bytes(), modified=dt.datetime.now(dt.UTC)
    )
    return merged(reference_of([file]), month())


def spent(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def file_of(documents: Sequence[Sale], known: Reference) -> bytes:
    maker = PieceMaker(SETTINGS, known)
    pieces = (maker.piece(one) for one in documents)
    posted = (Posted(piece=one, number="SC0000001", digest="a" * 32) for one in pieces)
    return import_file((entry_bytes(one, known) for one in posted), known)


def writing(known: Reference) -> None:
    sales = [one for one in month() if isinstance(one, SalesInvoice | SalesCreditNote)]
    lines = file_of(sales, known).count(b"#MEC")
    many = sales * (LINES // lines + 1)
    records = [one.split("\r\n") for one in file_of(many, known).decode("cp850").split("#")]

    def join() -> bytes:
        text = "#".join("\r\n".join(fields) for fields in records)
        return codecs.charmap_encode(text, "strict", TABLE)[0]

    maker = PieceMaker(SETTINGS, known)
    pieces = [
        Posted(piece=maker.piece(one), number="SC0000001", digest="a" * 32) for one in many
    ]

    def encoded() -> bytes:
        return import_file((entry_bytes(one, known) for one in pieces), known)

    say("pieces of sales to an import file", ratio(encoded, join), RATIO, "x")
    say(
        "sales documents to an import file",
        ratio(lambda: file_of(many, known), join),
        RATIO,
        "x",
    )


def checking(known: Reference) -> None:
    line = Line(
        description="Étude",
        quantity=Decimal(2),
        unit_price=Decimal("125.50"),
        account="706000",
        taxes=(Tax("C20", Decimal(20)),),
    )
    first = SalesInvoice(
        number="F0",
        date=dt.date(2026, 9, 15),
        party="DUPONT",
        currency="EUR",
        lines=(line, line, line),
    )
    invoices = [attrs.evolve(first, number=f"F{at}") for at in range(CHECKED)]
    checker = Checker(book=BOOK, target="sage100", country="FR", settings=SETTINGS)

    def check() -> None:
        assert checker.check(invoices, reference=known).ok

    check()
    rate = CHECKED / min(spent(check) for _ in range(ROUNDS))
    verdict = "within" if rate >= CLEAN else "over"
    print(
        f"check clean invoices, {len(BOOK)} codes | {rate:,.0f}/s | {CLEAN:,}/s | {verdict}"
    )


def main() -> None:
    known = reference()
    writing(known)
    checking(known)


if __name__ == "__main__":
    main()
