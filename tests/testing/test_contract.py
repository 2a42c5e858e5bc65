"""The contract finds ledgers that break their promises."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

import attrs
import pytest

from sage_connect.errors import StorageError
from sage_connect.ledger import (
    AsyncClosing,
    Capabilities,
    Closing,
    Key,
    OpenLedger,
    OpenReadableLedger,
    Outcome,
    Postable,
    Preview,
    Receipt,
    State,
    Verb,
)
from sage_connect.model import Customer, Document, Line, Reference, SalesInvoice
from sage_connect.plan import Async, M, Now, Plan, ReadFile, Sync
from sage_connect.testing import AsyncScriptedDriver, LedgerContract, ScriptedDriver
from sage_connect.testing.memory import MemoryBackEnd, MemorySettings
from sage_connect.testing.modes import Books
from sage_connect.validation import Report

from . import test_memory_contract

Post = Plan[tuple[Outcome[Any], ...]]


class Forgetful(MemoryBackEnd):
    """Knows no keys: what is posted twice stands twice."""

    def post(self, items: Sequence[Postable] | Preview) -> Post:
        self._posted.clear()
        return super().post(items)


class Blind(MemoryBackEnd):
    """Finds nothing of what it has posted."""

    def reconcile(self, key: Key) -> Plan[Receipt[Document] | None]:  # noqa: ARG002 - blind
        yield from ()
        return None


class Deaf(MemoryBackEnd):
    """Drops what lines are split over, in silence."""

    def preview(self, items: Sequence[Postable], reference: Reference) -> Preview:
        return super().preview([_unsplit(item) for item in items], reference)


def _unsplit(item: Any) -> Any:
    if not hasattr(item, "lines"):
        return item
    lines: tuple[Line, ...] = item.lines
    return attrs.evolve(item, lines=[attrs.evolve(one, analytic=()) for one in lines])


class Hasty(MemoryBackEnd):
    """Stops at the first document that is refused."""

    def post(self, items: Sequence[Postable] | Preview) -> Post:
        given = items.documents if isinstance(items, Preview) else items
        outcomes = yield from super().post(given[:1])
        if outcomes and outcomes[0].posted:
            outcomes = yield from super().post(items)
            bad = [at for at, one in enumerate(outcomes) if not one.posted]
            return outcomes[: bad[0] + 1] if bad else outcomes
        return outcomes


class Jumbled(MemoryBackEnd):
    """Gives outcomes in the order of posting backwards."""

    def post(self, items: Sequence[Postable] | Preview) -> Post:
        outcomes = yield from super().post(items)
        return outcomes[::-1]


class Eager(MemoryBackEnd):
    """Keeps a line of what it only checks."""

    def check(self, items: Sequence[Postable], reference: Reference) -> Report:
        self._lines.append("checked")
        return super().check(items, reference)


class Careless(MemoryBackEnd):
    """Posts a preview of nobody's making: other bytes than were shown."""

    def preview(self, items: Sequence[Postable], reference: Reference) -> Preview:
        shown = super().preview(items, reference)
        return attrs.evolve(shown, content=shown.content.replace(b"F1", b"F9"))


class Boastful(MemoryBackEnd):
    """Says that it cannot do what it does after a step."""

    @property
    def capabilities(self) -> Capabilities:
        can = {**super().capabilities.can}
        can["payments"] = frozenset({Verb.CREATE, Verb.READ})
        return attrs.evolve(super().capabilities, can=can)

    def attach(self, receipt: Any, attachment: Any) -> Plan[str]:
        yield from Now()
        id = yield from super().attach(receipt, attachment)
        return id


class Muddled(MemoryBackEnd):
    """Posts the wrong amount when it takes something back."""

    def preview(self, items: Sequence[Postable], reference: Reference) -> Preview:
        return super().preview([_raised(item) for item in items], reference)


def _raised(item: Any) -> Any:
    if not getattr(item, "reverses", ""):
        return item
    return attrs.evolve(item, lines=(*item.lines, Line(unit_price=Decimal("0.01"))))


class Narrow(MemoryBackEnd):
    """Takes sales invoices and no more, and gives nothing back: a box to post into."""

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            product="a box",
            can={"sales_invoices": frozenset({Verb.CREATE, Verb.IDEMPOTENCY})},
        )


class Box(OpenLedger[M]):
    """A ledger on a box: documents cannot be queried."""

    @property
    def content(self) -> bytes:
        back_end: Any = self._back_end
        content: bytes = back_end.content
        return content


class ReadableBox(Box[Sync], OpenReadableLedger[Sync]):
    pass


class BlockingBox(Box[Sync], Closing):
    pass


class AwaitingBox(Box[Async], AsyncClosing):
    pass


