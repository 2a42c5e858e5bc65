"""Finding repairs: every offer is tried, and what does not help is never shown."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
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


_Mark: TypeAlias = tuple[str, str, int, int, int]
"""Code and path of a finding, remedy, number of its offer, document within the place."""


@attrs.define(eq=False)
class _Place:
    """What stands in the place of one document of the batch."""

    documents: tuple[Any, ...]
    newcomers: tuple[Any, ...] = ()
    made: list[Repair] = attrs.field(factory=list[Repair])
    tried: set[_Mark] = attrs.field(factory=set[_Mark])


@attrs.frozen(eq=False)
class _Offer:
    """What a remedy would have stand in a place."""

    finding: Finding
    remedy: Remedy
    before: Any
    within: int
    instead: Instead
    mark: _Mark


@attrs.define
class Search:
    """Looks for what would make the refused documents of a batch acceptable.

    Attributes:
        check: Checks a batch.
        cases: What remedies may ask.
        remedies: By code.
        names: Only these remedies; empty for all.
        totals: Whether a repair may change what a document comes to.
        guesses: Whether a repair may choose what only a person can know.
        fixed: Whether settings are to stay as they are.
    """

    check: Check
    cases: Cases
    remedies: Remedies
    names: Collection[str] = ()
    totals: bool = False
    guesses: bool = False
    fixed: bool = False
    # Settings that helped nobody: they are everybody's, so that one trial is enough.
    _useless: list[Any] = attrs.field(init=False, factory=list[Any])
    # Once offers were seen to spoil others, they are tried one by one.
    _alone: bool = attrs.field(init=False, default=False)

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
        case.batch = _batch(places)
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
            if offer.instead.settings is not None or self._alone:
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
                if not self._is_wanted(remedy):
                    continue
                offered = islice(remedy.mend(before, finding, case), _ALTERNATIVES)
                for at, one in enumerate(offered):
                    mark = (finding.code, finding.path, id(remedy), at, within)
                    instead = one if isinstance(one, Instead) else Instead(documents=(one,))
                    if mark in place.tried or not self._may(before, instead):
                        continue
                    mine = attrs.evolve(finding, index=number)
                    return _Offer(mine, remedy, before, within, instead, mark)
        return None

    def _is_wanted(self, remedy: Remedy) -> bool:
        if self.names:
            return remedy.name in self.names
        return self.guesses or not remedy.guess

    def _may(self, before: Any, instead: Instead) -> bool:
        new = instead.settings
        if new is not None and (self.fixed or new in self._useless):
            return False
        if not instead.documents:
            # Only what stands in the batch a second time is ever left out whole.
            return True
        return self.totals or same_worth((before,), instead.documents)

    def _tried(
        self,
        places: Sequence[_Place],
        offers: dict[int, _Offer],
        report: Report,
        settings: Any,
    ) -> tuple[Any, Report]:
        """Make the offers that help; return settings and report with them made."""
        was = _refusals(places, report)
        kept = dict(offers)
        for offer in offers.values():
            places[offer.finding.index].tried.add(offer.mark)
        while kept:
            old = {one: (places[one].documents, places[one].newcomers) for one in kept}
            wanted = settings
            for number, offer in kept.items():
                _make(places[number], offer)
                wanted = offer.instead.settings or wanted
            now = self.check(_batch(places), wanted)
            failed = self._failed(kept, was, _refusals(places, now))
            if not failed:
                for number, offer in kept.items():
                    places[number].made.append(_repair(offer, settings))
                    places[number].tried.clear()
                return wanted, now
            for number, (documents, newcomers) in old.items():
                places[number].documents, places[number].newcomers = documents, newcomers
            if wanted is not settings:
                self._useless.append(wanted)
            if self._alone and len(kept) > 1:
                # Judged together, none was tried on its own yet.
                for offer in kept.values():
                    places[offer.finding.index].tried.discard(offer.mark)
            kept = {one: kept[one] for one in kept if one not in failed}
        return settings, report

    def _failed(
        self,
        offers: Mapping[int, _Offer],
        was: Sequence[Counter[str]],
        is_: Sequence[Counter[str]],
    ) -> set[int]:
        """Return the offers that do not help, or for which somebody is worse off."""
        failed = {
            number
            for number, offer in offers.items()
            if is_[number][offer.finding.code] >= was[number][offer.finding.code]
            or _is_worse(was[number], is_[number])
        }
        if not failed and any(_is_worse(*pair) for pair in zip(was, is_, strict=True)):
            # Another document pays for it; whose offer that is, one by one will tell.
            if len(offers) > 1:
                self._alone = True
            return set(offers)
        return failed


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


def _repair(offer: _Offer, settings: Any) -> Repair:
    after = offer.instead.documents
    return Repair(
        name=offer.remedy.name,
        finding=offer.finding,
        before=offer.before,
        after=after,
        newcomers=offer.instead.newcomers,
        settings=offer.instead.settings,
        changes=tuple(_changes(offer)),
        settings_changes=tuple(_between(settings, offer.instead.settings or settings)),
        keeps_totals=not after or same_worth((offer.before,), after),
        guess=offer.remedy.guess,
    )


def _changes(offer: _Offer) -> Iterator[Change]:
    after = offer.instead.documents
    if len(after) == 1 and type(after[0]) is type(offer.before):
        yield from _between(offer.before, after[0])
        return
    yield Change(path="", before=told(offer.before), after=", ".join(map(told, after)))


def _between(before: Any, after: Any) -> Iterator[Change]:
    for path, one, other in differences(before, after):
        yield Change(path=path, before=told(one), after=told(other))
