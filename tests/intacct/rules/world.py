"""A simulated company that can be set back, and ledgers on it with and without rules."""

import contextlib
import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from sage_connect.intacct import IntacctSettings, SageIntacct
from sage_connect.intacct.resources import IntacctBooks
from sage_connect.intacct.rules import BOOK
from sage_connect.ledger.batch import order
from sage_connect.model import Reference
from sage_connect.testing.intacct import IntacctSimulator
from sage_connect.validation import Checker, Report, RuleBook

from ..company import SETTINGS, connected

INACTIVE = {"STATUS": "inactive"}
# What a demo lacks, and a company of some years has.
_MORE: Sequence[tuple[str, Mapping[str, str]]] = (
    ("CUSTOMER", {"CUSTOMERID": "GONE", "NAME": "Gone Ltd", **INACTIVE}),
    ("CUSTOMER", {"CUSTOMERID": "TERMLESS", "NAME": "No term agreed", "CURRENCY": "GBP"}),
    ("VENDOR", {"VENDORID": "GONE", "NAME": "Gone Supplies", **INACTIVE}),
    ("VENDOR", {"VENDORID": "TERMLESS", "NAME": "No term agreed", "CURRENCY": "GBP"}),
    ("ITEM", {"ITEMID": "OLD", "NAME": "Old", "ITEMTYPE": "Non-Inventory", **INACTIVE}),
    ("GLACCOUNT", {"ACCOUNTNO": "4990", "TITLE": "Closed account", **INACTIVE}),
    ("GLACCOUNT", {"ACCOUNTNO": "4800", "TITLE": "By project", "REQUIREPROJECT": "true"}),
    (
        "GLACCOUNT",
        {
            "ACCOUNTNO": "7050",
            "TITLE": "By department and place",
            "REQUIREDEPT": "true",
            "REQUIRELOC": "true",
        },
    ),
    (
        "GLACCOUNT",
        {"ACCOUNTNO": "4700", "TITLE": "By region", "REQUIREGLDIMREGION": "true"},
    ),
    ("GLJOURNAL", {"SYMBOL": "OLDJ", "TITLE": "Closed journal", **INACTIVE}),
    ("DEPARTMENT", {"DEPARTMENTID": "SHUT", "TITLE": "Shut", **INACTIVE}),
    ("PROJECT", {"PROJECTID": "P900", "NAME": "Finished", **INACTIVE}),
    ("CLASS", {"CLASSID": "NONE", "NAME": "Not in use", **INACTIVE}),
    ("EMPLOYEE", {"EMPLOYEEID": "E-900", "EMPLOYEENAME": "Has left", **INACTIVE}),
    ("ARTERM", {"NAME": "AR14", "DESCRIPTION": "Of customers only", "DUEDATE": "14"}),
    ("ARTERM", {"NAME": "OLDT", "DESCRIPTION": "Not offered", "DUEDATE": "9", **INACTIVE}),
    ("CHECKINGACCOUNT", {"BANKACCOUNTID": "SHUT", "BANKNAME": "Closed", **INACTIVE}),
    (
        "TAXDETAIL",
        {
            "DETAILID": "UK Old Rate",
            "TAXTYPE": "Sale",
            "VALUE": "17.5",
            "GLACCOUNT": "2200",
            "TAXSOLUTIONID": "United Kingdom - VAT",
            **INACTIVE,
        },
    ),
)


class Unruled(IntacctBooks):
    """The same company, posted to without asking any rule."""

    def checker(self, reference: Reference) -> Checker:
        told = super().checker(reference)
        return attrs.evolve(told, book=RuleBook(BOOK.home), severities={})


@attrs.define(eq=False, repr=False)
class World:
    """A company, and both ways to it.

    Attributes:
        simulator: Where it stands.
        sage: Posts what the rules let pass.
        bare: Posts everything.
        settings: How both post.
        reference: What is known of the company as it was at first.
    """

    simulator: IntacctSimulator
    sage: SageIntacct
    bare: SageIntacct
    settings: IntacctSettings
    reference: Reference
    _rows: dict[str, dict[int, Any]]
    _ids: Any

    def check(self, batch: Sequence[Any]) -> Report:
        """Return what the rules say."""
        return self.sage.documents.check(batch, reference=self.reference)

    def post(self, batch: Sequence[Any]) -> Sequence[Any]:
        """Return what becomes of a batch in the company as it was at first."""
        self._set_back()
        return self.sage.documents.post_all(batch)

    def force(self, batch: Sequence[Any]) -> Sequence[Any]:
        """Return what Intacct itself says of each item, in the order of posting.

        Each is sent by itself: nothing but what stands keeps it back.
        """
        self._set_back()
        found: dict[int, Any] = {}
        for at in order(batch):
            (found[at],) = self.bare.documents.post_all([batch[at]])
        return [found[at] for at in range(len(batch))]

    def _set_back(self) -> None:
        store: Any = self.simulator._store
        with store.work():
            for name in [*store.tables()]:
                before, table = self._rows.get(name, {}), store.table(name)
                for number in [*table.rows]:
                    if number not in before:
                        store.put(name, number, None)
                for number, row in before.items():
                    if table.rows.get(number) is not row:
                        store.put(name, number, row)
        del self.simulator.calls[:]
        for one in (self.sage, self.bare):
            books: Any = one._books
            books.reference = self.reference
            books.ids = copy.deepcopy(self._ids)
            books.numbers.clear()


@contextlib.contextmanager
def world(
    settings: IntacctSettings = SETTINGS,
    before: Sequence[Any] = (),
    *,
    opened_by: IntacctSettings | None = None,
    more: Sequence[tuple[str, Mapping[str, str]]] = _MORE,
    **options: Any,
) -> Iterator[World]:
    """Open a company in which some things are posted already.

    Args:
        settings: How it is posted to.
        before: What stands at first.
        opened_by: Settings by which that was posted; None for the same.
        more: Records beside those of the demo.
        **options: Of the simulator.
    """
    with (
        IntacctSimulator(seed="demo", **options) as simulator,
        connected(simulator, settings) as sage,
        connected(simulator, settings) as bare,
    ):
        company: Any = simulator._company("")
        with company.store.work():
            for name, fields in more:
                company.add(name, {"STATUS": "active", **fields})
        with connected(simulator, opened_by or settings) as opening:
            for outcome in opening.documents.post_all(before):
                outcome.unwrap()
        reference = sage.company.load()
        books: Any = sage._books
        unruled: Any = Unruled(bare._books.service, settings)
        bare._books = bare._back_end = unruled
        # Both are signed in from now on.
        unruled_driver: Any = bare._driver
        unruled_driver.drive(unruled.load())
        store: Any = simulator._store
        rows = {name: dict(store.table(name).rows) for name in store.tables()}
        yield World(
            simulator, sage, bare, settings, reference, rows, copy.deepcopy(books.ids)
        )

        assert simulator.crashes == []
