"""Entities: which one a document is posted in, and what belongs to the top level."""

from collections.abc import Iterable
from decimal import Decimal
from functools import partial
from typing import Final

from ...model import Customer, DimensionValue, Item, JournalEntry, Supplier
from ...validation import Case, Fault, Mark, Owner, RuleBook, fault
from ...validation.registry import Faults
from ..resolve import (
    BOOKED,
    EXPENSES,
    MULTI_BASE,
    MULTI_ENTITY,
    PARTIES,
    TOP_LEVEL,
    TRADE,
    Booked,
    Trade,
    dimensions_of,
    entity_of,
    entity_of_location,
    flag,
    has_module,
    is_statistical,
    module_of,
)
from ..settings import Level
from .book import HOME, NOTHING, PRODUCTS, folded, settings_of, shown
from .dimensions import parts_of

ENTITIES: Final = RuleBook(HOME)
_rule: Final = partial(ENTITIES.rule, products=PRODUCTS)

_ENTITY: Final = Level.ENTITY.value
_MASTER: Final = (*PARTIES, Item, DimensionValue)


def alike(entity: str, known: Iterable[str]) -> str:
    """Return the id that differs from `entity` in case or blanks only; "" for none."""
    fold = folded(entity)
    return next((one for one in known if folded(one) == fold), "")


@_rule(
    "SC-IN-ENTITY-NONE",
    on=BOOKED,
    source="dmo#level",
    mark=Mark.DOCUMENTED,
)
def entity_level_has_an_entity(document: Booked, case: Case) -> Faults:
    """What is posted at entity level names its entity, or the settings do."""
    settings = settings_of(case)
    if document.entity or settings.entity:
        return None
    level = settings.levels.get(document.type, settings.level.value)
    return fault("/entity", kind=document.type) if level == _ENTITY else None


@_rule(
    "SC-IN-ENTITY-UNKNOWN",
    on=BOOKED,
    source="intacct-entities#ids",
    mark=Mark.DOCUMENTED,
    owner=Owner.SAGE_ADMINISTRATOR,
    needs=("entities",),
)
def entity_exists(document: Booked, case: Case) -> Faults:
    """The entity of a document exists."""
    entity = entity_of(document, settings_of(case))
    known = case.reference.entities or {}
    if not entity or entity in known or alike(entity, known):
        return None
    if not known and flag(MULTI_ENTITY, case.reference) is False:
        # There is none at all, which has a rule of its own.
        return None
    setting = "" if document.entity else "entity"
    return fault("/entity", entity=entity, setting=setting, known=shown(known))


@_rule(
    "SC-IN-ENTITY-SINGLE",
    on=BOOKED,
    source="intacct-entities#single",
    mark=Mark.INFERRED,
    needs=("company.own",),
    adjustable=True,
)
def company_has_entities(document: Booked, case: Case) -> Faults:
    """A company of one entity has none to post in: whoever names one is not let in."""
    reference = case.reference
    if reference.entities or flag(MULTI_ENTITY, reference) is not False:
        return None
    entity = entity_of(document, settings_of(case))
    if not entity:
        return None
    setting = NOTHING if document.entity else "entity"
    return fault("/entity", entity=entity, setting=setting)


@_rule(
    "SC-IN-ENTITY-ID",
    on=BOOKED,
    source="dmo#entity-id",
    mark=Mark.DOCUMENTED,
    needs=("entities",),
)
def entity_is_written_alike(document: Booked, case: Case) -> Faults:
    """An entity's id is written as Intacct has it, capitals and blanks too."""
    entity = entity_of(document, settings_of(case))
    known = case.reference.entities or {}
    if not entity or entity in known:
        return None
    other = alike(entity, known)
    return fault("/entity", entity=entity, known=other) if other else None


