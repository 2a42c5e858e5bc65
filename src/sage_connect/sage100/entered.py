"""Payments, bank entries and journal entries as lines of a piece.

Money received debits the bank and credits the party; money paid does the opposite. A
journal entry says its own sides.
"""

from collections.abc import Iterator
from decimal import Decimal

from ..model import BankDirection, BankEntry, JournalEntry, Payment, PaymentKind, Reference
from ..model.money import apportion
from .labels import movement_label, piece_label, settling_label, written
from .piece import PieceLine, unwritable
from .resolve import Entered, bank_account, control_account, method_number
from .settings import Sage100Settings
from .split import Splitter
from .trade import ZERO, converted

_RECEIVED = {PaymentKind.CUSTOMER_RECEIPT, PaymentKind.SUPPLIER_REFUND}


class EnteredBook:
    """Makes lines of payments and entries.

    Args:
        settings: Accounts and policies.
        reference: What is known of the company.
        splitter: For analytic plans.
        unit: Smallest part of the base currency.
    """

    def __init__(
        self,
        settings: Sage100Settings,
        reference: Reference,
        splitter: Splitter,
        unit: Decimal,
    ) -> None:
        self._settings = settings
        self._reference = reference
        self._splitter = splitter
        self._unit = unit

    def lines(
        self, document: Entered, rate: Decimal | None
    ) -> tuple[list[PieceLine], Decimal]:
        """Return the lines, and what the document comes to in its own currency.

        Args:
            document: Accepted by the rules.
            rate: Base currency per one unit of the document's; None for the base currency.

        Raises:
            CodecError: It makes no lines, for a reason that no rule has told.
        """
        match document:
            case JournalEntry():
                lines = list(self._movements(document))
                return lines, sum((one.amount for one in lines if one.debit), ZERO)
            case Payment():
                return list(self._payment(document, rate)), document.amount
            case BankEntry():
                return list(self._bank_entry(document, rate)), document.amount

    def _movements(self, entry: JournalEntry) -> Iterator[PieceLine]:
        for at, one in enumerate(entry.movements):
            amount = one.debit if one.debit is not None else one.credit
            if amount is None or amount < 0:
                raise unwritable("a movement has no side", f"/movements/{at}")
            if amount:
                yield PieceLine(
                    account=one.account,
                    debit=one.debit is not None,
                    amount=amount,
                    label=written(movement_label(one, entry), self._settings.policy),
                    third_party=one.party,
                    due=one.due,
                    tax_code=one.tax_code,
                    currency_amount=one.currency_amount,
                    shares=self._splitter.shares(one, one.account, amount, ""),
                )

    def _payment(self, payment: Payment, rate: Decimal | None) -> Iterator[PieceLine]:
        settings, reference = self._settings, self._reference
        received = payment.kind in _RECEIVED
        moved = converted(payment.amount, rate, self._unit)
        method = method_number(payment.method, reference)
        yield PieceLine(
            account=bank_account(payment, settings, reference).code,
            debit=received,
            amount=moved,
            label=written(piece_label(payment), settings.policy),
            method_no=method,
            currency_amount=None if rate is None else payment.amount,
        )
        settled = [(one.number, one.amount) for one in payment.allocations]
        rest = payment.amount - sum((amount for _, amount in settled), ZERO)
        if rest:
            settled.append(("", rest))
        if min(amount for _, amount in settled) <= 0:
            raise unwritable("allocations come to more than the payment", "/allocations")
        # What is settled sums to what moved: a cent of conversion is lost on neither side.
        parts = apportion(moved, [amount for _, amount in settled], self._unit)
        account = control_account(payment, settings, reference)
        for (number, amount), in_base in zip(settled, parts, strict=True):
            if in_base:
                yield PieceLine(
                    account=account,
                    debit=not received,
                    amount=in_base,
                    label=written(settling_label(payment, number), settings.policy),
                    third_party=payment.party,
                    method_no=method,
                    currency_amount=None if rate is None else amount,
                )

    def _bank_entry(self, entry: BankEntry, rate: Decimal | None) -> Iterator[PieceLine]:
        settings, reference = self._settings, self._reference
        moved = converted(entry.amount, rate, self._unit)
        label = written(piece_label(entry), settings.policy)
        paid_in = entry.direction is BankDirection.IN
        yield PieceLine(
            account=bank_account(entry, settings, reference).code,
            debit=paid_in,
            amount=moved,
            label=label,
            currency_amount=None if rate is None else entry.amount,
        )
        yield PieceLine(
            account=entry.account or control_account(entry, settings, reference),
            debit=not paid_in,
            amount=moved,
            label=label,
            third_party=entry.party,
            currency_amount=None if rate is None else entry.amount,
        )
