"""Is everything in place? Asked once, before the first document, and told to a person.

Two groups: the connection (sender, user, subscriptions, what the user may read) and the
settings (entities, accounts, journals, taxes, bank, terms, dimensions, files). The second
is looked at only when the first is right. What the gateway lets nobody read is said so,
with the place on screen.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

import attrs

from ..errors import SageConnectError
from ..model import Reference
from ..validation import Finding, Report, Severity, Unchecked
from ..validation.finding import step_of
from ..validation.registry import finding_of, graded
from . import resolve
from .rules import BOOK
from .rules.book import NOTHING, shown
from .rules.entities import alike
from .settings import IntacctSettings, Level, Taxes

CONNECTION: Final = "connection"
SETTINGS: Final = "settings"
GROUPS: Final = (CONNECTION, SETTINGS)
"""Names of the groups: each finding's `document`, in the order of their `index`."""

# What has sentences that need no values.
_TELLING: Final = frozenset(
    {
        "SC-IN-CREDENTIALS",
        "SC-IN-DEMO-EXPIRED",
        "SC-IN-ENDPOINT",
        "SC-IN-NOT-SAGE",
        "SC-IN-OFFLINE",
        "SC-IN-PERMISSION",
        "SC-IN-REQUEST",
        "SC-IN-SENDER",
        "SC-IN-SENDER-NOT-AUTHORISED",
        "SC-IN-SESSION",
        "SC-IN-SIGN-IN",
        "SC-IN-THROTTLED",
        "SC-IN-UNAVAILABLE",
    }
)
_PARTS: Final[Mapping[str, str]] = {
    "accounts": "SC-IN-MAP-ACCOUNT",
    "journals": "SC-IN-JOURNAL-UNKNOWN",
    "bank_accounts": "SC-IN-BANK-UNKNOWN",
    "tax_codes": "SC-IN-MAP-TAX",
    "customers": "SC-INV-CONTACT-NOT-IN-SAGE",
    "suppliers": "SC-SUPPLIER-UNKNOWN",
    "items": "SC-IN-ITEM-UNKNOWN",
    "dimensions": "SC-IN-DIMENSION-UNKNOWN",
    "entities": "SC-IN-ENTITY-UNKNOWN",
    "payment_terms": "SC-IN-TERM-UNKNOWN",
    "open_documents": "SC-PAY-DOCUMENT-UNKNOWN",
}
"""What cannot be said without a part of the company."""
_OF_MODULES: Final[Mapping[str, str]] = {
    # What is read of the gateway only where a subscription has it.
    "entities": "ME",
    "tax_codes": "TX",
}
_NEEDED: Final = (resolve.LEDGER, resolve.RECEIVABLES, resolve.PAYABLES)
_USEFUL: Final = (resolve.CASH, resolve.EXPENSES)
_BUSINESS: Final = "business"
_FULL: Final = "full"
_ACTIVE: Final = "active"
_ADMIN: Final = "admin"
_RELEASE: Final = re.compile(r"(20\d\d)\s*R?(\d)", re.IGNORECASE)
# `query`, by which everything is read, came with it.
_OLDEST: Final = (2020, 1)
_LEVELS: Final = frozenset(one.value for one in Level)
_TYPES: Final = frozenset(one.type for one in resolve.BOOKED)
_PURPOSES: Final = ("sales", "purchases", "shipping", "adjustments", "advances")


def preflight(
    settings: IntacctSettings,
    reference: Reference | None,
    *,
    broken: SageConnectError | None = None,
) -> Report:
    """Report what is right (notes) and what is wrong (errors, warnings). Pure.

    `report.of(0)` is the connection, `report.of(1)` the settings; a finding's `path` is a
    JSON pointer into the settings.

    Args:
        settings: How the company is posted to.
        reference: What was read of it; None for nothing.
        broken: What kept it from being read; None for nothing.
    """
    known = reference or Reference()
    connection = graded(_connection(known, broken), BOOK, settings.severities)
    wrong = any(one.severity is Severity.ERROR for one in connection)
    looked = [_finding("SC-IN-NOT-LOOKED-AT")] if wrong else _settings(settings, known)
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


