"""A report as a page for people: no script, nothing loaded, light and dark."""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from html import escape
from importlib import resources
from itertools import groupby
from typing import TYPE_CHECKING, Final

from .._card import SHOWN, Marked, Stack, Tone, card, table
from .finding import Finding, Severity
from .text import template, word

if TYPE_CHECKING:
    from .report import Report

_VERDICTS: Final[dict[str, Tone]] = {
    "some_refused": "bad",
    "all_clear": "good",
    "unsure": "unsure",
}


def page_of(report: "Report", *, language: str, title: str, lead: str) -> str:
    """Return the report as `Report.to_html` promises."""
    heading = escape(title or word("title", language))
    return "".join(
        (
            f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n',
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
            '<meta name="color-scheme" content="light dark">\n',
            f"<title>{heading}</title>\n<style>\n{_style()}</style>\n</head>\n<body>\n",
            *_filter(report, language),
            f"<header>\n<h1>{heading}</h1>\n",
            *_verdict(report, language),
            "</header>\n<main>\n",
            lead,
            *_counts(report, language),
            *_documents(report, language),
            *_unchecked(report, language),
            "</main>\n</body>\n</html>\n",
        )
    )


@cache
def _style() -> str:
    return (
        resources.files("sage_connect.validation").joinpath("page.css").read_text("utf-8")
    )


def _number(severity: Severity, report: "Report") -> int:
    return sum(one.severity is severity for one in report.findings)


def _filter(report: "Report", language: str) -> Iterator[str]:
    # Radio buttons before everything else: the style sheet filters by them, without script.
    if not report.findings:
        return
    yield f'<fieldset class="filter"><legend>{_w("show", language)}</legend>\n'
    choices = [("all", "everything", len(report.findings))]
    choices += [(one.value, f"{one.value}s", _number(one, report)) for one in Severity]
    for value, name, count in choices:
        checked = " checked" if value == "all" else ""
        yield (
            f'<label><input type="radio" name="show" value="{value}"{checked}>'
            f"<span>{_w(name, language)} <b>{count}</b></span></label>\n"
        )
    yield "</fieldset>\n"


def _verdict(report: "Report", language: str) -> Iterator[str]:
    refused = len({one.index for one in report.errors})
    verdict = _judged(report)
    yield (
        f'<p class="verdict {verdict}">{_w(verdict, language)}</p>\n<dl class="figures">\n'
    )
    figures = [("documents", report.documents), ("refused", refused)]
    figures += [(f"{one.value}s", _number(one, report)) for one in Severity]
    for name, figure in figures:
        yield (
            f'<div class="{name if figure else "none"}"><dt>{_w(name, language)}</dt>'
            f"<dd>{figure}</dd></div>\n"
        )
    yield "</dl>\n"


def _judged(report: "Report") -> str:
    if report.errors:
        return "some_refused"
    return "unsure" if report.unchecked else "all_clear"


def _counts(report: "Report", language: str) -> Iterator[str]:
    if not report.findings:
        yield f'<p class="nothing">{_w("nothing", language)}</p>\n'
        return
    homes = {one.code: one.home for one in report.findings}
    codes = Counter(one.code for one in report.findings)
    owners = Counter(one.owner.value for one in report.findings)
    yield f'<div class="counts">\n<section><h2>{_w("by_code", language)}</h2>\n<table>\n'
    for code, count in codes.most_common():
        title = escape(template(homes[code], code, "title", language))
        yield f"<tr><td>{title} <code>{escape(code)}</code></td><td>{count}</td></tr>\n"
    yield f"</table></section>\n<section><h2>{_w('by_owner', language)}</h2>\n<table>\n"
    for owner, count in owners.most_common():
        yield f"<tr><td>{_w(owner, language)}</td><td>{count}</td></tr>\n"
    yield "</table></section>\n"
    yield from _journals(report, language)
    yield "</div>\n"


def _journals(report: "Report", language: str) -> Iterator[str]:
    # Whoever looks after purchases need not read what is wrong with the bank's entries.
    if not any(report.by_journal):
        return
    yield f"<section><h2>{_w('by_journal', language)}</h2>\n<table>\n"
    for name, own in report.by_journal.items():
        first = own.findings[0]
        told = escape(name) if first.journal else _w(name, language)
        yield f"<tr><td>{told or _w('whole', language)}</td><td>{len(own)}</td></tr>\n"
    yield "</table></section>\n"


def _documents(report: "Report", language: str) -> Iterator[str]:
    for _, group in groupby(report.findings, key=lambda one: (one.index, one.document)):
        found = list(group)
        first = found[0]
        worst = min((one.severity for one in found), key=list(Severity).index)
        kinds = " ".join(sorted({f"has-{one.severity}" for one in found}))
        # The parts of a preflight are numbered too, and nobody counts them.
        number = f" <small>#{first.index + 1}</small>" if first.kind else ""
        name = escape(first.subject(language)) or _w("documents", language)
        yield f'<section class="document {worst} {kinds}">\n<h2>{name}{number}</h2>\n<ol>\n'
        for one in found:
            yield _item(one, language)
        yield "</ol>\n</section>\n"


def _item(one: Finding, language: str) -> str:
    place = _placed(one, language)
    where = f"{escape(place)} · " if place else ""
    return (
        f'<li class="{one.severity.value}"><p class="what">'
        f'<span class="pill">{_w(one.severity.value, language)}</span> '
        f"{escape(one.message(language))}</p>\n"
        f'<p class="fix">{escape(one.fix(language))}</p>\n'
        f'<p class="where">{where}'
        f"<code>{escape(one.code)}</code> · {_w(one.owner.value, language)}</p></li>\n"
    )


def _placed(one: Finding, language: str) -> str:
    return one.place(language) or (word("whole", language) if one.kind else "")


def _unchecked(report: "Report", language: str) -> Iterator[str]:
    if not report.unchecked:
        return
    yield (
        f'<section class="unchecked">\n<h2>{_w("unchecked", language)}</h2>\n'
        f"<p>{_w('unchecked_why', language)}</p>\n<ul>\n"
    )
    for one in report.unchecked:
        missing = ", ".join(_w(part, language) for part in one.missing)
        yield (
            f"<li><code>{escape(one.code)}</code> · {_w('missing', language)} "
            f"{missing}</li>\n"
        )
    yield "</ul>\n</section>\n"


def table_of(report: "Report", language: str = "en") -> str:
    """Return the first findings as a card, for a notebook."""
    judged = _judged(report)
    tones: dict[Severity, Tone] = {Severity.ERROR: "bad", Severity.WARNING: "unsure"}
    figures = [("documents", report.documents)]
    figures.append(("refused", len({one.index for one in report.errors})))
    figures += [(f"{one.value}s", _number(one, report)) for one in Severity]
    head = ("severity", "document", "place", "message")
    return card(
        word("title", language),
        table(
            [word(name, language) for name in head],
            [
                (
                    Marked(word(one.severity.value, language), tones.get(one.severity, "")),
                    one.subject(language),
                    _placed(one, language),
                    Stack((one.message(language), one.fix(language), one.code)),
                )
                for one in report.findings[:SHOWN]
            ],
            total=len(report.findings),
            of=word("more", language),
        ),
        verdict=Marked(word(judged, language), _VERDICTS[judged]),
        facts={word(name, language): figure for name, figure in figures if figure},
    )


def _w(name: str, language: str) -> str:
    return escape(word(name, language))
