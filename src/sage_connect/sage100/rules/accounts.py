"""Journals and general accounts: of lines, of taxes, and of what customers owe."""

from collections.abc import Callable, Collection, Iterator
from functools import lru_cache, partial
from typing import Final

from ...model import Account, Charge, Customer, JournalKind, Line
from ...validation import Case, Fault, Mark, Owner, RuleBook, fault
from ...validation.registry import Faults
from ..resolve import (
    Sale,
    base_currency,
    control_account,
    customer_of,
    net_account,
    tax_account,
)
from ..settings import Sage100Settings
from ..wire.values import encodable
from .book import (
    HOME,
    NOTHING,
    PRODUCTS,
    SALES,
    forbids_dormant,
    nearest,
    option,
    parts,
    settings_of,
    shown,
)

ACCOUNTS: Final = RuleBook(HOME)
_rule: Final = partial(ACCOUNTS.rule, products=PRODUCTS)

JOURNAL_LENGTH: Final = 6
JOURNAL_TYPES: Final = {
    JournalKind.PURCHASES: "Achat",
    JournalKind.SALES: "Vente",
    JournalKind.BANK: "Trésorerie",
    JournalKind.GENERAL: "Général",
    JournalKind.PROVISIONAL: "Situation",
}
"""Sage's own words for the types of journals."""
SHORTEST_ACCOUNT: Final = 3
LONGEST_ACCOUNT: Final = 13


@lru_cache(maxsize=1024)
def is_code(code: str, longest: int) -> bool:
    """Return whether Sage can hold `code`: upper case, no blanks around, not too long."""
    return (
        0 < len(code) <= longest
        and code == code.strip()
        and code == code.upper()
        and code.isprintable()
        and encodable(code)
    )


def _code_fault(code: str, _: Case) -> Fault | None:
    if is_code(code, JOURNAL_LENGTH):
        return None
    return fault(journal=code, limit=JOURNAL_LENGTH)


def _unknown_fault(code: str, case: Case) -> Fault | None:
    journals = case.reference.journals
    if journals is None or code in journals:
        return None
    return fault(journal=code, nearest=nearest(code, journals), known=shown(journals))


def _type_fault(code: str, case: Case) -> Fault | None:
    journals = case.reference.journals or {}
    known = journals.get(code)
    if known is None or known.kind is JournalKind.SALES:
        return None
    sales = (one.code for one in journals.values() if one.kind is JournalKind.SALES)
    return fault(journal=code, type=JOURNAL_TYPES[known.kind], sales=shown(sales))


def _dormant_fault(code: str, case: Case) -> Fault | None:
    known = (case.reference.journals or {}).get(code)
    if known is None or known.active or not forbids_dormant(case):
        return None
    return fault(journal=code)


_JOURNAL_FAULTS: Final = {
    "SC-S100-JOURNAL-CODE": _code_fault,
    "SC-S100-JOURNAL-UNKNOWN": _unknown_fault,
    "SC-S100-JOURNAL-TYPE": _type_fault,
    "SC-S100-JOURNAL-DORMANT": _dormant_fault,
}


def journal_faults(code: str, case: Case) -> Iterator[tuple[str, Fault]]:
    """Yield rule and fault of everything wrong with a journal that takes sales."""
    for rule, judge in _JOURNAL_FAULTS.items():
        found = judge(code, case)
        if found is not None:
            yield rule, found


@_rule(
    "SC-S100-JOURNAL-CODE",
    on=SALES,
    source="library#flat-values",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
)
def journal_code(_document: Sale, case: Case) -> Faults:
    """A journal's code has up to six characters, in upper case."""
    return _code_fault(settings_of(case).journals.sales, case)


@_rule(
    "SC-S100-JOURNAL-UNKNOWN",
    on=SALES,
    source="ooti#journal",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
    needs=("journals",),
)
def journal_unknown(_document: Sale, case: Case) -> Faults:
    """The journal of the settings exists in Sage."""
    return _unknown_fault(settings_of(case).journals.sales, case)


@_rule(
    "SC-S100-JOURNAL-TYPE",
    on=SALES,
    source="doc#journals",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
    needs=("journals",),
)
def journal_type(_document: Sale, case: Case) -> Faults:
    """Sales go to a journal of type sales."""
    return _type_fault(settings_of(case).journals.sales, case)


@_rule(
    "SC-S100-JOURNAL-DORMANT",
    on=SALES,
    source="doc#dormant",
    mark=Mark.INFERRED,
    owner=Owner.ACCOUNTANT,
    needs=("journals",),
)
def journal_dormant(_document: Sale, case: Case) -> Faults:
    """The journal is not asleep."""
    return _dormant_fault(settings_of(case).journals.sales, case)


@_rule(
    "SC-S100-ACCOUNT-MISSING",
    on=SALES,
    source="ooti#sales-account",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
)
def account_missing(document: Sale, case: Case) -> Faults:
    """Every line and charge has an income account, of its own or by the settings."""
    settings = settings_of(case)
    if settings.accounts.sales:
        return None
    return [
        fault(f"{place}/account", looked=", ".join(_looked(part, document)))
        for place, part in parts(document)
        if not net_account(part, document, settings)
    ]


