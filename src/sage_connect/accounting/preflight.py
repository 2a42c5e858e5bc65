"""Is everything in place? Asked once, before the first document, and told to a person.

Two groups: the connection (the sign-in, the business, its subscription, what the user may
read) and the settings (bank, accounts, taxes, CIS, numbering, currencies, dates). The
second is looked at only when the first is right.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import attrs

from ..errors import SageConnectError
from ..model import Reference
from ..validation import Finding, Report, Severity, Unchecked
from ..validation.finding import step_of
from ..validation.registry import finding_of, graded
from . import resolve
from .rules import BOOK
from .settings import AccountingSettings, Numbering

CONNECTION: Final = "connection"
SETTINGS: Final = "settings"
GROUPS: Final = (CONNECTION, SETTINGS)
"""Names of the groups: each finding's `document`, in the order of their `index`."""

NOTHING: Final = "\u2013"
_SHOWN: Final = 10
# What has sentences that need no values.
_TELLING: Final = frozenset(
    {
        "SC-SA-BUSINESS",
        "SC-SA-CLIENT",
        "SC-SA-EDITION",
        "SC-SA-NO-BUSINESS",
        "SC-SA-REAUTH-NEEDED",
        "SC-SA-ROLE",
        "SC-SA-THROTTLED",
        "SC-SA-TOKEN",
        "SC-SA-TOKEN-DAMAGED",
        "SC-SA-TOKEN-LOST",
        "SC-SA-TOKEN-SERVICE",
    }
)
_PARTS: Final[Mapping[str, str]] = {
    "accounts": "SC-SA-MAP-ACCOUNT",
    "bank_accounts": "SC-SA-NO-BANK-ACCOUNT",
    "tax_codes": "SC-SA-MAP-TAX",
    "customers": "SC-INV-CONTACT-NOT-IN-SAGE",
    "suppliers": "SC-SUPPLIER-UNKNOWN",
    "items": "SC-SA-RECORD-UNKNOWN",
    "dimensions": "SC-SA-ANALYSIS-UNKNOWN",
    "open_documents": "SC-PAY-DOCUMENT-UNKNOWN",
}
"""What cannot be said without a part of the business."""
_PURPOSES: Final[Mapping[str, str]] = {
    "sales": "sales",
    "purchases": "expenses",
    "shipping": "expenses",
    "adjustments": "sales",
}
"""Where the account of each purpose has to be visible."""


def preflight(
    settings: AccountingSettings,
    reference: Reference | None,
    *,
    broken: SageConnectError | None = None,
) -> Report:
    """Report what is right (notes) and what is wrong (errors, warnings). Pure.

    `report.of(0)` is the connection, `report.of(1)` the settings; a finding's `path` is a
    JSON pointer into the settings.

    Args:
        settings: How the business is posted to.
        reference: What was read of it; None for nothing.
        broken: What kept it from being read; None for nothing.
    """
    known = reference or Reference()
    connection = graded(_connection(known, broken), BOOK, settings.severities)
    wrong = any(one.severity is Severity.ERROR for one in connection)
    looked = [_finding("SC-SA-NOT-RUN")] if wrong else _settings(settings, known)
    found = graded(looked, BOOK, settings.severities)
    return Report(
        findings=tuple(
            attrs.evolve(one, document=GROUPS[index], index=index)
            for index, group in enumerate((connection, found))
            for one in group
        ),
        unchecked=tuple(
            Unchecked(code=code, missing=(part,))
            for part, code in _PARTS.items()
            if not known.knows(part)
        ),
        documents=len(GROUPS),
    )


