"""Answers of Sage Intacct: XML to records, against the hardened parser on the same bytes.

"To values" also reads a number, two amounts, a date and a flag of each record, which are
made on access.
"""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import partial

from sage_connect.intacct import objects
from sage_connect.intacct.wire.object_facts import object_facts
from sage_connect.intacct.wire.record import Record
from sage_connect.intacct.wire.reply import parse_reply, records_in
from sage_connect.intacct.wire.xml import read_tree

from ._measure import Measured, Row, Rows, growth, ratio

RECORDS, FIELDS = 2_000, 60
SMALL, LARGE = 2_000, 200_000
CHUNK = 64 * 1024
READ = ("RECORDNO", "WHENCREATED", "TOTALDUE", "TRX_TOTALDUE", "RETAINAGERELEASED")
TEXTS = {
    "integer": "{0}",
    "decimal": "{0}.{1:02}",
    "currency": "EUR",
    "percent": "19.60",
    "date": "{2:02}/{1:02}/2026",
    "timestamp": "{2:02}/{1:02}/2026 15:19:46",
    "boolean": "false",
}
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<response><control><status>success</status>'
    "<senderid>sender</senderid><controlid>1</controlid><uniqueid>false</uniqueid>"
    "<dtdversion>3.0</dtdversion></control><operation><authentication><status>success"
    "</status><userid>user</userid><companyid>company</companyid></authentication><result>"
    "<status>success</status><function>query</function><controlid>1</controlid>"
    '<data listtype="ARINVOICE" totalcount="{0}" offset="0" count="{0}" numremaining="0">\n'
)
TAIL = "</data></result></operation></response>"


def rows() -> Rows:
    for work, budget, ours in (
        ("records, batch", 3.5, lambda data: counted(batch(data))),
        ("values, batch", 3.5, lambda data: valued(batch(data))),
        ("records, streamed", 4.5, lambda data: counted(records_in(chunks(data)))),
        ("values, streamed", 4.5, lambda data: valued(records_in(chunks(data)))),
    ):
        yield Row(
            f"XML of {RECORDS:,} records to {work}",
            budget,
            "x",
            partial(reading, ours),
            against="the hardened lxml parser on the same bytes",
        )
    yield Row(
        f"XML of {LARGE:,} records, streamed: memory",
        5,
        "MB",
        lambda: growth(streamed, SMALL, LARGE),
        against=f"the same of {SMALL:,} records",
    )


def reading(ours: Callable[[bytes], object]) -> Measured:
    data = b"".join(pieces(RECORDS))
    return ratio(
        lambda: ours(data),
        lambda: read_tree(data),
        detail=f"{FIELDS} fields, {len(data) / 1e6:.1f} MB of XML",
    )


def streamed(records: int) -> None:
    counted(records_in(pieces(records)))


def batch(data: bytes) -> tuple[Record, ...]:
    return parse_reply(data).results[0].records


def pieces(count: int) -> Iterator[bytes]:
    """Yield an answer of `count` invoices, every fifth field empty, as real ones are."""
    facts = object_facts()["ARINVOICE"].fields
    rest = sorted((name for name in facts if name not in READ), key=len)
    names = [*READ, *rest][:FIELDS]
    cells: list[str] = []
    for place, name in enumerate(names):
        kind = facts[name].kind
        text = TEXTS.get(kind, "Texte n° {0}")
        full = place < len(READ) or place % 5
        cells.append(f"<{name}>{text}</{name}>" if full else f"<{name}></{name}>")
    template = "<ARINVOICE>\n" + "\n".join(cells) + "\n</ARINVOICE>\n"
    yield HEAD.format(count).encode()
    for number in range(count):
        yield template.format(1000 + number, 1 + number % 28, 1 + number % 12).encode()
    yield TAIL.encode()


def chunks(data: bytes) -> Iterator[bytes]:
    for at in range(0, len(data), CHUNK):
        yield data[at : at + CHUNK]


def counted(records: Iterable[Record]) -> int:
    return sum(1 for _ in records)


def valued(records: Iterable[Record]) -> Decimal:
    """Touch what a reader of open invoices needs."""
    due = Decimal()
    for record in records:
        assert isinstance(record, objects.ARINVOICE)
        if record.recordno and record.whencreated and not record.retainagereleased:
            due += (record.totaldue or 0) + (record.trx_totaldue or 0)
    return due
