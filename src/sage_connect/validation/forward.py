"""What somebody has to put right, as a message to send on."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from .finding import Finding, Owner, Severity
from .text import template, word

if TYPE_CHECKING:
    from .report import Report

# Whoever reads a message looks at the first; the report itself has them all.
_PLACES: Final = 5
_INDENT: Final = "   "
# In the order of telling. Notes, and what a setting leaves out, ask for nothing.
_TOLD: Final = (Severity.ERROR, Severity.WARNING)


def message_of(report: "Report", owner: Owner | None, language: str) -> str:
    """Return the report as `Report.to_forward` promises."""
    owners = tuple(Owner) if owner is None else (owner,)
    return "\n\n".join(part for one in owners for part in _parts(report, one, language))


def _parts(report: "Report", owner: Owner, language: str) -> Iterator[str]:
    points = _points(one for one in report.findings if one.owner is owner)
    if not points:
        return
    yield _heading(owner, points, language)
    for number, found in enumerate(points, start=1):
        yield "\n".join(_told(number, found, language))


def _points(findings: Iterable[Finding]) -> Sequence[Sequence[Finding]]:
    """Return what is told alike of many documents as one point, errors first."""
    points: dict[tuple[Severity, str, object], list[Finding]] = {}
    for one in findings:
        if one.severity in _TOLD:
            points.setdefault((one.severity, one.code, one.values), []).append(one)
    # Sorting is stable: within a severity, the order is that of the report.
    return sorted(points.values(), key=lambda found: _TOLD.index(found[0].severity))


def _heading(owner: Owner, points: Sequence[Sequence[Finding]], language: str) -> str:
    wrong = any(found[0].severity is Severity.ERROR for found in points)
    name = f"{'put_right' if wrong else 'look_at'}.{'one' if len(points) == 1 else 'many'}"
    told = word(name, language).format(count=len(points))
    colon = word("colon", language)
    return f"{word(f'for.{owner.value}', language)}{colon}{told}"


def _told(number: int, found: Sequence[Finding], language: str) -> Iterator[str]:
    first = found[0]
    title = template(first.home, first.code, "title", language)
    yield f"{number}. {title} ({word(f'point.{first.severity.value}', language)})"
    yield _INDENT + first.message(language)
    yield _INDENT + word("point.fix", language).format(fix=first.fix(language))
    if places := _places(found, language):
        yield _INDENT + word("point.about", language).format(places=places)
    yield _INDENT + word("point.code", language).format(code=first.code)


def _places(found: Sequence[Finding], language: str) -> str:
    told = list(dict.fromkeys(filter(None, (_place(one, language) for one in found))))
    listed = ", ".join(told[:_PLACES])
    left = len(told) - _PLACES
    if left <= 0:
        return listed
    return word("point.more", language).format(places=listed, count=left)


def _place(one: Finding, language: str) -> str:
    place = one.place(language)
    # Of a preflight, the setting alone says it all.
    subject = one.subject(language) if one.kind or not place else ""
    return f"{subject} ({place})" if subject and place else subject or place
