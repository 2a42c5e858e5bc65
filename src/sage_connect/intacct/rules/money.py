"""Money: currencies, payments, banks, and what invoices and bills have no place for."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import partial
from typing import Final, TypeAlias

from ...model import (
    BankAccount,
    BankDirection,
    BankEntry,
    Customer,
    Item,
    JournalEntry,
    Payment,
    PurchaseCreditNote,
    PurchaseInvoice,
    PurchaseKind,
    SalesInvoice,
    Supplier,
)
from ...model.money import MINOR_UNITS, minor_unit
from ...validation import Case, Fault, Mark, Owner, RuleBook, Severity, fault
from ...validation.amounts import nothing_is_adjusted
from ...validation.registry import Faults
from ...validation.sets import digest_of
from ..resolve import (
    MULTI_CURRENCY,
    PARTIES,
    TRADE,
    Trade,
    bank_of,
    base_currency,
    flag,
    is_advance,
    is_received,
    is_refund,
)
from ..settings import Quantity
from .book import HOME, NOTHING, PRODUCTS, is_foreign, settings_of, shown

MONEY: Final = RuleBook(HOME)
_rule: Final = partial(MONEY.rule, products=PRODUCTS)

_Banked: TypeAlias = Payment | BankEntry
_BANKED: Final = (Payment, BankEntry)
_CENT: Final = Decimal("0.01")
_ZERO: Final = Decimal()
# Currencies of at most two decimals: of these no amount is finer.
_IN_CENTS: Final = frozenset(code for code in MINOR_UNITS if minor_unit(code) >= _CENT)
_REFUSE: Final = Quantity.REFUSE
_OUT: Final = BankDirection.OUT
_CARDS: Final = frozenset({PurchaseKind.CARD_PAYMENT, PurchaseKind.CARD_REFUND})

_ADVANCE_METHODS: Final = frozenset({"Printed Check", "Credit Card", "EFT", "Cash"})
_RECEIVED_METHODS: Final = _ADVANCE_METHODS | {
    "Online",
    "Online Charge Card",
    "Online ACH Debit",
    "PAS Pay",
}
_PAID_METHODS: Final = _ADVANCE_METHODS | {"ACH", "Manual Check"}


# ------------------------------------------------------------------------ currencies
@_rule(
    "SC-IN-CURRENCY",
    on=(*TRADE, Payment, JournalEntry, BankEntry, *PARTIES),
    source="intacct-company#currency",
    mark=Mark.DOCUMENTED,
    owner=Owner.SAGE_ADMINISTRATOR,
    needs=("company.base_currency", "company.own"),
)
def foreign_currency_is_on(
    subject: Trade | Payment | JournalEntry | BankEntry | Customer | Supplier, case: Case
) -> Faults:
    """Another currency than that of the books needs several currencies in the company."""
    if not is_foreign(subject.currency, case):
        return None
    if flag(MULTI_CURRENCY, case.reference) is not False:
        return None
    base = base_currency(case.reference)
    return fault("/currency", currency=subject.currency, base=base)


@_rule(
    "SC-IN-ITEM-CURRENCY",
    on=Item,
    source="intacct-documents#prices",
    mark=Mark.INFERRED,
    needs=("company.base_currency",),
)
def prices_are_in_the_base_currency(item: Item, case: Case) -> Faults:
    """Prices of items are in the currency of the books."""
    if not is_foreign(item.currency, case):
        return None
    base = base_currency(case.reference)
    return fault("/currency", currency=item.currency, base=base)


@_rule(
    "SC-IN-DECIMALS",
    on=(*TRADE, Payment, JournalEntry, BankEntry),
    source="intacct-documents#decimals",
    mark=Mark.DOCUMENTED,
)
def amounts_have_two_decimals(
    document: Trade | Payment | JournalEntry | BankEntry, case: Case
) -> Faults:
    """Intacct keeps two decimals of an amount: it would round what is finer.

    Stated of bills; of others it is inferred.
    """
    if document.currency in _IN_CENTS:
        return None
    return [
        fault(place, amount=amount, currency=document.currency)
        for place, amount in _posted_amounts(document, case)
        if amount % _CENT
    ] or None


def _posted_amounts(
    document: Trade | Payment | JournalEntry | BankEntry, case: Case
) -> Iterator[tuple[str, Decimal]]:
    match document:
        case JournalEntry():
            for at, movement in enumerate(document.movements):
                if movement.currency_amount is not None:
                    yield f"/movements/{at}/currency_amount", movement.currency_amount
                else:
                    amount = movement.credit if movement.debit is None else movement.debit
                    yield f"/movements/{at}", amount or _ZERO
        case Payment():
            yield "/amount", document.amount
            for at, part in enumerate(document.allocations):
                yield f"/allocations/{at}/amount", part.amount
        case BankEntry():
            yield "/amount", document.amount
        case _:
            sums = case.totals
            for at, net in enumerate(sums.lines):
                yield f"/lines/{at}", net
            for at, net in enumerate(sums.charges):
                yield f"/charges/{at}", net
            for tax in sums.taxes:
                yield "", tax.amount


# ------------------------------------------------------------------- trade documents
def adjustment_has_an_account(document: Trade, case: Case) -> Faults:
    """No amount is added outside the lines, unless the settings give it an account."""
    if settings_of(case).accounts.adjustments:
        return None
    return nothing_is_adjusted(document, case)


@_rule(
    "SC-IN-INSTALMENTS",
    on=(SalesInvoice, PurchaseInvoice),
    source="intacct-documents#due",
    mark=Mark.DOCUMENTED,
)
def there_is_one_due_date(document: SalesInvoice | PurchaseInvoice, _: Case) -> Faults:
    """An invoice or a bill falls due on one day."""
    due = document.due
    if not isinstance(due, tuple) or len(due) <= 1:
        return None
    return fault("/due", count=len(due))


@_rule(
    "SC-IN-QUANTITY",
    on=TRADE,
    source="intacct-documents#amounts",
    mark=Mark.DOCUMENTED,
)
def quantity_is_one(document: Trade, case: Case) -> Faults:
    """Lines are amounts only: another quantity than 1 goes into the text, if at all."""
    if settings_of(case).policy.quantity is not _REFUSE:
        return None
    return [
        fault(f"/lines/{at}/quantity", quantity=line.quantity)
        for at, line in enumerate(document.lines)
        if line.quantity != 1
    ] or None


@_rule(
    "SC-IN-CARD",
    on=TRADE,
    source="library#kinds",
    mark=Mark.OURS,
)
def card_is_no_bill(document: Trade, _: Case) -> Faults:
    """What a card has paid is no bill: it would stay open, and be paid once more."""
    kind = getattr(document, "kind", None)
    return fault("/kind", kind=kind) if kind in _CARDS else None


@_rule(
    "SC-IN-CLAIM-CREDIT",
    on=PurchaseCreditNote,
    source="library#kinds",
    mark=Mark.OURS,
)
def claim_has_no_credit_note(document: PurchaseCreditNote, _: Case) -> Faults:
    """An employee's claim is corrected in the next one: there is no credit note of it."""
    is_one = document.kind is PurchaseKind.EXPENSE_CLAIM
    return fault("/kind", kind=document.kind) if is_one else None


