"""Customers: their codes, and what an import does to those that Sage already has."""

from collections.abc import Callable
from functools import partial
from typing import Final

from ...model import Customer
from ...validation import Case, Mark, RuleBook, Severity, fault
from ...validation.registry import Faults
from ..carries import tells_alike
from ..resolve import Sale
from .accounts import is_code
from .book import HOME, PRODUCTS, SALES, plain, settings_of

PARTIES: Final = RuleBook(HOME)
_rule: Final = partial(PARTIES.rule, products=PRODUCTS)

CODE_LENGTH: Final = 17

LEAVES: Final = "0"
ASKS: Final = "2"
"""Values of the company option "Mise à jour import" (its order is inferred)."""


def folded(code: str) -> str:
    """Return what Sage keeps of a third party's code: no case, accents, blanks, no excess.

    Two codes that fold alike are one record to Sage (mark: inferred).
    """
    return plain(code)[:CODE_LENGTH].rstrip()


def existing(customer: Customer, case: Case) -> Customer | None:
    """Return the customer of this code that Sage has; None when it has none.

    A batch's own customers may be in the reference too, for the documents' sake.
    """
    known = (case.reference.customers or {}).get(customer.code)
    return None if known is customer else known


@_rule(
    "SC-S100-THIRD-PARTY-CODE",
    on=(*SALES, Customer),
    source="doc#lengths",
    mark=Mark.DOCUMENTED,
)
def third_party_code(subject: Sale | Customer, case: Case) -> Faults:
    """A third party's code has up to seventeen characters, in upper case.

    A code that Sage has is as it should be; one that is empty is another rule's.
    """
    if isinstance(subject, Customer):
        place, code = "/code", subject.code
    else:
        place, code = "/party", subject.party
        if code in (case.reference.customers or {}):
            return None
    if not code or is_code(code, CODE_LENGTH):
        return None
    return fault(place, code=code, limit=CODE_LENGTH, upper=code.strip().upper())


@_rule(
    "SC-CUST-CODE-DUPLICATE",
    on=Customer,
    source="ooti#client-code",
    mark=Mark.DOCUMENTED,
    batch=True,
)
def code_duplicate() -> Callable[[Customer, Case], Faults]:
    """No two third parties have one code, as Sage folds codes; both are named.

    The very same code twice in a batch is another rule's.
    """
    seen: dict[str, str] = {}
    told: set[str] = set()
    known: dict[str, set[str]] | None = None

    def check(customer: Customer, case: Case) -> Faults:
        nonlocal known
        if not customer.code.strip():
            return None
        if known is None:
            known = _known_codes(case)
        fold = folded(customer.code)
        first = seen.setdefault(fold, customer.code)
        others = known.get(fold, set[str]()) - {customer.code}
        if customer.code in (case.reference.suppliers or {}):
            others.add(customer.code)
        if customer.code in told:
            return None
        if first != customer.code:
            others.add(first)
        if not others:
            return None
        # The batch's own customers are in the reference too: the pair is told of once.
        told.update(others - {customer.code})
        other = min(others)
        return fault("/code", code=customer.code, other=other, folded=fold.upper())

    return check


def _known_codes(case: Case) -> dict[str, set[str]]:
    codes: dict[str, set[str]] = {}
    for part in (case.reference.customers, case.reference.suppliers):
        for code in part or ():
            codes.setdefault(folded(code), set()).add(code)
    return codes


@_rule(
    "SC-S100-CUSTOMER-NEW",
    on=Customer,
    source="library#policy",
    mark=Mark.OURS,
    needs=("customers",),
)
def customer_new(customer: Customer, case: Case) -> Faults:
    """A customer that Sage does not have is written only where the policy says so."""
    if settings_of(case).policy.create_customers or existing(customer, case):
        return None
    return fault("/code", code=customer.code)


@_rule(
    "SC-S100-EXISTING-OVERWRITE",
    on=Customer,
    source="library#destructive-import",
    mark=Mark.OBSERVED,
    severity=Severity.SKIP,
    needs=("customers",),
)
def existing_overwrite(customer: Customer, case: Case) -> Faults:
    """A customer that Sage has, or was given, is never written over.

    An import writes every field of the record, empty ones too, and an export does not tell
    all that stands there: contacts, banks, terms.
    """
    known = existing(customer, case)
    if known is None or tells_alike(customer, known):
        return None
    return fault("/code", code=customer.code, known=known.name)
