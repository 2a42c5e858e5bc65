"""How one business of Sage Accounting is posted to."""

import datetime as dt
import enum
from decimal import Decimal

import attrs

from ..ledger import Mapping
from ..ledger.settings import are_severities
from ..model import fields
from ..validation import Severity


@attrs.frozen(kw_only=True)
class Accounts:
    """Nominal codes by purpose, for documents that name none, such as "4000".

    Attributes:
        sales: Income account of lines without an account.
        purchases: Expense account of lines without an account.
        shipping: Account of carriage on purchases, and of charges other than shipping;
            carriage on sales goes to the account that the business has set for it.
        adjustments: Account that an adjustment is posted to as a line of its own; "" to
            refuse documents with one.
    """

    sales: str = fields.text()
    purchases: str = fields.text()
    shipping: str = fields.text()
    adjustments: str = fields.text()


class RateDirection(enum.StrEnum):
    """What `exchange_rate` counts."""

    BASE_PER_UNIT = "base_per_unit"
    UNIT_PER_BASE = "unit_per_base"


class LinesOnUpdate(enum.StrEnum):
    """What becomes of lines that an update does not name."""

    REPLACED = "replaced"
    MERGED = "merged"


class VoidReason(enum.StrEnum):
    """Where the reason of a void stands."""

    QUERY = "query"
    BODY = "body"
    BOTH = "both"


class AnalysisNotation(enum.StrEnum):
    """How the analysis categories of a line are written."""

    OBJECTS = "objects"
    IDS = "ids"


@attrs.frozen(kw_only=True)
class Conventions:
    """Where Sage's own pages leave open, or contradict, how the API behaves.

    Each default is the reading that most speaks for; change it if your business shows
    another.

    Attributes:
        rate: What `exchange_rate` counts. Only a client in production tells: base currency
            per one unit of the document's. Each posting in another currency is read back
            and compared, so that the wrong choice shows at the first document.
        lines: What becomes of lines that an update does not name. All lines are always
            sent, so that both readings come to the same.
        void_reason: Where the reason of a void stands: the guide shows the body, the
            published description the query; both at once satisfy either.
        analysis: How analysis categories are written: objects with an id in the guide,
            plain ids in the published description.
    """

    rate: RateDirection = fields.choice(RateDirection, RateDirection.BASE_PER_UNIT)
    lines: LinesOnUpdate = fields.choice(LinesOnUpdate, LinesOnUpdate.REPLACED)
    void_reason: VoidReason = fields.choice(VoidReason, VoidReason.BOTH)
    analysis: AnalysisNotation = fields.choice(AnalysisNotation, AnalysisNotation.OBJECTS)


class Numbering(enum.StrEnum):
    """Who numbers sales documents."""

    OURS = "ours"
    SAGES = "sages"


class StartQuantity(enum.StrEnum):
    """What becomes of quantities in the edition Start, whose lines have none."""

    REFUSE = "refuse"
    FOLD = "fold"


class Overpayment(enum.StrEnum):
    """What becomes of a payment of more than is owed."""

    REFUSE = "refuse"
    ON_ACCOUNT = "on_account"


class GroupTax(enum.StrEnum):
    """What becomes of a document whose taxes stand on the whole of it."""

    REFUSE = "refuse"
    SPLIT = "split"


class Existing(enum.StrEnum):
    """What becomes of a sale that somebody seems to have typed into Sage by hand."""

    ERROR = "error"
    WARNING = "warning"


class NotCarried(enum.StrEnum):
    """What becomes of a document with a field that the API has no place for."""

    ERROR = "error"
    WARNING = "warning"


@attrs.frozen(kw_only=True)
class Policy:
    """What is allowed without asking.

    Attributes:
        create_customers: True to create customers of a batch that the business lacks.
        create_suppliers: True to create suppliers of a batch that the business lacks.
        create_items: True to create products and services of a batch that it lacks.
        numbering: Whether sales documents keep their own number, or get Sage's next one and
            carry their own as the reference.
        start_quantity: In the edition Start, refuse a quantity other than 1, or fold it
            into the price and the text ("3 x …").
        overpayment: Refuse a payment of more than is owed, or put the rest on account.
        group_tax: Refuse a document with taxes on the whole of it, or split them into its
            lines where that keeps every cent.
        cis: True where documents carry deductions of the Construction Industry Scheme, so
            that the preflight asks for it.
        dummy_bank: Name of a bank account to create for payments when the business has
            none; "" to refuse such payments.
        not_carried: What becomes of a document with a filled field that the API has no
            place for: "error" refuses it, "warning" posts it without.
        existing: What becomes of a sale that looks like an open one which was typed into
            Sage by hand, of the same customer, day and total: "error" refuses it, "warning"
            posts it.
        rate_tolerance: How far a document's exchange rate may be from the business's own,
            as a part of it: `Decimal("0.01")` is one per cent.
        verify: True to compare what Sage gives back with what was sent, field by field.
    """

    create_customers: bool = fields.flag(default=True)
    create_suppliers: bool = fields.flag(default=True)
    create_items: bool = fields.flag(default=True)
    numbering: Numbering = fields.choice(Numbering, Numbering.OURS)
    start_quantity: StartQuantity = fields.choice(StartQuantity, StartQuantity.REFUSE)
    overpayment: Overpayment = fields.choice(Overpayment, Overpayment.REFUSE)
    group_tax: GroupTax = fields.choice(GroupTax, GroupTax.REFUSE)
    cis: bool = fields.flag()
    dummy_bank: str = fields.text()
    not_carried: NotCarried = fields.choice(NotCarried, NotCarried.ERROR)
    existing: Existing = fields.choice(Existing, Existing.ERROR)
    rate_tolerance: Decimal = attrs.field(
        default=Decimal(0), converter=fields.exact, validator=fields.is_number
    )
    verify: bool = fields.flag(default=True)


@attrs.frozen(kw_only=True)
class AccountingSettings:
    """How one business of Sage Accounting is posted to.

    Attributes:
        period_start: Documents before this day are skipped; None for none.
        bank_account: Code of the bank account of payments that name none: its nominal
            code, such as "1200".
        payment_method: Id of the payment method of payments that name none, such as
            "CREDIT_DEBIT"; "" for Sage's default.
        accounts: Nominal codes by purpose.
        policy: What is allowed without asking.
        conventions: How to read the API where its documentation leaves it open.
        mapping: The caller's codes to Sage's: nominal codes, ids of tax rates, references
            of contacts, item codes, nominal codes of bank accounts.
        severities: Rules made stricter, or milder where that can be, by their code:
            `{"SC-IBAN-INVALID": Severity.ERROR}`.
    """

    period_start: dt.date | None = fields.day()
    bank_account: str = fields.text()
    payment_method: str = fields.text()
    accounts: Accounts = fields.one_of(Accounts, Accounts())
    policy: Policy = fields.one_of(Policy, Policy())
    conventions: Conventions = fields.one_of(Conventions, Conventions())
    mapping: Mapping = fields.one_of(Mapping, Mapping())
    severities: fields.FrozenMap[Severity] = attrs.field(
        default=fields.NOTHING, converter=fields.frozen, validator=are_severities
    )
