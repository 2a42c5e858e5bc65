"""Third parties: their codes, what an import does to those that Sage has, their lines."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Final, TypeAlias

from ...model import BankEntry, Customer, DimensionValue, JournalEntry, Supplier
from ...validation import Case, Fault, Mark, Owner, RuleBook, Severity, fault
from ...validation.registry import Faults
from ..carries import tells_alike
from ..resolve import BOOKED, TRADE, Booked, Trade, net_account, parts, party_account
from .book import (
    HOME,
    NOTHING,
    PRODUCTS,
    THIRD_PARTIES,
    forbids_dormant,
    is_code,
    nearest,
    plain,
    settings_of,
)

ThirdParty: TypeAlias = Customer | Supplier

PARTIES: Final = RuleBook(HOME)
_rule: Final = partial(PARTIES.rule, products=PRODUCTS)

CODE_LENGTH: Final = 17


def folded(code: str) -> str:
    """Return what Sage keeps of a third party's code: no case, accents, blanks, no excess.

    Two codes that fold alike are one record to Sage (mark: inferred).
    """
    return plain(code)[:CODE_LENGTH].rstrip()


def existing(party: ThirdParty, case: Case) -> Customer | Supplier | None:
    """Return the party of this type and code that Sage has; None when it has none.

    A batch's own parties may be in the reference too, for the documents' sake.
    """
    reference = case.reference
    customer = isinstance(party, Customer)
    known = reference.customers if customer else reference.suppliers
    found = (known or {}).get(party.code)
    return None if found is party else found


@_rule(
    "SC-S100-THIRD-PARTY-CODE",
    on=(*BOOKED, *THIRD_PARTIES),
    source="doc#lengths",
    mark=Mark.DOCUMENTED,
)
def third_party_code(subject: Booked | ThirdParty, case: Case) -> Faults:
    """A third party's code has up to seventeen characters, in upper case.

    A code that Sage has is as it should be; one that is empty is another rule's.
    """
    if isinstance(subject, Customer | Supplier):
        return _code_fault("/code", subject.code)
    if isinstance(subject, JournalEntry):
        found = [
            _code_fault(f"/movements/{at}/party", one.party)
            for at, one in enumerate(subject.movements)
            if one.party and not _is_known(one.party, case)
        ]
        return [one for one in found if one is not None]
    if _is_known(subject.party, case):
        return None
    return _code_fault("/party", subject.party)


def _is_known(code: str, case: Case) -> bool:
    reference = case.reference
    return code in (reference.customers or ()) or code in (reference.suppliers or ())


def _code_fault(place: str, code: str) -> Fault | None:
    if not code or is_code(code, CODE_LENGTH):
        return None
    return fault(place, code=code, limit=CODE_LENGTH, upper=code.strip().upper())


@_rule(
    "SC-CUST-CODE-DUPLICATE",
    on=THIRD_PARTIES,
    source="ooti#client-code",
    mark=Mark.DOCUMENTED,
    batch=True,
)
def code_duplicate() -> Callable[[ThirdParty, Case], Faults]:
    """No two third parties have one code, as Sage folds codes; both are named.

    The very same code twice in a batch is another rule's.
    """
    seen: dict[str, tuple[str, str]] = {}
    told: set[tuple[str, str]] = set()
    known: dict[str, set[tuple[str, str]]] | None = None

    def check(party: ThirdParty, case: Case) -> Faults:
        nonlocal known
        if not party.code.strip():
            return None
        if known is None:
            known = _known_codes(case)
        own = party.type, party.code
        fold = folded(party.code)
        first = seen.setdefault(fold, own)
        others = known.get(fold, set[tuple[str, str]]()) - {own}
        if own in told:
            return None
        if first != own:
            others.add(first)
        if not others:
            return None
        # The batch's own parties are in the reference too: the pair is told of once.
        told.update(others)
        _, other = min(others)
        return fault("/code", code=party.code, other=other, folded=fold.upper())

    return check


def _known_codes(case: Case) -> dict[str, set[tuple[str, str]]]:
    codes: dict[str, set[tuple[str, str]]] = {}
    both: dict[str, ThirdParty] = {
        **(case.reference.customers or {}),
        **(case.reference.suppliers or {}),
    }
    shared = (case.reference.customers or {}).keys() & (case.reference.suppliers or {})
    for code, party in both.items():
        codes.setdefault(folded(code), set()).add((party.type, code))
        if code in shared:
            # An "other" third party stands on both sides, and is one record.
            codes[folded(code)].add((Customer.type, code))
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
    "SC-S100-SUPPLIER-NEW",
    on=Supplier,
    source="spendesk#suppliers",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
    needs=("suppliers",),
)
def supplier_new(supplier: Supplier, case: Case) -> Faults:
    """A supplier that Sage does not have is written only where the policy says so."""
    if settings_of(case).policy.create_suppliers or existing(supplier, case):
        return None
    return fault("/code", code=supplier.code)


@_rule(
    "SC-S100-EXISTING-OVERWRITE",
    on=(*THIRD_PARTIES, DimensionValue),
    source="library#destructive-import",
    mark=Mark.OBSERVED,
    severity=Severity.SKIP,
)
def existing_overwrite(item: ThirdParty | DimensionValue, case: Case) -> Faults:
    """A record that Sage has, or was given, is never written over.

    An import writes every field of the record, empty ones too, and an export does not tell
    all that stands there: contacts, banks, terms.
    """
    if isinstance(item, DimensionValue):
        sections = case.reference.dimension_values or {}
        known = sections.get((item.dimension, item.code))
        if known is None or known == item:
            return None
        return fault("/code", code=item.code, known=known.name, kind=item.type)
    party = existing(item, case)
    if party is None or tells_alike(item, party):
        return None
    return fault("/code", code=item.code, known=party.name, kind=item.type)


@_rule(
    "SC-S100-THIRD-PARTY-LINE",
    on=(*TRADE, JournalEntry, BankEntry),
    source="library#entries",
    mark=Mark.DOCUMENTED,
    needs=("accounts",),
)
def third_party_line(document: Trade | JournalEntry | BankEntry, case: Case) -> Faults:
    """A line on a control account names a third party of it, a line on another none."""
    found: list[Fault] = []
    for place, account, party in _party_lines(document, case):
        known = (case.reference.accounts or {}).get(account)
        if known is None:
            continue
        problem = ""
        if known.control is not bool(party):
            problem = "party_lacking" if known.control else "party_unwanted"
        elif party and account not in _attached(party, case):
            problem = "party_elsewhere"
        if problem:
            values = {"account": account, "party": party or NOTHING, "problem": problem}
            found.append(fault(place, **values))
    return found


def _attached(party: str, case: Case) -> tuple[str, ...]:
    """Return the control accounts of a party; any where Sage tells none."""
    settings, reference = settings_of(case), case.reference
    found: list[str] = []
    for known in (reference.customers, reference.suppliers):
        one = (known or {}).get(party)
        if one is not None:
            found += (party_account(one, settings).code, *one.control_accounts)
    return tuple(found) or tuple(reference.accounts or ())


@_rule(
    "SC-S100-THIRD-PARTY-UNKNOWN",
    on=(JournalEntry, BankEntry),
    source="library#entries",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
    needs=("customers", "suppliers"),
)
def third_party_unknown(document: JournalEntry | BankEntry, case: Case) -> Faults:
    """The third party of a line exists in Sage, or comes in the same batch."""
    customers, suppliers = case.reference.customers or {}, case.reference.suppliers or {}
    return [
        fault(place, party=party, nearest=nearest(party, (*customers, *suppliers)))
        for place, _, party in _party_lines(document, case)
        if party
        and party not in customers
        and party not in suppliers
        and ("customer", party) not in case.newcomers
        and ("supplier", party) not in case.newcomers
    ]


@_rule(
    "SC-S100-THIRD-PARTY-DORMANT",
    on=(JournalEntry, BankEntry),
    source="doc#dormant",
    mark=Mark.INFERRED,
    owner=Owner.ACCOUNTANT,
    needs=("customers", "suppliers"),
    adjustable=True,
)
def third_party_dormant(document: JournalEntry | BankEntry, case: Case) -> Faults:
    """The third party of a line is not asleep."""
    if not forbids_dormant(case):
        return None
    customers, suppliers = case.reference.customers or {}, case.reference.suppliers or {}
    found: list[Fault] = []
    for place, _, party in _party_lines(document, case):
        known = suppliers.get(party) or customers.get(party)
        if known is not None and not known.active:
            found.append(fault(place, party=party))
    return found


def _party_lines(
    document: Trade | JournalEntry | BankEntry, case: Case
) -> Iterable[tuple[str, str, str]]:
    """Return pointer, account and third party of each line but a control account's own."""
    match document:
        case BankEntry():
            return [("/party", document.account, document.party)]
        case JournalEntry():
            return [
                (f"/movements/{at}/party", one.account, one.party)
                for at, one in enumerate(document.movements)
            ]
        case _:
            settings = settings_of(case)
            return [
                (f"{place}/account", net_account(part, document, settings), "")
                for place, part in parts(document)
            ]
