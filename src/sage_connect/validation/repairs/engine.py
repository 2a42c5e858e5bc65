"""Finding repairs: every offer is tried, and what does not help is never shown."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final, TypeAlias

import attrs

from ..finding import Finding, Severity
from ..registry import Case
from ..report import Report
from .offer import Change, Repair, Repairs
from .places import differences
from .remedy import Instead, Remedies, Remedy
from .wording import told
from .worth import same_worth

_ALTERNATIVES: Final = 8
"""So many offers of one remedy are tried for one finding."""

Check: TypeAlias = Callable[[Sequence[Any], Any], Report]
"""Returns what is wrong with a batch under settings, as before posting."""
Cases: TypeAlias = Callable[[Any], Case]
"""Returns what remedies may ask, under settings."""


@attrs.define(eq=False)
class _Place:
    """What stands in the place of one document of the batch."""

    documents: tuple[Any, ...]
    newcomers: tuple[Any, ...] = ()
    made: list[Repair] = attrs.field(factory=list[Repair])
    tried: set[tuple[str, str, str, int]] = attrs.field(
        factory=set[tuple[str, str, str, int]]
    )


@attrs.frozen(eq=False)
class _Offer:
    """What a remedy would have stand in a place."""

    finding: Finding
    remedy: Remedy
    before: Any
    within: int
    instead: Instead


@attrs.define
class Search:
    """Looks for what would make the refused documents of a batch acceptable.

    Attributes:
        check: Checks a batch.
        cases: What remedies may ask.
        remedies: By code.
        names: Only these remedies; empty for all.
        totals: Whether a repair may change what a document comes to.
        fixed: Whether settings are to stay as they are.
    """

    check: Check
    cases: Cases
    remedies: Remedies
    names: Collection[str] = ()
    totals: bool = False
    fixed: bool = False

    def run(self, documents: Iterable[Any], settings: Any) -> Repairs:
        """Return the repairs of `documents`, which are not changed.

        Every offer is checked together with the whole batch: it counts only when its
        finding is gone and nothing else is refused for it. Of the remedies for a finding
        the first that helps is taken.
        """
        places = [_Place((one,)) for one in documents]
        given = settings
        report = self.check(_batch(places), settings)
        while offers := self._round(places, report, settings):
            settings, report = self._tried(places, offers, report, settings)
        return Repairs(
            repairs=tuple(one for place in places for one in place.made),
            documents=_batch(places),
            settings=None if settings is given else settings,
            report=report,
        )

    def _round(
        self, places: Sequence[_Place], report: Report, settings: Any
    ) -> dict[int, _Offer]:
        """Return an offer for each place that has one, or one alone for the settings."""
        case = self.cases(settings)
        found: dict[int, list[tuple[Finding, int]]] = {}
        owners = _owners(places)
        for one in report.errors:
            for number, within in owners[one.index] if one.index >= 0 else ():
                if within >= 0:
                    found.setdefault(number, []).append((one, within))
        offers: dict[int, _Offer] = {}
        for number, findings in found.items():
            offer = self._offer(places[number], number, findings, case)
            if offer is None:
                continue
            if offer.instead.settings is not None:
                return {number: offer}
            offers[number] = offer
        return offers

    def _offer(
        self,
        place: _Place,
        number: int,
        findings: Sequence[tuple[Finding, int]],
        case: Case,
    ) -> _Offer | None:
        for finding, within in findings:
            before = place.documents[within]
            case.turn_to(number, before)
            for remedy in self.remedies.get(finding.code, ()):
                if self.names and remedy.name not in self.names:
                    continue
                offered = islice(remedy.mend(before, finding, case), _ALTERNATIVES)
                for at, one in enumerate(offered):
                    mark = (finding.code, finding.path, remedy.name, at)
                    if mark in place.tried:
                        continue
                    place.tried.add(mark)
                    instead = one if isinstance(one, Instead) else Instead(documents=(one,))
                    if self.fixed and instead.settings is not None:
                        continue
                    if self.totals or same_worth((before,), instead.documents):
                        mine = attrs.evolve(finding, index=number)
                        return _Offer(mine, remedy, before, within, instead)
        return None

    def _tried(
        self,
        places: Sequence[_Place],
        offers: dict[int, _Offer],
        report: Report,
        settings: Any,
    ) -> tuple[Any, Report]:
        """Make the offers that help; return settings and report with them made."""
        was = _refusals(places, report)
        old = {
            number: (places[number].documents, places[number].newcomers)
            for number in offers
        }
        wanted = settings
        for number, offer in offers.items():
            _make(places[number], offer)
            if offer.instead.settings is not None:
                wanted = offer.instead.settings
        now = self.check(_batch(places), wanted)
        is_ = _refusals(places, now)
        everyone = range(len(places))
        failed = {
            number
            for number, offer in offers.items()
            if is_[number][offer.finding.code] >= was[number][offer.finding.code]
            # New settings are everybody's: nobody may be worse off.
            or any(
                _is_worse(was[one], is_[one])
                for one in ((number,) if wanted is settings else everyone)
            )
        }
        for number, offer in offers.items():
            if number in failed:
                places[number].documents, places[number].newcomers = old[number]
            else:
                places[number].made.append(_repair(offer))
                places[number].tried.clear()
        if not failed:
            return wanted, now
        if wanted is not settings:
            return settings, report
        return settings, self.check(_batch(places), settings)


def _make(place: _Place, offer: _Offer) -> None:
    before, after = place.documents[: offer.within], place.documents[offer.within + 1 :]
    place.documents = (*before, *offer.instead.documents, *after)
    new = (one for one in offer.instead.newcomers if one not in place.newcomers)
    place.newcomers = (*place.newcomers, *new)


def _is_worse(was: Counter[str], is_: Counter[str]) -> bool:
    return any(count > was[code] for code, count in is_.items())


def _newcomers(places: Sequence[_Place]) -> dict[Any, list[int]]:
    """Return each newcomer once, and the places that asked for it."""
    asked: dict[Any, list[int]] = {}
    for number, place in enumerate(places):
        for one in place.newcomers:
            asked.setdefault(one, []).append(number)
    return asked


def _batch(places: Sequence[_Place]) -> tuple[Any, ...]:
    return (*_newcomers(places), *(one for place in places for one in place.documents))


def _owners(places: Sequence[_Place]) -> list[list[tuple[int, int]]]:
    """Return for each position of the batch its places; -1 for what a place asked for."""
    owners = [[(number, -1) for number in asked] for asked in _newcomers(places).values()]
    for number, place in enumerate(places):
        owners += [[(number, within)] for within in range(len(place.documents))]
    return owners


def _refusals(places: Sequence[_Place], report: Report) -> list[Counter[str]]:
    counted = [Counter[str]() for _ in places]
    owners = _owners(places)
    for one in report.findings:
        refuses = one.severity in {Severity.ERROR, Severity.SKIP}
        for number, _ in owners[one.index] if refuses and one.index >= 0 else ():
            counted[number][one.code] += 1
    return counted


def _repair(offer: _Offer) -> Repair:
    after = offer.instead.documents
    return Repair(
        name=offer.remedy.name,
        finding=offer.finding,
        before=offer.before,
        after=after,
        newcomers=offer.instead.newcomers,
        settings=offer.instead.settings,
        changes=tuple(_changes(offer)),
        keeps_totals=same_worth((offer.before,), after),
    )


def _changes(offer: _Offer) -> Iterator[Change]:
    after = offer.instead.documents
    if len(after) == 1 and type(after[0]) is type(offer.before):
        for path, one, other in differences(offer.before, after[0]):
            yield Change(path=path, before=told(one), after=told(other))
        return
    yield Change(path="", before=told(offer.before), after=", ".join(map(told, after)))
