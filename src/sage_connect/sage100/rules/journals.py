"""Journals: of the settings, of a bank account, of an entry itself."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final, TypeAlias

from ...model import JournalEntry, JournalKind
from ...validation import Case, Fault, Mark, Owner, RuleBook, Severity, fault
from ...validation.registry import Faults
from ..resolve import BOOKED, SPLIT, Booked, Giver, Split, coded, journal_of
from .book import (
    HOME,
    PRODUCTS,
    forbids_dormant,
    is_code,
    nearest,
    option,
    settings_of,
    shown,
)

JOURNALS: Final = RuleBook(HOME)
_rule: Final = partial(JOURNALS.rule, products=PRODUCTS)

JOURNAL_LENGTH: Final = 6
JOURNAL_TYPES: Final = {
    JournalKind.PURCHASES: "Achat",
    JournalKind.SALES: "Vente",
    JournalKind.BANK: "Trésorerie",
    JournalKind.GENERAL: "Général",
    JournalKind.PROVISIONAL: "Situation",
}
"""Sage's own words for the types of journals."""


Judge: TypeAlias = "Callable[[Giver, JournalKind | None, Case], Fault | None]"


def _code_fault(journal: Giver, _: JournalKind | None, __: Case) -> Fault | None:
    if is_code(journal.code, JOURNAL_LENGTH):
        return None
    return fault(**_named(journal), limit=JOURNAL_LENGTH)


def _named(journal: Giver) -> dict[str, str]:
    return {"journal": journal.code, "setting": journal.setting or "journal"}


def _unknown_fault(journal: Giver, kind: JournalKind | None, case: Case) -> Fault | None:
    journals = case.reference.journals
    if journals is None or journal.code in journals:
        return None
    fitting = {
        code: one for code, one in journals.items() if kind is None or one.kind is kind
    }
    return fault(
        **_named(journal),
        nearest=nearest(journal.code, fitting or journals),
        known=shown(journals),
    )


def _type_fault(journal: Giver, kind: JournalKind | None, case: Case) -> Fault | None:
    journals = case.reference.journals or {}
    known = journals.get(journal.code)
    if known is None or kind is None or known.kind is kind:
        return None
    fitting = (one.code for one in journals.values() if one.kind is kind)
    return fault(
        **_named(journal),
        type=JOURNAL_TYPES[known.kind],
        wanted=JOURNAL_TYPES[kind],
        fitting=shown(fitting),
    )


def _dormant_fault(journal: Giver, _: JournalKind | None, case: Case) -> Fault | None:
    known = (case.reference.journals or {}).get(journal.code)
    if known is None or known.active or not forbids_dormant(case):
        return None
    return fault(**_named(journal))


def _reserved_fault(journal: Giver, _: JournalKind | None, case: Case) -> Fault | None:
    problem = _reserved_for(journal.code, case)
    return fault(**_named(journal), problem=problem) if problem else None


def _reserved_for(code: str, case: Case) -> str:
    """Return the word for what keeps usual entries out of a journal; "" for nothing."""
    known = (case.reference.journals or {}).get(code)
    if known is None:
        return ""
    if known.kind is JournalKind.PROVISIONAL:
        return "journal_provisional"
    if code == option(case, "opening_journal"):
        return "journal_opening"
    if code in coded(option(case, "journals_ifrs")):
        return "journal_ifrs"
    return "journal_protected" if code in coded(option(case, "journals_protected")) else ""


_JOURNAL_FAULTS: Final[dict[str, Judge]] = {
    "SC-S100-JOURNAL-CODE": _code_fault,
    "SC-S100-JOURNAL-UNKNOWN": _unknown_fault,
    "SC-S100-JOURNAL-TYPE": _type_fault,
    "SC-S100-JOURNAL-DORMANT": _dormant_fault,
    "SC-S100-JOURNAL-RESERVED": _reserved_fault,
}


def journal_faults(
    journal: Giver, kind: JournalKind | None, case: Case
) -> Iterator[tuple[str, Fault]]:
    """Yield rule and fault of everything wrong with a journal that must be of `kind`."""
    for rule, judge in _JOURNAL_FAULTS.items():
        found = judge(journal, kind, case)
        if found is not None:
            yield rule, found


def _judged_journal(document: Booked, case: Case, judge: Judge) -> Fault | None:
    journal, kind = journal_of(document, settings_of(case), case.reference)
    found = judge(journal, kind, case)
    if found is None or journal.setting:
        return found
    place = "/journal" if isinstance(document, JournalEntry) else "/bank_account"
    return fault(place, **found.values)


@_rule(
    "SC-S100-JOURNAL-CODE",
    on=BOOKED,
    source="library#flat-values",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
)
def journal_code(document: Booked, case: Case) -> Faults:
    """A journal's code has up to six characters, in upper case."""
    return _judged_journal(document, case, _code_fault)


@_rule(
    "SC-S100-JOURNAL-UNKNOWN",
    on=BOOKED,
    source="ooti#journal",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
    needs=("journals",),
)
def journal_unknown(document: Booked, case: Case) -> Faults:
    """The journal exists in Sage."""
    return _judged_journal(document, case, _unknown_fault)


@_rule(
    "SC-S100-JOURNAL-TYPE",
    on=BOOKED,
    source="doc#journals",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
    needs=("journals",),
)
def journal_type(document: Booked, case: Case) -> Faults:
    """Sales go to a sales journal, purchases to one of purchases, money to a bank's."""
    return _judged_journal(document, case, _type_fault)


@_rule(
    "SC-S100-JOURNAL-DORMANT",
    on=BOOKED,
    source="doc#dormant",
    mark=Mark.INFERRED,
    owner=Owner.ACCOUNTANT,
    needs=("journals",),
    adjustable=True,
)
def journal_dormant(document: Booked, case: Case) -> Faults:
    """The journal is not asleep."""
    return _judged_journal(document, case, _dormant_fault)


@_rule(
    "SC-S100-JOURNAL-RESERVED",
    on=BOOKED,
    source="doc#journals-reserved",
    mark=Mark.INFERRED,
    severity=Severity.WARNING,
    owner=Owner.ACCOUNTANT,
    needs=("journals", "company"),
)
def journal_reserved(document: Booked, case: Case) -> Faults:
    """The journal is one for usual entries: not provisional, opening, IFRS or protected.

    What an import into another one does is not said.
    """
    return _judged_journal(document, case, _reserved_fault)


@_rule(
    "SC-S100-JOURNAL-ANALYTIC",
    on=SPLIT,
    source="doc#journals-reserved",
    mark=Mark.UNCONFIRMED,
    severity=Severity.WARNING,
    owner=Owner.ACCOUNTANT,
    needs=("company",),
)
def journal_takes_no_split(document: Split, case: Case) -> Faults:
    """A split goes to a journal with analytic entry; what an import does else is open."""
    listed = option(case, "journals_without_analytic")
    if not listed:
        return None
    journal, _ = journal_of(document, settings_of(case), case.reference)
    if journal.code not in coded(listed):
        return None
    name = "movements" if isinstance(document, JournalEntry) else "lines"
    return [
        fault(f"/{name}/{at}", **_named(journal))
        for at, line in enumerate(getattr(document, name))
        if line.analytic or line.dimensions
    ]


def journal_named(document: object, case: Case) -> str:
    """Return the code of the journal that a document goes to, for its findings."""
    if not isinstance(document, BOOKED):
        return ""
    return journal_of(document, settings_of(case), case.reference)[0].code
