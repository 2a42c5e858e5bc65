"""Rules and simulator agree: what passes is taken, and what is refused was foretold.

Documents are drawn from what a company has, some of them wrong (`drawn.py`). Each batch is
checked, posted as ledgers post, and then sent once more by a ledger without rules.
"""

import contextlib
import datetime as dt
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple

import attrs
import pytest
from hypothesis import HealthCheck, event, given, settings as examples

from sage_connect import (
    SalesCreditNote,
    Severity,
)
from sage_connect.intacct import IntacctSettings
from sage_connect.intacct.settings import (
    Accounts,
    CreditNotes,
    Level,
    Policy,
    Quantity,
    Taxes,
)

from ..company import SETTINGS
from ..trading import a_bill, a_line, a_payment, an_invoice
from . import drawn
from .world import World, world

D = Decimal
# Of a run of the whole suite; each world has its share.
PROFILES: Final = {"dev": 50, "ci": 300, "nightly": 5000}
NO_SUCH: Final = IntacctSettings(
    accounts=Accounts(
        sales="4990",
        purchases="nope",
        shipping="4800",
        adjustments="7050",
        advances="4800",
    ),
    bank_account="SHUT",
    customer_term="OLDT",
    supplier_term="NOPE",
    attachments_folder="Nowhere",
    payment_method="Barter",
    tax_solution="Nowhere",
)
NOTHING_SET: Final = IntacctSettings(
    level=Level.ENTITY,
    entity="300",
    payment_method="",
    accounts=Accounts(advances="nope", adjustments="4990"),
    policy=Policy(quantity=Quantity.REFUSE, create_customers=False, create_items=False),
)
LINES: Final = attrs.evolve(
    SETTINGS,
    policy=Policy(credit_notes=CreditNotes.NEGATIVE, taxes=Taxes.LINES),
    bank_journal="CDJ",
)
WORLDS: Final[Mapping[str, tuple[IntacctSettings, Mapping[str, Any]]]] = {
    "a demo with its settings": (SETTINGS, {}),
    "taxes as lines, credit below zero": (LINES, {}),
    "one entity, one currency, few modules": (
        SETTINGS,
        {
            "multi_entity": False,
            "multi_currency": False,
            "modules": ("CO", "GL", "AR", "AP", "CM"),
        },
    ),
    "settings that name nothing there is": (NO_SUCH, {}),
    "settings that say next to nothing": (NOTHING_SET, {}),
    "closed books, and dimensions of its own": (
        attrs.evolve(SETTINGS, level=Level.ENTITY, entity="100"),
        {
            "closed_until": dt.date(2024, 12, 31),
            "user_dimensions": {"REGION": "Region"},
        },
    ),
}


class OnlyThere(NamedTuple):
    """What nobody but Intacct can know beforehand.

    Attributes:
        says: Pattern of what it says then.
        reason: Why no rule can say it.
        document: One of which it is said.
        options: Of the simulator, for it to be said.
    """

    says: str
    reason: str
    document: Any
    options: Mapping[str, Any]


EXCEPTIONS: Final = (
    OnlyThere(
        "No exchange rate from",
        "The rates of a day are Intacct's own, and are not read.",
        an_invoice("F1", party="TERMLESS", currency="JPY"),
        {"more": (("CUSTOMER", {"CUSTOMERID": "TERMLESS", "NAME": "Any currency"}),)},
    ),
    OnlyThere(
        "is in a closed period",
        "By what function to read until when books are closed is not documented.",
        an_invoice("F1", date=dt.date(2024, 2, 29), due=dt.date(2024, 3, 29)),
        {"closed_until": dt.date(2024, 12, 31)},
    ),
    OnlyThere(
        "Missing location dimension(?! for account)",
        "That every line must name a location is a preference which nothing tells.",
        an_invoice(),
        {"location_required": True},
    ),
)
# What a look-up before posting finds, and the reference cannot hold: what is settled.
LOOKED_UP: Final = {
    "SC-KEY-CONFLICT ": "Its number is another document's, which is not open any more.",
    "SC-IN-RECORD-UNKNOWN /reverses": "What it takes back is looked up by its number.",
    "SC-IN-REFUND-AMOUNT /amount": "What was paid is looked up with the payment.",
}