# -------------------------------------------------------------------------- payments
@_rule(
    "SC-IN-REVERSES",
    on=Payment,
    source="intacct-money#reversals",
    mark=Mark.DOCUMENTED,
)
def only_a_refund_takes_back(payment: Payment, _: Case) -> Faults:
    """What takes a payment back is a refund: money received or paid takes nothing back."""
    if is_refund(payment) or not payment.reverses.strip():
        return None
    return fault("/reverses", kind=payment.kind, number=payment.reverses)


@_rule(
    "SC-IN-REFUND",
    on=Payment,
    source="intacct-money#reversals",
    mark=Mark.DOCUMENTED,
)
def refund_takes_a_payment_back(payment: Payment, _: Case) -> Faults:
    """Money that goes back is the reversal of a whole payment, which it names."""
    if not is_refund(payment) or payment.reverses.strip():
        return None
    return fault("/reverses", kind=payment.kind)


@_rule(
    "SC-IN-REFUND-TWICE",
    on=Payment,
    source="intacct-money#reversals",
    mark=Mark.DOCUMENTED,
    batch=True,
)
def payments_are_taken_back_once() -> Callable[[Payment, Case], Faults]:
    """A payment is taken back whole, and so only once."""
    seen: dict[bytes, int] = {}

    def check(payment: Payment, case: Case) -> Faults:
        number = payment.reverses
        if not is_refund(payment) or not number.strip():
            return None
        side = "received" if is_received(payment) else "paid"
        first = seen.setdefault(digest_of(side, payment.party, number), case.index)
        if first == case.index:
            return None
        return fault("/reverses", number=number, other=f"#{first + 1}")

    return check


@_rule(
    "SC-IN-ADVANCE",
    on=Payment,
    source="intacct-money#advances",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
)
def advance_has_an_account(payment: Payment, case: Case) -> Faults:
    """What a customer pays before there is an invoice has an account in the settings."""
    if not is_advance(payment) or settings_of(case).accounts.advances:
        return None
    return fault("/allocations")


@_rule(
    "SC-IN-ADVANCE-PAID",
    on=Payment,
    source="intacct-money#advances",
    mark=Mark.DOCUMENTED,
)
def supplier_is_paid_for_something(payment: Payment, _: Case) -> Faults:
    """A payment to a supplier settles bills."""
    if is_received(payment) or is_refund(payment) or payment.allocations:
        return None
    return fault("/allocations")


