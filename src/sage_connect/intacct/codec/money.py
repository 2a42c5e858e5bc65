"""Payments, advances, journal entries and money received, as Intacct has them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from ...errors import CodecError
from ...model import BankEntry, JournalEntry, Movement, Payment, Reference
from ...model.money import minor_unit
from .. import functions
from ..ids import Ids
from ..kinds import AP_PAYMENT, AR_ADVANCE, AR_PAYMENT, ENTRY, RECEIPT
from ..resolve import (
    bank_of,
    base_currency,
    books_currency,
    dimensions_of,
    entity_of,
    is_advance,
    is_received,
    is_refund,
    is_statistical,
    number_of,
    sent_dimensions,
    told_currency,
)
from ..settings import IntacctSettings
from .encoded import DOCUMENT, PAYMENT, Encoded, Writing, parted
from .trade import LINE_FIELDS, SUBMIT, placed

_ONE: Final = Decimal(1)
RECEIVED: Final = (AR_PAYMENT, AR_ADVANCE)
DEBIT: Final = 1
CREDIT: Final = -1
_SPLIT: Final = "Custom"


class MoneyCodec:
    """Writes documents that move money, for one company.

    Args:
        ids: Record numbers of what is settled.
        settings: How it is posted to.
        reference: What is known of it.
    """

    def __init__(self, ids: Ids, settings: IntacctSettings, reference: Reference) -> None:
        self._ids: Ids = ids
        self._settings: IntacctSettings = settings
        self._reference: Reference = reference

    # ---- payments

    def payment(self, payment: Payment, key: str) -> Encoded:
        """Return what posts a payment: it settles documents, or waits for some.

        Args:
            payment: In Intacct's codes, accepted by the rules.
            key: Digest of its key.
        """
        if is_refund(payment):
            return self._taken_back(payment, key)
        out = Writing()
        if is_advance(payment):
            function, kind = self._advance(payment, out), AR_ADVANCE
        elif is_received(payment):
            function, kind = self._received(payment, out), AR_PAYMENT
        else:
            function, kind = self._paid(payment, out), AP_PAYMENT
        function.control_id = key
        out.expect(kind.party, payment.party, "/party")
        out.expect(kind.number, number_of(payment), "/number")
        out.expect(kind.date, payment.date, "/date")
        out.expect("TRX_TOTALENTERED", payment.amount, "/amount")
        out.expect("CURRENCY", payment.currency, "/currency")
        out.expect("MEGAENTITYID", payment.entity, "/entity")
        bank = bank_of(payment, self._settings).code
        out.expect("FINANCIALENTITY", bank, "/bank_account")
        out.expect("DESCRIPTION", _said(payment), "/reference")
        return out.encoded(
            kind,
            function,
            entity=entity_of(payment, self._settings),
            number=number_of(payment),
        )

    def _taken_back(self, refund: Payment, key: str) -> Encoded:
        """Return what takes a payment back, whole: its money and what it settled."""
        out = Writing()
        kinds = RECEIVED if is_received(refund) else (AP_PAYMENT,)
        known = [
            (kind, id)
            for kind in kinds
            if (id := self._ids.documents.get((kind.object, refund.party, refund.reverses)))
        ]
        kind, record = (known or [(kinds[0], "")])[0]
        if not record:
            record = out.lacks("/reverses", PAYMENT, refund.reverses)
        function: Any
        if is_received(refund):
            function = functions.ArPaymentReverse(
                record_no=record,
                reverse_date=refund.date,
                memo=_said(refund) or number_of(refund),
            )
        else:
            function = functions.ApPaymentVoid(record_no=record)
        function.control_id = key
        out.expect(kind.party, refund.party, "/party")
        out.expect("TRX_TOTALENTERED", refund.amount, "/amount")
        out.expect("CURRENCY", refund.currency, "/currency")
        return out.encoded(
            kind,
            function,
            entity=entity_of(refund, self._settings),
            number=refund.reverses,
            reverses=True,
        )

    def _received(self, payment: Payment, out: Writing) -> Any:
        details = [
            {"RECORDKEY": record, "TRX_PAYMENTAMOUNT": amount}
            for record, amount in self._settled(payment, out)
        ]
        return functions.Create(
            object="ARPYMT",
            fields={
                **self._head(payment),
                "CUSTOMERID": payment.party,
                "TRX_AMOUNTTOPAY": payment.amount,
                "ACTION": SUBMIT,
                "ARPYMTDETAILS": {"ARPYMTDETAIL": details},
            },
        )

    def _advance(self, payment: Payment, out: Writing) -> Any:
        account = self._settings.accounts.advances
        out.places["ACCOUNTNO"] = "/allocations"
        item = {"ACCOUNTNO": account, "TRX_AMOUNT": payment.amount}
        return functions.Create(
            object="ARADVANCE",
            fields={
                **self._head(payment),
                "CUSTOMERID": payment.party,
                "ACTION": SUBMIT,
                "ARADVANCEITEMS": {"ARADVANCEITEM": [item]},
            },
        )

    def _paid(self, payment: Payment, out: Writing) -> Any:
        currency = told_currency(payment, self._reference)
        return functions.ApPaymentCreate(
            payment_method=payment.method or self._settings.payment_method,
            financial_entity_id=bank_of(payment, self._settings).code,
            vendor_id=payment.party,
            document_no=number_of(payment),
            memo=_said(payment) or None,
            payment_date=payment.date,
            transaction_currency=currency,
            base_currency=books_currency(payment, self._settings, self._reference)
            if currency
            else None,
            transaction_amount_paid=payment.amount,
            action=SUBMIT,
            ap_payment_details=[
                functions.ApPaymentDetailBill(record_no=record, payment_amount=amount)
                for record, amount in self._settled(payment, out)
            ],
        )

    def _head(self, payment: Payment) -> dict[str, Any]:
        currency = told_currency(payment, self._reference)
        head: dict[str, Any] = {
            "FINANCIALENTITY": bank_of(payment, self._settings).code,
            "PAYMENTMETHOD": payment.method or self._settings.payment_method,
            "DOCNUMBER": number_of(payment),
            "RECEIPTDATE": payment.date,
            "PAYMENTDATE": payment.date,
        }
        if _said(payment):
            head["DESCRIPTION"] = _said(payment)
        if currency is None:
            return head
        head |= {
            "CURRENCY": currency,
            "BASECURR": books_currency(payment, self._settings, self._reference)
            or currency,
        }
        if payment.exchange_rate is not None:
            return head | {
                "EXCH_RATE_DATE": payment.date,
                "EXCHANGE_RATE": payment.exchange_rate,
            }
        if currency != head["BASECURR"]:
            head["EXCH_RATE_TYPE_ID"] = self._settings.exchange_rate_type
        return head

    def _settled(self, payment: Payment, out: Writing) -> list[tuple[str, Decimal]]:
        received = is_received(payment)
        found: list[tuple[str, Decimal]] = []
        for at, part in enumerate(payment.allocations):
            path = f"/allocations/{at}"
            record = self._ids.settled(payment.party, part.number, received=received)
            if record is None:
                record = out.lacks(f"{path}/number", DOCUMENT, part.number)
            found.append((record, part.amount))
            out.row(
                path,
                {
                    "RECORDKEY": (record, f"{path}/number"),
                    "TRX_PAYMENTAMOUNT": (part.amount, f"{path}/amount"),
                },
            )
        return found

    # ---- entries

    def entry(self, entry: JournalEntry, key: str, files: str = "") -> Encoded:
        """Return what posts a journal entry: of money, or of what else is counted.

        Args:
            entry: In Intacct's codes, accepted by the rules.
            key: Digest of its key.
            files: Id of its attachments; "" for none.
        """
        out = Writing()
        statistical = is_statistical(entry, self._reference)
        title = entry.description or entry.reference or number_of(entry)
        comment = ": ".join(filter(None, (_remark(entry), entry.notes)))
        lines = [
            self._movement(entry, at, movement, out, statistical=statistical)
            for at, movement in enumerate(entry.movements)
        ]
        made = (
            functions.StatisticalJournalEntryCreate
            if statistical
            else functions.JournalEntryCreate
        )
        function: Any = made(
            control_id=key,
            journal_symbol=entry.journal,
            posting_date=entry.date,
            reverse_date=entry.reversed_on,
            description=title,
            history_comment=comment or None,
            reference_number=number_of(entry),
            attachments_id=files or None,
            lines=lines,
        )
        out.expect("JOURNAL", entry.journal, "/journal")
        out.expect("BATCH_DATE", entry.date, "/date")
        out.expect("BATCH_TITLE", title, "/description")
        out.expect("REFERENCENO", number_of(entry), "/number")
        out.expect("MEGAENTITYID", entry.entity, "/entity")
        out.expect("REVERSED", entry.reversed_on, "/reversed_on")
        return out.encoded(
            ENTRY,
            function,
            entity=entity_of(entry, self._settings),
            number=number_of(entry),
        )

    def _movement(
        self,
        entry: JournalEntry,
        at: int,
        movement: Movement,
        out: Writing,
        *,
        statistical: bool,
    ) -> Any:
        path = f"/movements/{at}"
        side = DEBIT if movement.debit is not None else CREDIT
        amount = movement.debit if side == DEBIT else movement.credit
        currency = None if statistical else told_currency(entry, self._reference)
        if currency is not None and movement.currency_amount is not None:
            amount = movement.currency_amount
        expected: dict[str, tuple[Any, str]] = {
            "ACCOUNTNO": (movement.account, f"{path}/account"),
            "TR_TYPE": (side, path),
            "TRX_AMOUNT": (amount, path),
            "DESCRIPTION": (movement.description, f"{path}/description"),
        }
        named = dimensions_of(movement, entry, self._settings) | self._party(movement)
        found, _ = sent_dimensions(named, self._settings)
        fields: dict[str, Any]
        fields, own = placed(found, self._settings)
        parts: list[dict[str, Any]] = []
        for name, (value, place) in found.items():
            if name in ENTRY.dimensions and not movement.analytic:
                expected[ENTRY.dimensions[name]] = (value, f"{path}/{place}")
        if movement.analytic:
            splits = self._splits(entry, movement, amount or Decimal(), fields)
            fields = {"allocation_id": _SPLIT, "custom_allocation_splits": splits}
            own = {}
            parts = [
                {
                    "TRX_AMOUNT": split.amount,
                    ENTRY.dimensions[share.dimension.upper()]: share.value,
                }
                for split, share in zip(splits, movement.analytic, strict=True)
            ]
        fields["memo"] = movement.description or None
        if own:
            fields["custom_fields"] = own
        out.row(path, expected, parts)
        if statistical:
            return functions.StatisticalJournalEntryLineCreate(
                stat_account_number=movement.account,
                amount=side * (amount or Decimal()),
                **fields,
            )
        return functions.JournalEntryLineCreate(
            gl_account_number=movement.account,
            transaction_type=side,
            transaction_amount=amount,
            **(self._rate(entry, currency) if currency else {}),
            **fields,
        )

    def _party(self, movement: Movement) -> dict[str, tuple[str, str]]:
        if not movement.party:
            return {}
        customers = self._reference.customers or {}
        name = "CUSTOMER" if movement.party in customers else "VENDOR"
        return {name: (movement.party, "party")}

    def _rate(self, entry: JournalEntry, currency: str) -> dict[str, Any]:
        rate = entry.exchange_rate
        if rate is None and currency == base_currency(self._reference):
            rate = _ONE
        if rate is not None:
            return {"transaction_currency": currency, "exchange_rate_value": rate}
        return {
            "transaction_currency": currency,
            "exchange_rate_date": entry.date,
            "exchange_rate_type": self._settings.exchange_rate_type,
        }

    def _splits(
        self,
        entry: JournalEntry,
        movement: Movement,
        amount: Decimal,
        common: Mapping[str, Any],
    ) -> Sequence[Any]:
        """Return the parts of a movement; each repeats what the whole of it names."""
        names = [
            LINE_FIELDS.get(share.dimension.upper(), "") for share in movement.analytic
        ]
        if not all(names):
            raise CodecError("a movement is split over Intacct's own dimensions only")
        fixed = [share.amount for share in movement.analytic if share.amount is not None]
        parts: Sequence[Decimal] = fixed
        if len(fixed) != len(movement.analytic):
            weights = [share.weight for share in movement.analytic]
            parts = parted(amount, weights, minor_unit(entry.currency))
        return [
            functions.CustomAllocationSplit(
                amount=part,
                **{**common, name: share.value},
            )
            for share, part, name in zip(movement.analytic, parts, names, strict=True)
        ]

    # ---- money that belongs to no document

    def receipt(self, entry: BankEntry, key: str) -> Encoded:
        """Return what posts money received.

        Args:
            entry: In Intacct's codes, accepted by the rules; its money comes in.
            key: Digest of its key.
        """
        out = Writing()
        currency = told_currency(entry, self._reference)
        payer = entry.description or entry.party or number_of(entry)
        dimensions: dict[str, Any] = {}
        if entry.party:
            customers = self._reference.customers or {}
            side = "customer_id" if entry.party in customers else "vendor_id"
            dimensions[side] = entry.party
        function = functions.OtherReceiptCreate(
            control_id=key,
            transaction_date=entry.date,
            payer=payer,
            receipt_date=entry.date,
            payment_method=self._settings.payment_method,
            bank_account_id=bank_of(entry, self._settings).code,
            deposit_date=entry.date,
            transaction_no=number_of(entry),
            description=entry.reference or None,
            transaction_currency=currency,
            exchange_rate_value=entry.exchange_rate if currency else None,
            lines=[
                functions.OtherReceiptLineCreate(
                    gl_account_number=entry.account,
                    transaction_amount=entry.amount,
                    memo=entry.description or None,
                    **dimensions,
                )
            ],
        )
        out.expect("WHENPAID", entry.date, "/date")
        out.expect("DOCNUMBER", number_of(entry), "/number")
        out.expect("TRX_TOTALENTERED", entry.amount, "/amount")
        out.expect("CURRENCY", entry.currency, "/currency")
        out.expect("MEGAENTITYID", entry.entity, "/entity")
        out.expect("DESCRIPTION2", payer, "/description")
        out.expect("DESCRIPTION", entry.reference, "/reference")
        bank = bank_of(entry, self._settings).code
        out.expect("BANKACCOUNTID", bank, "/bank_account")
        out.places["ACCOUNTNO"] = "/account"
        return out.encoded(
            RECEIPT,
            function,
            entity=entity_of(entry, self._settings),
            number=number_of(entry),
        )


def _said(payment: Payment) -> str:
    return ": ".join(filter(None, (payment.reference, payment.notes)))


def _remark(entry: JournalEntry) -> str:
    back = f"Reverses {entry.reverses}" if entry.reverses else ""
    # Where it is the title already, it need not be told again.
    told = entry.reference if entry.description else ""
    return ": ".join(filter(None, (told, back)))
