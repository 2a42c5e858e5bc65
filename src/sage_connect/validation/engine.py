"""The engine: rules compiled once for each type of document, run over any number."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import attrs

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
from .finding import Fault, Finding, Mark, Severity
from .registry import Case, Faults, Rule, RuleBook, finding_of
from .report import Report, Unchecked

# The parts of documents that rules may look at one by one, and the attribute they stand in.
_PARTS: Final[dict[type, str]] = {
    Line: "lines",
    Charge: "charges",
    Movement: "movements",
    Allocation: "allocations",
}
_CHECKED: Final = (
    SalesInvoice,
    SalesCreditNote,
    PurchaseInvoice,
    PurchaseCreditNote,
    Payment,
    JournalEntry,
    BankEntry,
    Customer,
    Supplier,
    Item,
    DimensionValue,
)

ENGINE: Final = RuleBook("sage_connect.validation")
ENGINE.declare("SC-RULE-FAILED", source="library#rules", mark=Mark.OURS)

_Calls = tuple[tuple[Rule, Callable[[Any, Case], Faults]], ...]


@attrs.frozen
class _Compiled:
    """The rules of one type of document, ready to call."""

    whole: _Calls
    parts: tuple[tuple[str, _Calls], ...]
    unchecked: tuple[Unchecked, ...]


@attrs.frozen(kw_only=True)
class Checker:
    """Applies the rules of a book that fit a product, a country and an edition.

    Attributes:
        book: The rules.
        target: Name of the product; "" for rules that hold everywhere.
        country: ISO 3166 two-letter code; "" when not known.
        edition: The product's edition; "" when not known.
        settings: Handed to the rules of the back end.
        rounding: How totals are rounded.
        severities: Codes of adjustable rules, and the severity they are given instead.
    """

    book: RuleBook
    target: str = ""
    country: str = ""
    edition: str = ""
    settings: Any = None
    rounding: Rounding = Rounding.LINE
    severities: Mapping[str, Severity] = attrs.field(factory=dict[str, Severity])

    def __attrs_post_init__(self) -> None:
        for code in self.severities:
            if code not in self.book or not self.book[code].adjustable:
                raise ValueError(f"the severity of {code} cannot be adjusted")

    def check(
        self, documents: Iterable[object], *, reference: Reference | None = None
    ) -> Report:
        """Return everything wrong with `documents`, in order. Pure; never stops early.

        Memory grows with the findings, not with the documents.

        Raises:
            TypeError: Something other than a document or master data was given.
        """
        case = Case(
            reference or Reference(),
            settings=self.settings,
            target=self.target,
            rounding=self.rounding,
        )
        batch: dict[str, Callable[[Any, Case], Faults]] = {}
        compiled: dict[type, _Compiled] = {}
        found: list[Finding] = []
        unchecked: dict[Unchecked, None] = {}
        count = 0
        for index, document in enumerate(documents):
            kind = type(document)
            rules = compiled.get(kind)
            if rules is None:
                rules = compiled[kind] = self._compile(kind, case.reference, batch)
                unchecked.update(dict.fromkeys(rules.unchecked))
            case.turn_to(index, document)
            self._run(rules.whole, document, case, "", found)
            for attribute, calls in rules.parts:
                for at, part in enumerate(getattr(document, attribute)):
                    self._run(calls, part, case, f"/{attribute}/{at}", found)
            count = index + 1
        return Report(findings=tuple(found), unchecked=tuple(unchecked), documents=count)

    def _run(
        self, calls: _Calls, subject: object, case: Case, place: str, found: list[Finding]
    ) -> None:
        for rule, call in calls:
            try:
                faults = call(subject, case)
                if faults is None:
                    continue
                for one in (faults,) if isinstance(faults, Fault) else faults:
                    found.append(self._finding(rule, one, case, place))  # noqa: PERF401 - findings made before a rule breaks must survive it
            except Exception as error:  # noqa: BLE001 - a rule that breaks refuses its document
                broken = Fault("", {"rule": rule.code, "error": repr(error)})
                found.append(self._finding(ENGINE["SC-RULE-FAILED"], broken, case, place))

    def _finding(self, rule: Rule, one: Fault, case: Case, place: str) -> Finding:
        return finding_of(
            rule,
            place + one.path,
            one.values,
            document=name_of(case.document, case.index),
            index=case.index,
            severity=self.severities.get(rule.code),
        )

    def _compile(
        self,
        kind: type,
        reference: Reference,
        batch: dict[str, Callable[[Any, Case], Faults]],
    ) -> _Compiled:
        if kind not in _CHECKED:
            raise TypeError(
                f"expected a document or master data (a SalesInvoice, a Customer…), "
                f"not {kind.__name__}"
            )
        whole: list[tuple[Rule, Callable[[Any, Case], Faults]]] = []
        parts: dict[str, list[tuple[Rule, Callable[[Any, Case], Faults]]]] = {}
        unchecked: list[Unchecked] = []
        for rule in self.book.values():
            places = self._places(rule, kind)
            if rule.check is None or not places:
                continue
            missing = self._missing(rule, reference)
            if missing:
                unchecked.append(Unchecked(code=rule.code, missing=missing))
                continue
            if rule.batch and rule.code not in batch:
                batch[rule.code] = rule.check()
            call = batch[rule.code] if rule.batch else rule.check
            for place in places:
                (parts.setdefault(place, []) if place else whole).append((rule, call))
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
        places = [
            _PARTS[one] for one in rule.on if one in _PARTS and hasattr(kind, _PARTS[one])
        ]
        return ("", *places) if issubclass(kind, rule.on) else tuple(places)

    def _missing(self, rule: Rule, reference: Reference) -> tuple[str, ...]:
        missing = [part for part in rule.needs if not reference.knows(part)]
        if rule.countries and not self.country:
            missing.append("country")
        if rule.editions and not self.edition:
            missing.append("edition")
        return tuple(missing)


def name_of(document: Any, index: int) -> str:
    """Return what a person knows `document` by: number, code, source id, else "#3"."""
    for attribute in ("number", "code", "source_id"):
        name: str = getattr(document, attribute, "")
        if name:
            return name
    return f"#{index + 1}"
