"""What every ledger promises, as tests: subclass `LedgerContract` for your own ledger."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar

import attrs

from ..errors import ConfigurationError, DocumentRejectedError, UnsupportedError
from ..ledger import (
    OUTBOXES,
    REGISTERS,
    Ledger,
    Outcome,
    Postable,
    State,
    Verb,
)
from ..model import (
    Allocation,
    Attachment,
    Customer,
    Payment,
    SalesInvoice,
    totals,
)
from ..model.reversal import reversal
from ..plan import Async, Sync
from .filling import filled
from .modes import Books, awaited

try:
    import pytest
except ImportError as _missing:
    raise ConfigurationError(
        "sage_connect.testing.LedgerContract needs pytest, which is not installed",
        fix="Install it with: pip install pytest",
    ) from _missing


def _same(expected: object, actual: object, promise: str) -> None:
    if expected != actual:
        pytest.fail(f"{promise}\n  expected: {expected!r}\n  found:    {actual!r}")


class LedgerContract:
    """The promises that hold for every ledger, whatever the product, in both modes.

    Subclass it in a test module under a name that begins with `Test`, and say how to open
    the ledger and what to post. Every test opens it once, on books that hold no documents.

    ```python
    class TestMemoryLedger(LedgerContract):
        def ledger(self): return MemoryLedger()
        def async_ledger(self): return AsyncMemoryLedger()
        def a_customer(self): return Customer(code="C9", name="Ninth")
        def an_invoice(self, n): return SalesInvoice(number=f"F{n}", ...)
        def posted_content(self, ledger): return ledger.content
    ```

    Attributes:
        expects_confirmation: True where posting hands over, and only a later export shows
            that the product has taken it: outcomes are then HANDED_OVER.
    """

    expects_confirmation: ClassVar[bool] = False
    implied: ClassVar[frozenset[str]] = frozenset()

    # What a subclass gives.

    def ledger(self) -> Ledger[Sync]:
        """Return a blocking ledger on books without documents."""
        raise NotImplementedError

    def async_ledger(self) -> Ledger[Async]:
        """Return an awaiting ledger on books without documents."""
        raise NotImplementedError

    def a_customer(self) -> Customer:
        """Return a valid customer, not in the books yet, who trades in any currency."""
        raise NotImplementedError

    def an_invoice(self, n: int) -> SalesInvoice:
        """Return a valid invoice to a customer in the books, another for each `n`."""
        raise NotImplementedError

    def posted_content(self, ledger: Any) -> bytes:
        """Return all that was posted or handed over: files, or what is read back."""
        raise NotImplementedError

    def samples(self) -> Mapping[str, Postable]:
        """Return a valid document or value for each seat that can create."""
        invoice = self.an_invoice(1)
        return {
            "customers": self.a_customer(),
            "sales_invoices": invoice,
            "sales_credit_notes": reversal(self.an_invoice(2), number="R2"),
        }

    def a_payment(self, invoice: SalesInvoice) -> Payment:
        """Return the payment in full of an invoice."""
        gross = totals(invoice).gross
        return Payment(
            number=f"{invoice.number}P",
            date=invoice.date,
            party=invoice.party,
            currency=invoice.currency,
            exchange_rate=invoice.exchange_rate,
            amount=gross,
            allocations=(Allocation(invoice.number, gross),),
        )

    def a_bad_invoice(self, n: int) -> SalesInvoice:
        """Return an invoice that any ledger refuses."""
        return attrs.evolve(self.an_invoice(n), lines=())

    def a_bad_customer(self) -> Customer:
        """Return a customer that any ledger refuses, though an invoice may name her."""
        return attrs.evolve(self.a_customer(), currency="???")

    def comparable(self, content: bytes) -> bytes:
        """Return content without what differs from one posting to the next: a time."""
        return content

    # What the tests use.

    @pytest.fixture(params=["blocking", "awaiting"])
    def books(self, request: pytest.FixtureRequest) -> Iterator[Books]:
        """The ledger in either mode."""
        if request.param == "blocking":
            ledger: Any = self.ledger()
            yield Books(ledger)
            ledger.close()
            return
        with asyncio.Runner() as runner:

            def run(result: Awaitable[Any]) -> Any:
                return runner.run(awaited(result))

            ledger = self.async_ledger()
            yield Books(ledger, run)
            run(ledger.aclose())

    @property
    def posted(self) -> State:
        """The state of a document that has just been posted."""
        return State.HANDED_OVER if self.expects_confirmation else State.CREATED

    def content(self, books: Books) -> bytes:
        """What was posted so far, comparable."""
        return self.comparable(self.posted_content(books.ledger))

    def _states(self, outcomes: Sequence[Outcome[Any]]) -> list[State]:
        return [one.state for one in outcomes]

    def _must(self, outcomes: Sequence[Outcome[Any]], promise: str) -> None:
        for one in outcomes:
            if not one.posted:
                pytest.fail(f"{promise}: {one.state}, {one.report.summary()} {one.error}")

    # The promises.

    def test_check_and_preview_change_nothing_and_ask_for_nothing(
        self, books: Books
    ) -> None:
        """They are pure: not a step, not a byte."""
        before = self.content(books)

        books.check([self.an_invoice(1), self.a_bad_invoice(2)])
        books.preview([self.an_invoice(1), self.a_bad_invoice(2)])

        _same([], books.asked, "check and preview ask for no step")
        _same(before, self.content(books), "check and preview write nothing")

    def test_there_is_one_outcome_for_each_document_in_order(self, books: Books) -> None:
        """Whatever the order of posting."""
        invoices = [self.an_invoice(n) for n in range(1, 6)]

        outcomes = books.post(invoices)

        _same(invoices, [one.document for one in outcomes], "outcomes are in input order")
        _same([self.posted] * 5, self._states(outcomes), "valid invoices are posted")

    def test_one_bad_document_never_stops_the_others(self, books: Books) -> None:
        """It alone is refused, with everything that is wrong with it."""
        bad = self.a_bad_invoice(2)

        outcomes = books.post([self.an_invoice(1), bad, self.an_invoice(3)])

        states = [self.posted, State.REFUSED, self.posted]
        _same(states, self._states(outcomes), "one bad document stops no other")
        expected = {one.code for one in books.check([bad]).errors}
        found = {one.code for one in outcomes[1].report.errors}
        _same(expected, found & expected, "post finds all that check finds")
        _same({1}, {one.index for one in outcomes[1].report}, "findings name the position")

    def test_a_refused_document_raises_once_and_leaves_nothing(self, books: Books) -> None:
        """`post` of one document raises what `check` reports."""
        before = self.content(books)

        with pytest.raises(DocumentRejectedError) as caught:
            books.run(books.ledger.sales_invoices.post(self.a_bad_invoice(1)))

        _same(False, caught.value.report.ok, "the error carries the report")
        _same(before, self.content(books), "a refused document leaves nothing")

    def test_posting_again_posts_nothing(self, books: Books) -> None:
        """Under the same key, the same content is the same posting."""
        invoices = [self.an_invoice(n) for n in range(1, 4)]
        first = books.post(invoices)
        content = self.content(books)

        second = books.post([*invoices])

        _same([State.UNCHANGED] * 3, self._states(second), "a repeat is UNCHANGED")
        _same(content, self.content(books), "a repeat posts nothing")
        _same([one.key for one in first], [one.key for one in second], "keys are stable")

    def test_the_same_document_twice_in_a_batch_is_posted_once_at_most(
        self, books: Books
    ) -> None:
        """The second is refused or UNCHANGED, never a second posting."""
        outcomes = books.post([self.an_invoice(1), self.an_invoice(1)])

        created = [one.state for one in outcomes].count(self.posted)
        _same(True, created <= 1, f"a key is posted once, but was {created} times")

    def test_the_same_key_with_other_content_is_refused(self, books: Books) -> None:
        """It is a conflict: what was posted stands."""
        invoice = self.an_invoice(1)
        self._must(books.post([invoice]), "a valid invoice is posted")
        content = self.content(books)
        line = attrs.evolve(
            invoice.lines[0], unit_price=invoice.lines[0].unit_price + Decimal(1)
        )

        outcomes = books.post([attrs.evolve(invoice, lines=(line, *invoice.lines[1:]))])

        _same([State.REFUSED], self._states(outcomes), "other content is refused")
        codes = {one.code for one in outcomes[0].report.errors}
        _same({"SC-KEY-CONFLICT"}, codes, "the reason is given")
        _same(content, self.content(books), "what was posted stands")

    def test_a_document_without_an_identity_is_refused(self, books: Books) -> None:
        """Without a key nothing could keep it from being posted twice."""
        nameless = attrs.evolve(self.an_invoice(1), number="", source_id="")

        (outcome,) = books.post([nameless])

        _same(State.REFUSED, outcome.state, "a document without a key is refused")
        codes = {one.code for one in outcome.report.errors}
        _same(True, "SC-KEY-MISSING" in codes, f"SC-KEY-MISSING is found, not {codes}")

    def test_keys_tell_documents_and_books_apart(self, books: Books) -> None:
        """By the caller's identity and by the company."""
        first, second = (
            one.key for one in books.post([self.an_invoice(1), self.an_invoice(2)])
        )
        named = attrs.evolve(self.an_invoice(1), source_id="another record")
        (third,) = (one.key for one in books.post([named]))
        foreign = attrs.evolve(first, scope=f"{first.scope} of somebody else")

        digests = {one.digest for one in (first, second, third, foreign)}
        _same(4, len(digests), "documents, source ids and books have keys of their own")
        _same(True, bool(first.scope), "a key names the books")

    def test_a_posted_document_is_found_by_its_key(self, books: Books) -> None:
        """And one that was never posted is not."""
        outcome, other = books.post([self.an_invoice(1), self.a_bad_invoice(2)])

        receipt = books.run(books.ledger.documents.reconcile(outcome.key))
        nothing = books.run(books.ledger.documents.reconcile(other.key))

        _same(outcome.key, receipt and receipt.key, "reconcile finds what was posted")
        _same(None, nothing, "reconcile finds nothing else")

    def test_documents_may_come_from_a_generator(self, books: Books) -> None:
        """They are gone over once."""
        outcomes = books.post(self.an_invoice(n) for n in range(1, 4))

        _same([self.posted] * 3, self._states(outcomes), "a generator is posted whole")
        _same(True, books.check(self.an_invoice(n) for n in (7, 8)).ok, "and checked")

    def test_an_empty_batch_does_nothing(self, books: Books) -> None:
        """Not even an empty file."""
        before = self.content(books)

        _same((), tuple(books.post([])), "an empty batch has no outcomes")
        _same(before, self.content(books), "an empty batch writes nothing")
        _same((), tuple(books.post(books.preview([]))), "nor does its preview")

    def test_a_preview_is_posted_just_as_it_was_shown(self, books: Books) -> None:
        """The same bytes; and posted again, nothing: UNCHANGED, or no longer fresh."""
        before = self.content(books)
        # A preview is pure: it knows the company only once it was read.
        books.run(books.ledger.company.load())
        preview = books.preview([self.an_invoice(1), self.an_invoice(2)])

        outcomes = books.post(preview)
        content = self.content(books)
        try:
            again = self._states(books.post(preview))
        except ConfigurationError as stale:
            _same("SC-PREVIEW-STALE", stale.code, "a preview is posted once")
            again = [State.UNCHANGED] * 2

        _same([self.posted] * 2, self._states(outcomes), "a preview is posted")
        _same(self.comparable(preview.content), content.removeprefix(before), "as shown")
        _same([State.UNCHANGED] * 2, again, "a preview is posted once")
        _same(content, self.content(books), "and only once")

    def test_a_batch_is_posted_by_what_depends_on_what(self, books: Books) -> None:
        """The customer, her invoice, its payment: in whatever order they are given."""
        invoice = self.an_invoice(1)
        batch: list[Postable] = [invoice]
        if ("customers", Verb.CREATE) in books.capabilities:
            customer = self.a_customer()
            invoice = attrs.evolve(invoice, party=customer.code)
            batch = [invoice, customer]
        if ("payments", Verb.CREATE) in books.capabilities:
            batch.insert(0, self.a_payment(invoice))

        outcomes = books.post(batch)

        self._must(outcomes, "a batch is sorted by what depends on what")
        _same(batch, [one.document for one in outcomes], "outcomes are in input order")

    def test_what_depends_on_a_refused_customer_is_not_run(self, books: Books) -> None:
        """It says so, and nothing of it is posted."""
        if ("customers", Verb.CREATE) not in books.capabilities:
            pytest.skip("the product takes no customers")
        customer = self.a_bad_customer()
        invoice = attrs.evolve(self.an_invoice(1), party=customer.code)
        before = self.content(books)

        outcomes = books.post([invoice, customer])

        states = [State.NOT_RUN, State.REFUSED]
        _same(states, self._states(outcomes), "an invoice waits for its customer")
        codes = {one.code for one in outcomes[0].report.errors}
        _same(True, "SC-DEPENDENCY" in codes, f"the reason is given, not {codes}")
        _same(before, self.content(books), "nothing of it is posted")

    def test_a_kind_that_is_not_taken_is_refused_in_its_place(self, books: Books) -> None:
        """A mixed batch tells which; it stops no other."""
        foreign = [
            sample
            for seat, sample in self.samples().items()
            if (seat, Verb.CREATE) not in books.capabilities
        ]

        outcomes = books.post([*foreign, self.an_invoice(1)])

        states = [*[State.REFUSED] * len(foreign), self.posted]
        _same(states, self._states(outcomes), "what is not taken is refused")
        told = [bool(one.report.errors or one.error) for one in outcomes[:-1]]
        _same([True] * len(foreign), told, "and told why")

    def test_a_document_and_its_reversal_net_to_zero(self, books: Books) -> None:
        """On every account and party, to the cent."""
        if ("sales_invoices", Verb.REVERSE) not in books.capabilities:
            pytest.skip("the product cannot reverse invoices")
        invoice = self.an_invoice(1)
        (outcome,) = books.post([invoice])
        number = f"{invoice.number}R"
        forth = books.preview([invoice]).entries
        back = books.preview([reversal(invoice, number=number)]).entries

        receipt = books.run(books.ledger.documents.reverse(outcome.unwrap(), number=number))

        _same(invoice.number, receipt.document.reverses, "a reversal names its original")
        sums: dict[tuple[str, str], Decimal] = {}
        for one in (*forth, *back):
            amount = Decimal(one.debit or 0) - Decimal(one.credit or 0)
            place = (one.account, one.party)
            sums[place] = sums.get(place, Decimal()) + amount
        _same(True, bool(sums), "a preview shows entries")
        _same(dict.fromkeys(sums, Decimal()), sums, "a reversal nets to zero")

    def test_what_cannot_be_carried_is_never_dropped_in_silence(self, books: Books) -> None:
        """Each optional field, filled in turn, changes what is posted or is a finding."""
        dropped = [
            f"{seat}: {one.path}"
            for seat, sample in self.samples().items()
            if (seat, Verb.CREATE) in books.capabilities
            for one in filled(sample)
            if one.path not in self.implied
            and not self._is_seen(books, one.before, one.after)
        ]

        _same([], dropped, "every field is carried, or found")

    def _is_seen(self, books: Books, before: Postable, after: Postable) -> bool:
        was, now = books.preview([before]), books.preview([after])
        found = {(one.code, one.path) for one in now.report}
        return (
            not now.report.ok
            or bool(found - {(one.code, one.path) for one in was.report})
            or self.comparable(now.content) != self.comparable(was.content)
            or now.files != was.files
        )

    def test_every_seat_does_what_its_capabilities_say(self, books: Books) -> None:
        """A cell that is True works; one that is False refuses, before any step."""
        samples = self.samples()
        receipts = self._posted_samples(books, samples)
        # What cannot be loaded is then False in the cells that would need it.
        with contextlib.suppress(UnsupportedError):
            books.run(books.ledger.company.load())
        for seat, verb, can, reason in books.capabilities.rows():
            if can:
                _same("", reason, f"{seat} can {verb}: there is no reason why not")
                self._works(books, seat, verb, receipts)
            else:
                _same(True, bool(reason), f"{seat} cannot {verb}: it says why")
                self._refuses(books, seat, verb, samples, receipts)

    def _posted_samples(
        self, books: Books, samples: Mapping[str, Postable]
    ) -> Mapping[str, Outcome[Any]]:
        able = [
            seat
            for seat in (*REGISTERS, *OUTBOXES)
            if (seat, Verb.CREATE) in books.capabilities
        ]
        missing = [seat for seat in able if seat not in samples]
        _same([], missing, "`samples` has something for each seat that can create")
        outcomes = books.post([samples[seat] for seat in able])
        self._must(outcomes, "a sample is posted")
        return dict(zip(able, outcomes, strict=True))

    def _works(
        self, books: Books, seat: str, verb: Verb, posted: Mapping[str, Outcome[Any]]
    ) -> None:
        place = getattr(books.ledger, seat)
        outcome = posted.get(seat)
        match verb:
            case Verb.LIST:
                found = books.all(place.list())
                # What is handed over is read back only from the product's next export.
                if outcome is not None and not self.expects_confirmation:
                    wanted = _identity(outcome.document)
                    names = [_identity(one) for one in found]
                    _same(True, wanted in names, f"{seat}.list shows what was posted")
            case Verb.READ if outcome is not None and seat in OUTBOXES:
                again = books.run(place.find(outcome.key))
                _same(outcome.document, again, f"{seat}.find reads back what was posted")
                again = books.run(place.get(outcome.unwrap().id))
                _same(outcome.document, again, f"{seat}.get reads back what was posted")
            case Verb.READ:
                for one in books.all(place.list())[:1]:
                    got = books.run(place.get(one.code)) if hasattr(one, "code") else one
                    _same(one, got, f"{seat}.get gives what list shows")
            case Verb.UPDATE if outcome is not None and seat in REGISTERS:
                name = "description" if seat == "items" else "name"
                changed = attrs.evolve(outcome.document, **{name: "Another name"})
                (updated,) = books.run(place.upsert([changed]))
                states = {State.UPDATED, State.HANDED_OVER}
                _same(True, updated.state in states, f"{seat}.upsert updates")
            case Verb.REVERSE if outcome is not None:
                number = f"{outcome.document.number}Z"
                verb_ = books.ledger.documents.reverse
                receipt = books.run(verb_(outcome.unwrap(), number=number))
                _same(number, receipt.document.number, f"{seat} are reversed")
            case Verb.ATTACH if outcome is not None:
                attach = books.ledger.attachments.attach
                id = books.run(attach(outcome.unwrap(), _PROOF))
                _same(True, bool(id), f"a file is attached to {seat}")
            case _:
                # CREATE was proved when the samples were posted; IDEMPOTENCY by a repeat.
                if outcome is not None and seat in OUTBOXES:
                    (again,) = books.post([outcome.document])
                    _same(State.UNCHANGED, again.state, f"{seat} are posted once")

    def _refuses(
        self,
        books: Books,
        seat: str,
        verb: Verb,
        samples: Mapping[str, Postable],
        posted: Mapping[str, Outcome[Any]],
    ) -> None:
        attempt = self._attempt(books, seat, verb, samples, posted)
        if attempt is None:
            return
        steps = len(books.asked)
        with pytest.raises(UnsupportedError):
            attempt()
        _same(steps, len(books.asked), f"{seat} refuse to {verb} before any step")

    def _attempt(
        self,
        books: Books,
        seat: str,
        verb: Verb,
        samples: Mapping[str, Postable],
        posted: Mapping[str, Outcome[Any]],
    ) -> Callable[[], object] | None:
        place = getattr(books.ledger, seat)
        outcome = posted.get(seat)
        match verb:
            case Verb.READ if hasattr(place, "get"):
                return lambda: books.run(place.get("X"))
            case Verb.LIST if hasattr(place, "list"):
                return lambda: books.all(place.list())
            case Verb.CREATE if seat in samples:
                return lambda: books.run(place.post(samples[seat]))
            case Verb.REVERSE if outcome is not None and seat in OUTBOXES:
                reverse = books.ledger.documents.reverse
                return lambda: books.run(reverse(outcome.unwrap(), number="X"))
            case Verb.ATTACH if outcome is not None:
                attach = books.ledger.attachments.attach
                return lambda: books.run(attach(outcome.unwrap(), _PROOF))
            case _:
                return None


_PROOF = Attachment(name="proof.pdf", content=b"%PDF-1.4", media_type="application/pdf")


def _identity(value: Any) -> tuple[str, str]:
    name = getattr(value, "number", "") or getattr(value, "source_id", "")
    return type(value).__name__, name or value.code
