"""Is everything in place? Asked once, before the first document, and told to a person.

Two groups, as two people see to them: the connection (the company file, the export, the
right company) and the settings (journal, accounts, taxes, plan, level, third parties,
years). The second is looked at only when the first is right.
"""

import datetime as dt
from collections.abc import Iterator
from pathlib import PureWindowsPath
from typing import Final

import attrs

from ..errors import SageConnectError
from ..model import JournalKind, Reference, TaxDirection
from ..validation import Case, Fault, Finding, Report, Severity, Unchecked
from ..validation.finding import step_of
from ..validation.registry import finding_of, graded
from .resolve import Giver, plan_named
from .rules import BOOK
from .rules.accounts import closed_account, control_kind_values, given_accounts
from .rules.analytics import level_values, plan_values
from .rules.book import NOTHING, nearest, option, shown
from .rules.document import missing_parts, same_company
from .rules.journals import JOURNAL_TYPES, journal_faults
from .settings import ExportPolicy, Journals, Sage100Settings
from .wire import recognise

CONNECTION: Final = "connection"
SETTINGS: Final = "settings"
GROUPS: Final = (CONNECTION, SETTINGS)
"""Names of the groups: each finding's `document`, in the order of their `index`."""

_MODULES: Final = {
    ".gcm": "Sage 100 Gestion commerciale",
    ".imo": "Sage 100 Immobilisations",
    ".mdp": "Sage 100 Moyens de paiement",
    ".prh": "Sage 100 Paie",
}
_BACK_ENDS: Final = {"Sage Accounting": "accounting", "Sage Intacct": "intacct"}
_FOREIGN: Final = frozenset({"other_product", "ximport"})
# What has a sentence of its own; all else is an export that cannot be read.
_TELLING: Final = frozenset({"SC-S100-REGISTRY", "SC-S100-EXPORT-OURS"})
# Stands for bytes that were not read: it is the beginning of nothing.
_UNREAD: Final = b"?"

_DAY: Final = dt.timedelta(days=1)
_ACCOUNTS_MENU: Final = "Structure > Plan comptable"


@attrs.frozen(kw_only=True)
class CompanyFileFacts:
    """What was seen of the company file, without opening its data.

    Attributes:
        path: As in the settings.
        exists: True when there is a file or folder of that name.
        is_folder: True when it is a folder.
        readable: True when its first bytes could be read.
        head: Its first bytes, 4096 or fewer.
        in_use: True when another program holds it.
    """

    path: str
    exists: bool = False
    is_folder: bool = False
    readable: bool = True
    head: bytes = attrs.field(default=b"", repr=lambda head: f"<{len(head)} bytes>")
    in_use: bool = False


@attrs.frozen(kw_only=True)
class CompanyIni:
    """What the text form of a company file names: the SQL editions have no data in it.

    Attributes:
        server: SQL Server and instance, or "".
        base: Name of the base; that of the file where it names none.
        creator: Program and version that made it, or "".
    """

    server: str
    base: str
    creator: str


def preflight(
    settings: Sage100Settings,
    reference: Reference | None,
    *,
    company_file: CompanyFileFacts | None = None,
    broken: SageConnectError | None = None,
) -> Report:
    """Report what is right (notes) and what is wrong (errors, warnings). Pure.

    `report.of(0)` is the connection, `report.of(1)` the settings; a finding's `path` is a
    JSON pointer into the settings.

    Args:
        settings: How the company is posted to.
        reference: What its exports say; None for no export.
        company_file: What was seen of the company file; None where the settings name none.
        broken: What kept the folder, its exports or its registry from being read; None for
            nothing.
    """
    known = reference or Reference()
    case = Case(known, settings=settings, target="sage100")
    connection = graded(
        _connection(settings, known, company_file, broken), BOOK, settings.severities
    )
    wrong = any(one.severity is Severity.ERROR for one in connection)
    looked = [_finding("SC-S100-NOT-RUN")] if wrong else _settings(settings, case)
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


_PARTS: Final = {
    "journals": "SC-S100-JOURNAL-UNKNOWN",
    "accounts": "SC-MAP-ACCOUNT",
    "tax_codes": "SC-TAX-UNKNOWN",
    "dimensions": "SC-S100-PLAN-UNKNOWN",
}
"""What cannot be said without a part of the export."""


