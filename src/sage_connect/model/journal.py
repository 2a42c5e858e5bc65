"""Entries straight into a journal."""

import datetime as dt
from decimal import Decimal
from typing import ClassVar

import attrs

from . import fields
from .attachment import Attachment
from .invoice import AnalyticShare


@attrs.frozen(kw_only=True)
class Movement:
    """One movement of a journal entry: debit *or* credit, never below zero.

    Attributes:
        account: General account code.
        debit: In the base currency, or None.
        credit: In the base currency, or None.
        description: "" for the entry's.
        party: Code of the customer or supplier of a control account, or "".
        due: Day it falls due.
        tax_code: Code of a `TaxCode`, or "".
        currency_amount: The movement in the entry's currency, positive; None for none.
        dimensions: Dimension code to value code.
        analytic: The movement split over values of dimensions.
    """

    account: str = attrs.field(validator=fields.is_text)
    debit: Decimal | None = fields.amount()
    credit: Decimal | None = fields.amount()
    description: str = fields.text()
    party: str = fields.text()
    due: dt.date | None = fields.day()
    tax_code: str = fields.text()
    currency_amount: Decimal | None = fields.amount()
    dimensions: fields.FrozenMap[str] = attrs.field(
        default=fields.NOTHING, converter=fields.frozen, validator=fields.are_texts
    )
    analytic: tuple[AnalyticShare, ...] = attrs.field(
        default=(), converter=fields.as_tuple, validator=fields.all_are(AnalyticShare)
    )


@attrs.frozen(kw_only=True)
class JournalEntry:
    """A balanced set of movements in one journal on one day.

    Attributes:
        source_id: The caller's own identity of the record, or "".
        number: Piece number, or "".
        journal: Code of the `Journal`.
        date: Day of the entry.
        currency: ISO 4217 code: the base currency, or the one that `currency_amount` is in.
        exchange_rate: Base currency per one unit of `currency`.
        movements: At least two; debits and credits are equal.
        description: Label of movements without their own.
        reference: Free reference.
        notes: Free text.
        attachments: Proofs.
        entity: Code of the `Entity`, or "".
        reverses: Number of the entry that this one takes back, or "".
        reversed_on: Day on which the product is to take it back by itself; None for never.
    """

    type: ClassVar[str] = "journal_entry"

    source_id: str = fields.text()
    number: str = fields.text()
    journal: str = attrs.field(validator=fields.is_text)
    date: dt.date | None = attrs.field(validator=fields.is_day)
    currency: str = attrs.field(validator=fields.is_text)
    exchange_rate: Decimal | None = fields.amount()
    movements: tuple[Movement, ...] = attrs.field(
        converter=fields.as_tuple, validator=fields.all_are(Movement)
    )
    description: str = fields.text()
    reference: str = fields.text()
    notes: str = fields.text()
    attachments: tuple[Attachment, ...] = attrs.field(
        default=(), converter=fields.as_tuple, validator=fields.all_are(Attachment)
    )
    entity: str = fields.text()
    reverses: str = fields.text()
    reversed_on: dt.date | None = fields.day()
