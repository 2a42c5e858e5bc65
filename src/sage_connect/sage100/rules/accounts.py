"""Journals and general accounts: of lines, of taxes, and of what parties owe."""

from collections.abc import Callable, Collection, Iterator
from functools import partial
from typing import Any, Final

import attrs

from ...model import (
    Account,
    BankEntry,
    Charge,
    Customer,
    JournalKind,
    Line,
    Payment,
    Supplier,
)
from ...validation import Case, Fault, Mark, Owner, RuleBook, fault
from ...validation.registry import Faults
from ..resolve import (
    BOOKED,
    ENTERED,
    TRADE,
    Booked,
    Giver,
    Trade,
    base_currency,
    control_giver,
    is_sale,
    net_account,
    parts,
    party_account,
    tax_account,
    uses,
)
from ..settings import Accounts, Sage100Settings
from .book import (
    HOME,
    NOTHING,
    PRODUCTS,
    THIRD_PARTIES,
    forbids_dormant,
    nearest,
    option,
    settings_of,
    shown,
)

ACCOUNTS: Final = RuleBook(HOME)
_rule: Final = partial(ACCOUNTS.rule, products=PRODUCTS)

SHORTEST_ACCOUNT: Final = 3
LONGEST_ACCOUNT: Final = 13


@_rule(
    "SC-S100-ACCOUNT-MISSING",
    on=TRADE,
    source="ooti#sales-account",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
)
def account_missing(document: Trade, case: Case) -> Faults:
    """Every line and charge has an account, of its own or by the settings."""
    settings = settings_of(case)
    accounts = settings.accounts
    if accounts.sales if is_sale(document) else accounts.purchases:
        return None
    return [
        fault(f"{place}/account", looked=", ".join(_looked(part, document)))
        for place, part in parts(document)
        if not net_account(part, document, settings)
    ]


def _looked(part: Line | Charge, document: Trade) -> Iterator[str]:
    """Yield the settings that an account is looked up in, in order."""
    side = "sales" if is_sale(document) else "purchases"
    if isinstance(part, Charge) and is_sale(document):
        yield "accounts.shipping"
    for tax in part.taxes or document.taxes:
        yield f"accounts.{side}_by_tax[{tax.code}]"
    yield f"accounts.{side}"


@_rule(
    "SC-S100-BANK-ACCOUNT",
    on=(Payment, BankEntry),
    source="library#entries",
    mark=Mark.OURS,
    owner=Owner.ACCOUNTANT,
)
def bank_account_missing(document: Payment | BankEntry, case: Case) -> Faults:
    """Money moves through a bank that Sage, or the settings, give an account."""
    settings, reference = settings_of(case), case.reference
    code = document.bank_account
    bank = (reference.bank_accounts or {}).get(code)
    journals = reference.journals or {}
    # A bank that is named, and has no journal, is not booked at another one.
    named = not code or bool(bank and bank.journal) or code in journals or not journals
    used = dict(uses(document, settings, reference))["/bank_account"]
    if named and used.code:
        return None
    banks = (one.code for one in journals.values() if one.kind is JournalKind.BANK)
    known = dict.fromkeys((*(reference.bank_accounts or ()), *banks))
    return fault("/bank_account", bank=code or NOTHING, known=shown(known))


@_rule(
    "SC-S100-COUNTERPART",
    on=BankEntry,
    source="library#entries",
    mark=Mark.OURS,
)
def counterpart_missing(entry: BankEntry, _: Case) -> Faults:
    """A bank entry names an account or a party for its other side."""
    return None if entry.account or entry.party else fault("/account")


def _mapped(
    subject: Booked | Customer | Supplier, case: Case, flawed: Collection[str]
) -> Iterator[tuple[str, str, str]]:
    """Yield place, setting and account of each use of a flawed account of the settings."""
    settings = settings_of(case)
    if isinstance(subject, Customer | Supplier):
        giver = party_account(subject, settings)
        if giver.setting and giver.code in flawed:
            yield "/account", giver.setting, giver.code
        return
    for place, giver in uses(subject, settings, case.reference):
        if giver.setting and giver.code in flawed:
            yield place, giver.setting, giver.code
    if not isinstance(subject, ENTERED):
        for place, code in tax_codes(subject).items():
            account = settings.accounts.taxes.get(code, "")
            if account in flawed:
                yield place, f"accounts.taxes[{code}]", account


_BY_TAX: Final = {"sales_by_tax", "purchases_by_tax", "taxes"}