# ------------------------------------------------------------------------- connection
def _connection(reference: Reference, broken: SageConnectError | None) -> Iterator[Finding]:
    if broken is not None:
        code = broken.code if broken.code in _TELLING else "SC-IN-UNREACHABLE"
        yield _finding(code, reason=broken.message.rstrip("."))
        return
    yield _finding("SC-IN-OK-SENDER")
    yield from _company(reference)
    yield from _user(reference)
    yield from _modules(reference)
    hidden = [part for part in _PARTS if not reference.knows(part)]
    hidden = [
        part
        for part in hidden
        if resolve.has_module(_OF_MODULES.get(part, ""), reference) is not False
        or part not in _OF_MODULES
    ]
    if hidden:
        parts = ", ".join(one.replace("_", " ") for one in hidden)
        yield _finding("SC-IN-RIGHTS", parts=parts)
    else:
        yield _finding("SC-IN-OK-RIGHTS")


def _company(reference: Reference) -> Iterator[Finding]:
    several = resolve.flag(resolve.MULTI_ENTITY, reference)
    yield _finding(
        "SC-IN-OK-COMPANY",
        currency=resolve.base_currency(reference) or NOTHING,
        entities={True: "entities_multi", False: "entities_single"}.get(
            several if several is not None else bool(reference.entities), NOTHING
        ),
        currencies=_yes_or_no(resolve.flag(resolve.MULTI_CURRENCY, reference)),
    )
    version = resolve.option(resolve.VERSION, reference)
    found = _RELEASE.search(version)
    if not version:
        yield _finding("SC-IN-UNREAD", what="release", where="screen_footer")
    elif found is not None and (int(found[1]), int(found[2])) < _OLDEST:
        yield _finding("SC-IN-VERSION", version=version)


def _yes_or_no(flag: bool | None) -> str:  # noqa: FBT001 - that is what it shows
    return (
        {True: "yes", False: "no"}.get(bool(flag), NOTHING) if flag is not None else NOTHING
    )


def _user(reference: Reference) -> Iterator[Finding]:
    """Yield what is wrong with the user, line by line of the screen."""
    company = reference.company
    own: Mapping[str, str] = company.own if company is not None else {}
    wrong: list[Finding] = []
    unread: list[Finding] = []

    def judge(key: str, code: str, what: str, fine: str) -> None:
        value = own.get(key, "")
        if not value:
            unread.append(_finding("SC-IN-UNREAD", what=what, where="screen_user"))
        elif fine not in value.casefold().split():
            wrong.append(_finding(code, value=value))

    judge(resolve.USER_TYPE, "SC-IN-USER-TYPE", "user_type", _BUSINESS)
    judge(resolve.USER_ADMIN, "SC-IN-USER-PRIVILEGE", "user_admin", _FULL)
    judge(resolve.USER_STATUS, "SC-IN-USER-INACTIVE", "user_status", _ACTIVE)
    roles = own.get(resolve.USER_ROLES)
    if roles is None:
        unread.append(_finding("SC-IN-UNREAD", what="user_roles", where="screen_user"))
    else:
        named = [one.casefold().split() for one in roles.splitlines()]
        at = next((at for at, words in enumerate(named) if _ADMIN in words), -1)
        if at:
            found = _finding("SC-IN-ROLE", roles=", ".join(roles.splitlines()) or NOTHING)
            if at > 0:
                # It is there; that it has to stand first is said by one product's guide.
                found = attrs.evolve(found, severity=Severity.WARNING)
            wrong.append(found)
    top = resolve.flag(resolve.TOP_LEVEL, reference)
    if top is False and resolve.flag(resolve.MULTI_ENTITY, reference) is not False:
        wrong.append(_finding("SC-IN-TOP-LEVEL"))
    elif top is None:
        unread.append(_finding("SC-IN-UNREAD", what="user_entities", where="screen_user"))
    if not wrong and not unread:
        yield _finding("SC-IN-OK-USER", roles=", ".join((roles or "").splitlines()))
    yield from wrong
    yield from unread


def _modules(reference: Reference) -> Iterator[Finding]:
    known = resolve.known_list(resolve.MODULES, reference)
    if known is None:
        yield _finding("SC-IN-UNREAD", what="modules", where="screen_subscriptions")
        return
    missing = [one for one in _NEEDED if one not in known]
    for module in missing:
        yield _finding("SC-IN-MODULE-MISSING", module=module)
    for module in _USEFUL:
        if module not in known:
            yield _finding("SC-IN-MODULE-OFF", module=module)
    if not missing:
        yield _finding("SC-IN-OK-MODULES", modules=", ".join(sorted(known)))


