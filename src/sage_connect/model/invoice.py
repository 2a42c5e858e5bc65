"""What is bought and sold: invoices and credit notes, either way."""

import datetime as dt
import enum
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, ClassVar, TypeAlias

import attrs

from . import fields
from .attachment import Attachment


class TaxMode(enum.StrEnum):
    """Where taxes stand on a document."""

    LINE = "line"
    """Each line carries its own."""
    GROUP = "group"
    """The document carries them, for all of its lines together."""


class DocumentState(enum.StrEnum):
    """Whether a document may be posted."""

    DRAFT = "draft"
    FINAL = "final"


class PurchaseKind(enum.StrEnum):
    """What a purchase document proves."""

    SUPPLIER_INVOICE = "supplier_invoice"
    CARD_PAYMENT = "card_payment"
    EXPENSE_CLAIM = "expense_claim"
    CARD_REFUND = "card_refund"


class ChargeKind(enum.StrEnum):
    """What is charged besides the lines."""

    SHIPPING = "shipping"
    OTHER = "other"


@attrs.frozen
class Tax:
    """One tax of a line, a charge or a whole document.

    Attributes:
        code: The caller's code of a `TaxCode`.
        rate: In per cent: `Decimal("20")` is 20 %.
        amount: The tax itself, in the document's currency, where the caller has computed
            it; None to have it computed.
    """

    code: str = attrs.field(validator=fields.is_text)
    rate: Decimal = attrs.field(converter=fields.exact, validator=fields.is_number)
    amount: Decimal | None = fields.amount()


@attrs.frozen
class Percent:
    """A discount in per cent of the line: `Percent(Decimal("10"))` is 10 %."""

    value: Decimal = attrs.field(converter=fields.exact, validator=fields.is_number)


@attrs.frozen
class Amount:
    """A discount on the whole line, in the document's currency; positive lowers it."""

    value: Decimal = attrs.field(converter=fields.exact, validator=fields.is_number)


@attrs.frozen
class AnalyticShare:
    """A line's part for one value of a dimension.

    Attributes:
        value: Code of a `DimensionValue` (an analytic section, a project).
        dimension: Code or name of its `Dimension`; "" for the ledger's default.
        weight: The part, relative to the other shares of the same dimension: three shares
            of weight 1 are a third each, 60 and 40 are 60 % and 40 %.
        amount: A fixed part instead, in the document's currency. Within a dimension, either
            all shares have an amount or none has.
    """

    value: str = attrs.field(validator=fields.is_text)
    dimension: str = fields.text()
    weight: Decimal = fields.amount(Decimal(1))
    amount: Decimal | None = fields.amount()


@attrs.frozen(kw_only=True)
class Line:
    """A line of an invoice or credit note.

    Attributes:
        description: What is sold or bought.
        quantity: Units.
        unit_price: Of one unit, in the document's currency: net, or with tax where the
            document says `prices_include_tax`.
        discount: Taken off quantity times price.
        item: Code of an `Item`, or "".
        account: General account code, or "" for the one that the ledger's settings give.
        taxes: Usually one. More can be said, for a rule to refuse it.
        dimensions: Dimension code to value code, for the whole line.
        analytic: The line split over values of dimensions.
    """

    description: str = fields.text()
    quantity: Decimal = fields.amount(Decimal(1))
    unit_price: Decimal = attrs.field(converter=fields.exact, validator=fields.is_number)
    discount: Percent | Amount | None = fields.one_of((Percent, Amount), None)
    item: str = fields.text()
    account: str = fields.text()
    taxes: tuple[Tax, ...] = attrs.field(
        default=(), converter=fields.as_tuple, validator=fields.all_are(Tax)
    )
    dimensions: fields.FrozenMap[str] = attrs.field(
        default=fields.NOTHING, converter=fields.frozen, validator=fields.are_texts
    )
    analytic: tuple[AnalyticShare, ...] = attrs.field(
        default=(), converter=fields.as_tuple, validator=fields.all_are(AnalyticShare)
    )


@attrs.frozen(kw_only=True)
class Charge:
    """Carriage, packing and the like, charged besides the lines.

    Attributes:
        amount: In the document's currency: net, or with tax where the document says
            `prices_include_tax`.
        kind: Shipping or other.
        description: What for.
        account: General account code, or "" for the one that the ledger's settings give.
        taxes: As on a line.
    """

    amount: Decimal = attrs.field(converter=fields.exact, validator=fields.is_number)
    kind: ChargeKind = fields.choice(ChargeKind, ChargeKind.SHIPPING)
    description: str = fields.text()
    account: str = fields.text()
    taxes: tuple[Tax, ...] = attrs.field(
        default=(), converter=fields.as_tuple, validator=fields.all_are(Tax)
    )


@attrs.frozen
class Instalment:
    """A part of what is due, and its day.

    Attributes:
        due: Day.
        amount: In the document's currency, tax included.
    """

    due: dt.date | None = attrs.field(validator=fields.is_day)
    amount: Decimal = attrs.field(converter=fields.exact, validator=fields.is_number)


@attrs.frozen(kw_only=True)
class Withholding:
    """Tax that the payer keeps back, such as the United Kingdom's CIS.

    Attributes:
        rate: In per cent of `base`.
        base: Part of the net amount that it is taken of (labour, for CIS).
        code: The scheme: "CIS".
    """

    rate: Decimal = attrs.field(converter=fields.exact, validator=fields.is_number)
    base: Decimal = attrs.field(converter=fields.exact, validator=fields.is_number)
    code: str = fields.text("CIS")