def given_accounts(settings: Sage100Settings) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the path in `accounts`, and the account, of each that the settings give."""
    for name in attrs.fields_dict(Accounts):
        value: Any = getattr(settings.accounts, name)
        if isinstance(value, str):
            yield (name,), value
        elif name in _BY_TAX:
            yield from (((name, code), own) for code, own in value.items())


def _accounts_of(settings: Sage100Settings) -> Iterator[str]:
    yield from filter(None, (account for _, account in given_accounts(settings)))


def _each_mapped(
    flawed: Callable[[str, Case], bool], tell: Callable[[str, Case], dict[str, str]]
) -> Callable[[Booked | Customer | Supplier, Case], Faults]:
    """Return the check of the settings' accounts: usually all are right, and it is done."""
    found: frozenset[str] | None = None

    def check(subject: Booked | Customer | Supplier, case: Case) -> Faults:
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


def tax_codes(document: Trade) -> dict[str, str]:
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
    on=(*BOOKED, *THIRD_PARTIES),
    source="ooti#accounts",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
    needs=("accounts",),
    batch=True,
)
def mapped_account_unknown() -> Callable[[Booked | Customer | Supplier, Case], Faults]:
    """The accounts that the settings give exist in Sage."""

    def flawed(account: str, case: Case) -> bool:
        return account not in (case.reference.accounts or {})

    def tell(account: str, case: Case) -> dict[str, str]:
        return {"nearest": nearest(account, case.reference.accounts or {})}

    return _each_mapped(flawed, tell)


@_rule(
    "SC-S100-MAP-ACCOUNT-CLOSED",
    on=(*BOOKED, *THIRD_PARTIES),
    source="doc#dormant",
    mark=Mark.INFERRED,
    owner=Owner.ACCOUNTANT,
    needs=("accounts",),
    batch=True,
    adjustable=True,
)
def mapped_account_closed() -> Callable[[Booked | Customer | Supplier, Case], Faults]:
    """The accounts that the settings give take entries: no heading, not asleep."""

    def flawed(account: str, case: Case) -> bool:
        known = (case.reference.accounts or {}).get(account)
        return known is not None and closed_account(known, case)

    def tell(_: str, __: Case) -> dict[str, str]:
        return {}

    return _each_mapped(flawed, tell)


@_rule(
    "SC-S100-ACCOUNT-CLOSED",
    on=BOOKED,
    source="doc#dormant",
    mark=Mark.INFERRED,
    owner=Owner.ACCOUNTANT,
    needs=("accounts",),
    batch=True,
    adjustable=True,
)
def given_account_closed() -> Callable[[Booked, Case], Faults]:
    """The accounts that Sage itself gives take entries: of a party, a bank, a tax."""
    closed: frozenset[str] | None = None

    def check(document: Booked, case: Case) -> Faults:
        nonlocal closed
        if closed is None:
            accounts = (case.reference.accounts or {}).values()
            closed = frozenset(one.code for one in accounts if closed_account(one, case))
        if not closed:
            return None
        return [
            fault(place, account=account)
            for place, account in _given_by_sage(document, case)
            if account in closed
        ]

    return check


@_rule(
    "SC-S100-ACCOUNT-GONE",
    on=BOOKED,
    source="pnm-s#messages",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
    needs=("accounts",),
    batch=True,
)
def given_account_gone() -> Callable[[Booked, Case], Faults]:
    """The accounts that Sage's own records name exist: of a party, a bank, a journal.

    An account that the document names itself, or that a tax code has, is another rule's.
    """
    gone: frozenset[str] | None = None

    def check(document: Booked, case: Case) -> Faults:
        nonlocal gone
        if gone is None:
            named = frozenset(filter(None, _named_by_sage(case)))
            gone = named.difference(case.reference.accounts or ())
        if not gone:
            return None
        return [
            fault(place, account=giver.code)
            for place, giver in uses(document, settings_of(case), case.reference)
            if place in {"/party", "/bank_account"}
            and not giver.setting
            and giver.code in gone
        ]

    return check


def _named_by_sage(case: Case) -> Iterator[str]:
    reference = case.reference
    yield from (one.account for one in (reference.customers or {}).values())
    yield from (one.account for one in (reference.suppliers or {}).values())
    yield from (one.account for one in (reference.journals or {}).values())
    yield from (one.account for one in (reference.bank_accounts or {}).values())


def _given_by_sage(document: Booked, case: Case) -> Iterator[tuple[str, str]]:
    settings, reference = settings_of(case), case.reference
    for place, giver in uses(document, settings, reference):
        if place in {"/party", "/bank_account"} and not giver.setting:
            yield place, giver.code
    if not isinstance(document, ENTERED):
        for place, code in tax_codes(document).items():
            if code not in settings.accounts.taxes:
                yield place, tax_account(code, settings, reference)


def closed_account(account: Account, case: Case) -> bool:
    """Return whether an account takes no entries: a total, or asleep where that counts."""
    return account.total or (not account.active and forbids_dormant(case))


