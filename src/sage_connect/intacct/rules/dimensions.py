"""Dimensions of lines and movements: required, known, kept, not too many."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import partial
from typing import Any, Final, TypeAlias

from ...model import (
    BankEntry,
    Customer,
    DimensionValue,
    Item,
    JournalEntry,
    Line,
    Movement,
    Payment,
    Reference,
    SalesCreditNote,
    Supplier,
    TradeDocument,
)
from ...model.fields import NOTHING as NOTHING_SAID
from ...validation import Case, Check, Fault, Mark, Owner, RuleBook, Severity, fault
from ...validation.registry import Faults
from .. import resolve
from ..kinds import AR_ADJUSTMENT, kind_of
from ..resolve import (
    BOOKED,
    IN_LEDGER,
    MADE_DIMENSIONS,
    MODULE_OF,
    MODULES,
    MOST_DIMENSIONS,
    REQUIRES,
    SPLIT_DIMENSIONS,
    STANDARD_DIMENSIONS,
    TRADE,
    Trade,
    account_givers,
    dimensions_of,
    entity_of,
    is_advance,
    is_received,
    known_list,
    line_giver,
    listed,
    party_dimension,
    sent_dimensions,
)
from ..settings import IntacctSettings
from .book import HOME, NOTHING, PRODUCTS, settings_of, shown
from .taxes import as_lines, taxes_of

DIMENSIONS: Final = RuleBook(HOME)
_rule: Final = partial(DIMENSIONS.rule, products=PRODUCTS)

_Lined: TypeAlias = Trade | JournalEntry
_LINED: Final = (*TRADE, JournalEntry)
_NO_LINE: Final = Line(unit_price=Decimal())
_Named: TypeAlias = dict[str, tuple[str, str]]
"""Value and path within the document, by object name."""


def _says_any(document: _Lined) -> bool:
    """Return whether a document names a dimension. The fast way out."""
    if isinstance(document, JournalEntry):
        return any(
            one.dimensions or one.party or one.analytic for one in document.movements
        )
    if document.project:
        return True
    # A loop: this is asked by many rules, and `any` takes twice as long.
    for line in document.lines:
        if line.item or line.analytic or line.dimensions is not NOTHING_SAID:
            return True
    return False


def named_dimensions(
    document: _Lined, settings: IntacctSettings, reference: Reference
) -> Iterator[tuple[str, Line | Movement, _Named]]:
    """Yield the place of each line or movement, itself, and the dimensions it names."""
    place, parts = parts_of(document)
    for at, part in enumerate(parts):
        here = f"{place}/{at}"
        named = {
            name: (value, path if path.startswith("/") else f"{here}/{path}")
            for name, (value, path) in dimensions_of(part, document, settings).items()
        }
        if isinstance(part, Movement) and part.party:
            customer = part.party in (reference.customers or {})
            name = "CUSTOMER" if customer else "VENDOR"
            named[name] = (part.party, f"{here}/party")
        yield here, part, named


def parts_of(document: _Lined) -> tuple[str, tuple[Line | Movement, ...]]:
    """Return the place of the lines or movements of a document, and themselves."""
    if isinstance(document, JournalEntry):
        return "/movements", document.movements
    return "/lines", document.lines


def _each(
    document: _Lined, settings: IntacctSettings, reference: Reference
) -> Iterator[tuple[str, str, str]]:
    """Yield name, value and path of every dimension that a document names, each once.

    Those of shares are among them.
    """
    if not _says_any(document):
        return
    seen: set[str] = set()
    if not isinstance(document, JournalEntry) and _posts_more_lines(document, settings):
        # They take the document's own, which no line need name.
        for name, (value, path) in dimensions_of(_NO_LINE, document, settings).items():
            seen.add(path)
            yield name, value, path
    for place, part, named in named_dimensions(document, settings, reference):
        for name, (value, path) in named.items():
            if path not in seen:
                seen.add(path)
                yield name, value, path
        for at, share in enumerate(part.analytic):
            # One without a name has a rule of its own.
            if share.dimension:
                yield share.dimension.upper(), share.value, f"{place}/analytic/{at}/value"


def _posts_more_lines(document: Trade, settings: IntacctSettings) -> bool:
    """Return whether charges, an adjustment or taxes become lines of their own."""
    if document.charges or document.adjustment:
        return True
    return as_lines(document, settings) and any(True for _ in taxes_of(document))


# -------------------------------------------------------------------------- required
@_rule(
    "SC-IN-DIMENSION-REQUIRED",
    on=(*_LINED, Payment, BankEntry),
    source="intacct-dimensions#required",
    mark=Mark.DOCUMENTED,
    needs=("company.own",),
)
def required_dimensions_are_named(
    document: _Lined | Payment | BankEntry, case: Case
) -> Faults:
    """What is posted to an account names the dimensions that the account requires.

    The party of a document is a dimension of its lines, and its entity a location; that
    both count is inferred.
    """
    company = case.reference.company
    own: Mapping[str, str] = company.own if company is not None else {}
    if isinstance(document, Payment | BankEntry):
        return _money_lacks(document, own, case) or None
    place, parts = parts_of(document)
    found: list[Fault] = []
    for at, part in enumerate(parts):
        account = part.account
        if (
            not account
            and isinstance(part, Line)
            and not isinstance(document, JournalEntry)
        ):
            account = line_giver(part, document, settings_of(case), case.reference).code
        required = own.get(REQUIRES + account)
        if required:
            missing = listed(required) - _given(part, document, case)
            found += [
                fault(f"{place}/{at}/dimensions", dimension=name, account=account)
                for name in sorted(missing)
            ]
    if not isinstance(document, JournalEntry):
        found += _others_lack(document, own, case)
    return found or None


def _money_lacks(
    document: Payment | BankEntry, own: Mapping[str, str], case: Case
) -> list[Fault]:
    """Return what is required of money, which names no dimension but its party."""
    settings = settings_of(case)
    if isinstance(document, BankEntry):
        account, place = document.account, "/account"
        name = (
            "CUSTOMER" if document.party in (case.reference.customers or {}) else "VENDOR"
        )
        given = {name} if document.party else set[str]()
    elif is_advance(document):
        account, place = settings.accounts.advances, "/allocations"
        given = {"CUSTOMER"}
    else:
        return []
    if entity_of(document, settings):
        given.add("LOCATION")
    missing = listed(own.get(REQUIRES + account, "")) - given
    return [fault(place, dimension=name, account=account) for name in sorted(missing)]


def _others_lack(document: Trade, own: Mapping[str, str], case: Case) -> list[Fault]:
    """Return what charges, adjustments and taxes lack: lines without dimensions."""
    settings, found = settings_of(case), list[Fault]()
    posted = [
        (place, giver.code)
        for place, giver in account_givers(document, settings, case.reference)
        if not place.startswith("/lines/")
    ]
    if as_lines(document, settings):
        known = case.reference.tax_codes or {}
        posted += [
            (place, known[tax.code].account)
            for place, tax in taxes_of(document)
            if tax.code in known
        ]
    for place, account in posted:
        required = own.get(REQUIRES + account)
        if required:
            missing = listed(required) - _given(_NO_LINE, document, case)
            found += [
                fault(place, dimension=name, account=account) for name in sorted(missing)
            ]
    return found


def _given(part: Line | Movement, document: _Lined, case: Case) -> set[str]:
    settings = settings_of(case)
    given = set(dimensions_of(part, document, settings))
    given.add(party_dimension(document))
    if entity_of(document, settings):
        given.add("LOCATION")
    given.update(share.dimension.upper() for share in part.analytic)
    if isinstance(part, Movement) and part.party:
        customer = part.party in (case.reference.customers or {})
        given.add("CUSTOMER" if customer else "VENDOR")
    return given


# ----------------------------------------------------------------------------- known
def _module_is_off(name: str, reference: Reference) -> bool:
    module = MODULE_OF.get(name)
    return module is not None and resolve.has_module(module, reference) is False


@_rule(
    "SC-IN-DIMENSION-OFF",
    on=(*_LINED, DimensionValue),
    source="intacct-dimensions#modules",
    mark=Mark.INFERRED,
    owner=Owner.SAGE_ADMINISTRATOR,
    needs=("company.own",),
    adjustable=True,
)
def dimension_belongs_to_a_module(document: _Lined | DimensionValue, case: Case) -> Faults:
    """A dimension is of a subscription that the company has."""
    if known_list(MODULES, case.reference) is None:
        return None
    if isinstance(document, DimensionValue):
        name = document.dimension.upper()
        off = _module_is_off(name, case.reference)
        return fault("/dimension", dimension=name, module=MODULE_OF[name]) if off else None
    return [
        fault(path, dimension=name, module=MODULE_OF[name])
        for name, _, path in _each(document, settings_of(case), case.reference)
        if _module_is_off(name, case.reference)
    ] or None


@_rule(
    "SC-IN-DIMENSION-UNKNOWN",
    on=_LINED,
    source="intacct-dimensions#names",
    mark=Mark.DOCUMENTED,
    needs=("dimensions",),
)
def dimension_is_the_companys(document: _Lined, case: Case) -> Faults:
    """A dimension is one of the company's, Intacct's own or user-defined."""
    known = case.reference.dimensions or {}
    return [
        fault(path, dimension=name, known=shown(known))
        for name, _, path in _each(document, settings_of(case), case.reference)
        if not _is_dimension(name, known) and not _module_is_off(name, case.reference)
    ] or None


def _is_dimension(name: str, known: Mapping[str, Any]) -> bool:
    return name in known or any(one.upper() == name for one in known)


@_rule(
    "SC-IN-DIMENSION-LEDGER",
    on=JournalEntry,
    source="intacct-dimensions#names",
    mark=Mark.UNCONFIRMED,
    severity=Severity.WARNING,
    owner=Owner.SAGE_ADMINISTRATOR,
    needs=("company.own",),
)
def dimension_is_kept_in_the_ledger(entry: JournalEntry, case: Case) -> Faults:
    """A dimension of an entry is one that the general ledger keeps."""
    kept = known_list(IN_LEDGER, case.reference)
    if kept is None:
        return None
    return [
        fault(path, dimension=name)
        for name, _, path in _each(entry, settings_of(case), case.reference)
        if name not in kept and _is_dimension(name, case.reference.dimensions or {})
    ] or None


@_rule(
    "SC-IN-ADJUSTMENT-FIELDS",
    on=SalesCreditNote,
    source="intacct-dimensions#adjustments",
    mark=Mark.UNCONFIRMED,
    severity=Severity.WARNING,
    owner=Owner.SAGE_SUPPORT,
)
def adjustments_take_standard_dimensions(note: SalesCreditNote, case: Case) -> Faults:
    """A credit note names no dimension of the company's own: users saw them refused."""
    settings = settings_of(case)
    if kind_of(note, settings) is not AR_ADJUSTMENT:
        return None
    return [
        fault(path, dimension=name)
        for name, _, path in _each(note, settings, case.reference)
        if name not in STANDARD_DIMENSIONS
    ] or None