@attrs.frozen(kw_only=True)
class Deferral:
    """The period that an expense or income belongs to, where it is not the document's.

    Attributes:
        start: First day.
        end: Last day, included.
    """

    start: dt.date | None = attrs.field(validator=fields.is_day)
    end: dt.date | None = attrs.field(validator=fields.is_day)


Due: TypeAlias = dt.date | tuple[Instalment, ...] | None
"""A day, instalments, or nothing said."""


def _as_due(value: Due | Iterable[tuple[dt.date, Decimal]]) -> Due:
    if value is None or isinstance(value, dt.date):
        return value
    return tuple(
        part if isinstance(part, Instalment) else Instalment(*part) for part in value
    )


def _is_due(holder: object, field: "attrs.Attribute[Any]", value: object) -> None:
    if isinstance(value, tuple):
        fields.all_are(Instalment)(holder, field, value)
    else:
        fields.is_day(holder, field, value)


@attrs.frozen(kw_only=True)
class TradeDocument:
    """What invoices and credit notes have in common; use one of the four kinds.

    Amounts are positive in the document's currency: the kind gives the direction.

    Attributes:
        source_id: The caller's own identity of the record, or "". It makes the `Key`.
        number: The document's number, or "" where the product numbers.
        party_number: The number on the other party's side (a supplier's invoice number).
        date: Day of the document.
        due: One day, or instalments; None for the party's terms.
        party: Code of the customer or supplier.
        currency: ISO 4217 code of every amount on the document.
        exchange_rate: Base currency per one unit of `currency`; None for the base currency
            or the ledger's own rate.
        lines: At least one, to be accepted.
        charges: Shipping and the like.
        taxes: Taxes of the whole document, where `tax_mode` is GROUP.
        adjustment: An amount added to the total without a line. It exists to be refused.
        tax_mode: Where the taxes stand.
        prices_include_tax: True when unit prices and charges contain their tax.
        reverse_charge: True where the customer accounts for the tax: it is shown at its
            rate and comes to nothing, and prices never contain it.
        net: Total without tax as the caller states it, to be checked; None to compute it.
        tax: Total of taxes as the caller states it.
        gross: Total with tax as the caller states it.
        state: A draft is never posted as final.
        reference: The other side's order or reference.
        notes: Free text.
        attachments: Proofs.
        project: Code of a `DimensionValue` that every line belongs to, or "".
        entity: Code of the `Entity` that posts it, or "".
        withholding: Tax kept back by the payer.
        deferral: Period that it belongs to.
        reverses: Number of the document that this one takes back, or "".
    """

    source_id: str = fields.text()
    number: str = fields.text()
    party_number: str = fields.text()
    date: dt.date | None = attrs.field(validator=fields.is_day)
    due: Due = attrs.field(default=None, converter=_as_due, validator=_is_due)
    party: str = attrs.field(validator=fields.is_text)
    currency: str = attrs.field(validator=fields.is_text)
    exchange_rate: Decimal | None = fields.amount()
    lines: tuple[Line, ...] = attrs.field(
        converter=fields.as_tuple, validator=fields.all_are(Line)
    )
    charges: tuple[Charge, ...] = attrs.field(
        default=(), converter=fields.as_tuple, validator=fields.all_are(Charge)
    )
    taxes: tuple[Tax, ...] = attrs.field(
        default=(), converter=fields.as_tuple, validator=fields.all_are(Tax)
    )
    adjustment: Decimal | None = fields.amount()
    tax_mode: TaxMode = fields.choice(TaxMode, TaxMode.LINE)
    prices_include_tax: bool = fields.flag()
    reverse_charge: bool = fields.flag()
    net: Decimal | None = fields.amount()
    tax: Decimal | None = fields.amount()
    gross: Decimal | None = fields.amount()
    state: DocumentState = fields.choice(DocumentState, DocumentState.FINAL)
    reference: str = fields.text()
    notes: str = fields.text()
    attachments: tuple[Attachment, ...] = attrs.field(
        default=(), converter=fields.as_tuple, validator=fields.all_are(Attachment)
    )
    project: str = fields.text()
    entity: str = fields.text()
    withholding: Withholding | None = fields.one_of(Withholding, None)
    deferral: Deferral | None = fields.one_of(Deferral, None)
    reverses: str = fields.text()


@attrs.frozen(kw_only=True)
class SalesInvoice(TradeDocument):
    """We invoice a customer."""

    type: ClassVar[str] = "sales_invoice"


@attrs.frozen(kw_only=True)
class SalesCreditNote(TradeDocument):
    """We give a customer credit. Amounts are positive."""

    type: ClassVar[str] = "sales_credit_note"


@attrs.frozen(kw_only=True)
class PurchaseInvoice(TradeDocument):
    """A supplier, a card payment or an employee's claim costs us.

    Attributes:
        kind: What the document proves.
    """

    type: ClassVar[str] = "purchase_invoice"

    kind: PurchaseKind = fields.choice(PurchaseKind, PurchaseKind.SUPPLIER_INVOICE)


@attrs.frozen(kw_only=True)
class PurchaseCreditNote(TradeDocument):
    """A supplier gives us credit, or a card is refunded. Amounts are positive.

    Attributes:
        kind: What the document proves.
    """

    type: ClassVar[str] = "purchase_credit_note"

    kind: PurchaseKind = fields.choice(PurchaseKind, PurchaseKind.SUPPLIER_INVOICE)
