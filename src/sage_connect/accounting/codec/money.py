"""Payments, bank entries and journal entries, as Sage Accounting takes them."""

from decimal import Decimal
from typing import Final

from ...model import (
    BankDirection,
    BankEntry,
    JournalEntry,
    Payment,
    PaymentKind,
    Reference,
)
from ...model.payment import FROM_CUSTOMERS
from ...validation.sets import SETTLES
from ..ids import CUSTOMER, SUPPLIER, Ids
from ..resolve import (
    Settling,
    bank_entry_details,
    bank_of,
    entry_description,
    entry_reference,
    is_settlement,
    mark_in,
    only_bank,
    settling_reference,
)
from ..settings import AccountingSettings
from .encoded import DOCUMENT, Encoded, Writing
from .trade import put_categories, wire_rate

TYPES: Final = {
    PaymentKind.CUSTOMER_RECEIPT: "CUSTOMER_RECEIPT",
    PaymentKind.CUSTOMER_REFUND: "CUSTOMER_REFUND",
    PaymentKind.SUPPLIER_PAYMENT: "VENDOR_PAYMENT",
    PaymentKind.SUPPLIER_REFUND: "VENDOR_REFUND",
}
REFUNDS: Final = frozenset({PaymentKind.CUSTOMER_REFUND, PaymentKind.SUPPLIER_REFUND})
_ZERO: Final = Decimal()