def company_ini(head: bytes, path: str) -> CompanyIni | None:
    """Read the text form of a company file; None for a binary one, which is left alone.

    The code page is not published: it is read as Windows-1252, and goes on where it errs.

    Args:
        head: First bytes of the file.
        path: Its path, whose name stands for a base that is not named.
    """
    text = head.removeprefix(b"\xef\xbb\xbf").decode("cp1252", "replace")
    section, _, body = text.lstrip().partition("\n")
    if section.strip().casefold() != "[cbase]":
        return None
    values: dict[str, str] = {}
    for line in body.splitlines():
        if line.lstrip().startswith("["):
            break
        key, _, value = line.partition("=")
        values.setdefault(key.strip().casefold(), value.strip())
    stem = PureWindowsPath(path).stem
    return CompanyIni(
        server=values.get("serveursql", ""),
        base=values.get("basesql") or values.get("base") or stem,
        creator=values.get("createur", ""),
    )


def other_product(file: str, head: bytes = b"") -> Finding | None:
    """Return the finding on a file that belongs to another Sage product; None else.

    Args:
        file: Name or path of the file.
        head: Its first bytes, if they were read.
    """
    found = recognise(head or _UNREAD, file)
    if found.kind not in _FOREIGN:
        return None
    return _finding(
        "SC-S100-EDITION",
        file=PureWindowsPath(file).name,
        product=found.product,
        back_end=_BACK_ENDS.get(found.product, NOTHING),
    )


def company_file_findings(facts: CompanyFileFacts) -> Iterator[Finding]:
    """Yield what is wrong with the company file, the first thing only; else a note."""
    path = PureWindowsPath(facts.path)
    at = "/company_file"
    values = {"path": facts.path, "name": path.name}
    foreign = other_product(facts.path, facts.head)
    suffix = path.suffix.casefold()
    if facts.is_folder:
        yield _finding("SC-S100-PATH-FOLDER", at, **values)
    elif suffix in _MODULES:
        yield _finding("SC-S100-PATH-MODULE", at, **values, module=_MODULES[suffix])
    elif foreign is not None:
        yield attrs.evolve(foreign, path=at)
    elif suffix != ".mae":
        yield _finding("SC-S100-PATH-EXTENSION", at, **values)
    elif not facts.exists:
        yield _finding("SC-S100-PATH-MISSING", at, **values)
    elif facts.in_use:
        # Said before "cannot be read": on Windows a file that Sage holds is both.
        yield _finding("SC-S100-FILE-IN-USE", at, **values)
    elif not facts.readable:
        yield _finding("SC-S100-PATH-UNREADABLE", at, **values)
    else:
        ini = company_ini(facts.head, facts.path)
        yield _finding(
            "SC-S100-OK-COMPANY-FILE",
            at,
            **values,
            server=(ini and ini.server) or NOTHING,
            base=(ini and ini.base) or NOTHING,
        )


def _connection(
    settings: Sage100Settings,
    reference: Reference,
    facts: CompanyFileFacts | None,
    broken: SageConnectError | None,
) -> Iterator[Finding]:
    if facts is not None:
        yield from company_file_findings(facts)
    if broken is not None:
        place = getattr(broken, "file", "") or NOTHING
        line = getattr(broken, "line", 0) or NOTHING
        values = {"file": place, "line": line, "reason": broken.message.rstrip(".")}
        known = broken.code in _TELLING
        yield _finding(broken.code if known else "SC-S100-EXPORT-UNREADABLE", **values)
        return
    missing = missing_parts(reference)
    if missing:
        found = _finding("SC-S100-NO-EXPORT", missing=", ".join(missing))
        if settings.policy.export is ExportPolicy.ALLOW:
            found = attrs.evolve(found, severity=Severity.WARNING)
        yield found
    company = reference.company
    if company is None:
        return
    if not missing:
        taken = reference.taken_at.date().isoformat() if reference.taken_at else NOTHING
        yield _finding(
            "SC-S100-OK-EXPORT",
            company=company.name,
            version=company.own.get("version") or NOTHING,
            taken=taken,
        )
    names = {"given": settings.name, "found": company.name}
    if not same_company(settings.name, company.name):
        yield _finding("SC-COMPANY-MISMATCH", "/name", **names)
    elif settings.name not in {"", company.name}:
        yield _finding("SC-S100-COMPANY-SPELLING", "/name", **names)
    else:
        yield _finding(
            "SC-S100-OK-COMPANY",
            "/name",
            company=company.name,
            registration=company.registration or NOTHING,
        )


