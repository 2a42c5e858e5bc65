"""Rules as data: each with its code, source, owner, and the function that checks."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, TypeAlias, TypeVar

import attrs

from ..model import Reference, Rounding, Totals, TradeDocument, totals
from ..model.fields import FrozenMap
from .finding import Fault, Finding, Mark, Owner, Severity

_LONGEST: Final = 300
_LONGEST_NUMBER: Final = 30

Faults: TypeAlias = Fault | Iterable[Fault] | None
Check: TypeAlias = "Callable[[Any, Case], Faults]"
"""What a rule calls: with a document, or the part it looks at, and the case."""
C = TypeVar("C", bound=Callable[..., Any])


class Case:
    """What a rule may ask while it looks at one document. Reused from document to document.

    Attributes:
        reference: What is known of the ledger. A rule that declares `needs` is called only
            when those parts are known.
        settings: The back end's settings, or None.
        target: Name of the product, such as "sage100"; "" for none.
        country: ISO 3166 two-letter code, in capitals; "" when not known.
        edition: The product's edition; "" when not known.
        rounding: Where tax is rounded.
        document: The document under check, also while a rule looks at one of its lines.
        index: Its position among those checked, from 0.
        newcomers: Customers and suppliers of the batch itself, which are posted before the
            documents that name them: currency by `(type, code)`, such as
            `("customer", "ACME")`.
        batch: All documents, where repairs are looked for; rules see one after the other.
    """

    __slots__ = (
        "_totals",
        "batch",
        "country",
        "document",
        "edition",
        "index",
        "newcomers",
        "reference",
        "rounding",
        "settings",
        "target",
    )

    reference: Reference
    settings: Any
    target: str
    country: str
    edition: str
    rounding: Rounding
    document: Any
    index: int
    newcomers: dict[tuple[str, str], str]
    batch: Sequence[Any]

    def __init__(
        self,
        reference: Reference,
        *,
        settings: Any = None,
        target: str = "",
        country: str = "",
        edition: str = "",
        rounding: Rounding = Rounding.LINE,
    ) -> None:
        self.reference = reference
        self.settings = settings
        self.target = target
        self.country = country
        self.edition = edition
        self.rounding = rounding
        self.document = None
        self.index = -1
        self.newcomers = {}
        self.batch = ()
        self._totals: Totals | None = None

    def turn_to(self, index: int, document: object) -> None:
        """Look at the next document."""
        self.index = index
        self.document = document
        self._totals = None

    @property
    def totals(self) -> Totals:
        """What the invoice or credit note under check adds up to; computed once."""
        if self._totals is None:
            document: TradeDocument = self.document
            self._totals = totals(document, self.rounding)
        return self._totals


@attrs.frozen(kw_only=True)
class Rule:
    """A documented rule.

    Attributes:
        code: Stable, unique, never reused: "SC-TAX-UNKNOWN".
        severity: What a finding of it does to the document.
        owner: Who can usually put it right.
        source: Anchor of the page of sources: "ooti#sales-account".
        mark: How sure the source is.
        home: Package that its sentences live in.
        on: Types of document, or of a part of one (`Line`), that it looks at; empty for a
            code that is raised elsewhere and only explained here.
        products: Back ends that it applies to; empty for all.
        countries: ISO 3166 two-letter codes; empty for all.
        editions: Editions of the product; empty for all.
        needs: Parts of `Reference` without which it is "not checked": "accounts",
            "company.fiscal_years"; "party" for customers or suppliers, whichever the
            document is about; "country" and "edition" for what the check is told; "taxid"
            for the extra of the package that has to be installed.
        prefers: Parts without which it looks at less; it is then called, and "not checked"
            is said all the same.
        batch: True when `check` is a factory, called once for a batch; what it returns sees
            every document of the batch in turn.
        adjustable: True when settings may make it milder: what it refuses can be posted,
            and Sage may take it. Any rule may be made stricter.
        check: The function; None for a code that is raised elsewhere.
    """

    code: str
    severity: Severity
    owner: Owner
    source: str
    mark: Mark
    home: str
    on: tuple[type, ...] = ()
    products: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    editions: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    prefers: tuple[str, ...] = ()
    batch: bool = False
    adjustable: bool = False
    check: Callable[..., Any] | None = attrs.field(default=None, repr=False)


class RuleBook(Mapping[str, Rule]):
    """Rules by code. Books are joined with `|`; a code stands in one book only.

    Attributes:
        home: Package that the sentences of rules entered here live in.
    """

    home: str

    def __init__(self, home: str, rules: Iterable[Rule] = ()) -> None:
        self.home = home
        self._rules: dict[str, Rule] = {}
        for one in rules:
            self._add(one)

    def rule(
        self,
        code: str,
        *,
        on: type | tuple[type, ...],
        source: str,
        mark: Mark,
        severity: Severity = Severity.ERROR,
        owner: Owner = Owner.CALLER,
        products: tuple[str, ...] = (),
        countries: tuple[str, ...] = (),
        editions: tuple[str, ...] = (),
        needs: tuple[str, ...] = (),
        prefers: tuple[str, ...] = (),
        batch: bool = False,
        adjustable: bool = False,
    ) -> Callable[[C], C]:
        """Return a decorator that enters a function as the check of `code`.

        The function is called with the document (or the part of it named by `on`) and the
        `Case`; it returns None, a `fault(...)` or an iterable of them, and never raises.
        """

        def enter(check: C) -> C:
            self._add(
                Rule(
                    code=code,
                    severity=severity,
                    owner=owner,
                    source=source,
                    mark=mark,
                    on=on if isinstance(on, tuple) else (on,),
                    products=products,
                    countries=countries,
                    editions=editions,
                    needs=needs,
                    prefers=prefers,
                    batch=batch,
                    adjustable=adjustable,
                    check=check,
                    home=self.home,
                )
            )
            return check

        return enter

    def declare(
        self,
        code: str,
        *,
        source: str,
        mark: Mark,
        severity: Severity = Severity.ERROR,
        owner: Owner = Owner.CALLER,
        products: tuple[str, ...] = (),
        adjustable: bool = False,
    ) -> None:
        """Enter a code that is found elsewhere than by a rule, so that it is explained."""
        self._add(
            Rule(
                code=code,
                severity=severity,
                owner=owner,
                source=source,
                mark=mark,
                products=products,
                adjustable=adjustable,
                home=self.home,
            )
        )

    def finding(
        self,
        code: str,
        path: str = "",
        *,
        document: str = "",
        index: int = -1,
        **values: object,
    ) -> Finding:
        """Return a finding of a code of this book, for what is found outside a rule."""
        return finding_of(self[code], path, values, document=document, index=index)

    def _add(self, one: Rule) -> None:
        if one.code in self._rules and self._rules[one.code] is not one:
            raise ValueError(f"two rules are called {one.code}")
        self._rules[one.code] = one

    def __or__(self, other: "RuleBook") -> "RuleBook":
        return RuleBook(self.home, (*self._rules.values(), *other.values()))

    def __getitem__(self, code: str) -> Rule:
        return self._rules[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rules)

    def __len__(self) -> int:
        return len(self._rules)


def graded(
    found: Iterable[Finding], book: RuleBook, severities: Mapping[str, Severity]
) -> list[Finding]:
    """Return findings as severe as settings want them.

    One that is milder or stricter already has a reason of its own, and stays.
    """
    return [
        attrs.evolve(one, severity=severities[one.code])
        if one.code in severities and one.severity is book[one.code].severity
        else one
        for one in found
    ]


def finding_of(
    one: Rule,
    path: str,
    values: Mapping[str, object],
    *,
    document: str = "",
    index: int = -1,
    kind: str = "",
    journal: str = "",
    severity: Severity | None = None,
) -> Finding:
    """Return what `one` finds at `path`; `severity` where settings give another."""
    return Finding(
        code=one.code,
        severity=severity or one.severity,
        owner=one.owner,
        path=path,
        values=FrozenMap({name: _told(value) for name, value in values.items()}),
        document=document,
        index=index,
        kind=kind,
        journal=journal,
        home=one.home,
    )


def _told(value: object) -> str:
    """Return a value as text, in a form that does not depend on how it was computed.

    Nobody reads megabytes: neither a long text nor an exponent of thousands is written out.
    """
    if isinstance(value, Decimal) and abs(value.adjusted()) < _LONGEST_NUMBER:
        text = format(value, "f")
    else:
        text = str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