DIMENSIONS: Final = (
    "SC-IN-DIMENSION-VALUE", "SC-IN-DIMENSION-INACTIVE", "SC-IN-DIMENSION-UNKNOWN",
    "SC-IN-DIMENSION-OFF", "SC-IN-RECEIPT-PARTY", "SC-IN-RECEIPT-PARTY-INACTIVE",
    "SC-IN-MOVEMENT-PARTY", "SC-IN-COMING-INACTIVE",
)  # fmt: skip
FORETOLD: Final[Sequence[tuple[str, Sequence[str]]]] = (
    # Of what Intacct or our own writing of it says, the first that fits; what foretells it.
    (
        r"XML cannot carry",
        ("SC-IN-TEXT-XML", "SC-TEXT-CONTROL", "SC-IN-ID-FORM"),
    ),
    (
        r"SC-IN-RECORD-UNKNOWN /allocations",
        (
            "SC-PAY-DOCUMENT-UNKNOWN",
            "SC-INV-CONTACT-NOT-IN-SAGE",
            "SC-SUPPLIER-UNKNOWN",
            "SC-INV-CONTACT-REQUIRED",
            # What takes something back settles nothing.
            "SC-IN-REVERSES",
        ),
    ),
    (r"SC-IN-RECORD-UNKNOWN /party", ("SC-INV-CONTACT-REQUIRED",)),
    (
        r"Invalid Customer '",
        ("SC-INV-CONTACT-NOT-IN-SAGE", "SC-PARTY-INACTIVE", *DIMENSIONS),
    ),
    (r"Invalid Vendor '", ("SC-SUPPLIER-UNKNOWN", "SC-PARTY-INACTIVE", *DIMENSIONS)),
    (r"Invalid Employee '", ("SC-IN-EMPLOYEE", "SC-IN-EMPLOYEE-INACTIVE", *DIMENSIONS)),
    (r"Invalid Item '", ("SC-IN-ITEM-UNKNOWN", "SC-IN-ITEM-INACTIVE", *DIMENSIONS)),
    (r"Invalid Location '", ("SC-IN-LOCATION-ELSEWHERE", *DIMENSIONS)),
    (r"Invalid (Department|Project|Task|Class|Contract|Warehouse) '", DIMENSIONS),
    (
        r"Invalid GL Account '",
        (
            "SC-ACCOUNT-UNKNOWN",
            "SC-ACCOUNT-INACTIVE",
            "SC-IN-MAP-ACCOUNT",
            "SC-IN-STATISTICAL-ACCOUNT",
            "SC-IN-STATISTICAL-JOURNAL",
        ),
    ),
    (r"Invalid Journal '", ("SC-IN-JOURNAL-UNKNOWN", "SC-IN-JOURNAL-INACTIVE")),
    (r"Invalid Bank account '", ("SC-IN-BANK-UNKNOWN", "SC-IN-BANK-INACTIVE")),
    (r"Invalid Term '", ("SC-IN-TERM-UNKNOWN", "SC-IN-TERM-INACTIVE")),
    (r"Invalid Currency '", ("SC-IN-CURRENCY", "SC-CURRENCY-UNKNOWN")),
    (r"Invalid Exchange rate '", ("SC-RATE-INVALID",)),
    (
        r"Invalid Tax detail '",
        (
            "SC-TAX-UNKNOWN",
            "SC-TAX-INACTIVE",
            "SC-TAX-DIRECTION",
            "SC-IN-TAX-SOLUTION",
            "SC-IN-TAX-SOLUTION-NONE",
        ),
    ),
    (r"Invalid Attachment folder '", ("SC-IN-FOLDER-UNKNOWN",)),
    (r"Missing .* dimension", ("SC-IN-DIMENSION-REQUIRED",)),
    (
        r"Missing GL account",
        (
            "SC-IN-ACCOUNT-NONE",
            "SC-MOVEMENT-ACCOUNT",
            "SC-IN-TAX-ACCOUNT",
            "SC-IN-TAX-MODULE",
            "SC-TAX-UNKNOWN",
            "SC-INV-ADJUSTMENT",
            "SC-IN-ADVANCE",
        ),
    ),
    (r"Missing bank account", ("SC-IN-BANK-NONE",)),
    (r"Missing payment method", ("SC-IN-METHOD", "SC-IN-METHOD-NONE")),
    (r"Missing payment details", ("SC-IN-ADVANCE-PAID", "SC-PAY-AMOUNT")),
    (r"Missing due date or term", ("SC-IN-DUE-NONE",)),
    (r"Missing batch title", ("SC-KEY-MISSING",)),
    (r"Missing journal", ("SC-IN-JOURNAL-NONE",)),
    (r"Missing line items", ("SC-INV-NO-LINES",)),
    (
        r"Missing (CUSTOMERID|VENDORID|ITEMID|[A-Z]+ID)",
        (
            "SC-CUST-CODE-MISSING",
            "SC-CODE-MISSING",
            "SC-IN-ID-FORM",
            "SC-IN-DIMENSION-KIND",
        ),
    ),
    (r"Missing (Customer|Vendor|Employee)", ("SC-INV-CONTACT-REQUIRED",)),
    (r"Missing (NAME|TITLE)", ("SC-IN-TEXT-XML",)),
    (r"Missing TR_TYPE", ("SC-MOVEMENT-SIDES",)),
    (
        r"Debits and credits are not equal",
        (
            "SC-ENTRY-UNBALANCED",
            "SC-IN-CURRENCY-UNBALANCED",
            "SC-IN-CURRENCY-AMOUNT",
            "SC-IN-CURRENCY-SAME",
            "SC-IN-ENTITY-BALANCE",
            "SC-MOVEMENT-SIDES",
        ),
    ),
    (
        r"amount of a journal line is not negative",
        ("SC-MOVEMENT-SIDES", "SC-IN-CURRENCY-AMOUNT", "SC-IN-CURRENCY-SAME"),
    ),
    (
        r"splits of an allocation",
        ("SC-SPLIT-SHARES", "SC-IN-ALLOCATION", "SC-MOVEMENT-SIDES"),
    ),
    (r"at least two lines", ("SC-ENTRY-LINES",)),
    (r"reversing date must be after", ("SC-IN-REVERSED-ON",)),
    (r"Transaction date '", ("SC-INV-DATE-REQUIRED",)),
    (r"Invalid amount '", ("SC-MOVEMENT-SIDES",)),
    (r"differ in currency", ("SC-PAY-CURRENCY", "SC-INV-CURRENCY-MISMATCH")),
    (r"more than what is due on", ("SC-PAY-OVERPAID", "SC-PAY-ALLOCATIONS")),
    (r"more than the amount of the payment", ("SC-PAY-ALLOCATIONS", "SC-PAY-OVERPAID")),
    (r"Nothing is paid on|is not negative", ("SC-PAY-AMOUNT", "SC-AMOUNT-PRECISION")),
    (r"cannot be reversed", ("SC-IN-REFUND-TWICE",)),
    (
        r"not subscribed|do not have permission",
        (
            "SC-IN-MODULE",
            "SC-IN-TAX-MODULE",
            "SC-IN-DIMENSION-OFF",
            "SC-IN-DIMENSION-ORPHAN",
            "SC-IN-DIMENSION-KIND",
        ),
    ),
    (
        r"location '|the entity .* was asked for",
        ("SC-IN-ENTITY-UNKNOWN", "SC-IN-ENTITY-ID", "SC-IN-ENTITY-SINGLE"),
    ),
    (
        r"Object definition .* not found|needs object_name",
        ("SC-IN-DIMENSION-ORPHAN", "SC-IN-DIMENSION-KIND", "SC-CODE-MISSING"),
    ),
    (
        r"already been executed|already exists",
        ("SC-DUP-BATCH", "SC-IN-NUMBER-TWICE", "SC-IN-DIMENSION-KIND"),
    ),
)