def _settings(settings: Sage100Settings, case: Case) -> Iterator[Finding]:
    reference = case.reference
    yield from _journals(settings, case)
    yield from _accounts(settings, case)
    yield from _taxes(settings, case)
    yield from _analytics(settings, case)
    if reference.knows("customers"):
        yield _finding(
            "SC-S100-OK-PARTIES",
            customers=len(reference.customers or ()),
            suppliers=len(reference.suppliers or ()),
        )
    yield from _company(settings, case)


def _journals(settings: Sage100Settings, case: Case) -> Iterator[Finding]:
    for name, kind in _JOURNAL_KINDS.items():
        code = getattr(settings.journals, name)
        if not _is_used(name, settings):
            continue
        faults = list(journal_faults(Giver(code, f"journals.{name}"), kind, case))
        for rule, one in faults:
            yield _of(rule, f"/journals/{name}", one)
        known = (case.reference.journals or {}).get(code)
        if known and not faults:
            yield _finding(
                "SC-S100-OK-JOURNAL",
                f"/journals/{name}",
                journal=code,
                name=known.name or NOTHING,
                type=JOURNAL_TYPES[known.kind],
            )


_JOURNAL_KINDS: Final = {
    "sales": JournalKind.SALES,
    "purchases": JournalKind.PURCHASES,
    "claims": JournalKind.PURCHASES,
    "cards": JournalKind.PURCHASES,
    "bank": JournalKind.BANK,
}


def _is_used(journal: str, settings: Sage100Settings) -> bool:
    """Return whether anything says that documents go to this journal.

    Sales always may. Purchases and money have defaults that only some companies need.
    """
    default = getattr(Journals(), journal)
    given = getattr(settings.journals, journal)
    if journal == "sales":
        return True
    if given != default:
        return bool(given)
    accounts = settings.accounts
    if journal == "purchases":
        return bool(accounts.suppliers or accounts.purchases or accounts.purchases_by_tax)
    return journal == "bank" and bool(accounts.bank)


def _accounts(settings: Sage100Settings, case: Case) -> Iterator[Finding]:
    known = case.reference.accounts
    accounts = settings.accounts
    sure = True
    yield from _unset_accounts(settings)
    if known is None:
        return
    given = [one for one in given_accounts(settings) if one[1]]
    for parts, account in given:
        path = "".join(f"/{step_of(part)}" for part in ("accounts", *parts))
        setting = f"accounts.{parts[0]}" + "".join(f"[{one}]" for one in parts[1:])
        if account not in known:
            sure = False
            near = nearest(account, known)
            values = {"setting": setting, "account": account, "nearest": near}
            yield _finding("SC-MAP-ACCOUNT", path, **values)
        elif closed_account(known[account], case):
            sure = False
            values = {"setting": setting, "account": account}
            yield _finding("SC-S100-MAP-ACCOUNT-CLOSED", path, **values)
    for name in ("customers", "suppliers", "employees"):
        setting = f"accounts.{name}"
        kind = control_kind_values(getattr(accounts, name), setting, case)
        if kind is not None:
            sure = False
            yield _finding("SC-S100-CONTROL-ACCOUNT-KIND", f"/accounts/{name}", **kind)
    if given and sure:
        names = shown(dict.fromkeys(account for _, account in given))
        count = len({account for _, account in given})
        yield _finding("SC-S100-OK-ACCOUNTS", "/accounts", count=count, accounts=names)


