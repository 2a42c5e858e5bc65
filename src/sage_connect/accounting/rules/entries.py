"""Bank entries that are a party's payment: common rules on payments hold for them too."""

from collections.abc import Callable
from typing import Any, Final

import attrs

from ...model import Allocation, BankDirection, BankEntry, Payment, PaymentKind
from ...validation import Case, Check, Fault, Rule, RuleBook
from ...validation.book import COMMON
from ...validation.registry import Faults
from ..resolve import is_settlement

_KINDS: Final = {
    # Of a customer, and whether money comes in.
    (True, True): PaymentKind.CUSTOMER_RECEIPT,
    (True, False): PaymentKind.CUSTOMER_REFUND,
    (False, False): PaymentKind.SUPPLIER_PAYMENT,
    (False, True): PaymentKind.SUPPLIER_REFUND,
}
_PLACES: Final = {
    "/allocations/0": "/settles",
    "/allocations/0/number": "/settles",
    "/allocations/0/amount": "/amount",
}


def as_payment(entry: BankEntry, case: Case) -> Payment:
    """Return the payment that Sage makes of an entry with a party.

    Whose it is where nobody knows the party, the direction tells.
    """
    way_in = entry.direction is BankDirection.IN
    customers, suppliers = case.reference.customers or {}, case.reference.suppliers or {}
    if entry.party in customers or ("customer", entry.party) in case.newcomers:
        of_customer = True
    elif entry.party in suppliers or ("supplier", entry.party) in case.newcomers:
        of_customer = False
    else:
        of_customer = way_in
    settled = (Allocation(entry.settles, entry.amount),) if entry.settles else ()
    return Payment(
        kind=_KINDS[of_customer, way_in],
        number=entry.number,
        source_id=entry.source_id,
        date=entry.date,
        party=entry.party,
        currency=entry.currency,
        exchange_rate=entry.exchange_rate,
        amount=entry.amount,
        allocations=settled,
    )


def of_entry(found: Faults) -> Faults:
    """Return what was found in such a payment, at the places of its entry."""
    if found is None:
        return None
    each = [found] if isinstance(found, Fault) else [*found]
    return [Fault(_PLACES.get(one.path, one.path), one.values) for one in each]


def _has_a_party(entry: BankEntry) -> bool:
    return bool(entry.party)


def _both(check: Callable[..., Faults], holds: Callable[[BankEntry], bool]) -> Check:
    """Return a check that looks at entries as it looks at payments."""

    def look(document: Any, case: Case) -> Faults:
        if not isinstance(document, BankEntry):
            return check(document, case)
        if not holds(document):
            return None
        return of_entry(check(as_payment(document, case), case))

    return look


def _extended(code: str, holds: Callable[[BankEntry], bool]) -> Rule:
    one = COMMON[code]
    check = one.check
    if check is None:
        raise ValueError(f"{code} is no rule with a check")
    if one.batch:
        return attrs.evolve(
            one, on=(*one.on, BankEntry), check=lambda: _both(check(), holds)
        )
    return attrs.evolve(one, on=(*one.on, BankEntry), check=_both(check, holds))


ENTRIES: Final = RuleBook(
    COMMON.home,
    (
        _extended("SC-INV-CONTACT-REQUIRED", _has_a_party),
        _extended("SC-INV-CONTACT-NOT-IN-SAGE", _has_a_party),
        _extended("SC-SUPPLIER-UNKNOWN", _has_a_party),
        _extended("SC-PARTY-INACTIVE", _has_a_party),
        _extended("SC-INV-CURRENCY-MISMATCH", is_settlement),
        _extended("SC-PAY-CURRENCY", is_settlement),
        _extended("SC-PAY-DOCUMENT-UNKNOWN", is_settlement),
    ),
)
"""Rules on payments that hold for bank entries with a party."""