# --------------------------------------------------------------------------- settings
def _settings(settings: IntacctSettings, reference: Reference) -> Iterator[Finding]:
    yield from _entities(settings, reference)
    yield from _accounts(settings, reference)
    yield from _journals(settings, reference)
    yield from _taxes(settings, reference)
    yield from _bank(settings, reference)
    yield from _terms(settings, reference)
    yield from _dimensions(settings, reference)
    yield from _files(settings, reference)


def _entities(settings: IntacctSettings, reference: Reference) -> Iterator[Finding]:
    sure = True
    for kind, level in settings.levels.items():
        if kind not in _TYPES or level not in _LEVELS:
            sure = False
            values = {"kind": kind, "level": level, "kinds": ", ".join(sorted(_TYPES))}
            yield _finding("SC-IN-LEVEL", f"/levels/{step_of(kind)}", **values)
    if resolve.flag(resolve.MULTI_ENTITY, reference) is False:
        if _posts_by_entity(settings) or settings.entity:
            yield _finding("SC-IN-LEVEL-SINGLE", "/level")
        return
    if _posts_by_entity(settings) and not settings.entity:
        sure = False
        yield _finding("SC-IN-ENTITY-NONE", "/entity", kind="documents_of_all_kinds")
    yield from _named_entities(settings, reference, sure=sure)


def _posts_by_entity(settings: IntacctSettings) -> bool:
    return Level.ENTITY.value in {settings.level.value, *settings.levels.values()}


def _named_entities(
    settings: IntacctSettings, reference: Reference, *, sure: bool
) -> Iterator[Finding]:
    known = reference.entities
    if known is None:
        return
    given = [(settings.entity, "/entity", "entity")] + [
        (own, f"/mapping/entities/{step_of(code)}", f"mapping.entities[{code}]")
        for code, own in settings.mapping.entities.items()
    ]
    for entity, path, setting in given:
        if not entity or entity in known:
            continue
        sure = False
        other = alike(entity, known)
        if other:
            yield _finding("SC-IN-ENTITY-ID", path, entity=entity, known=other)
        else:
            values = {"setting": setting, "known": shown(known)}
            yield _finding("SC-IN-ENTITY-UNKNOWN", path, entity=entity, **values)
    if sure and known:
        values = {"entities": shown(known), "level": settings.level.value}
        yield _finding("SC-IN-OK-ENTITIES", "/level", **values)


def _accounts(settings: IntacctSettings, reference: Reference) -> Iterator[Finding]:
    known = reference.accounts
    if known is None:
        return
    given = [
        (getattr(settings.accounts, name), f"accounts.{name}", f"/accounts/{name}")
        for name in _PURPOSES
    ]
    given += [
        (own, f"mapping.accounts[{code}]", f"/mapping/accounts/{step_of(code)}")
        for code, own in settings.mapping.accounts.items()
    ]
    given = [one for one in given if one[0]]
    sure = True
    for account, setting, path in given:
        if account not in known or not known[account].active:
            sure = False
            yield _finding("SC-IN-MAP-ACCOUNT", path, account=account, setting=setting)
        elif settings.chart and not account.startswith(settings.chart):
            sure = False
            chart = ", ".join(settings.chart)
            yield _finding("SC-IN-CHART", path, account=account, chart=chart)
    if given and sure:
        codes = dict.fromkeys(account for account, *_ in given)
        yield _finding(
            "SC-IN-OK-ACCOUNTS", "/accounts", count=len(codes), accounts=shown(codes)
        )


def _journals(settings: IntacctSettings, reference: Reference) -> Iterator[Finding]:
    known = reference.journals
    if known is None:
        return
    unknown = [
        (code, own) for code, own in settings.mapping.journals.items() if own not in known
    ]
    for code, own in unknown:
        values = {"journal": own or NOTHING, "known": shown(known)}
        yield _finding(
            "SC-IN-JOURNAL-UNKNOWN", f"/mapping/journals/{step_of(code)}", **values
        )
    if not unknown:
        counting = resolve.listed(resolve.option(resolve.STATISTICAL_JOURNALS, reference))
        values = {"journals": shown(known), "statistical": shown(counting)}
        yield _finding("SC-IN-OK-JOURNALS", "/mapping/journals", **values)


