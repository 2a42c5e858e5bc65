"""The failing and the passing cases of every rule of every product, in one shape."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import attrs

from sage_connect.accounting.rules import BOOK as OF_ACCOUNTING, severities as of_accounting
from sage_connect.intacct.rules import BOOK as OF_INTACCT, severities as of_intacct
from sage_connect.model import Reference
from sage_connect.sage100.rules import BOOK as OF_SAGE100
from sage_connect.validation import Checker, Report, RuleBook, Severity
from sage_connect.validation.book import COMMON

from ..accounting.rules.kept import KEPT as SA_KEPT
from ..accounting.rules.settled import SETTLED as SA_SETTLED
from ..accounting.rules.sold import SOLD as SA_SOLD
from ..accounting.rules.whole import WHOLE as SA_WHOLE
from ..intacct.rules.cases_dimensions import DIMENSIONS as IN_DIMENSIONS
from ..intacct.rules.cases_money import SETTLED as IN_SETTLED
from ..intacct.rules.cases_records import RECORDS as IN_RECORDS
from ..sage100.rules.entered import ENTERED
from ..sage100.rules.fixtures import FIXTURES as SOLD
from ..sage100.rules.kept import KEPT
from .documents import REFERENCE
from .fixtures import CASES


@attrs.frozen(kw_only=True)
class Batch:
    """Documents, and all that their check depends on."""

    documents: tuple[Any, ...]
    target: str
    reference: Reference
    settings: Any
    country: str
    edition: str = ""
    book: RuleBook = COMMON

    def checker(self, book: RuleBook | None = None) -> Checker:
        """Return a checker of the batch's own book, or of another one."""
        used = self.book if book is None else book
        lowered = _LOWERED.get(self.target, _nothing)(self.settings)
        return Checker(
            book=used,
            target=self.target,
            country=self.country,
            edition=self.edition,
            settings=self.settings,
            severities={code: one for code, one in lowered.items() if code in used},
        )

    def report(self, book: RuleBook | None = None) -> Report:
        """Return what the target's rules, or those of another book, say."""
        return self.checker(book).check(self.documents, reference=self.reference)


@attrs.frozen(kw_only=True)
class Case:
    """What one rule finds something in, at `path`, and what it lets pass."""

    code: str
    path: str
    bad: Batch
    good: Batch


def _nothing(_: Any) -> Mapping[str, Severity]:
    return {}


_LOWERED: Final[Mapping[str, Callable[[Any], Mapping[str, Severity]]]] = {
    "accounting": of_accounting,
    "intacct": of_intacct,
}


def _tuple(documents: Any) -> tuple[Any, ...]:
    return tuple(documents) if isinstance(documents, list | tuple) else (documents,)


def _common() -> Iterator[Case]:
    for code, trials in CASES.items():
        for one in trials:
            bad = Batch(
                documents=_tuple(one.fails),
                target=one.target,
                reference=REFERENCE,
                settings=one.settings,
                country="fr",
            )
            good = attrs.evolve(bad, documents=_tuple(one.passes))
            yield Case(code=code, path=one.path, bad=bad, good=good)


def _sage100() -> Iterator[Case]:
    for one in (*SOLD, *ENTERED, *KEPT):
        bad = Batch(
            documents=_tuple(one.bad),
            target="sage100",
            reference=one.reference,
            settings=one.settings,
            country="FR",
            book=OF_SAGE100,
        )
        good = attrs.evolve(
            bad,
            documents=_tuple(one.good),
            reference=one.good_reference,
            settings=one.good_settings,
        )
        yield Case(code=one.code, path=one.path, bad=bad, good=good)


def _service(target: str, book: RuleBook, fixtures: tuple[Any, ...]) -> Iterator[Case]:
    for one in fixtures:
        bad = Batch(
            documents=_tuple(one.bad),
            target=target,
            reference=one.reference,
            settings=one.settings,
            country=one.country,
            edition=one.edition,
            book=book,
        )
        good = attrs.evolve(
            bad,
            documents=_tuple(one.good),
            settings=one.settings if one.good_settings is None else one.good_settings,
            reference=one.reference if one.good_reference is None else one.good_reference,
            country=one.good_country or one.country,
            edition=one.edition if one.good_edition is None else one.good_edition,
        )
        yield Case(code=one.code, path=one.path, bad=bad, good=good)


EVERY: Final = (
    *_common(),
    *_sage100(),
    *_service("accounting", OF_ACCOUNTING, (*SA_WHOLE, *SA_SOLD, *SA_KEPT, *SA_SETTLED)),
    *_service("intacct", OF_INTACCT, (*IN_RECORDS, *IN_DIMENSIONS, *IN_SETTLED)),
)
"""Those of the common book first, then each product's own."""
