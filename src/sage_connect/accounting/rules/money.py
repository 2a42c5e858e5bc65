"""Money: rates, banks, payments, and what moves through a bank without a document."""

import sys
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Final

import attrs

from ...model import (
    BankAccount,
    BankDirection,
    BankEntry,
    Charge,
    Line,
    Payment,
)
from ...model.money import MINOR_UNITS, round_half_up
from ...validation import Case, Check, Fault, Mark, Owner, RuleBook, Severity, fault
from ...validation.amounts import nothing_is_adjusted
from ...validation.book import COMMON
from ...validation.registry import Faults
from ...validation.sets import SETTLES, digest_of, nothing_is_paid_twice
from ...validation.settlement import allocated
from ..resolve import (
    BANK_TYPE,
    DESTINATION_VAT,
    PAYMENT_METHODS,
    SETTLING,
    START,
    TAX_SCHEME,
    TRADE,
    UNION,
    Settling,
    Trade,
    bank_of,
    base_currency,
    flag,
    is_refund,
    is_settlement,
    listed,
    only_bank,
    option,
)
from ..settings import Overpayment
from .book import HOME, NOTHING, PRODUCTS, is_foreign, settings_of, shown
from .entries import as_payment, of_entry

MONEY: Final = RuleBook(HOME)
_rule: Final = partial(MONEY.rule, products=PRODUCTS)

_CENTS: Final = 2
_CENT: Final = Decimal("0.01")
_NOUGHT: Final = Decimal()
_CASH: Final = "CASH"
_READ_ONLY: Final = "STRIPE"
_ON_ACCOUNT: Final = Overpayment.ON_ACCOUNT


# --------------------------------------------------------- common rules with a choice
def adjustment_has_an_account(document: Trade, case: Case) -> Faults:
    """No amount is added outside the lines, unless the settings give it an account."""
    if settings_of(case).accounts.adjustments:
        return None
    return nothing_is_adjusted(document, case)


def nothing_is_overpaid() -> Check:
    """No document is paid more than is left of it, unless the rest goes on account.

    Start has nothing on account, whatever the policy says; a bank entry settles one
    document, and has no rest.
    """
    look = nothing_is_paid_twice()

    def check(document: Trade | Payment | BankEntry, case: Case) -> Faults:
        if isinstance(document, BankEntry):
            if not document.settles or not is_settlement(document):
                return None
            return of_entry(look(as_payment(document, case), case))
        found = look(document, case)
        return None if found and _goes_on_account(case) else found

    return check


def _goes_on_account(case: Case) -> bool:
    return settings_of(case).policy.overpayment is _ON_ACCOUNT and case.edition != START


REPLACED: Final = RuleBook(
    COMMON.home,
    (
        attrs.evolve(COMMON["SC-INV-ADJUSTMENT"], check=adjustment_has_an_account),
        attrs.evolve(
            COMMON["SC-PAY-OVERPAID"],
            on=(*TRADE, Payment, BankEntry),
            check=nothing_is_overpaid,
        ),
    ),
)
"""Rules of every product that settings of this one can lift."""


# -------------------------------------------------------------------------- decimals
@_rule(
    "SC-SA-AMOUNT-DECIMALS",
    on=(*TRADE, Payment),
    source="accounting-money#decimals",
    mark=Mark.DOCUMENTED,
)
def amounts_have_two_decimals(document: Trade | Payment, case: Case) -> Faults:
    """Amounts have two decimals, also in currencies that have more."""
    if MINOR_UNITS.get(document.currency, _CENTS) <= _CENTS:
        return None
    if isinstance(document, Payment):
        amounts = (document.amount, *(part.amount for part in document.allocations))
    else:
        sums = case.totals
        taxes = (tax.amount for tax in sums.taxes)
        amounts = (*sums.lines, *sums.charges, *taxes, sums.gross)
    fine = next((one for one in amounts if one % _CENT), None)
    if fine is None:
        return None
    return fault("/currency", amount=fine, currency=document.currency)


