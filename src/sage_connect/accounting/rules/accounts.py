"""Ledger accounts, analysis categories and files: what documents name beside a contact."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final, TypeAlias

from ...model import (
    Account,
    Attachment,
    BankEntry,
    Customer,
    DimensionValue,
    Item,
    JournalEntry,
    Supplier,
)
from ...validation import Case, Fault, Mark, Owner, RuleBook, Severity, fault
from ...validation.finding import step_of
from ...validation.registry import Faults
from ..resolve import (
    CONTACTS,
    COUNTRIES,
    SALES,
    TRADE,
    VISIBLE,
    Sale,
    Trade,
    given_accounts,
    project_type,
    scope_of,
)
from .book import HOME, NOTHING, PRODUCTS, settings_of
from .limits import FILE_SIZE

ACCOUNTS: Final = RuleBook(HOME)
_rule: Final = partial(ACCOUNTS.rule, products=PRODUCTS)

_Entered: TypeAlias = BankEntry | JournalEntry
_Contact: TypeAlias = Customer | Supplier
_FILED: Final = (*TRADE, JournalEntry)

TAKEN_FILES: Final = frozenset({"application/pdf", "image/jpeg", "image/png"})
DOUBTFUL_FILES: Final = frozenset({"image/gif", "image/tiff"})
_MEDIA_TYPES: Final = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "tif": "image/tiff",
    "tiff": "image/tiff",
}


# ------------------------------------------------------------------------- accounts
@_rule(
    "SC-SA-ACCOUNT-MISSING",
    on=TRADE,
    source="accounting-documents#required",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
)
def account_is_given(document: Trade, case: Case) -> Faults:
    """Everything that is posted as a line has an account, of its own or by the settings."""
    settings = settings_of(case)
    if _all_have_their_own(document):
        return None
    found: list[Fault] | None = None
    for place, giver in given_accounts(document, settings, case.reference):
        if not giver.code:
            found = found or []
            found.append(fault(place, setting=giver.setting))
    return found


def _all_have_their_own(document: Trade) -> bool:
    """Return whether nothing is left to the settings. The fast way out."""
    for line in document.lines:
        if not line.account:
            return False
    return not document.charges and not document.adjustment


@_rule(
    "SC-SA-MAP-ACCOUNT",
    on=TRADE,
    source="accounting-documents#accounts",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
    needs=("accounts",),
)
def settings_name_accounts(document: Trade, case: Case) -> Faults:
    """An account that the settings give exists, and is in use."""
    if _all_have_their_own(document):
        return None
    known = case.reference.accounts or {}
    found: list[Fault] | None = None
    for place, (code, setting) in given_accounts(
        document, settings_of(case), case.reference
    ):
        if not code or not setting:
            continue
        account: Account | None = known.get(code)
        if account is None or not account.active:
            found = found or []
            found.append(fault(place, account=code, setting=setting))
    return found


@_rule(
    "SC-SA-ACCOUNT-VISIBLE",
    on=(*TRADE, BankEntry, JournalEntry, *CONTACTS),
    source="accounting-documents#accounts",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
    needs=("company.own",),
)
def account_is_visible(document: Trade | _Entered | _Contact, case: Case) -> Faults:
    """An account may be used where it is used: in sales, for expenses, in journals."""
    company = case.reference.company
    own: Mapping[str, str] = company.own if company is not None else {}
    scope = scope_of(document)
    if isinstance(document, TRADE) and _all_have_their_own(document):
        for line in document.lines:
            if scope not in own.get(VISIBLE + line.account, scope):
                break
        else:
            return None
    found: list[Fault] | None = None
    for place, code in _accounts_of(document, case):
        visible = own.get(VISIBLE + code)
        if visible is None or scope in visible.split(","):
            continue
        found = found or []
        found.append(fault(place, account=code, scope=scope, visible=visible or NOTHING))
    return found


def _accounts_of(
    document: Trade | _Entered | _Contact, case: Case
) -> Iterator[tuple[str, str]]:
    match document:
        case BankEntry() | Customer() | Supplier():
            yield "/account", document.account
        case JournalEntry():
            for at, movement in enumerate(document.movements):
                yield f"/movements/{at}/account", movement.account
        case _:
            settings = settings_of(case)
            for place, giver in given_accounts(document, settings, case.reference):
                yield place, giver.code


@_rule(
    "SC-SA-ITEM-ACCOUNT-VISIBLE",
    on=Item,
    source="accounting-documents#accounts",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
    needs=("company.own",),
)
def item_accounts_are_visible(item: Item, case: Case) -> Faults:
    """The accounts of an item may be used in sales and for expenses."""
    accounts, company = settings_of(case).accounts, case.reference.company
    given = (
        ("/sales_account", item.sales_account or accounts.sales, "sales"),
        ("/purchase_account", item.purchase_account or accounts.purchases, "expenses"),
    )
    found: list[Fault] = []
    for place, code, scope in given:
        visible = company.own.get(VISIBLE + code) if company is not None else None
        if visible is not None and scope not in visible.split(","):
            values = {"account": code, "scope": scope, "visible": visible or NOTHING}
            found.append(fault(place, **values))
    return found or None


@_rule(
    "SC-SA-JOURNAL-CODE",
    on=JournalEntry,
    source="accounting-documents#journals",
    mark=Mark.DOCUMENTED,
    severity=Severity.NOTE,
    countries=COUNTRIES,
)
def there_is_one_journal(entry: JournalEntry, _: Case) -> Faults:
    """Outside France there are no journal codes: an entry stands in the one journal."""
    return fault("/journal", journal=entry.journal) if entry.journal.strip() else None


# ------------------------------------------------------------------------- analysis
@_rule(
    "SC-SA-ANALYSIS-UNKNOWN",
    on=(*TRADE, JournalEntry),
    source="accounting-documents#analysis",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
    needs=("dimension_values",),
)
def category_exists(document: Trade | JournalEntry, case: Case) -> Faults:
    """A category of analysis exists, and a project is one of one type only."""
    known = case.reference.dimension_values or {}
    found: list[Fault] = []
    if isinstance(document, JournalEntry):
        name, parts = "movements", [one.dimensions for one in document.movements]
    else:
        name, parts = "lines", [line.dimensions for line in document.lines]
        project = document.project
        if project and not project_type(project, case.reference):
            found.append(fault("/project", type=NOTHING, category=project))
    for at, dimensions in enumerate(parts):
        for one in dimensions.items():
            if one not in known:
                place = f"/{name}/{at}/dimensions/{step_of(one[0])}"
                found.append(fault(place, type=one[0], category=one[1]))
    return found or None


@_rule(
    "SC-SA-ANALYSIS-TYPE",
    on=DimensionValue,
    source="accounting-documents#analysis",
    mark=Mark.DOCUMENTED,
    owner=Owner.SAGE_ADMINISTRATOR,
    needs=("dimensions",),
)
def analysis_type_exists(value: DimensionValue, case: Case) -> Faults:
    """The analysis type of a new category exists: the API makes no types."""
    known = case.reference.dimensions or {}
    if value.dimension in known:
        return None
    return fault("/dimension", type=value.dimension or NOTHING, category=value.code)


# ---------------------------------------------------------------------------- files
def media_type_of(file: Attachment) -> str:
    """Return the media type of a file, as it says or by its extension."""
    if file.media_type:
        return file.media_type.partition(";")[0].strip().lower()
    return _MEDIA_TYPES.get(file.name.rpartition(".")[2].lower(), "")


@_rule("SC-SA-FILE-SIZE", on=_FILED, source="accounting-api#files", mark=Mark.DOCUMENTED)
def files_are_small(document: Trade | JournalEntry, _: Case) -> Faults:
    """An attachment has up to 2.5 MiB."""
    return [
        fault(f"/attachments/{at}", name=file.name, size=len(file.content), limit=FILE_SIZE)
        for at, file in enumerate(document.attachments)
        if len(file.content) > FILE_SIZE
    ] or None


@_rule(
    "SC-SA-FILE-TYPE", on=_FILED, source="accounting-documents#files", mark=Mark.DOCUMENTED
)
def files_are_of_a_type(document: Trade | JournalEntry, _: Case) -> Faults:
    """An attachment is a PDF, a JPEG or a PNG."""
    types = [media_type_of(file) for file in document.attachments]
    return [
        fault(f"/attachments/{at}", name=document.attachments[at].name, type=one or NOTHING)
        for at, one in enumerate(types)
        if one not in TAKEN_FILES and one not in DOUBTFUL_FILES
    ] or None


@_rule(
    "SC-SA-FILE-TYPE-DOUBTFUL",
    on=_FILED,
    source="accounting-documents#files",
    mark=Mark.UNCONFIRMED,
    severity=Severity.WARNING,
)
def files_are_surely_of_a_type(document: Trade | JournalEntry, _: Case) -> Faults:
    """An attachment is of no type that is only said to be taken: GIF, TIFF."""
    return [
        fault(f"/attachments/{at}", name=file.name, type=media_type_of(file))
        for at, file in enumerate(document.attachments)
        if media_type_of(file) in DOUBTFUL_FILES
    ] or None


@_rule(
    "SC-SA-FILE-ON-SALE",
    on=SALES,
    source="accounting-documents#files",
    mark=Mark.UNCONFIRMED,
    severity=Severity.WARNING,
)
def sales_have_no_files(document: Sale, _: Case) -> Faults:
    """Sage lists purchases, other payments and journals as what takes files, not sales."""
    if not document.attachments:
        return None
    return fault("/attachments", count=len(document.attachments))
