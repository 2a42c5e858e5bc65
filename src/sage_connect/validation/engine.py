"""The engine: rules compiled once for each type of document, run over any number."""

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import localcontext
from itertools import takewhile
from typing import Any, Final, TypeAlias

import attrs

from ..errors import ConfigurationError
from ..model import (
    Allocation,
    BankEntry,
    Charge,
    Customer,
    DimensionValue,
    Item,
    JournalEntry,
    Line,
    Movement,
    Payment,
    PurchaseCreditNote,
    PurchaseInvoice,
    Reference,
    Rounding,
    SalesCreditNote,
    SalesInvoice,
    Supplier,
)
from ..model.money import WIDE
from .extras import EXTRAS, installed
from .finding import Fault, Finding, Mark, Severity
from .registry import Case, Check, Faults, Rule, RuleBook, finding_of
from .report import Report, Unchecked

# The parts of documents that rules may look at one by one, and the attribute they stand in.
_PARTS: Final[dict[type, str]] = {
    Line: "lines",
    Charge: "charges",
    Movement: "movements",
    Allocation: "allocations",
}
# What can be checked, and what "party" means in the `needs` of a rule.
_PARTIES: Final[dict[type, tuple[str, ...]]] = {
    SalesInvoice: ("customers",),
    SalesCreditNote: ("customers",),
    PurchaseInvoice: ("suppliers",),
    PurchaseCreditNote: ("suppliers",),
    Payment: ("customers", "suppliers"),
    JournalEntry: ("customers", "suppliers"),
    BankEntry: ("customers", "suppliers"),
    Customer: (),
    Supplier: (),
    Item: (),
    DimensionValue: (),
}
# The order of posting: a document is judged when what it depends on has been seen.
_FIRST: Final = frozenset({Customer, Supplier, Item, DimensionValue})
_LAST: Final = frozenset({Payment, BankEntry})
# The last two keep a document out.
_STRICTNESS: Final = {
    Severity.NOTE: 0,
    Severity.WARNING: 1,
    Severity.SKIP: 2,
    Severity.ERROR: 3,
}
_DOES: Final = {
    Severity.ERROR: "refuses documents",
    Severity.SKIP: "leaves documents out",
    Severity.WARNING: "warns",
}
_WHY_NOT: Final = {
    Severity.ERROR: "Leave it out: what is refused would be lost, doubled or changed on "
    "its way to Sage, or is refused there in any case.",
    Severity.SKIP: "Leave it out: what is kept out would stand in the books twice, or "
    "change what stands there.",
    Severity.WARNING: "Leave it out: a warning stops nothing.",
}
_LONGEST_REPR: Final = 300
# What rules may need and the checker itself is told.
_TOLD: Final = ("country", "edition")

ENGINE: Final = RuleBook("sage_connect.validation")
ENGINE.declare("SC-RULE-FAILED", source="library#rules", mark=Mark.OURS)
ABSURD: Final = "SC-AMOUNT-RANGE"

_Calls: TypeAlias = tuple[tuple[Rule, Check], ...]


@attrs.frozen
class _Compiled:
    """The rules of one type of document, ready to call."""

    whole: _Calls
    parts: tuple[tuple[str, _Calls], ...]
    unchecked: tuple[Unchecked, ...]

    def started(self, batch: dict[str, Check]) -> "_Compiled":
        """Return the same with a new state for rules that look at the whole batch."""

        def start(calls: _Calls) -> _Calls:
            return tuple((rule, _started(rule, call, batch)) for rule, call in calls)

        parts = tuple((place, start(calls)) for place, calls in self.parts)
        return _Compiled(start(self.whole), parts, self.unchecked)


def _started(rule: Rule, call: Callable[..., Any], batch: dict[str, Check]) -> Check:
    if not rule.batch:
        return call
    if rule.code not in batch:
        batch[rule.code] = call()
    return batch[rule.code]


def _named_journal(document: Any, _: Case) -> str:
    journal: str = getattr(document, "journal", "")
    return journal


def _upper(code: str) -> str:
    return code.upper()