def _looked(part: Line | Charge, document: Sale) -> Iterator[str]:
    """Yield the settings that an account is looked up in, in order."""
    if isinstance(part, Charge):
        yield "accounts.shipping"
    for tax in part.taxes or document.taxes:
        yield f"accounts.sales_by_tax[{tax.code}]"
    yield "accounts.sales"


def _giver(part: Line | Charge, document: Sale, settings: Sage100Settings) -> str:
    """Return the name of the setting that gives a part without an account its own."""
    accounts = settings.accounts
    if isinstance(part, Charge) and accounts.shipping:
        return "accounts.shipping"
    for tax in part.taxes or document.taxes:
        if tax.code in accounts.sales_by_tax:
            return f"accounts.sales_by_tax[{tax.code}]"
    return "accounts.sales"


def _mapped(
    subject: Sale | Customer, case: Case, flawed: Collection[str]
) -> Iterator[tuple[str, str, str]]:
    """Yield place, setting and account of each use of a flawed account of the settings."""
    settings = settings_of(case)
    account = settings.accounts.customers
    if isinstance(subject, Customer):
        if not subject.account and account in flawed:
            yield "/account", "accounts.customers", account
        return
    known = customer_of(subject, case.reference)
    if not (known and known.account) and account in flawed:
        yield "/party", "accounts.customers", account
    for place, part in parts(subject):
        if not part.account:
            account = net_account(part, subject, settings)
            if account in flawed:
                yield f"{place}/account", _giver(part, subject, settings), account
    for place, code in _tax_codes(subject).items():
        account = settings.accounts.taxes.get(code, "")
        if account in flawed:
            yield place, f"accounts.taxes[{code}]", account


def _accounts_of(settings: Sage100Settings) -> Iterator[str]:
    accounts = settings.accounts
    given = (accounts.customers, accounts.sales, accounts.shipping)
    yield from filter(None, (*given, *accounts.sales_by_tax.values()))
    yield from filter(None, accounts.taxes.values())


def _each_mapped(
    flawed: Callable[[str, Case], bool], tell: Callable[[str, Case], dict[str, str]]
) -> Callable[[Sale | Customer, Case], Faults]:
    """Return the check of the settings' accounts: usually all are right, and it is done."""
    found: frozenset[str] | None = None

    def check(subject: Sale | Customer, case: Case) -> Faults:
        nonlocal found
        if found is None:
            given = _accounts_of(settings_of(case))
            found = frozenset(one for one in given if flawed(one, case))
        if not found:
            return None
        return [
            fault(place, setting=setting, account=account, **tell(account, case))
            for place, setting, account in _mapped(subject, case, found)
        ]

    return check


def _tax_codes(document: Sale) -> dict[str, str]:
    """Return the code of every tax that comes to something, by the place of the first."""
    first: dict[str, str] = {}
    for at, tax in enumerate(document.taxes):
        if tax.rate or tax.amount:
            first.setdefault(tax.code, f"/taxes/{at}")
    for place, part in parts(document):
        for at, tax in enumerate(part.taxes):
            if tax.rate or tax.amount:
                first.setdefault(tax.code, f"{place}/taxes/{at}")
    return {place: code for code, place in first.items()}


@_rule(
    "SC-MAP-ACCOUNT",
    on=(*SALES, Customer),
    source="ooti#accounts",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
    needs=("accounts",),
    batch=True,
)
def mapped_account_unknown() -> Callable[[Sale | Customer, Case], Faults]:
    """The accounts that the settings give exist in Sage."""

    def flawed(account: str, case: Case) -> bool:
        return account not in (case.reference.accounts or {})

    def tell(account: str, case: Case) -> dict[str, str]:
        return {"nearest": nearest(account, case.reference.accounts or {})}

    return _each_mapped(flawed, tell)


@_rule(
    "SC-S100-MAP-ACCOUNT-CLOSED",
    on=(*SALES, Customer),
    source="doc#dormant",
    mark=Mark.INFERRED,
    owner=Owner.ACCOUNTANT,
    needs=("accounts",),
    batch=True,
)
def mapped_account_closed() -> Callable[[Sale | Customer, Case], Faults]:
    """The accounts that the settings give take entries: no heading, not asleep."""

    def flawed(account: str, case: Case) -> bool:
        known = (case.reference.accounts or {}).get(account)
        return known is not None and closed_account(known, case)

    def tell(_: str, __: Case) -> dict[str, str]:
        return {}

    return _each_mapped(flawed, tell)


def closed_account(account: Account, case: Case) -> bool:
    """Return whether an account takes no entries: a total, or asleep where that counts."""
    return account.total or (not account.active and forbids_dormant(case))