@_rule(
    "SC-IN-OVERPAID",
    on=Payment,
    source="intacct-money#overpayments",
    mark=Mark.INFERRED,
)
def nothing_stays_over(payment: Payment, _: Case) -> Faults:
    """A payment that settles something leaves nothing on account."""
    if is_refund(payment) or not payment.allocations or not payment.on_account:
        return None
    return fault("/on_account", rest=payment.on_account, currency=payment.currency)


@_rule(
    "SC-IN-METHOD",
    on=Payment,
    source="intacct-money#methods",
    mark=Mark.OBSERVED,
)
def method_exists(payment: Payment, case: Case) -> Faults:
    """Money from customers comes by a method that Intacct lists."""
    if is_refund(payment) or not is_received(payment):
        return None
    known = _ADVANCE_METHODS if is_advance(payment) else _RECEIVED_METHODS
    return _unlisted(payment, case, known)


@_rule(
    "SC-IN-METHOD-NONE",
    on=Payment,
    source="intacct-money#methods",
    mark=Mark.OBSERVED,
)
def method_is_given(payment: Payment, case: Case) -> Faults:
    """Money moves by some method, which the payment or the settings name."""
    if is_refund(payment) or (payment.method or settings_of(case).payment_method).strip():
        return None
    return fault("/method")


@_rule(
    "SC-IN-METHOD-DOUBTFUL",
    on=Payment,
    source="intacct-money#methods",
    mark=Mark.UNCONFIRMED,
    severity=Severity.WARNING,
)
def method_may_exist(payment: Payment, case: Case) -> Faults:
    """Money to suppliers goes by a method that others have seen."""
    if is_refund(payment) or is_received(payment):
        return None
    return _unlisted(payment, case, _PAID_METHODS)


def _unlisted(payment: Payment, case: Case, known: frozenset[str]) -> Fault | None:
    method = payment.method or settings_of(case).payment_method
    if method in known:
        return None
    setting = NOTHING if payment.method else "payment_method"
    values = {"setting": setting, "known": ", ".join(sorted(known))}
    return fault("/method", method=method or NOTHING, **values)


# ----------------------------------------------------------------------------- banks
def _bank(document: _Banked, case: Case) -> BankAccount | None:
    code = bank_of(document, settings_of(case)).code
    known: Mapping[str, BankAccount] = case.reference.bank_accounts or {}
    return known.get(code)


@_rule(
    "SC-IN-BANK-NONE",
    on=_BANKED,
    source="intacct-money#banks",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
)
def bank_is_named(document: _Banked, case: Case) -> Faults:
    """Money moves through a bank account that the document or the settings name."""
    if bank_of(document, settings_of(case)).code:
        return None
    return fault("/bank_account", known=shown(case.reference.bank_accounts or ()))


@_rule(
    "SC-IN-BANK-UNKNOWN",
    on=_BANKED,
    source="intacct-money#banks",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
    needs=("bank_accounts",),
)
def bank_exists(document: _Banked, case: Case) -> Faults:
    """The bank account is one of the company's."""
    known = case.reference.bank_accounts or {}
    code, setting = bank_of(document, settings_of(case))
    if not code or code in known:
        return None
    return fault("/bank_account", bank=code, setting=setting, known=shown(known))


@_rule(
    "SC-IN-BANK-INACTIVE",
    on=_BANKED,
    source="intacct-money#banks",
    mark=Mark.INFERRED,
    owner=Owner.ACCOUNTANT,
    needs=("bank_accounts",),
    adjustable=True,
)
def bank_is_in_use(document: _Banked, case: Case) -> Faults:
    """The bank account is still in use."""
    bank = _bank(document, case)
    if bank is None or bank.active:
        return None
    return fault("/bank_account", bank=bank.code, name=bank.name or NOTHING)


@_rule(
    "SC-IN-BANK-CURRENCY",
    on=_BANKED,
    source="intacct-money#banks",
    mark=Mark.UNCONFIRMED,
    severity=Severity.WARNING,
    owner=Owner.ACCOUNTANT,
    needs=("bank_accounts",),
)
def bank_has_the_currency(document: _Banked, case: Case) -> Faults:
    """The bank account is kept in the currency of the money, or in that of the books."""
    bank = _bank(document, case)
    if bank is None or bank.currency in {"", document.currency}:
        return None
    if not is_foreign(bank.currency, case):
        return None
    values = {"bank": bank.code, "bank_currency": bank.currency}
    return fault("/bank_account", currency=document.currency, **values)


@_rule(
    "SC-IN-BANK-OUT",
    on=BankEntry,
    source="intacct-money#receipts",
    mark=Mark.DOCUMENTED,
)
def money_only_comes_in(entry: BankEntry, _: Case) -> Faults:
    """What moves through a bank without a document is money received."""
    return fault("/direction") if entry.direction is _OUT else None


@_rule(
    "SC-IN-BANK-ACCOUNT",
    on=BankEntry,
    source="intacct-money#receipts",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
)
def receipt_has_an_account(entry: BankEntry, _: Case) -> Faults:
    """Money received without a document names the account on its other side."""
    return None if entry.account.strip() else fault("/account")