@attrs.frozen(kw_only=True)
class Checker:
    """Applies the rules of a book that fit a product, a country and an edition.

    Attributes:
        book: The rules.
        target: Name of the product; "" for rules that hold everywhere.
        country: ISO 3166 two-letter code, in either case; "" when not known.
        edition: The product's edition; "" when not known.
        settings: Handed to the rules of the back end.
        rounding: How totals are rounded.
        severities: Codes of rules, and the severity that they are given instead. Any rule
            may be made stricter; milder only one that is adjustable.
        journal_of: Returns the journal that a document goes to, "" for none; by default the
            one that the document names.
    """

    book: RuleBook
    target: str = ""
    country: str = attrs.field(default="", converter=_upper)
    edition: str = ""
    settings: Any = None
    rounding: Rounding = Rounding.LINE
    severities: Mapping[str, Severity] = attrs.field(factory=dict[str, Severity])
    journal_of: Callable[[Any, Case], str] = _named_journal
    _compiled: dict[tuple[type, frozenset[str]], _Compiled] = attrs.field(
        init=False,
        factory=dict[tuple[type, frozenset[str]], _Compiled],
        eq=False,
        repr=False,
    )

    def __attrs_post_init__(self) -> None:
        for code, wanted in self.severities.items():
            rule = self.book.get(code)
            if rule is None:
                near = difflib.get_close_matches(code, self.book, n=1)
                hint = f"Did you mean {near[0]}? " if near else ""
                raise ConfigurationError(
                    f"severities: no rule that applies here has the code {code!r}",
                    fix=f"{hint}sage-connect explain --all lists them.",
                )
            if rule.check is None:
                raise ConfigurationError(
                    f"severities: {code} is found on the way, where no rule checks it",
                    fix="Leave it out.",
                )
            if not rule.adjustable and _STRICTNESS[wanted] < _STRICTNESS[rule.severity]:
                raise ConfigurationError(
                    f"severities: {code} {_DOES[rule.severity]}, and cannot be made "
                    f"a {wanted}",
                    fix=_WHY_NOT[rule.severity],
                )

    def check(
        self, documents: Iterable[object], *, reference: Reference | None = None
    ) -> Report:
        """Return everything wrong with `documents`, in order. Pure; never stops early.

        Memory grows with the findings, not with the documents. Documents are judged in the
        order of posting: master data, documents, payments. An iterator is read once, so
        that in it parties must come before their documents, and payments after them.

        Raises:
            TypeError: Something other than a document or master data was given.
        """
        case = self.case(reference or Reference())
        lacks = frozenset(_lacking(self.book, case.reference))
        batch: dict[str, Check] = {}
        ready: dict[type, _Compiled] = {}
        found: list[Finding] = []
        unchecked: dict[Unchecked, None] = {}
        count = 0
        for index, document in _in_order(documents):
            kind = type(document)
            rules = ready.get(kind)
            if rules is None:
                rules = ready[kind] = self._rules_of(kind, lacks).started(batch)
                unchecked.update(dict.fromkeys(rules.unchecked))
            case.turn_to(index, document)
            if isinstance(document, Customer | Supplier):
                case.newcomers[document.type, document.code] = document.currency
            # For each document anew: the iterator's own arithmetic is not ours to widen.
            with localcontext(WIDE):
                self._look(rules, document, case, found)
            count += 1
        found.sort(key=lambda one: one.index)
        return Report(findings=tuple(found), unchecked=tuple(unchecked), documents=count)

    def case(self, reference: Reference) -> Case:
        """Return what rules are told of the ledger, before any document."""
        return Case(
            reference,
            settings=self.settings,
            target=self.target,
            country=self.country,
            edition=self.edition,
            rounding=self.rounding,
        )

    def _look(
        self, rules: _Compiled, document: object, case: Case, found: list[Finding]
    ) -> None:
        for rule, call in rules.whole:
            try:
                faults = call(document, case)
                if faults is not None:
                    self._note(rule, faults, case, "", found)
            except Exception as error:  # noqa: BLE001 - a rule that breaks refuses its document
                self._broken(rule, error, case, "", found)
        for attribute, calls in rules.parts:
            for at, part in enumerate(getattr(document, attribute)):
                for rule, call in calls:
                    try:
                        faults = call(part, case)
                        if faults is not None:
                            self._note(rule, faults, case, f"/{attribute}/{at}", found)
                    except Exception as error:  # noqa: BLE001 - as above
                        self._broken(rule, error, case, f"/{attribute}/{at}", found)

    def _note(
        self, rule: Rule, faults: Faults, case: Case, place: str, found: list[Finding]
    ) -> None:
        for one in (faults,) if isinstance(faults, Fault) else faults or ():
            found.append(self._finding(rule, one, case, place))  # noqa: PERF401 - findings made before a rule breaks must survive it

    def _broken(
        self, rule: Rule, error: Exception, case: Case, place: str, found: list[Finding]
    ) -> None:
        # Nobody can add up absurd amounts, and their document is refused for them already.
        mine = takewhile(lambda one: one.index == case.index, reversed(found))
        if isinstance(error, ArithmeticError) and any(one.code == ABSURD for one in mine):
            return
        values = {"rule": rule.code, "error": repr(error)[:_LONGEST_REPR]}
        broken = Fault("", values)
        found.append(self._finding(ENGINE["SC-RULE-FAILED"], broken, case, place))

    def _finding(self, rule: Rule, one: Fault, case: Case, place: str) -> Finding:
        return finding_of(
            rule,
            place + one.path,
            one.values,
            document=name_of(case.document, case.index),
            index=case.index,
            kind=getattr(case.document, "type", ""),
            journal=self._journal(case),
            severity=self.severities.get(rule.code),
        )

    def _journal(self, case: Case) -> str:
        try:
            return self.journal_of(case.document, case)
        except Exception:  # noqa: BLE001 - what is wrong is told, even of what goes nowhere
            return ""

    def _rules_of(self, kind: type, lacks: frozenset[str]) -> _Compiled:
        found = self._compiled.get((kind, lacks))
        if found is None:
            found = self._compiled[kind, lacks] = self._compile(kind, lacks)
        return found

    def _compile(self, kind: type, lacks: frozenset[str]) -> _Compiled:
        if kind not in _PARTIES:
            raise TypeError(
                f"expected a document or master data (a SalesInvoice, a Customer…), "
                f"not {kind.__name__}"
            )
        whole: list[tuple[Rule, Check]] = []
        parts: dict[str, list[tuple[Rule, Check]]] = {}
        unchecked: list[Unchecked] = []
        for rule in self.book.values():
            places = self._places(rule, kind)
            if rule.check is None or not places:
                continue
            missing = self._missing(rule, kind, lacks)
            blind = missing or tuple(part for part in rule.prefers if part in lacks)
            if blind:
                unchecked.append(Unchecked(code=rule.code, missing=blind))
            if missing:
                continue
            for place in places:
                (parts.setdefault(place, []) if place else whole).append((rule, rule.check))
        return _Compiled(
            tuple(whole),
            tuple((place, tuple(calls)) for place, calls in parts.items()),
            tuple(unchecked),
        )

    def _places(self, rule: Rule, kind: type) -> tuple[str, ...]:
        if rule.products and self.target not in rule.products:
            return ()
        if rule.countries and self.country and self.country not in rule.countries:
            return ()
        if rule.editions and self.edition and self.edition not in rule.editions:
            return ()
        fields = attrs.fields_dict(kind)
        places = [_PARTS[one] for one in rule.on if _PARTS.get(one) in fields]
        return ("", *places) if issubclass(kind, rule.on) else tuple(places)

    def _missing(self, rule: Rule, kind: type, lacks: frozenset[str]) -> tuple[str, ...]:
        needs: list[str] = []
        for need in rule.needs:
            needs.extend(_PARTIES[kind] if need == "party" else (need,))
        missing = [
            need
            for need in needs
            if need in lacks or (need in _TOLD and not getattr(self, need))
        ]
        if rule.countries and not self.country:
            missing.append("country")
        if rule.editions and not self.edition:
            missing.append("edition")
        return tuple(missing)


def _in_order(documents: Iterable[object]) -> Iterator[tuple[int, object]]:
    if not isinstance(documents, Sequence):
        yield from enumerate(documents)
        return
    # Three passes rather than a sorted copy: a large batch is not held twice.
    for place in (0, 1, 2):
        for index, document in enumerate(documents):
            kind = type(document)
            if place == (0 if kind in _FIRST else 2 if kind in _LAST else 1):
                yield index, document


def _lacking(book: RuleBook, reference: Reference) -> Iterator[str]:
    wanted = {
        "customers": None,
        "suppliers": None,
        **{part: None for rule in book.values() for part in (*rule.needs, *rule.prefers)},
    }
    for part in wanted:
        whole, _, detail = part.partition(".")
        if whole == "party" or whole in _TOLD:
            continue
        if whole in EXTRAS:
            if not installed(whole):
                yield part
            continue
        value = getattr(reference, whole)
        if value is None or (detail and not getattr(value, detail)):
            yield part


def name_of(document: Any, index: int) -> str:
    """Return what a person knows `document` by: number, code, source id, else "#3"."""
    for attribute in ("number", "code", "source_id"):
        name: str = getattr(document, attribute, "")
        if name.strip():
            return name
    return f"#{index + 1}"