BEFORE: Final = (
    an_invoice("OPEN-1", a_line("62.40")),
    an_invoice("OPEN-2", a_line("10"), party="BIRCH"),
    an_invoice("PAIDINV", a_line("5")),
    SalesCreditNote(
        number="CREDIT-1",
        date=drawn.DAY,
        party="ARDENT",
        currency="GBP",
        lines=[a_line("10")],
    ),
    a_bill("BILL-1", a_line("80", account="5000")),
    a_payment(5, ("PAIDINV", 5), number="PAID-1"),
)
IN_EUROS: Final = an_invoice("EURO-1", a_line("10"), party="EIFFEL", currency="EUR")


@pytest.fixture(scope="module", params=WORLDS)
def there(request: pytest.FixtureRequest) -> Iterator[World]:
    """Companies of several kinds."""
    own, options = WORLDS[request.param]
    before = BEFORE if options.get("multi_currency") is False else (*BEFORE, IN_EUROS)
    with contextlib.ExitStack() as stack:
        yield stack.enter_context(world(own, before, opened_by=SETTINGS, **options))


def said_of(outcome: Any) -> str:
    """Return all that was said of a document after it was let pass."""
    told = [] if outcome.error is None else [str(outcome.error)]
    told += [f"{x.code} {x.path} {x.values.get('message', '')}" for x in outcome.report]
    return " ".join(told)