@_rule(
    "SC-S100-ACCOUNT-LENGTH",
    on=SALES,
    source="doc#lengths",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
)
def account_length(document: Sale, case: Case) -> Faults:
    """An account has three to thirteen characters, or as many as the company says.

    An account that Sage has is as long as it should be, so only the others are measured.
    """
    accounts = case.reference.accounts or {}
    settings = settings_of(case)
    if (
        settings.accounts.sales in accounts
        and all(not line.account or line.account in accounts for line in document.lines)
        and not document.charges
    ):
        return None
    fixed = int(option(case, "account_length") or 0)
    used = [
        (f"{place}/account", net_account(part, document, settings))
        for place, part in parts(document)
    ]
    used.append(("/party", control_account(document, settings, case.reference)))
    return [
        one
        for place, account in used
        if account and account not in accounts
        for one in _length_faults(place, account, fixed)
    ]


def _length_faults(place: str, account: str, fixed: int) -> Iterator[Fault]:
    shortest, longest = (fixed, fixed) if fixed else (SHORTEST_ACCOUNT, LONGEST_ACCOUNT)
    if not shortest <= len(account) <= longest:
        expected = str(fixed) if fixed else f"{shortest}-{longest}"
        yield fault(place, account=account, length=len(account), expected=expected)


@_rule(
    "SC-S100-ACCOUNT-CURRENCY",
    on=SALES,
    source="ooti#sales-account-currency",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
    needs=("accounts", "company"),
)
def account_currency(document: Sale, case: Case) -> Faults:
    """An account of a document in a foreign currency takes that currency."""
    currency = document.currency
    if currency == base_currency(case.reference):
        return None
    settings = settings_of(case)
    used = [
        (f"{place}/account", net_account(part, document, settings))
        for place, part in parts(document)
    ]
    used.append(("/party", control_account(document, settings, case.reference)))
    found: list[Fault] = []
    for place, account in used:
        known = (case.reference.accounts or {}).get(account)
        if known is None or (
            known.foreign_currency is not False and known.currency in {"", currency}
        ):
            continue
        kept = known.currency or base_currency(case.reference)
        found.append(fault(place, account=account, currency=currency, kept=kept))
    return found


@_rule(
    "SC-S100-TAX-ACCOUNT",
    on=SALES,
    source="doc#taxes",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
    batch=True,
)
def tax_account_missing() -> Callable[[Sale, Case], Faults]:
    """Every tax that comes to something has an account, in the settings or in Sage.

    A code that Sage does not know is another rule's.
    """
    right: set[str] = set()

    def check(document: Sale, case: Case) -> Faults:
        if not document.charges and not document.taxes:
            for line in document.lines:
                for tax in line.taxes:
                    if tax.code not in right:
                        break
                else:
                    continue
                break
            else:
                return None
        found: list[Fault] = []
        for place, code in _tax_codes(document).items():
            values = _tax_account_values(code, case)
            if values is None:
                right.add(code)
            else:
                found.append(fault(place, **values))
        return found

    return check


def _tax_account_values(code: str, case: Case) -> dict[str, str] | None:
    settings = settings_of(case)
    reference = case.reference
    if reference.tax_codes is not None and code not in reference.tax_codes:
        return None
    account = tax_account(code, settings, reference)
    unknown = reference.accounts is not None and account not in reference.accounts
    # An unknown account of the settings is SC-MAP-ACCOUNT's.
    if account and not (unknown and not settings.accounts.taxes.get(code)):
        return None
    return {"tax": code, "account": account or NOTHING}


@_rule(
    "SC-S100-CONTROL-ACCOUNT",
    on=(*SALES, Customer),
    source="ooti#customer-account",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
)
def control_account_missing(subject: Sale | Customer, case: Case) -> Faults:
    """What a customer owes has an account to stand on."""
    settings = settings_of(case)
    if settings.accounts.customers:
        return None
    if isinstance(subject, Customer):
        return None if subject.account else fault("/account", party=subject.code)
    if control_account(subject, settings, case.reference):
        return None
    return fault("/party", party=subject.party)


@_rule(
    "SC-S100-CONTROL-ACCOUNT-KIND",
    on=(*SALES, Customer),
    source="doc#third-party-option",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
    needs=("accounts",),
)
def control_account_kind(subject: Sale | Customer, case: Case) -> Faults:
    """The account that a customer is collected on takes third parties."""
    settings = settings_of(case)
    if isinstance(subject, Customer):
        place, party = "/account", subject.code
        account = subject.account or settings.accounts.customers
    else:
        place, party = "/party", subject.party
        account = control_account(subject, settings, case.reference)
    values = control_kind_values(account, party, case)
    return None if values is None else fault(place, **values)


def control_kind_values(account: str, party: str, case: Case) -> dict[str, str] | None:
    """Return what the sentence on a wrong control account names; None for a right one.

    One that Sage does not have is another rule's.
    """
    known = (case.reference.accounts or {}).get(account)
    if known is None or (known.control and not known.total):
        return None
    return {"account": account, "party": party}