def _connection(reference: Reference, broken: SageConnectError | None) -> Iterator[Finding]:
    if broken is not None:
        code = broken.code if broken.code in _TELLING else "SC-SA-UNREACHABLE"
        yield _finding(code, reason=broken.message.rstrip("."))
        return
    company = reference.company
    if resolve.flag(resolve.SUBSCRIBED, reference) is False:
        yield _finding("SC-SA-SUBSCRIPTION", business=company.name if company else NOTHING)
        return
    if company is not None:
        yield _finding(
            "SC-SA-OK-BUSINESS",
            business=company.name or NOTHING,
            country=company.country or NOTHING,
            currency=company.base_currency or NOTHING,
            edition=company.edition or NOTHING,
        )
        values = {"country": company.country, "countries": ", ".join(resolve.COUNTRIES)}
        if company.country in resolve.FORMER_COUNTRIES:
            yield _finding("SC-SA-COUNTRY-FORMER", **values)
        elif company.country and company.country not in resolve.COUNTRIES:
            yield _finding("SC-SA-COUNTRY", **values)
    hidden = [part for part in _PARTS if not reference.knows(part)]
    if (company.edition if company else "") == resolve.START:
        # There is no analysis in Start: nothing is hidden.
        hidden = [part for part in hidden if part != "dimensions"]
    if hidden:
        yield _finding(
            "SC-SA-RIGHTS", parts=_shown(one.replace("_", " ") for one in hidden)
        )
    else:
        yield _finding("SC-SA-OK-RIGHTS")


def _settings(settings: AccountingSettings, reference: Reference) -> Iterator[Finding]:
    yield from _bank(settings, reference)
    yield from _accounts(settings, reference)
    yield from _taxes(settings, reference)
    yield from _cis(settings, reference)
    yield from _numbering(settings, reference)
    yield from _currencies(reference)
    yield from _dates(settings, reference)


def _bank(settings: AccountingSettings, reference: Reference) -> Iterator[Finding]:
    known = reference.bank_accounts
    method = settings.payment_method
    methods = resolve.listed(resolve.option(resolve.PAYMENT_METHODS, reference))
    if method and methods and method not in methods:
        values = {"method": method, "known": _shown(sorted(methods))}
        yield _finding("SC-SA-METHOD-UNKNOWN", "/payment_method", **values)
    if known is None:
        return
    active = [one for one in known.values() if one.active]
    if not active:
        found = _finding("SC-SA-NO-BANK-ACCOUNT", "/bank_account")
        if settings.policy.dummy_bank:
            found = attrs.evolve(found, severity=Severity.WARNING)
        yield found
        return
    code = settings.bank_account
    chosen = [one for one in known.values() if code in {one.code, one.code.lstrip("0")}]
    if code and not chosen:
        values = {"bank": code, "known": _shown(known)}
        yield _finding("SC-SA-BANK-UNKNOWN", "/bank_account", **values)
    elif code and not chosen[0].active:
        yield _finding(
            "SC-SA-BANK-INACTIVE", "/bank_account", bank=code, name=chosen[0].name
        )
    else:
        banks = [f"{one.code} {one.name}".strip() for one in chosen or active]
        yield _finding("SC-SA-OK-BANK", "/bank_account", banks=_shown(banks))


def _accounts(settings: AccountingSettings, reference: Reference) -> Iterator[Finding]:
    known = reference.accounts
    if known is None:
        return
    numbered = {code.lstrip("0"): code for code in known}
    given: list[tuple[str, str, str, str]] = [
        (getattr(settings.accounts, name), f"accounts.{name}", f"/accounts/{name}", scope)
        for name, scope in _PURPOSES.items()
        if getattr(settings.accounts, name)
    ]
    given += [
        (own, f"mapping.accounts[{code}]", f"/mapping/accounts/{step_of(code)}", "")
        for code, own in settings.mapping.accounts.items()
        if own
    ]
    sure = True
    for account, setting, path, scope in given:
        code = account if account in known else numbered.get(account.lstrip("0"), "")
        if not code or not known[code].active:
            sure = False
            yield _finding("SC-SA-MAP-ACCOUNT", path, account=account, setting=setting)
            continue
        visible = resolve.option(resolve.VISIBLE + code, reference)
        if scope and visible and scope not in visible.split(","):
            sure = False
            values = {"account": account, "scope": scope, "visible": visible}
            yield _finding("SC-SA-ACCOUNT-VISIBLE", path, **values)
    if given and sure:
        codes = dict.fromkeys(account for account, *_ in given)
        yield _finding(
            "SC-SA-OK-ACCOUNTS", "/accounts", count=len(codes), accounts=_shown(codes)
        )