# ---------------------------------------------------------------------------- values
def _values(name: str, reference: Reference) -> Mapping[str, Any] | frozenset[str] | None:
    """Return what may be a value of a dimension; None where that is not known."""
    match name:
        case "CUSTOMER":
            return reference.customers
        case "VENDOR":
            return reference.suppliers
        case "ITEM":
            return reference.items
        case "EMPLOYEE":
            return known_list(resolve.EMPLOYEES, reference)
        case _:
            return None


def _is_value(name: str, value: str, reference: Reference) -> bool:
    """Return whether a dimension has a value, as far as is known."""
    values = _values(name, reference)
    if values is not None:
        return value in values
    known = reference.dimension_values or {}
    if (name, value) in known or (
        name == "LOCATION" and value in (reference.entities or {})
    ):
        return True
    # A dimension none of whose values was read, is one that was not looked at.
    of_name = {code for one, code in known if one.upper() == name}
    return not of_name or value in of_name


@_rule(
    "SC-IN-DIMENSION-VALUE",
    on=_LINED,
    source="intacct-dimensions#values",
    mark=Mark.OBSERVED,
    needs=("dimension_values",),
    prefers=("customers", "suppliers", "items"),
)
def value_exists(document: _Lined, case: Case) -> Faults:
    """A value of a dimension exists, or comes in the same batch."""
    reference = case.reference
    return [
        fault(path, dimension=name, value=value)
        for name, value, path in _each(document, settings_of(case), reference)
        # An item of a line, and the party of a movement, have rules of their own.
        if not path.endswith(("/item", "/party")) and not _is_value(name, value, reference)
    ] or None


