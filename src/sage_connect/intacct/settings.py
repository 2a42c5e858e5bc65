"""How one company of Sage Intacct is posted to."""

import datetime as dt
import enum

import attrs

from ..ledger import Mapping
from ..ledger.settings import are_severities
from ..model import fields
from ..validation import Severity
from .sayings import RepeatAnswer


@attrs.frozen(kw_only=True)
class Accounts:
    """General accounts by purpose, for documents that name none, such as "4000".

    Attributes:
        sales: Income account of sales lines without an account and without an item that
            has one.
        purchases: Expense account of purchase lines, in the same way.
        shipping: Account of charges that name none.
        adjustments: Account that an adjustment is posted to as a line of its own; "" to
            refuse documents with one.
        advances: Account of money that customers pay before there is an invoice; "" to
            refuse such payments.
    """

    sales: str = fields.text()
    purchases: str = fields.text()
    shipping: str = fields.text()
    adjustments: str = fields.text()
    advances: str = fields.text()


class Level(enum.StrEnum):
    """Where in a company with several entities transactions are posted."""

    TOP = "top"
    ENTITY = "entity"


class CreditNotes(enum.StrEnum):
    """What credit notes are in Intacct."""

    ADJUSTMENT = "adjustment"
    NEGATIVE = "negative"


class Taxes(enum.StrEnum):
    """How taxes of invoices are posted."""

    ENTRIES = "entries"
    LINES = "lines"


class Quantity(enum.StrEnum):
    """What becomes of quantities: lines of receivables and payables are amounts only."""

    FOLD = "fold"
    REFUSE = "refuse"


class NotCarried(enum.StrEnum):
    """What becomes of a document with a field that the gateway has no place for."""

    ERROR = "error"
    WARNING = "warning"


@attrs.frozen(kw_only=True)
class Conventions:
    """Where Sage's own pages leave open how the gateway behaves.

    Each default is the reading that most speaks for; change it if your company shows
    another.

    Attributes:
        repeat: How the gateway says that it carried out a function before. Nothing of it is
            published; what is given here is believed.
        user_dimension: What the name of a user-defined dimension is preceded by, on lines.
        lookup_size: How many numbers are looked up with one query.
    """

    repeat: RepeatAnswer = fields.one_of(RepeatAnswer, RepeatAnswer())
    user_dimension: str = fields.text("GLDIM")
    lookup_size: int = fields.one_of(int, 100)


@attrs.frozen(kw_only=True)
class Policy:
    """What is allowed without asking.

    Attributes:
        create_customers: True to create customers of a batch that the company lacks.
        create_suppliers: True to create vendors of a batch that the company lacks.
        create_items: True to create items of a batch that the company lacks.
        credit_notes: Post credit notes as adjustments, or as invoices and bills below zero.
        taxes: Post taxes as the entries of a tax solution, or as lines of their own on the
            accounts of their tax details.
        quantity: Fold a quantity other than 1 into the text of its line ("3 x Bolts"), or
            refuse it.
        not_carried: What becomes of a document with a filled field that the gateway has no
            place for: "error" refuses it, "warning" posts it without.
        transaction: True to have the documents of one request stand or fall together.
        batch: How many documents are sent with one request, 100 at most.
        verify: True to read back what was posted and compare it, field by field.
        extra_dimensions: True to send dimensions beyond the twentieth, too.
    """

    create_customers: bool = fields.flag(default=True)
    create_suppliers: bool = fields.flag(default=True)
    create_items: bool = fields.flag(default=True)
    credit_notes: CreditNotes = fields.choice(CreditNotes, CreditNotes.ADJUSTMENT)
    taxes: Taxes = fields.choice(Taxes, Taxes.ENTRIES)
    quantity: Quantity = fields.choice(Quantity, Quantity.FOLD)
    not_carried: NotCarried = fields.choice(NotCarried, NotCarried.ERROR)
    transaction: bool = fields.flag()
    batch: int = fields.one_of(int, 50)
    verify: bool = fields.flag(default=True)
    extra_dimensions: bool = fields.flag()