def _unset_accounts(settings: Sage100Settings) -> Iterator[Finding]:
    accounts, policy = settings.accounts, settings.policy
    if not accounts.sales and not accounts.sales_by_tax:
        yield _unset("sales")
    if not accounts.customers and policy.create_customers:
        yield _unset("customers")
    if not accounts.suppliers and policy.create_suppliers:
        yield _unset("suppliers")


def _unset(name: str) -> Finding:
    values = {"setting": f"accounts.{name}", "menu": _ACCOUNTS_MENU}
    return _finding("SC-MAP-ACCOUNT-UNSET", f"/accounts/{name}", **values)


def _taxes(settings: Sage100Settings, case: Case) -> Iterator[Finding]:
    known = case.reference.tax_codes
    if known is None:
        return
    accounts = settings.accounts
    named = dict.fromkeys(
        [*accounts.sales_by_tax, *accounts.purchases_by_tax, *accounts.taxes]
    )
    unknown = [code for code in named if code not in known]
    for code in unknown:
        near = nearest(code, known)
        yield _finding("SC-S100-MAP-TAX", "/accounts/taxes", tax=code, nearest=near)
    ours = [one for one in known.values() if one.direction is not TaxDirection.PURCHASES]
    if not ours:
        yield _finding("SC-S100-TAXES-NONE")
    without = [
        one
        for one in ours
        if one.rate_on(None) and not (accounts.taxes.get(one.code) or one.account)
    ]
    for one in without:
        values = {"tax": one.code, "account": NOTHING}
        yield _finding("SC-S100-TAX-ACCOUNT", "/accounts/taxes", **values)
    if ours and not unknown and not without:
        codes = shown(one.code for one in ours)
        yield _finding("SC-S100-OK-TAXES", count=len(ours), taxes=codes)


def _analytics(settings: Sage100Settings, case: Case) -> Iterator[Finding]:
    analytics = settings.analytics
    if case.reference.dimensions is None:
        return
    plan = plan_named(analytics.plan, case.reference)
    if plan is None:
        if analytics.plan:
            values = plan_values(analytics.plan, case)
            yield _finding("SC-S100-PLAN-UNKNOWN", "/analytics/plan", **values)
        return
    free = [part.name or NOTHING for part in plan.parts if not part.values]
    if free and not analytics.free_values:
        values = {"plan": plan.name, "parts": ", ".join(free)}
        yield _finding("SC-S100-PLAN-FREE-VALUES", "/analytics/plan", **values)
    else:
        values = {"plan": plan.name, "number": plan.code}
        yield _finding("SC-S100-OK-PLAN", "/analytics/plan", **values)
    if not analytics.level:
        return
    lacking = level_values(analytics.level, plan)
    if lacking is None:
        yield _finding("SC-S100-OK-LEVEL", "/analytics/level", level=analytics.level)
    else:
        yield _finding("SC-S100-LEVEL-UNKNOWN", "/analytics/level", **lacking)


def _company(settings: Sage100Settings, case: Case) -> Iterator[Finding]:
    company = case.reference.company
    if company is None:
        return
    closed, start = company.closed_through, settings.period_start
    earliest = max(start or dt.date.min, closed + _DAY if closed else dt.date.min)
    years = [
        year for year in company.fiscal_years if not year.closed and year.end >= earliest
    ]
    said = {
        "closed": closed.isoformat() if closed else NOTHING,
        "start": start.isoformat() if start else NOTHING,
    }
    if years:
        yield _finding(
            "SC-S100-OK-YEARS",
            first=max(earliest, min(year.start for year in years)).isoformat(),
            last=max(year.end for year in years).isoformat(),
            **said,
        )
    else:
        yield _finding("SC-S100-YEARS-NONE", **said)
    if option(case, "import_journal_balance") == "1":
        yield _finding("SC-S100-AUTO-BALANCE")
    if option(case, "import_analytic_balance") == "1":
        yield _finding("SC-S100-AUTO-ANALYTIC")
    if option(case, "create_account_on_entry") == "1":
        yield _finding("SC-S100-ACCOUNTS-OPENED")


def _finding(code: str, path: str = "", /, **values: object) -> Finding:
    return finding_of(BOOK[code], path, values)


def _of(code: str, path: str, one: Fault) -> Finding:
    return finding_of(BOOK[code], path, one.values)