@_rule(
    "SC-IN-DIMENSION-INACTIVE",
    on=_LINED,
    source="intacct-dimensions#values",
    mark=Mark.INFERRED,
    needs=("dimension_values",),
    adjustable=True,
)
def value_is_in_use(document: _Lined, case: Case) -> Faults:
    """A value of a dimension is still in use."""
    known = case.reference.dimension_values or {}
    found: list[Fault] = []
    for name, value, path in _each(document, settings_of(case), case.reference):
        one = known.get((name, value))
        if one is not None and not one.active:
            found.append(fault(path, dimension=name, value=value))
    return found or None


@_rule(
    "SC-IN-COMING-INACTIVE",
    on=(*BOOKED, Customer, Supplier, Item, DimensionValue),
    source="intacct-dimensions#values",
    mark=Mark.INFERRED,
    batch=True,
    adjustable=True,
)
def nothing_names_what_the_batch_puts_out_of_use() -> Check:
    """What a batch puts out of use is named by none of its documents: they come later."""
    idle: set[tuple[str, str]] = set()

    def check(subject: Any, case: Case) -> Faults:
        if isinstance(subject, Customer | Supplier | Item | DimensionValue):
            one = (_object_of(subject), subject.code)
            (idle.discard if subject.active else idle.add)(one)
            return None
        if not idle:
            return None
        found: dict[str, str] = {}
        if isinstance(subject, BankEntry | Payment | TradeDocument):
            for name in _party_objects(subject):
                if (name, subject.party) in idle:
                    found["/party"] = subject.party
        if isinstance(subject, _LINED):
            named = _each(subject, settings_of(case), case.reference)
            found |= {path: code for name, code, path in named if (name, code) in idle}
        return [fault(path, code=code) for path, code in found.items()] or None

    return check