class TestNarrowLedger(test_memory_contract.TestMemoryLedger):
    """A ledger that can do very little keeps its promises all the same."""

    def ledger(self) -> Any:
        return BlockingBox(ScriptedDriver(), Narrow(None, MemorySettings()))

    def async_ledger(self) -> Any:
        return AwaitingBox(AsyncScriptedDriver(), Narrow(None, MemorySettings()))


class Sales(MemoryBackEnd):
    """Takes customers, their invoices and credit notes, as a file does."""

    @property
    def capabilities(self) -> Capabilities:
        documents = frozenset({Verb.CREATE, Verb.REVERSE, Verb.IDEMPOTENCY})
        people = frozenset({Verb.CREATE, Verb.UPDATE, Verb.READ, Verb.LIST})
        return Capabilities(
            product="a file",
            can={
                "customers": people,
                "sales_invoices": documents,
                "sales_credit_notes": documents,
            },
        )


class TestSmallestSubclass(LedgerContract):
    """Five methods are all that a subclass must give."""

    def ledger(self) -> Any:
        return BlockingBox(ScriptedDriver(), Sales(None, MemorySettings()))

    def async_ledger(self) -> Any:
        return AwaitingBox(AsyncScriptedDriver(), Sales(None, MemorySettings()))

    def a_customer(self) -> Customer:
        return Customer(code="C9")

    def an_invoice(self, n: int) -> SalesInvoice:
        return test_memory_contract.TestMemoryLedger().an_invoice(n)

    def posted_content(self, ledger: Any) -> bytes:
        content: bytes = ledger.content
        return content


BROKEN: list[tuple[type[MemoryBackEnd], str]] = [
    (Forgetful, "test_posting_again_posts_nothing"),
    (Forgetful, "test_the_same_key_with_other_content_is_refused"),
    (Blind, "test_a_posted_document_is_found_by_its_key"),
    (Deaf, "test_what_cannot_be_carried_is_never_dropped_in_silence"),
    (Hasty, "test_one_bad_document_never_stops_the_others"),
    (Jumbled, "test_there_is_one_outcome_for_each_document_in_order"),
    (Jumbled, "test_a_batch_is_posted_by_what_depends_on_what"),
    (Eager, "test_check_and_preview_change_nothing_and_ask_for_nothing"),
    (Eager, "test_a_refused_document_raises_once_and_leaves_nothing"),
    (Careless, "test_a_preview_is_posted_just_as_it_was_shown"),
    (Boastful, "test_every_seat_does_what_its_capabilities_say"),
    (Muddled, "test_a_document_and_its_reversal_net_to_zero"),
]


def books_on(back_end: type[MemoryBackEnd]) -> Books:
    return Books(ReadableBox(ScriptedDriver(), back_end(None, MemorySettings())))


def promise(name: str) -> Callable[[Books], None]:
    return partial(getattr(LedgerContract, name), test_memory_contract.TestMemoryLedger())


@pytest.mark.parametrize(("back_end", "name"), BROKEN)
def test_a_broken_promise_is_found(back_end: type[MemoryBackEnd], name: str) -> None:
    with pytest.raises((pytest.fail.Exception, AssertionError, ValueError)) as caught:
        promise(name)(books_on(back_end))

    assert str(caught.value)


@pytest.mark.parametrize("name", sorted({name for _, name in BROKEN}))
def test_the_same_promise_kept_is_found_kept(name: str) -> None:
    promise(name)(books_on(MemoryBackEnd))


def test_a_failure_says_what_was_promised_and_what_was_found() -> None:
    with pytest.raises(pytest.fail.Exception) as caught:
        promise("test_posting_again_posts_nothing")(books_on(Forgetful))

    assert "a repeat is UNCHANGED" in str(caught.value)
    assert repr(State.CREATED) in str(caught.value)


def test_an_error_of_a_step_reaches_the_plan_that_is_watched() -> None:
    def forgiving() -> Plan[str]:
        try:
            yield from ReadFile("a")
        except StorageError as error:
            return f"forgave {error}"
        return "nothing to forgive"

    box = ReadableBox(
        ScriptedDriver(StorageError("full")), MemoryBackEnd(None, MemorySettings())
    )
    books = Books(box)

    assert box._driver.drive(forgiving()) == "forgave full"
    assert books.asked == [ReadFile("a")]


@pytest.mark.parametrize(
    "hook", ["ledger", "async_ledger", "a_customer", "an_invoice", "posted_content"]
)
def test_what_a_subclass_must_give_is_not_guessed(hook: str) -> None:
    arguments = {"an_invoice": (1,), "posted_content": (None,)}.get(hook, ())

    with pytest.raises(NotImplementedError):
        getattr(LedgerContract(), hook)(*arguments)