def _taxes(settings: IntacctSettings, reference: Reference) -> Iterator[Finding]:
    solutions = resolve.known_list(resolve.SOLUTIONS, reference)
    if solutions is None:
        return
    sure = True
    named = [(settings.tax_solution, "/tax_solution", "tax_solution")] + [
        (one, f"/legislation/{at}", "legislation")
        for at, one in enumerate(settings.legislation)
    ]
    for solution, path, setting in named:
        if solution and solution not in solutions:
            sure = False
            values = {"setting": setting, "known": shown(solutions)}
            yield _finding("SC-IN-MAP-SOLUTION", path, solution=solution, **values)
    known = reference.tax_codes
    for code, own in settings.mapping.taxes.items():
        if known is not None and own and own not in known:
            sure = False
            path = f"/mapping/taxes/{step_of(code)}"
            yield _finding("SC-IN-MAP-TAX", path, tax=own, known=shown(known))
    if not solutions and settings.policy.taxes is Taxes.ENTRIES:
        yield _finding("SC-IN-SOLUTIONS-NONE", "/policy/taxes")
    elif sure:
        yield _finding(
            "SC-IN-OK-TAXES",
            "/tax_solution",
            solutions=shown(solutions),
            count=len(known or ()),
        )


def _bank(settings: IntacctSettings, reference: Reference) -> Iterator[Finding]:
    known = reference.bank_accounts
    if known is None:
        return
    code = settings.bank_account
    if not code:
        yield _finding("SC-IN-BANK-UNSET", "/bank_account", known=shown(known))
    elif code not in known:
        values = {"bank": code, "setting": "bank_account", "known": shown(known)}
        yield _finding("SC-IN-BANK-UNKNOWN", "/bank_account", **values)
    elif not known[code].active:
        values = {"bank": code, "name": known[code].name or NOTHING}
        yield _finding("SC-IN-BANK-INACTIVE", "/bank_account", **values)
    else:
        bank = f"{code} {known[code].name}".strip()
        yield _finding("SC-IN-OK-BANK", "/bank_account", bank=bank)


def _terms(settings: IntacctSettings, reference: Reference) -> Iterator[Finding]:
    sure = True
    given = (
        (settings.customer_term, "customer_term", True),
        (settings.supplier_term, "supplier_term", False),
    )
    for term, setting, customers in given:
        known = resolve.terms_for(customers, reference)
        if known is None:
            sure = False
        elif term and term not in known:
            sure = False
            others = resolve.terms_for(not customers, reference) or frozenset()
            yield _finding(
                "SC-IN-TERM-UNKNOWN",
                f"/{setting}",
                term=term,
                setting=setting,
                known=shown(known),
                side="customer" if customers else "supplier",
                elsewhere="term_elsewhere" if term in others else "term_nowhere",
            )
    if sure:
        values = {
            "customers": shown(resolve.terms_for(True, reference) or ()),
            "suppliers": shown(resolve.terms_for(False, reference) or ()),
        }
        yield _finding("SC-IN-OK-TERMS", "/customer_term", **values)


def _dimensions(settings: IntacctSettings, reference: Reference) -> Iterator[Finding]:
    known = reference.dimensions
    if resolve.has_module(resolve.MODULE_OF["PROJECT"], reference) is False:
        yield _finding("SC-IN-PROJECTS-OFF", "/dropped_fields")
    if known is None:
        return
    sent = [one for one in known if one.upper() not in settings.inactive_dimensions]
    if len(sent) > resolve.MOST_DIMENSIONS:
        values = {"count": len(sent), "limit": resolve.MOST_DIMENSIONS}
        yield _finding("SC-IN-DIMENSIONS-MANY", "/policy/extra_dimensions", **values)
        return
    yield _finding("SC-IN-OK-DIMENSIONS", "/inactive_dimensions", dimensions=shown(sent))


def _files(settings: IntacctSettings, reference: Reference) -> Iterator[Finding]:
    folder = settings.attachments_folder
    known = resolve.known_list(resolve.ATTACHMENT_FOLDERS, reference)
    if known is not None and folder and folder not in known:
        values = {"folder": folder, "known": shown(known)}
        yield _finding("SC-IN-FOLDER-UNKNOWN", "/attachments_folder", **values)
    elif known is None or not folder:
        yield _finding(
            "SC-IN-FOLDER-UNSEEN", "/attachments_folder", folder=folder or NOTHING
        )


def _finding(code: str, path: str = "", /, **values: object) -> Finding:
    return finding_of(BOOK[code], path, values)