class MoneyCodec:
    """Writes payments and entries of one business; arguments as of `TradeCodec`."""

    def __init__(
        self, ids: Ids, settings: AccountingSettings, reference: Reference
    ) -> None:
        self._ids: Ids = ids
        self._settings: AccountingSettings = settings
        self._reference: Reference = reference

    def payment(self, payment: Payment) -> Encoded:
        """Return the request body that creates a payment with its allocations."""
        side = CUSTOMER if payment.kind in FROM_CUSTOMERS else SUPPLIER
        out = Writing()
        out.put("transaction_type_id", TYPES[payment.kind], "/kind")
        contact = self._ids.parties.get((side, payment.party))
        out.refer("contact_id", contact, "/party", side, payment.party)
        self._bank(out, payment)
        out.put("payment_method_id", payment.method or self._settings.payment_method)
        out.put("date", payment.date, "/date")
        out.put("total_amount", payment.amount, "/amount")
        out.put("reference", settling_reference(payment), "/number")
        self._currency(out, payment)
        if payment.reverses and payment.kind in REFUNDS:
            # A refund settles what the payment leaves on account once it is taken off.
            row = out.row("allocated_artefacts", "/reverses")
            rest = self._ids.rests.get((side, payment.party, payment.reverses))
            shown = f"payment on account of {payment.reverses}"
            row.await_id("artefact_id", rest, "/reverses", shown)
            row.put("amount", payment.amount, "/amount")
            return out.encoded("contact_payments", mark=mark_in(payment, self._settings))
        for at, part in enumerate(payment.allocations):
            path = f"/allocations/{at}"
            row = out.row("allocated_artefacts", path)
            settled = (SETTLES[payment.kind], payment.party, part.number)
            artefact = self._ids.artefacts.get(settled)
            place = f"{path}/number"
            row.refer("artefact_id", artefact, place, DOCUMENT, part.number)
            row.put("amount", part.amount, f"{path}/amount")
        return out.encoded("contact_payments", mark=mark_in(payment, self._settings))

    def settling(self, entry: BankEntry) -> Encoded:
        """Return the body of a bank entry that settles what a party is owed or owes."""
        received = entry.direction is BankDirection.IN
        customer = (CUSTOMER, entry.party) in self._ids.parties
        kinds = {
            (True, True): PaymentKind.CUSTOMER_RECEIPT,
            (True, False): PaymentKind.CUSTOMER_REFUND,
            (False, False): PaymentKind.SUPPLIER_PAYMENT,
            (False, True): PaymentKind.SUPPLIER_REFUND,
        }
        side = CUSTOMER if customer else SUPPLIER
        out = Writing()
        kind = kinds[customer, received]
        out.put("transaction_type_id", TYPES[kind], "/direction")
        contact = self._ids.parties.get((side, entry.party))
        out.refer("contact_id", contact, "/party", side, entry.party)
        self._bank(out, entry)
        out.put("payment_method_id", self._settings.payment_method)
        out.put("date", entry.date, "/date")
        out.put("total_amount", entry.amount, "/amount")
        out.put("reference", settling_reference(entry), "/number")
        self._currency(out, entry)
        if entry.settles:
            row = out.row("allocated_artefacts", "/settles")
            settled = (SETTLES[kind], entry.party, entry.settles)
            artefact = self._ids.artefacts.get(settled)
            row.refer("artefact_id", artefact, "/settles", DOCUMENT, entry.settles)
            row.put("amount", entry.amount, "/amount")
        return out.encoded("contact_payments", mark=mark_in(entry, self._settings))

    def bank_entry(self, entry: BankEntry) -> Encoded:
        """Return the body of a bank entry with an account for its counterpart."""
        if is_settlement(entry):
            return self.settling(entry)
        received = entry.direction is BankDirection.IN
        out = Writing()
        kind = "OTHER_RECEIPT" if received else "OTHER_PAYMENT"
        out.put("transaction_type_id", kind, "/direction")
        if entry.party:
            side = CUSTOMER if (CUSTOMER, entry.party) in self._ids.parties else SUPPLIER
            contact = self._ids.parties.get((side, entry.party))
            out.refer("contact_id", contact, "/party", side, entry.party)
        self._bank(out, entry)
        out.put("payment_method_id", self._settings.payment_method)
        out.put("date", entry.date, "/date")
        out.put("total_amount", entry.amount, "/amount")
        out.put("reference", settling_reference(entry), "/number")
        row = out.row("payment_lines", "/account")
        account = self._ids.account(entry.account)
        row.refer("ledger_account_id", account, "/account", "account", entry.account)
        row.put("total_amount", entry.amount, "/amount")
        row.put("details", bank_entry_details(entry), "/description")
        return out.encoded("other_payments", mark=mark_in(entry, self._settings))

    def journal(self, entry: JournalEntry) -> Encoded:
        """Return the request body that creates a journal entry."""
        out = Writing()
        out.put("date", entry.date, "/date")
        out.put("reference", entry_reference(entry), "/number")
        out.put("description", entry_description(entry), "/description")
        for at, movement in enumerate(entry.movements):
            path = f"/movements/{at}"
            row = out.row("journal_lines", path)
            account = self._ids.account(movement.account)
            place = f"{path}/account"
            row.refer("ledger_account_id", account, place, "account", movement.account)
            row.put("debit", movement.debit or _ZERO, f"{path}/debit")
            row.put("credit", movement.credit or _ZERO, f"{path}/credit")
            row.put("details", movement.description, f"{path}/description")
            place = f"{path}/dimensions"
            put_categories(row, movement.dimensions, place, self._ids, self._settings)
        return out.encoded("journals", mark=mark_in(entry, self._settings))

    def _bank(self, out: Writing, document: Settling) -> None:
        code = bank_of(document, self._settings).code or only_bank(self._reference)
        id = self._ids.bank(code)
        dummy = self._settings.policy.dummy_bank if isinstance(document, Payment) else ""
        if dummy and not code and self._reference.bank_accounts == {}:
            # Made up when the payment is posted.
            out.await_id("bank_account_id", None, "/bank_account", f"bank account {dummy}")
            return
        out.refer("bank_account_id", id, "/bank_account", "bank account", code)

    def _currency(self, out: Writing, payment: Settling) -> None:
        company = self._reference.company
        if company is not None and payment.currency == company.base_currency:
            return
        out.put("currency_id", payment.currency, "/currency")
        if payment.exchange_rate:
            rate = wire_rate(payment.exchange_rate, self._settings)
            out.put("exchange_rate", rate, "/exchange_rate")