@attrs.frozen(kw_only=True)
class IntacctSettings:
    """How one company of Sage Intacct is posted to.

    Attributes:
        period_start: Documents before this day are skipped; None for none.
        level: Where transactions are posted that name no entity: at the top level, or in
            `entity`. Master data always goes to the top level.
        levels: Another level for some kinds of document, by type: `{"journal_entry":
            "entity"}`.
        entity: Id of the entity of transactions at entity level that name none.
        bank_account: Id of the bank account of payments that name none.
        bank_journal: Journal of money that belongs to no document, such as bank charges:
            it is entered there, on the account of the bank. "" to take money in as "other
            receipts", and to refuse money out, of which Intacct has no such record.
        payment_method: Method of payments that name none, as Intacct has it, such as
            "Printed Check", "EFT", "Cash" or "Credit Card".
        customer_term: Payment term of sales without a due date and without a term of the
            customer; "" for none.
        supplier_term: The same for purchases.
        exchange_rate_type: Name of the type that rates come from where a document in
            another currency says none; "" for Intacct's daily rate.
        tax_solution: Id of the tax solution of documents with taxes; "" where the company
            has only one.
        legislation: The tax solutions whose codes may be used; empty for all.
        chart: Accounts that may be used, by how their codes begin; empty for all.
        attachments_folder: Name of the folder for attachments; it has to exist. "" to
            refuse documents with attachments.
        share_dimension: Dimension of shares that name none, by its object name.
        inactive_dimensions: Dimensions that are never sent, by their object name, such as
            "WAREHOUSE".
        dropped_fields: Fields that are not asked for, by object: `{"GLACCOUNT":
            "REQUIREPROJECT, REQUIRETASK"}`. What belongs to a module that the company lacks
            is left out by itself.
        accounts: General accounts by purpose.
        policy: What is allowed without asking.
        conventions: How to read the gateway where its documentation leaves it open.
        mapping: The caller's codes to Intacct's.
        severities: Rules made stricter, or milder where that can be, by their code:
            `{"SC-IBAN-INVALID": Severity.ERROR}`.
    """

    period_start: dt.date | None = fields.day()
    level: Level = fields.choice(Level, Level.TOP)
    levels: fields.FrozenMap[str] = attrs.field(
        default=fields.NOTHING, converter=fields.frozen, validator=fields.are_texts
    )
    entity: str = fields.text()
    bank_account: str = fields.text()
    bank_journal: str = fields.text()
    payment_method: str = fields.text("EFT")
    customer_term: str = fields.text()
    supplier_term: str = fields.text()
    exchange_rate_type: str = fields.text()
    tax_solution: str = fields.text()
    legislation: tuple[str, ...] = attrs.field(
        default=(), converter=fields.as_tuple, validator=fields.all_are(str)
    )
    chart: tuple[str, ...] = attrs.field(
        default=(), converter=fields.as_tuple, validator=fields.all_are(str)
    )
    attachments_folder: str = fields.text()
    share_dimension: str = fields.text()
    inactive_dimensions: tuple[str, ...] = attrs.field(
        default=(), converter=fields.as_tuple, validator=fields.all_are(str)
    )
    dropped_fields: fields.FrozenMap[str] = attrs.field(
        default=fields.NOTHING, converter=fields.frozen, validator=fields.are_texts
    )
    accounts: Accounts = fields.one_of(Accounts, Accounts())
    policy: Policy = fields.one_of(Policy, Policy())
    conventions: Conventions = fields.one_of(Conventions, Conventions())
    mapping: Mapping = fields.one_of(Mapping, Mapping())
    severities: fields.FrozenMap[Severity] = attrs.field(
        default=fields.NOTHING, converter=fields.frozen, validator=are_severities
    )


def otherwise(settings: IntacctSettings) -> IntacctSettings:
    """Return `settings` with the other policy for credit notes."""
    negative = settings.policy.credit_notes is CreditNotes.NEGATIVE
    other = CreditNotes.ADJUSTMENT if negative else CreditNotes.NEGATIVE
    return attrs.evolve(settings, policy=attrs.evolve(settings.policy, credit_notes=other))
