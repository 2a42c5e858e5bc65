"""What Sage refuses of a document: told under the code of what it says, at its place."""

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import attrs
import pytest

from sage_connect import Customer, Item
from sage_connect.accounting import SageAccounting
from sage_connect.accounting.rules import BOOK
from sage_connect.ledger import State
from sage_connect.model import ItemKind, Person
from sage_connect.plan import Driver, Plan, Reply, Send, Step, relayed
from sage_connect.testing.accounting import AccountingSimulator
from sage_connect.testing.modes import Books

from ..validation.silenced import turned_off
from .business import connected
from .trading import an_invoice


def refused(books: Books, document: Any) -> list[tuple[str, str]]:
    """Post what Sage refuses; return codes and paths of the findings."""
    (outcome,) = books.post([document])
    assert outcome.state is State.FAILED
    return [(one.code, one.path) for one in outcome.report.errors]


@pytest.mark.requirement("S157")
def test_a_refusal_is_told_under_its_own_code_with_sages_words(books: Books) -> None:
    bolt = Item(
        code="BOLT",
        description="Bolt",
        kind=ItemKind.STOCK,
        sales_account="4000",
        purchase_account="5000",
    )
    books.post([bolt])
    (line,) = an_invoice("F1").lines
    sold = an_invoice("F1", lines=[attrs.evolve(line, item="BOLT", quantity=Decimal(7))])

    (outcome,) = books.post([sold])

    (found,) = outcome.report.errors
    assert (outcome.state, found.code) == (State.FAILED, "SC-SA-STOCK")
    words = "You cannot fulfil this invoice as you do not have enough stock."
    assert found.message().endswith(f"and does not say of which. Sage says “{words}”.")
    assert found.message("fr").endswith(f"Sage dit «\u00a0{words}\u00a0».")
    assert found.fix().startswith("Enter the goods that came in first")


@pytest.mark.requirement("S157", "S160")
def test_each_fault_is_told_at_the_callers_own_field(
    simulator: AccountingSimulator,
) -> None:
    said = [
        ("RecordInvalid", "This field is required.", "invoice_lines[1].tax_rate_id"),
        ("RecordInvalid", "is not included in the list", "sales_invoice.contact_id"),
        ("RecordInvalid", "This field is required.", "line_items.unit_price"),
        ("RecordInvalid", "Something new", ""),
    ]
    line, second = an_invoice("F1").lines[0], an_invoice("F1", "7").lines[0]
    with connected(simulator) as sage:
        sage.company.load()
        sage._driver = _Refusing(sage._driver, said)

        found = refused(Books(sage), an_invoice("F1", lines=[line, second]))

    assert found == [
        ("SC-REQUIRED", "/lines/1/taxes/0/code"),
        ("SC-SA-VALUE", "/party"),
        ("SC-REQUIRED", "/lines"),
        ("SC-UNMAPPED", ""),
    ]


class _Refusing(Driver[Any]):
    """Answers what is created in Sage's stead."""

    def __init__(self, inner: Driver[Any], said: Sequence[tuple[str, str, str]]) -> None:
        self._inner = inner
        names = ("$dataCode", "$message", "$source")
        self._said = json.dumps([dict(zip(names, one, strict=True)) for one in said])

    def drive(self, plan: Plan[Any], /) -> Any:
        return self._inner.drive(relayed(plan, self._answered))

    def close(self) -> Any:
        return self._inner.close()

    def _answered(self, step: Step[Any]) -> Plan[Any]:
        if isinstance(step, Send) and step.method == "POST":
            return Reply(status=422, body=self._said.encode())
        return (yield step)


def test_a_reference_that_is_taken_is_not_called_a_number(
    simulator: AccountingSimulator,
) -> None:
    with connected(simulator) as sage:
        sage.company.load()
        _contact(sage, "TAKEN1")

        found = refused(Books(sage), Customer(code="TAKEN1", name="Another"))

    assert found == [("SC-SA-TAKEN", "/code")]


def _contact(sage: SageAccounting, reference: str) -> None:
    types = ["CUSTOMER"]
    sage.api.contacts.create(
        {"name": "By hand", "reference": reference, "contact_type_ids": types}
    )


def test_the_reference_of_a_deleted_contact_is_warned_of_before_sage_refuses_it(
    books: Books,
) -> None:
    contacts = books.ledger.api.contacts
    body = {"name": "Gone Ltd", "reference": "GONE1", "contact_type_ids": ["CUSTOMER"]}
    books.run(contacts.delete(books.run(contacts.create(body)).id))
    books.run(books.ledger.company.load())
    again = Customer(code="GONE1", name="Again")

    report = books.check([again])

    assert report.ok
    assert [(one.code, one.path) for one in report] == [
        ("SC-SA-REFERENCE-RESERVED", "/code")
    ]
    assert refused(books, again) == [("SC-SA-TAKEN", "/code")]
    assert [*books.check([Customer(code="GONE2", name="Another")])] == []


@pytest.mark.requirement("S158")
def test_receipts_and_findings_link_to_the_record(simulator: AccountingSimulator) -> None:
    with connected(simulator) as sage:
        (made,) = sage.documents.post_all([an_invoice("F1")])
        (other,) = sage.documents.post_all([an_invoice("F1", "7")])
        said = [("RecordInvalid", "This field is required.", "contact_id")]
        sage._driver = _Refusing(sage._driver, said)
        (failed,) = Books(sage).post([an_invoice("F2")])
        contact = sage._books.ids.parties["customer", "ARDENT"]

    own = f"/sales_invoices/{made.unwrap().id}"
    assert made.unwrap().details["link"] == own
    assert [one.values["link"] for one in other.report.errors] == [own]
    assert [one.values["link"] for one in failed.report.errors] == [f"/contacts/{contact}"]


def test_what_no_rule_has_told_is_refused_where_it_cannot_be_written(books: Books) -> None:
    ann = Person(name="Ann", email="ann@example.com", main=True)
    torn = Customer(
        code="TORN", name="Torn", currency="GBP", email="x@example.com", people=[ann]
    )

    with turned_off(BOOK, "SC-SA-CONTACT-PERSON"):
        refused, other = books.post([torn, an_invoice("F1")])

    assert [(one.code, one.path) for one in refused.report.errors] == [
        ("SC-SA-REFUSED", "/email")
    ]
    assert "cannot both stand on a contact" in refused.report.errors[0].message()
    assert (refused.state, other.state) == (State.REFUSED, State.CREATED)
