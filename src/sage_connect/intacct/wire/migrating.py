"""Helpers of the retired SDKs, for code that comes from them: each makes one of ours."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

import attrs

from ..functions.accounts_payable import (
    ApPaymentApprove,
    ApPaymentConfirm,
    ApPaymentDecline,
    ApPaymentDelete,
    ApPaymentDetailAdvance,
    ApPaymentDetailBill,
    ApPaymentDetailCreditMemo,
    ApPaymentDetailDebitMemo,
    ApPaymentDetailNegativeBill,
    ApPaymentSend,
    ApPaymentVoid,
)
from .function import Function, Number, Text
from .selecting import Average, Count, Maximum, Minimum, OfField, Sum
from .texts import refuse

_PAYMENTS: Final = {
    "delete": ApPaymentDelete,
    "decline_appaymentrequest": ApPaymentDecline,
    "confirm_appaymentrequest": ApPaymentConfirm,
    "approve_appaymentrequest": ApPaymentApprove,
    "send_appaymentrequest": ApPaymentSend,
    "void_appaymentrequest": ApPaymentVoid,
}
_Credit: TypeAlias = (
    ApPaymentDetailAdvance | ApPaymentDetailDebitMemo | ApPaymentDetailNegativeBill
)

_CREDITS: Final[Mapping[str, type[_Credit]]] = {
    "advance": ApPaymentDetailAdvance,
    "debit memo": ApPaymentDetailDebitMemo,
    "negative bill": ApPaymentDetailNegativeBill,
}
_AGGREGATES: Final = {
    "avg": Average,
    "count": Count,
    "max": Maximum,
    "min": Minimum,
    "sum": Sum,
}

ApPaymentDetailBillInfo = ApPaymentDetailBill
ApPaymentDetailInfo = ApPaymentDetailCreditMemo


class ApPaymentDetailBuilder(list[ApPaymentDetailBill | ApPaymentDetailCreditMemo]):
    """The details of a payment, added one by one; a list like any other."""

    def add_ap_payment_detail_bill(self, one: ApPaymentDetailBill) -> None:
        """Add a bill that is paid."""
        self.append(one)

    def add_ap_payment_detail_credit_memo(self, one: ApPaymentDetailCreditMemo) -> None:
        """Add a positive adjustment that is paid."""
        self.append(one)

    def get_ap_payment_detail_list(
        self,
    ) -> list[ApPaymentDetailBill | ApPaymentDetailCreditMemo]:
        """Return what was added."""
        return list(self)


@attrs.define(kw_only=True)
class ApPaymentInfo:
    """The fields of `ApPaymentCreate` in one object, for its `ap_payment_info`."""

    payment_method: Text | None = None
    financial_entity_id: Text | None = None
    vendor_id: Text | None = None
    merge_option: Text | None = None
    group_payments: bool | None = None
    exchange_rate_date: dt.date | None = None
    exchange_rate_type: Text | None = None
    document_no: Text | None = None
    memo: Text | None = None
    notification_contact_name: Text | None = None
    payment_date: dt.date | None = None
    transaction_currency: Text | None = None
    base_currency: Text | None = None
    transaction_amount_paid: Number | None = None
    action: Text | None = None
    ap_payment_details: Sequence[ApPaymentDetailBill | ApPaymentDetailCreditMemo] | None = (
        None
    )


class ApPaymentFactory:
    """Makes the function that acts on a payment."""

    @staticmethod
    def create(kind: str, record_no: Text, control_id: str | None = None) -> Function:
        """Return the function named `kind`, such as `void_appaymentrequest`.

        Raises:
            CodecError: There is none of that name.
        """
        if kind not in _PAYMENTS:
            refuse("kind", " or ".join(_PAYMENTS), kind)
        return _PAYMENTS[kind](record_no=record_no, control_id=control_id)


class ApPaymentDetailCreditFactory:
    """Makes what is credited to a bill."""

    @staticmethod
    def create(
        kind: str,
        record_no: Text,
        line_record_no: Text | None = None,
        transaction_amount: Number | None = None,
    ) -> _Credit:
        """Return the credit of that kind: advance, debit memo or negative bill.

        Raises:
            CodecError: There is no such kind.
        """
        if kind not in _CREDITS:
            refuse("kind", " or ".join(_CREDITS), kind)
        return _CREDITS[kind](
            record_no=record_no,
            line_record_no=line_record_no,
            transaction_amount=transaction_amount,
        )


class SelectFunctionFactory:
    """Makes aggregates by name."""

    @staticmethod
    def create(name: str, field_name: str) -> OfField:
        """Return the aggregate: avg, count, max, min or sum.

        Raises:
            CodecError: There is none of that name.
        """
        if name not in _AGGREGATES:
            refuse("name", " or ".join(_AGGREGATES), name)
        return _AGGREGATES[name](field_name)
