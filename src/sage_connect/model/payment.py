"""Money that settles documents, and money that moves through a bank."""

import datetime as dt
import enum
from decimal import Decimal
from typing import ClassVar

import attrs

from . import fields


class PaymentKind(enum.StrEnum):
    """Whom the money comes from or goes to, and why."""

    CUSTOMER_RECEIPT = "customer_receipt"
    SUPPLIER_PAYMENT = "supplier_payment"
    CUSTOMER_REFUND = "customer_refund"
    SUPPLIER_REFUND = "supplier_refund"


FROM_CUSTOMERS = frozenset({PaymentKind.CUSTOMER_RECEIPT, PaymentKind.CUSTOMER_REFUND})
"""Kinds of payments whose party is a customer; that of the others is a supplier."""


class BankDirection(enum.StrEnum):
    """Which way money moves through our account."""

    IN = "in"
    OUT = "out"


@attrs.frozen
class Allocation:
    """The part of a payment that settles one document.

    Attributes:
        number: Number of the document.
        amount: In the payment's currency, positive.
    """

    number: str = attrs.field(validator=fields.is_text)
    amount: Decimal = attrs.field(converter=fields.exact, validator=fields.is_number)


@attrs.frozen(kw_only=True)
class Payment:
    """Money received from, or paid to, a party. Its amount is positive; the kind directs.

    Attributes:
        kind: Receipt, payment or refund.
        source_id: The caller's own identity of the record, or "".
        number: The payment's number, or "".
        date: Day the money moved.
        party: Code of the customer or supplier.
        currency: ISO 4217 code of every amount here.
        exchange_rate: Base currency per one unit of `currency`.
        amount: What moved.
        method: The caller's code of the payment method.
        bank_account: Code of the `BankAccount`, or "" for the ledger's default.
        allocations: Which documents it settles.
        on_account: What it leaves on the party's account, where the caller states it.
        reference: As on the bank statement.
        notes: Free text.
        entity: Code of the `Entity`, or "".
        reverses: Number of the payment that this one takes back, or "".
    """

    type: ClassVar[str] = "payment"

    kind: PaymentKind = fields.choice(PaymentKind, PaymentKind.CUSTOMER_RECEIPT)
    source_id: str = fields.text()
    number: str = fields.text()
    date: dt.date | None = attrs.field(validator=fields.is_day)
    party: str = attrs.field(validator=fields.is_text)
    currency: str = attrs.field(validator=fields.is_text)
    exchange_rate: Decimal | None = fields.amount()
    amount: Decimal = attrs.field(converter=fields.exact, validator=fields.is_number)
    method: str = fields.text()
    bank_account: str = fields.text()
    allocations: tuple[Allocation, ...] = attrs.field(
        default=(), converter=fields.as_tuple, validator=fields.all_are(Allocation)
    )
    on_account: Decimal | None = fields.amount()
    reference: str = fields.text()
    notes: str = fields.text()
    entity: str = fields.text()
    reverses: str = fields.text()


@attrs.frozen(kw_only=True)
class BankEntry:
    """A movement of a bank account, with its counterpart.

    Attributes:
        source_id: The caller's own identity of the record, or "".
        number: The entry's number, or "".
        date: Day of the movement.
        bank_account: Code of the `BankAccount`.
        currency: ISO 4217 code of the amount.
        exchange_rate: Base currency per one unit of `currency`.
        amount: Positive.
        direction: Into or out of our account.
        account: General account of the counterpart, or "" for the party's control account.
        party: Code of the customer or supplier, or "".
        settles: Number of the purchase or sale that the money belongs to, or "".
        description: As on the statement.
        reference: The bank's reference.
        entity: Code of the `Entity`, or "".
        reverses: Number of the entry that this one takes back, or "".
    """

    type: ClassVar[str] = "bank_entry"

    source_id: str = fields.text()
    number: str = fields.text()
    date: dt.date | None = attrs.field(validator=fields.is_day)
    bank_account: str = attrs.field(validator=fields.is_text)
    currency: str = attrs.field(validator=fields.is_text)
    exchange_rate: Decimal | None = fields.amount()
    amount: Decimal = attrs.field(converter=fields.exact, validator=fields.is_number)
    direction: BankDirection = fields.choice(BankDirection, BankDirection.OUT)
    account: str = fields.text()
    party: str = fields.text()
    settles: str = fields.text()
    description: str = fields.text()
    reference: str = fields.text()
    entity: str = fields.text()
    reverses: str = fields.text()