@_rule(
    "SC-S100-ACCOUNT-LENGTH",
    on=BOOKED,
    source="doc#lengths",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
)
def account_length(document: Booked, case: Case) -> Faults:
    """An account has three to thirteen characters, or as many as the company says.

    An account that Sage has is as long as it should be, so only the others are measured.
    """
    accounts = case.reference.accounts or {}
    settings = settings_of(case)
    if not isinstance(document, ENTERED):
        given = settings.accounts
        usual = given.sales if is_sale(document) else given.purchases
        if (
            usual in accounts
            and all(not line.account or line.account in accounts for line in document.lines)
            and not document.charges
        ):
            return None
    fixed = int(option(case, "account_length") or 0)
    return [
        one
        for place, giver in uses(document, settings, case.reference)
        if giver.code and giver.code not in accounts
        for one in _length_faults(place, giver.code, fixed)
    ]


def _length_faults(place: str, account: str, fixed: int) -> Iterator[Fault]:
    shortest, longest = (fixed, fixed) if fixed else (SHORTEST_ACCOUNT, LONGEST_ACCOUNT)
    if not shortest <= len(account) <= longest:
        expected = str(fixed) if fixed else f"{shortest}-{longest}"
        yield fault(place, account=account, length=len(account), expected=expected)


@_rule(
    "SC-S100-ACCOUNT-CURRENCY",
    on=BOOKED,
    source="ooti#sales-account-currency",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
    needs=("accounts", "company"),
)
def account_currency(document: Booked, case: Case) -> Faults:
    """An account takes the document's currency: a foreign one, or a bank's own."""
    currency = document.currency
    home = currency == base_currency(case.reference)
    if home and not isinstance(document, Payment | BankEntry):
        return None
    found: list[Fault] = []
    for place, (account, _) in uses(document, settings_of(case), case.reference):
        known = (case.reference.accounts or {}).get(account)
        if known is None or (home and place != "/bank_account"):
            continue
        if known.currency in {"", currency} and (
            home or known.foreign_currency is not False
        ):
            continue
        kept = known.currency or base_currency(case.reference)
        found.append(fault(place, account=account, currency=currency, kept=kept))
    return found


@_rule(
    "SC-S100-TAX-ACCOUNT",
    on=TRADE,
    source="doc#taxes",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
    batch=True,
)
def tax_account_missing() -> Callable[[Trade, Case], Faults]:
    """Every tax that comes to something has an account, in the settings or in Sage.

    A code that Sage does not know is another rule's.
    """
    right: set[str] = set()

    def check(document: Trade, case: Case) -> Faults:
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
        for place, code in tax_codes(document).items():
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


_WITH_PARTY: Final = (*TRADE, Payment, BankEntry)


@_rule(
    "SC-S100-CONTROL-ACCOUNT",
    on=(*_WITH_PARTY, *THIRD_PARTIES),
    source="ooti#customer-account",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
)
def control_account_missing(
    subject: Trade | Payment | BankEntry | Customer | Supplier, case: Case
) -> Faults:
    """What a customer owes, or a supplier is owed, has an account to stand on."""
    place, party, control = _control(subject, case)
    if control is None or control.code:
        return None
    return fault(place, party=party, setting=control.setting)


@_rule(
    "SC-S100-CONTROL-ACCOUNT-KIND",
    on=(*_WITH_PARTY, *THIRD_PARTIES),
    source="doc#third-party-option",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
    needs=("accounts",),
)
def control_account_kind(
    subject: Trade | Payment | BankEntry | Customer | Supplier, case: Case
) -> Faults:
    """The account that a third party is collected on takes third parties."""
    place, party, control = _control(subject, case)
    values = None if control is None else control_kind_values(control.code, party, case)
    return None if values is None else fault(place, **values)


def _control(
    subject: Trade | Payment | BankEntry | Customer | Supplier, case: Case
) -> tuple[str, str, Giver | None]:
    """Return place, party and control account; None where the document has none."""
    settings, reference = settings_of(case), case.reference
    if isinstance(subject, Customer | Supplier):
        return "/account", subject.code, party_account(subject, settings)
    if isinstance(subject, BankEntry) and (subject.account or not subject.party):
        return "", "", None
    return "/party", subject.party, control_giver(subject, settings, reference)


def control_kind_values(account: str, party: str, case: Case) -> dict[str, str] | None:
    """Return what the sentence on a wrong control account names; None for a right one.

    One that Sage does not have is another rule's.
    """
    known = (case.reference.accounts or {}).get(account)
    if known is None or (known.control and not known.total):
        return None
    return {"account": account, "party": party}