@_rule(
    "SC-IN-ENTITY-INACTIVE",
    on=BOOKED,
    source="intacct-entities#ids",
    mark=Mark.INFERRED,
    owner=Owner.SAGE_ADMINISTRATOR,
    needs=("entities",),
    adjustable=True,
)
def entity_is_in_use(document: Booked, case: Case) -> Faults:
    """The entity of a document is still in use."""
    entity = entity_of(document, settings_of(case))
    known = (case.reference.entities or {}).get(entity) if entity else None
    if known is None or known.active:
        return None
    return fault("/entity", entity=entity)


@_rule(
    "SC-IN-LOCATION-ELSEWHERE",
    on=(*TRADE, JournalEntry),
    source="intacct-entities#confined",
    mark=Mark.INFERRED,
    needs=("entities",),
    adjustable=True,
)
def locations_are_of_the_entity(document: Trade | JournalEntry, case: Case) -> Faults:
    """What is posted in an entity names no location of another: it sees its own only."""
    settings = settings_of(case)
    entity = entity_of(document, settings)
    if not entity:
        return None
    name, parts = parts_of(document)
    found: list[Fault] = []
    for at, part in enumerate(parts):
        named = dimensions_of(part, document, settings).get("LOCATION")
        places = [named] if named else []
        places += [
            (share.value, f"analytic/{nth}/value")
            for nth, share in enumerate(part.analytic)
            if share.dimension.upper() == "LOCATION"
        ]
        for location, path in places:
            other = entity_of_location(location, case.reference)
            if other and other != entity:
                place = f"{name}/{at}/{path}"
                found.append(fault(place, location=location, other=other, entity=entity))
    return found or None


@_rule(
    "SC-IN-MASTER-LEVEL",
    on=_MASTER,
    source="dmo#master-level",
    mark=Mark.DOCUMENTED,
    owner=Owner.SAGE_ADMINISTRATOR,
    needs=("company.own",),
)
def master_data_belong_to_the_top(
    subject: Customer | Supplier | Item | DimensionValue, case: Case
) -> Faults:
    """Where there are several entities, master data are written at the top level."""
    reference = case.reference
    if flag(TOP_LEVEL, reference) is not False or flag(MULTI_ENTITY, reference) is False:
        return None
    return fault(kind=subject.type)


@_rule(
    "SC-IN-MODULE",
    on=(*BOOKED, *PARTIES),
    source="intacct-company#modules",
    mark=Mark.DOCUMENTED,
    owner=Owner.SAGE_ADMINISTRATOR,
    needs=("company.own",),
)
def module_is_subscribed_to(subject: Booked | Customer | Supplier, case: Case) -> Faults:
    """The subscription that a document belongs to is active.

    Customers belong to others too, and are not refused for the lack of one.
    """
    module = module_of(subject)
    if isinstance(subject, Customer) or has_module(module, case.reference) is not False:
        return None
    place = "/kind" if module == EXPENSES else ""
    return fault(place, module=module, kind=subject.type)


@_rule(
    "SC-IN-ENTITY-BALANCE",
    on=JournalEntry,
    source="intacct-entities#balance",
    mark=Mark.INFERRED,
    owner=Owner.ACCOUNTANT,
    needs=("company.own",),
    adjustable=True,
)
def entities_balance(entry: JournalEntry, case: Case) -> Faults:
    """Where entities keep books in currencies of their own, an entry balances in each."""
    reference, settings = case.reference, settings_of(case)
    if flag(MULTI_BASE, reference) is not True or is_statistical(entry, reference):
        return None
    here = entity_of(entry, settings)
    sums: dict[str, Decimal] = {}
    for movement in entry.movements:
        location, _ = dimensions_of(movement, entry, settings).get("LOCATION", ("", ""))
        entity = entity_of_location(location, reference) if location else here
        if not entity:
            # Of a location whose entity nobody told, nothing can be said.
            return None
        amount = (movement.debit or Decimal()) - (movement.credit or Decimal())
        sums[entity] = sums.get(entity, Decimal()) + amount
    if len(sums) <= 1:
        return None
    return _unbalanced(sums)


def _unbalanced(sums: dict[str, Decimal]) -> list[Fault] | None:
    return [
        fault("/movements", entity=entity, difference=difference)
        for entity, difference in sums.items()
        if difference
    ] or None
