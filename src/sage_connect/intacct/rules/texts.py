"""Texts, numbers and files: what has a place, and what the gateway can read."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from operator import attrgetter
from typing import Any, ClassVar, Final, TypeAlias, cast, get_args, get_type_hints

import attrs

from ...model import (
    BankEntry,
    DimensionValue,
    Document,
    JournalEntry,
    MasterData,
    OpenDocument,
    PurchaseInvoice,
    SalesInvoice,
)
from ...model.fields import NOTHING as NOTHING_SAID, FrozenMap
from ...validation import Case, Check, Fault, Mark, Owner, RuleBook, Severity, fault
from ...validation.carried import Uncarried, uncarried
from ...validation.finding import step_of, visible
from ...validation.registry import Faults
from ...validation.sets import digest_of
from ..carries import CARRIED
from ..kinds import kind_of
from ..opened import KIND_NAMES
from ..resolve import (
    ATTACHMENT_FOLDERS,
    BOOKED,
    PURCHASES,
    TRADE,
    Booked,
    Trade,
    dimensions_of,
    known_list,
    number_of,
)
from .book import HOME, NOTHING, PRODUCTS, TAKEN, settings_of, shown
from .dimensions import parts_of

TEXTS: Final = RuleBook(HOME)
_rule: Final = partial(TEXTS.rule, products=PRODUCTS)

_Filed: TypeAlias = SalesInvoice | PurchaseInvoice | JournalEntry
_FILED: Final = (SalesInvoice, PurchaseInvoice, JournalEntry)

TASK_LENGTH: Final = 20
PAYER_LENGTH: Final = 80
"""Of a bank transaction; that it holds for money received too is inferred."""

# All that XML 1.0 has no way to write, escaped or not.
_NO_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_SEARCHES: Final[Mapping[type, Uncarried]] = {
    kind: uncarried(kind, paths) for kind, paths in CARRIED.items()
}


# --------------------------------------------------------------------------- carried
@_rule(
    "SC-IN-NOT-CARRIED",
    on=TAKEN,
    source="library#carried",
    mark=Mark.OURS,
    adjustable=True,
)
def not_carried(subject: Document | MasterData, _: Case) -> Faults:
    """A filled field has a place in Intacct."""
    places = _SEARCHES[_type(subject)](subject)
    return [fault(place, field=place) for place in places] if places else None


# ------------------------------------------------------------------------ characters
@_rule("SC-IN-TEXT-XML", on=TAKEN, source="xml#characters", mark=Mark.DOCUMENTED)
def texts_can_be_written(subject: Any, _: Case) -> Faults:
    """No text holds a character that XML cannot write."""
    texts: list[str] = []
    _collector(_type(subject))(subject, texts)
    if _NO_XML.search("\n".join(texts)) is None:
        return None
    return list(_unwritable(subject))


def _unwritable(subject: object) -> Iterator[Fault]:
    for place, text in _placed(subject, ""):
        found = _NO_XML.search(text)
        if found is not None:
            character = f"U+{ord(found[0]):04X}"
            yield fault(place, character=character, text=visible(text))


def _placed(value: object, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, tuple):
        # isinstance knows no members.
        for at, one in enumerate(cast("tuple[object, ...]", value)):
            yield from _placed(one, f"{place}/{at}")
    elif isinstance(value, FrozenMap):
        known = cast("FrozenMap[object]", value)
        for name, one in known.items():
            yield from _placed(name, f"{place}/{step_of(name)}")
            yield from _placed(one, f"{place}/{step_of(name)}")
    elif attrs.has(kind := cast("type[Any]", type(value))):
        for name in attrs.fields_dict(kind):
            yield from _placed(getattr(value, name), f"{place}/{name}")


_Collect: TypeAlias = Callable[[Any, list[str]], None]


@cache
def _collector(kind: Any) -> _Collect:
    """Compile what gathers every text of a part, without their places.

    It runs on every document; the places are made up for faulty ones only.
    """
    if not attrs.has(kind):
        return _text if kind is str else _nothing
    hints = get_type_hints(kind)
    plain = [name for name, hint in hints.items() if hint is str]
    maps = [name for name, hint in hints.items() if _origin(hint) is FrozenMap]
    parts = [name for name, hint in hints.items() if _has_parts(hint)]
    texts = attrgetter(*plain, plain[0]) if plain else None

    def collect(holder: Any, found: list[str]) -> None:
        if texts is not None:
            found += texts(holder)
        for name in maps:
            held = getattr(holder, name)
            if held is not NOTHING_SAID:
                found += held
                found += held.values()
        for name in parts:
            held = getattr(holder, name)
            if held is None or held == ():
                continue
            for one in held if held.__class__ is tuple else (held,):
                _collector(_type(one))(one, found)

    return collect


def _type(part: object) -> Any:
    return type(part)


def _nothing(_: Any, _found: list[str]) -> None:
    pass


def _text(one: Any, found: list[str]) -> None:
    found.append(one)


def _origin(hint: Any) -> Any:
    return getattr(hint, "__origin__", None)


def _has_parts(hint: Any) -> bool:
    """Return whether a field may hold parts with texts of their own, or several texts."""
    inner = get_args(hint)
    if _origin(hint) in {FrozenMap, ClassVar}:
        return False
    return any(
        one is str or attrs.has(one) or _has_parts(one)
        for one in inner
        if isinstance(one, type) or get_args(one)
    )


# --------------------------------------------------------------------------- lengths
@_rule(
    "SC-IN-TEXT-LENGTH",
    on=(BankEntry, DimensionValue),
    source="intacct-documents#lengths",
    mark=Mark.DOCUMENTED,
)
def texts_fit(subject: BankEntry | DimensionValue, _: Case) -> Faults:
    """The few lengths that Sage states are kept; all others the gateway judges."""
    given: tuple[tuple[str, str], ...]
    if isinstance(subject, BankEntry):
        # The party, or the number, stands for whoever paid where there is no description.
        payer = ("/description", subject.description)
        if not subject.description:
            payer = (
                ("/party", subject.party) if subject.party else ("/number", _own(subject))
            )
        given, limit = (payer, ("/reference", subject.reference)), PAYER_LENGTH
    else:
        task = subject.dimension.upper() == "TASK"
        given, limit = (("/code", subject.code if task else ""),), TASK_LENGTH
    return [
        fault(place, length=len(text), limit=limit, text=text)
        for place, text in given
        if len(text) > limit
    ] or None


def _own(entry: BankEntry) -> str:
    return number_of(entry)


@_rule(
    "SC-IN-TASK-LENGTH",
    on=(SalesInvoice, PurchaseInvoice, JournalEntry),
    source="intacct-documents#lengths",
    mark=Mark.DOCUMENTED,
)
def tasks_fit(document: _Filed, case: Case) -> Faults:
    """The id of a task has up to twenty characters."""
    name, parts = parts_of(document)
    found: list[Fault] = []
    for at, part in enumerate(parts):
        if not part.dimensions:
            continue
        task, path = dimensions_of(part, document, settings_of(case)).get("TASK", ("", ""))
        if len(task) > TASK_LENGTH:
            values = {"length": len(task), "limit": TASK_LENGTH}
            found.append(fault(f"{name}/{at}/{path}", text=task, **values))
    return found or None


# --------------------------------------------------------------------------- numbers
@_rule(
    "SC-IN-NUMBER-TWICE",
    on=BOOKED,
    source="library#found",
    mark=Mark.OURS,
    batch=True,
)
def numbers_are_unique() -> Check:
    """No document of a batch has the number of another of its kind.

    A document is found again by its number: two with the same could not be told apart.
    """
    seen: dict[bytes, int] = {}

    def check(document: Booked, case: Case) -> Faults:
        number = number_of(document)
        if not number.strip():
            return None
        kind = kind_of(document, settings_of(case))
        party = document.party if isinstance(document, PURCHASES) else ""
        own = digest_of(kind.object, party, number)
        first = seen.setdefault(own, case.index)
        if first == case.index:
            return None
        return fault(_number_place(document), number=number, other=f"#{first + 1}")

    return check


@_rule(
    "SC-IN-NUMBER-OPEN",
    on=TRADE,
    source="library#key",
    mark=Mark.OURS,
    needs=("open_documents",),
    batch=True,
)
def numbers_are_free() -> Check:
    """No document has the number of one that is open in Intacct and is another.

    The same document, sent again, is recognised and not posted. Numbers of what we send are
    unique for all customers; a supplier's for him.
    """
    numbers: dict[tuple[str, str], OpenDocument] | None = None

    def check(document: Trade, case: Case) -> Faults:
        nonlocal numbers
        opened = case.reference.open_documents or {}
        if numbers is None:
            numbers = {(one.kind, one.number): one for one in opened.values()}
        kind, number = kind_of(document, settings_of(case)), number_of(document)
        name = KIND_NAMES.get(kind.object, "")
        if not number.strip() or not name:
            return None
        found = numbers.get((name, number)) if kind.unique else None
        own = opened.get((document.party, number))
        if own is not None and own.kind == name:
            found = own
        if found is None or _is_same(document, found, case):
            return None
        values = {"party": found.party, "total": found.total, "currency": found.currency}
        # Our own number may stand in the reference of a supplier's bill.
        if own is found and not kind.unique and found.number != number:
            return None
        return fault(_number_place(document), number=number, **values)

    return check


def _is_same(document: Trade, found: OpenDocument, case: Case) -> bool:
    return (found.party, found.currency, found.total) == (
        document.party,
        document.currency,
        case.totals.gross,
    )


def _number_place(document: Booked) -> str:
    own = isinstance(document, PURCHASES) and document.party_number.strip()
    return "/party_number" if own else "/number"


# ----------------------------------------------------------------------------- files
@_rule(
    "SC-IN-FOLDER-NONE",
    on=_FILED,
    source="intacct-documents#files",
    mark=Mark.DOCUMENTED,
)
def files_have_a_folder(document: _Filed, case: Case) -> Faults:
    """Attachments stand in a folder that the settings name."""
    if not document.attachments or settings_of(case).attachments_folder:
        return None
    return fault("/attachments", count=len(document.attachments))


@_rule(
    "SC-IN-FOLDER-UNKNOWN",
    on=_FILED,
    source="intacct-documents#files",
    mark=Mark.DOCUMENTED,
    owner=Owner.SAGE_ADMINISTRATOR,
    needs=("company.own",),
)
def folder_exists(document: _Filed, case: Case) -> Faults:
    """The folder for attachments exists."""
    folder = settings_of(case).attachments_folder
    known = known_list(ATTACHMENT_FOLDERS, case.reference)
    if not document.attachments or not folder or known is None or folder in known:
        return None
    return fault("/attachments", folder=folder, known=shown(known))


@_rule(
    "SC-IN-FILE-NAME",
    on=_FILED,
    source="intacct-documents#files",
    mark=Mark.DOCUMENTED,
    severity=Severity.NOTE,
)
def file_keeps_its_name(document: _Filed, _: Case) -> Faults:
    """A file's name has no dot but that of its extension, and stands once in a document."""
    seen: set[str] = set()
    found: list[Fault] = []
    for at, file in enumerate(document.attachments):
        stem = file.name.rpartition(".")[0] or file.name
        if not stem.strip(" .") or "." in stem or stem.casefold() in seen:
            found.append(fault(f"/attachments/{at}/name", name=file.name or NOTHING))
        seen.add(stem.casefold())
    return found or None
