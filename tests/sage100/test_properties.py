"""Whatever documents come: what is accepted arrives exactly, the rest is explained."""

from typing import Any

import attrs
from hypothesis import given, strategies as st

from sage_connect import Document, State
from sage_connect.ledger import judged
from sage_connect.sage100.codec import Posted, entry_bytes, import_file
from sage_connect.sage100.piece import Piece
from sage_connect.sage100.pieces import PieceMaker
from sage_connect.sage100.resources import Sage100Books
from sage_connect.sage100.settings import Analytics, NotCarried, Policy
from sage_connect.sage100.wire import AnalyticLine, EntryLine, Side, read
from sage_connect.testing.demo import export_bytes, settings
from sage_connect.testing.importer import Sage100Importer
from sage_connect.testing.strategies import (
    documents,
    sales_credit_notes,
    sales_invoices,
)

from .conftest import reference_of_demo

BATCH = 20
REFERENCE = reference_of_demo()
# As little as possible stands in the way, so that most documents arrive.
SETTINGS = attrs.evolve(
    settings(),
    period_start=None,
    analytics=Analytics(plan="PROJET"),
    policy=Policy(not_carried=NotCarried.WARNING),
)
# Sales as often as all the others together: most of what is posted.
VALID = sales_invoices(REFERENCE) | sales_credit_notes(REFERENCE) | documents(REFERENCE)
WILD = documents(REFERENCE, wild=True)


def read_back(content: bytes) -> list[list[tuple[Any, ...]]]:
    """Return each piece's lines as the file has them."""
    pieces: dict[str, list[tuple[Any, ...]]] = {}
    shares: list[tuple[Any, ...]] = []
    for record in read(content).records:
        if isinstance(record, EntryLine):
            shares = []
            line = (
                record.account,
                record.third_party,
                record.label,
                record.due_date,
                record.side is Side.DEBIT,
                record.amount,
                record.currency_amount,
                record.tax_code,
                shares,
            )
            pieces.setdefault(record.piece, []).append(line)
        else:
            assert isinstance(record, AnalyticLine)
            shares.append((record.plan_no, record.section, record.amount))
    return list(pieces.values())


def lines_of(piece: Piece) -> list[tuple[Any, ...]]:
    return [
        (
            line.account,
            line.third_party,
            line.label,
            line.due,
            line.debit,
            line.amount,
            line.currency_amount,
            line.tax_code,
            [(share.plan, share.section, share.amount) for share in line.shares],
        )
        for line in piece.lines
    ]


@given(st.lists(VALID | WILD, min_size=BATCH, max_size=BATCH))
def test_what_is_accepted_is_read_back_as_it_was_and_sage_takes_it(
    batch: list[Any],
) -> None:
    report = Sage100Books("nowhere", SETTINGS).check(batch, REFERENCE)
    accepted = [one for at, one in enumerate(batch) if judged(report.of(at)) is None]
    maker = PieceMaker(SETTINGS, REFERENCE)
    pieces = [maker.piece(one) for one in accepted]
    posted = [
        Posted(piece=piece, number=f"SC{at:07}", digest=f"{at:032x}")
        for at, piece in enumerate(pieces)
    ]

    content = import_file((entry_bytes(one, REFERENCE) for one in posted), REFERENCE)

    assert read_back(content) == [lines_of(piece) for piece in pieces]
    for piece in pieces:
        sides = (one.amount if one.debit else -one.amount for one in piece.lines)
        assert not sum(sides)
        for line in piece.lines:
            for plan in {share.plan for share in line.shares}:
                split = [share.amount for share in line.shares if share.plan == plan]
                assert sum(split) == line.amount
    imported = Sage100Importer(export_bytes()).import_file(content)
    assert (imported.accepted, imported.messages) == (True, ())


@given(WILD)
def test_what_is_refused_says_why(document: Document) -> None:
    report = Sage100Books("nowhere", SETTINGS).check([document], REFERENCE)

    for one in report:
        for language in ("en", "fr"):
            assert one.message(language)
            assert one.fix(language)
    if judged(report) is State.REFUSED:
        assert report.errors