def _taxes(settings: AccountingSettings, reference: Reference) -> Iterator[Finding]:
    known = reference.tax_codes
    if known is None:
        return
    unknown = [
        (code, own)
        for code, own in settings.mapping.taxes.items()
        if own and own not in known
    ]
    for code, own in unknown:
        path = f"/mapping/taxes/{step_of(code)}"
        yield _finding("SC-SA-MAP-TAX", path, tax=own, known=_shown(known))
    scheme = resolve.option(resolve.TAX_SCHEME, reference)
    if scheme == resolve.NOT_REGISTERED:
        yield _finding("SC-SA-UNREGISTERED")
    elif not known:
        yield _finding("SC-SA-TAXES-NONE")
    elif not unknown:
        company = reference.company
        yield _finding(
            "SC-SA-OK-TAXES",
            scheme=scheme or NOTHING,
            number=(company.tax_number if company else "") or NOTHING,
            count=len(known),
        )


def _cis(settings: AccountingSettings, reference: Reference) -> Iterator[Finding]:
    flags = {
        "contractor": resolve.flag(resolve.CIS_CONTRACTOR, reference),
        "subcontractor": resolve.flag(resolve.CIS_SUBCONTRACTOR, reference),
    }
    if set(flags.values()) == {None}:
        # Another country, or not to be read.
        return
    roles = [role for role, on in flags.items() if on]
    if roles:
        yield _finding("SC-SA-OK-CIS", roles=", ".join(roles))
    elif settings.policy.cis:
        yield _finding("SC-SA-CIS-NOT-SET", "/policy/cis", role="subcontractor")
    else:
        yield _finding("SC-SA-CIS-OFF", "/policy/cis")


def _numbering(settings: AccountingSettings, reference: Reference) -> Iterator[Finding]:
    following = resolve.option("next_invoice_number", reference)
    prefix = resolve.option("sales_invoice_number_prefix", reference)
    if not following:
        return
    ours = settings.policy.numbering is Numbering.OURS
    yield _finding(
        "SC-SA-OK-NUMBERING" if ours else "SC-SA-SAGES-NUMBERING",
        "/policy/numbering",
        next=f"{prefix}{following}",
    )


def _currencies(reference: Reference) -> Iterator[Finding]:
    base = resolve.base_currency(reference)
    on = resolve.flag(resolve.MULTI_CURRENCY, reference)
    if on:
        rates = reference.exchange_rates or {}
        others = [code for code in rates if code != base]
        yield _finding("SC-SA-OK-CURRENCIES", base=base, currencies=_shown(others))
    elif on is False:
        yield _finding("SC-SA-ONE-CURRENCY", base=base)


def _dates(settings: AccountingSettings, reference: Reference) -> Iterator[Finding]:
    company = reference.company
    closed = company.closed_through if company else None
    begun = resolve.day_of(resolve.option(resolve.START_DATE, reference))
    start = settings.period_start
    said = {
        "closed": closed.isoformat() if closed else NOTHING,
        "begun": begun.isoformat() if begun else NOTHING,
        "start": start.isoformat() if start else NOTHING,
    }
    first = max((day for day in (closed, begun) if day), default=None)
    if first is not None and start is not None and start <= first:
        yield _finding("SC-SA-LOCKED", "/period_start", **said)
    else:
        yield _finding("SC-SA-OK-DATES", "/period_start", **said)


def _shown(names: Iterable[str]) -> str:
    known = [*names]
    listed = ", ".join(known[:_SHOWN])
    return (f"{listed} …" if len(known) > _SHOWN else listed) or NOTHING


def _finding(code: str, path: str = "", /, **values: object) -> Finding:
    return finding_of(BOOK[code], path, values)