def _object_of(subject: Customer | Supplier | Item | DimensionValue) -> str:
    if isinstance(subject, DimensionValue):
        return subject.dimension.upper()
    if isinstance(subject, Item):
        return "ITEM"
    return "CUSTOMER" if isinstance(subject, Customer) else "VENDOR"


def _party_objects(document: Any) -> tuple[str, ...]:
    if isinstance(document, BankEntry):
        return ("CUSTOMER", "VENDOR")
    if isinstance(document, Payment):
        return ("CUSTOMER",) if is_received(document) else ("VENDOR",)
    return (party_dimension(document),)


# ----------------------------------------------------------------------------- limit
@_rule(
    "SC-IN-DIMENSION-LIMIT",
    on=_LINED,
    source="dmo#dimensions",
    mark=Mark.DOCUMENTED,
    severity=Severity.WARNING,
    owner=Owner.SAGE_ADMINISTRATOR,
)
def dimensions_are_not_too_many(document: _Lined, case: Case) -> Faults:
    """A line has twenty dimensions at most; what is left out beyond is told."""
    if not _says_any(document):
        return None
    settings = settings_of(case)
    found: list[Fault] = []
    for place, _, named in named_dimensions(document, settings, case.reference):
        _, left = sent_dimensions(named, settings)
        if left:
            values = {"count": len(named), "limit": MOST_DIMENSIONS}
            found.append(fault(f"{place}/dimensions", left=", ".join(left), **values))
    return found or None


# ---------------------------------------------------------------------------- splits
@_rule(
    "SC-IN-ALLOCATION",
    on=JournalEntry,
    source="intacct-ledger#allocations",
    mark=Mark.DOCUMENTED,
)
def shares_are_of_one_dimension(entry: JournalEntry, case: Case) -> Faults:
    """A movement is split over one of Intacct's own dimensions, TASK aside.

    A split makes the gateway ignore every other dimension of the movement: what each share
    repeats must have a place in it too.
    """
    found: list[Fault] = []
    for at, movement in enumerate(entry.movements):
        if not movement.analytic:
            continue
        place = f"/movements/{at}"
        names = [share.dimension.upper() for share in movement.analytic]
        strange = [name for name in names if name not in SPLIT_DIMENSIONS]
        if strange or len(set(names)) > 1:
            told = ", ".join(dict.fromkeys(name or NOTHING for name in strange or names))
            found.append(fault(f"{place}/analytic", dimensions=told))
        others = dimensions_of(movement, entry, settings_of(case))
        found += [
            fault(f"{place}/{path}", dimensions=name)
            for name, (_, path) in others.items()
            if name not in SPLIT_DIMENSIONS or name in names
        ]
    return found or None


@_rule(
    "SC-IN-SHARES",
    on=TRADE,
    source="library#shares",
    mark=Mark.OURS,
)
def shares_of_a_line_are_of_one_dimension(document: Trade, case: Case) -> Faults:
    """A line is split over one dimension, which it does not name as a whole too."""
    found: list[Fault] = []
    for at, line in enumerate(document.lines):
        if not line.analytic:
            continue
        names = {share.dimension.upper() for share in line.analytic}
        others = dimensions_of(line, document, settings_of(case))
        if len(names) > 1 or "" in names or names & others.keys():
            told = ", ".join(sorted(name or NOTHING for name in names))
            found.append(fault(f"/lines/{at}/analytic", dimensions=told))
    return found or None


# -------------------------------------------------------------------- master records
@_rule(
    "SC-IN-DIMENSION-ORPHAN",
    on=DimensionValue,
    source="dmo#dimension-types",
    mark=Mark.DOCUMENTED,
    owner=Owner.SAGE_ADMINISTRATOR,
    needs=("dimensions",),
)
def dimension_of_a_value_exists(value: DimensionValue, case: Case) -> Faults:
    """The dimension of a value exists first."""
    known = case.reference.dimensions or {}
    name = value.dimension.upper()
    if _is_dimension(name, known) or _module_is_off(name, case.reference):
        return None
    return fault(
        "/dimension",
        dimension=value.dimension or NOTHING,
        value=value.code,
        known=shown(known),
    )


@_rule(
    "SC-IN-DIMENSION-KIND",
    on=DimensionValue,
    source="library#kinds",
    mark=Mark.OURS,
)
def value_is_made_as_such(value: DimensionValue, _: Case) -> Faults:
    """Customers, vendors, items and employees are more than values of a dimension."""
    name = value.dimension.upper()
    if name in MADE_DIMENSIONS or name not in STANDARD_DIMENSIONS:
        return None
    return fault("/dimension", dimension=name, made=", ".join(MADE_DIMENSIONS))