def shown(document: Any) -> str:
    """Return what a document says, without what it leaves at its default."""
    fields = [one for one in attrs.fields(type(document)) if one.name != "attachments"]
    own = {one.name: getattr(document, one.name) for one in fields}
    told = {one.name: own[one.name] for one in fields if own[one.name] != one.default}
    return f"{type(document).__name__}{told!a}"


def refusing(report: Any, at: int) -> set[str]:
    """Return the codes for which the rules keep a document back."""
    kept = {Severity.ERROR, Severity.SKIP}
    return {one.code for one in report.of(at) if one.severity in kept}


def only_there(outcome: Any) -> str:
    """Return why no rule could have said so; "" where one should have."""
    for one in EXCEPTIONS:
        if re.search(one.says, said_of(outcome)):
            return one.reason
    found = (f"{one.code} {one.path}" for one in outcome.report)
    return next((LOOKED_UP[one] for one in found if one in LOOKED_UP), "")


def is_held_back(outcome: Any) -> bool:
    """Whether a document was kept back since another was refused."""
    return any(one.code == "SC-DEPENDENCY" for one in outcome.report)


def share() -> int:
    """Return how many batches each world is tried with."""
    whole = PROFILES[os.environ.get("HYPOTHESIS_PROFILE", "dev")]
    # Each is posted twice, at a fifth of a second a batch: a minute for 300.
    return max(4, whole // (2 * len(WORLDS)))


def tried(test: Any) -> Any:
    """Let a test be tried with batches of documents."""
    slow = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    slow.append(HealthCheck.data_too_large)
    told = pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")
    # The same batches each time, but at night.
    steady = os.environ.get("HYPOTHESIS_PROFILE", "dev") != "nightly"
    chosen = examples(
        max_examples=share(), suppress_health_check=slow, derandomize=steady, database=None
    )
    return told(chosen(test))


@tried
@given(batch=drawn.batches((*drawn.CUSTOMERS, "EIFFEL")))
def test_what_the_rules_let_pass_is_taken_as_it_was_sent(
    there: World, batch: list[Any]
) -> None:
    report = there.check(batch)

    outcomes = there.post(batch)

    wrong: list[str] = []
    for at, outcome in enumerate(outcomes):
        if refusing(report, at) or is_held_back(outcome):
            continue
        event("let pass")
        if outcome.posted:
            told = [one for one in outcome.report if one.code == "SC-IN-READ-BACK"]
            wrong += [f"{shown(batch[at])} became another: {one}" for one in told]
        elif reason := only_there(outcome):
            event(reason)
        else:
            wrong.append(f"{shown(batch[at])} was not taken: {said_of(outcome)}")
    assert wrong == []


@tried
@given(batch=drawn.batches((*drawn.CUSTOMERS, "EIFFEL")))
def test_what_is_refused_was_foretold_by_a_rule_about_it(
    there: World, batch: list[Any]
) -> None:
    report = there.check(batch)

    outcomes = there.force(batch)

    untaken = {getattr(one.document, "number", "") for one in outcomes if not one.posted}
    wrong: list[str] = []
    for at, outcome in enumerate(outcomes):
        settled = getattr(batch[at], "allocations", ())
        # What it settles was refused before it: that one was foretold.
        if outcome.posted or any(one.number in untaken for one in settled):
            continue
        event("refused")
        codes, said = refusing(report, at), said_of(outcome)
        if reason := only_there(outcome):
            event(reason)
            continue
        fitting = next((by for text, by in FORETOLD if re.search(text, said)), None)
        # What our own code could not write, any rule may have said.
        anything = set[str]() if outcome.error else codes
        if not codes & (anything if fitting is None else set(fitting)):
            told = f"{sorted(codes)} did not foretell: {said}"
            wrong.append(f"{shown(batch[at])}: {told}")
    assert wrong == []


@pytest.mark.parametrize("one", EXCEPTIONS, ids=lambda one: one.says)
def test_what_only_intacct_knows_is_refused_though_no_rule_can_say_it(
    one: OnlyThere,
) -> None:
    options = {"more": (), **one.options}
    with world(SETTINGS, **options) as there:
        (outcome,) = there.post([one.document])

        assert refusing(there.check([one.document]), 0) == set()
        assert not outcome.posted
        assert only_there(outcome) == one.reason