@_rule(
    "SC-SA-PRICE-DECIMALS",
    on=TRADE,
    source="accounting-money#decimals",
    mark=Mark.UNCONFIRMED,
    severity=Severity.WARNING,
)
def prices_may_be_rounded(document: Trade, _: Case) -> Faults:
    """A price that is finer than a cent makes the same of its line when it is rounded."""
    found: list[Fault] | None = None
    for at, line in enumerate(document.lines):
        price = line.unit_price
        if not price % _CENT:
            continue
        rounded = line.quantity * round_half_up(price, _CENT)
        exact = line.quantity * price
        if round_half_up(rounded, _CENT) != round_half_up(exact, _CENT):
            found = found or []
            values = {"price": price, "exact": exact, "rounded": rounded}
            found.append(fault(f"/lines/{at}/unit_price", **values))
    return found


# ---------------------------------------------------------------------------- rates
def _rates(document: Trade | Payment, case: Case) -> tuple[Decimal, Decimal] | None:
    """Return the document's rate and the business's; None where one is not known."""
    rate = document.exchange_rate
    known = (case.reference.exchange_rates or {}).get(document.currency)
    if rate is None or known is None or rate <= 0 or known.rate <= 0:
        return None
    return rate, known.rate


def _is_inverse(rate: Decimal, known: Decimal) -> bool:
    """Return whether `rate` is nearer to the inverse of `known` than to `known` itself."""

    def distance(ratio: Decimal) -> Decimal:
        return max(ratio, 1 / ratio)

    return distance(rate * known) < distance(rate / known)


@_rule(
    "SC-SA-RATE-INVERSE",
    on=(*TRADE, Payment),
    source="library#rates",
    mark=Mark.OURS,
    needs=("exchange_rates",),
)
def rate_is_not_upside_down(document: Trade | Payment, case: Case) -> Faults:
    """A rate is the base currency's worth of one unit, not the other way round."""
    rates = _rates(document, case)
    if rates is None or not _is_inverse(*rates):
        return None
    rate, known = rates
    base = base_currency(case.reference) or NOTHING
    values = {"rate": rate, "known": known, "base": base}
    return fault("/exchange_rate", currency=document.currency, **values)


@_rule(
    "SC-INV-RATE-MISMATCH",
    on=(*TRADE, Payment),
    source="vtiger#rate",
    mark=Mark.DOCUMENTED,
    needs=("exchange_rates",),
    adjustable=True,
)
def rate_is_the_businesss(document: Trade | Payment, case: Case) -> Faults:
    """A document's rate is the business's own, within the tolerance of the policy."""
    rates = _rates(document, case)
    if rates is None or _is_inverse(*rates):
        return None
    rate, known = rates
    tolerance = settings_of(case).policy.rate_tolerance
    if abs(rate - known) <= tolerance * known:
        return None
    values = {"rate": rate, "known": known, "tolerance": tolerance}
    return fault("/exchange_rate", currency=document.currency, **values)


# ---------------------------------------------------------------------------- banks
def _code(document: Settling, case: Case) -> str:
    """Return the code of the bank account: given, of the settings, or the only one."""
    return bank_of(document, settings_of(case)).code or only_bank(case.reference)


def _bank(document: Settling, case: Case) -> BankAccount | None:
    return (case.reference.bank_accounts or {}).get(_code(document, case))


@_rule(
    "SC-SA-NO-BANK-ACCOUNT",
    on=SETTLING,
    source="gas#bank-account",
    mark=Mark.DOCUMENTED,
    owner=Owner.SAGE_ADMINISTRATOR,
    needs=("bank_accounts",),
)
def business_has_a_bank(document: Settling, case: Case) -> Faults:
    """The business has a bank account, unless the policy makes one up for payments."""
    if case.reference.bank_accounts:
        return None
    if settings_of(case).policy.dummy_bank and isinstance(document, Payment):
        return None
    return fault("/bank_account")


@_rule(
    "SC-SA-DUMMY-BANK",
    on=Payment,
    source="gas#bank-account",
    mark=Mark.DOCUMENTED,
    severity=Severity.WARNING,
    owner=Owner.ACCOUNTANT,
    needs=("bank_accounts",),
)
def bank_is_a_real_one(payment: Payment, case: Case) -> Faults:
    """A payment is on a real bank account, not on the one that the policy makes up."""
    name = settings_of(case).policy.dummy_bank
    if not name:
        return None
    bank = _bank(payment, case)
    if case.reference.bank_accounts and (bank is None or bank.name != name):
        return None
    return fault("/bank_account", name=name)


@_rule("SC-SA-BANK-MISSING", on=SETTLING, source="gas#bank-account", mark=Mark.DOCUMENTED)
def bank_is_named(document: Settling, case: Case) -> Faults:
    """A payment names its bank account, unless the settings do, or there is only one."""
    settings, known = settings_of(case), case.reference.bank_accounts
    if _code(document, case) or known == {}:
        return None
    if known is None and settings.policy.dummy_bank and isinstance(document, Payment):
        return None
    return fault("/bank_account", known=shown(frozenset(known or ())))


@_rule(
    "SC-SA-BANK-UNKNOWN",
    on=SETTLING,
    source="gas#bank-account",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
    needs=("bank_accounts",),
)
def bank_exists(document: Settling, case: Case) -> Faults:
    """The bank account exists in Sage."""
    known = case.reference.bank_accounts
    code, setting = bank_of(document, settings_of(case))
    if not code or not known or code in known:
        return None
    return fault("/bank_account", bank=code, setting=setting, known=shown(frozenset(known)))


@_rule(
    "SC-SA-BANK-INACTIVE",
    on=SETTLING,
    source="gas#bank-account",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
    needs=("bank_accounts",),
)
def bank_is_in_use(document: Settling, case: Case) -> Faults:
    """The bank account is not closed."""
    bank = _bank(document, case)
    if bank is None or bank.active:
        return None
    return fault("/bank_account", bank=bank.code, name=bank.name or NOTHING)


@_rule(
    "SC-SA-BANK-CURRENCY",
    on=SETTLING,
    source="accounting-money#banks",
    mark=Mark.INFERRED,
    owner=Owner.ACCOUNTANT,
    needs=("bank_accounts", "company.base_currency"),
    adjustable=True,
)
def bank_has_the_currency(document: Settling, case: Case) -> Faults:
    """A bank account in a foreign currency takes payments in that currency only."""
    bank = _bank(document, case)
    if bank is None or bank.currency == document.currency:
        return None
    if not is_foreign(bank.currency, case):
        return None
    values = {"bank": bank.code, "bank_currency": bank.currency}
    return fault("/bank_account", currency=document.currency, **values)


@_rule(
    "SC-SA-BANK-TYPE",
    on=SETTLING,
    source="accounting-money#banks",
    mark=Mark.DOCUMENTED,
    needs=("company.own",),
)
def bank_can_be_posted_to(document: Settling, case: Case) -> Faults:
    """A bank account that a payment service fills is read only."""
    code = _code(document, case)
    if option(BANK_TYPE + code, case.reference) != _READ_ONLY:
        return None
    return fault("/bank_account", bank=code, type=_READ_ONLY)


# ------------------------------------------------------------------------- payments
@_rule(
    "SC-SA-METHOD-UNKNOWN",
    on=Payment,
    source="accounting-money#methods",
    mark=Mark.DOCUMENTED,
    needs=("company.own",),
)
def method_exists(payment: Payment, case: Case) -> Faults:
    """A payment method is one that Sage lists, by its id."""
    method = payment.method or settings_of(case).payment_method
    known = listed(option(PAYMENT_METHODS, case.reference))
    if not method or not known or method in known:
        return None
    return fault("/method", method=method, known=shown(known))


@_rule("SC-SA-REFUND", on=SETTLING, source="accounting-money#refunds", mark=Mark.DOCUMENTED)
def refund_gives_back_something(document: Settling, case: Case) -> Faults:
    """A refund gives back credit notes in full, or a payment that it takes back."""
    if not is_refund(document, case.reference):
        return None
    place, used = "/allocations", _NOUGHT
    if isinstance(document, BankEntry):
        if document.settles:
            return None
        place = "/settles"
    else:
        used = allocated(document)
        if document.reverses or used == document.amount:
            return None
    values = {"amount": document.amount, "used": used}
    return fault(place, currency=document.currency, **values)


@_rule(
    "SC-SA-ON-ACCOUNT",
    on=(*TRADE, Payment),
    source="library#payments",
    mark=Mark.OURS,
    severity=Severity.NOTE,
    prefers=("open_documents",),
    batch=True,
)
def rest_goes_on_account() -> Check:
    """What a payment has too much goes on account, as the policy says; it is told."""
    look = nothing_is_paid_twice()

    def check(document: Trade | Payment, case: Case) -> Faults:
        found = look(document, case)
        return found if found and _goes_on_account(case) else None

    return check


@_rule(
    "SC-SA-ALLOCATION-VAT",
    on=(*TRADE, Payment),
    source="accounting-money#cash-scheme",
    mark=Mark.INFERRED,
    severity=Severity.WARNING,
    owner=Owner.ACCOUNTANT,
    needs=("company.own",),
    batch=True,
)
def allocations_are_taxed_alike() -> Callable[[Trade | Payment, Case], Faults]:
    """Under a cash scheme, what is settled together is taxed alike.

    Looks at what the batch itself holds: of open documents, no taxes are known.
    """
    treatments: dict[bytes, str] = {}

    def check(document: Trade | Payment, case: Case) -> Faults:
        if _CASH not in option(TAX_SCHEME, case.reference):
            return None
        party = document.party
        if isinstance(document, Payment):
            kind, own = SETTLES[document.kind], ""
            settled = [
                (f"/allocations/{at}/number", part.number)
                for at, part in enumerate(document.allocations)
            ]
        else:
            kind, own = _OPPOSITE[document.type], _treatment(document)
            treatments[digest_of(document.type, party, document.number)] = own
            settled = [("/reverses", document.reverses)]
        found: list[Fault] = []
        for place, number in settled:
            treated = treatments.get(digest_of(kind, party, number), "")
            # The first that is known is what the others are compared with.
            own = own or treated
            if treated not in {"", own}:
                found.append(fault(place, number=number))
        return found or None

    return check


_OPPOSITE: Final = {
    "sales_invoice": "sales_credit_note",
    "sales_credit_note": "sales_invoice",
    "purchase_invoice": "purchase_credit_note",
    "purchase_credit_note": "purchase_invoice",
}


def _treatment(document: Trade) -> str:
    """Return how a document is taxed: by whom, and at home or not at all."""
    found = {"reverse charge"} if document.reverse_charge else set[str]()
    parts: tuple[Trade | Line | Charge, ...]
    parts = (document, *document.lines, *document.charges)
    for part in parts:
        found |= {"taxed" if tax.rate else "untaxed" for tax in part.taxes}
    # One of a few, which need not be held once for each document.
    return sys.intern(", ".join(sorted(found)) or "not taxed")


# ---------------------------------------------------------------------- bank entries
@_rule(
    "SC-SA-BANK-ENTRY-ACCOUNT",
    on=BankEntry,
    source="accounting-money#other-payments",
    mark=Mark.DOCUMENTED,
)
def entry_has_a_counterpart(entry: BankEntry, _: Case) -> Faults:
    """What moves through a bank names its other account, or whose payment it is."""
    return None if entry.account.strip() or entry.party else fault("/account")


@_rule(
    "SC-SA-BANK-TRANSFER",
    on=BankEntry,
    source="accounting-money#banks",
    mark=Mark.DOCUMENTED,
    needs=("bank_accounts",),
)
def entry_is_no_transfer(entry: BankEntry, case: Case) -> Faults:
    """What goes from bank to bank is a transfer or a deposit, not another payment."""
    known = case.reference.bank_accounts or {}
    for bank in known.values():
        if entry.account and entry.account in {bank.code, bank.account}:
            return fault("/account", account=entry.account, bank=bank.name or bank.code)
    return None


@_rule(
    "SC-SA-DESTINATION-VAT",
    on=BankEntry,
    source="accounting-taxes#destination",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
    countries=("GB",),
    needs=("customers", "company.own"),
)
def receipt_needs_an_invoice(entry: BankEntry, case: Case) -> Faults:
    """Under destination VAT, a receipt from a customer without number needs an invoice."""
    if entry.direction is not BankDirection.IN or not entry.party or not entry.account:
        return None
    if flag(DESTINATION_VAT, case.reference) is not True:
        return None
    customer = (case.reference.customers or {}).get(entry.party)
    if customer is None or customer.address is None or customer.tax_number.strip():
        return None
    if customer.address.country not in UNION:
        return None
    return fault("/party", party=entry.party, country=customer.address.country)


@_rule(
    "SC-SA-BANK-ENTRY-TEXT",
    on=BankEntry,
    source="accounting-money#other-payments",
    mark=Mark.DOCUMENTED,
    severity=Severity.NOTE,
)
def settlement_has_no_text(entry: BankEntry, _: Case) -> Faults:
    """A party's payment has a reference, and no description."""
    if not is_settlement(entry) or not entry.description.strip():
        return None
    return fault("/description", text=entry.description)
