"""Remedies for texts: signs that cannot be written, blanks, capitals, length."""

import html
import re
from collections.abc import Iterator
from typing import Any, Final

from ..finding import Finding
from ..registry import Case
from .places import at, is_parts, left_out, put
from .remedy import remedy

MARK: Final = "..."
"""What a cut text ends with: three full stops, which every character set has."""

_IDENTITIES: Final = frozenset({"number", "party_number", "source_id", "code"})
"""What a document or a record is known by: shortened or spelt anew, it would be another."""


def text_of(document: Any, finding: Finding) -> str | None:
    """Return the text that a finding is about; None where it is about none."""
    value = at(document, finding.path)
    return value if isinstance(value, str) and finding.path else None


def is_identity(path: str) -> bool:
    """Return whether `path` is what the document itself is known by."""
    return path.count("/") == 1 and path[1:] in _IDENTITIES


@remedy("clean-text", guess=False)
def clean(document: Any, finding: Finding, _: Case) -> Iterator[Any]:
    """Take invisible signs out, and blanks at the ends and beside other blanks."""
    text = text_of(document, finding)
    if text is not None:
        seen = "".join(" " if one.isspace() else one for one in text)
        seen = "".join(one for one in seen if one.isprintable())
        yield put(document, finding.path, re.sub(" +", " ", seen).strip())


@remedy("capitals", guess=False)
def capitals(document: Any, finding: Finding, _: Case) -> Iterator[Any]:
    """Write a code in capitals, without blanks around."""
    text = text_of(document, finding)
    if text is not None:
        yield put(document, finding.path, text.strip().upper())


@remedy("cut", guess=False)
def cut(document: Any, finding: Finding, _: Case) -> Iterator[Any]:
    """Shorten a text by as much as it is too long, so that one sees it."""
    text = text_of(document, finding)
    length, limit = _number(finding, "length"), _number(finding, "limit")
    if text is None or not limit or is_identity(finding.path):
        return
    text = text.strip()
    # What is too long may have the text in it, among other words.
    longest = len(text) - max(length - limit, 0)
    if len(MARK) < longest < len(text):
        yield put(document, finding.path, text[: longest - len(MARK)].rstrip() + MARK)


def _number(finding: Finding, name: str) -> int:
    value = finding.values.get(name, "")
    return int(value) if value.isdigit() else 0


@remedy("leave-out")
def leave_out(document: Any, finding: Finding, _: Case) -> Iterator[Any]:
    """Leave the field, or the entry of a list, out; never what a document takes back."""
    if finding.path == "/reverses":
        return
    emptied = left_out(document, finding.path)
    if emptied is not None:
        yield emptied


@remedy("plain-entities", guess=False)
def plain_entities(document: Any, finding: Finding, _: Case) -> Iterator[Any]:
    """Write the sign that an HTML entity stands for."""
    text = text_of(document, finding)
    if text is not None:
        yield put(document, finding.path, html.unescape(text))


@remedy("join-lines", guess=False)
def join_lines(document: Any, finding: Finding, _: Case) -> Iterator[Any]:
    """Put the lines of an address that have no place behind the last that has one."""
    lines = at(document, finding.path)
    limit = _number(finding, "limit")
    if is_parts(lines) and limit:
        kept: list[str] = [*lines]
        yield put(
            document, finding.path, (*kept[: limit - 1], ", ".join(kept[limit - 1 :]))
        )


@remedy("name-as-code")
def name_as_code(document: Any, finding: Finding, _: Case) -> Iterator[Any]:
    """Name a record by its code until somebody names it."""
    code: str = getattr(document, "code", "")
    if code.strip() and isinstance(at(document, finding.path), str):
        yield put(document, finding.path, code)


@remedy("describe-line")
def describe_line(document: Any, finding: Finding, case: Case) -> Iterator[Any]:
    """Describe a line by its item, else by its account, else by the document."""
    line = at(document, finding.path.rpartition("/")[0])
    item = (case.reference.items or {}).get(getattr(line, "item", ""))
    account = (case.reference.accounts or {}).get(getattr(line, "account", ""))
    names = (
        getattr(item, "description", ""),
        getattr(account, "name", ""),
        getattr(document, "reference", ""),
        getattr(document, "number", ""),
    )
    for name in names:
        if name.strip() and isinstance(at(document, finding.path), str):
            yield put(document, finding.path, name)


@remedy("keep-first")
def keep_first(document: Any, finding: Finding, _: Case) -> Iterator[Any]:
    """Keep the first of several, where there is a place for one."""
    parts = at(document, finding.path)
    if is_parts(parts):
        yield put(document, finding.path, parts[:1])


@remedy("leave-out")
def leave_out_holder(document: Any, finding: Finding, _: Case) -> Iterator[Any]:
    """Leave out what the field belongs to, where the field alone cannot be."""
    above = finding.path.rpartition("/")[0]
    emptied = left_out(document, above) if above else None
    if emptied is not None:
        yield emptied


@remedy("without-backslash", guess=False)
def without_backslash(document: Any, finding: Finding, _: Case) -> Iterator[Any]:
    r"""Write `#` for `\#`, which a file of Sage 100 reads as the same."""
    text = text_of(document, finding)
    if text is not None:
        yield put(document, finding.path, text.replace("\\#", "#"))


@remedy("country-code", guess=False)
def country_code(document: Any, finding: Finding, _: Case) -> Iterator[Any]:
    """Write the two letters of a country that is named in English or French."""
    text = text_of(document, finding)
    code = _COUNTRIES.get((text or "").strip().casefold())
    if code is not None:
        yield put(document, finding.path, code)


_COUNTRIES: Final = {
    name: code
    for code, names in {
        "AT": "austria autriche",
        "BE": "belgium belgique",
        "CA": "canada",
        "CH": "switzerland suisse",
        "DE": "germany allemagne deutschland",
        "DK": "denmark danemark",
        "ES": "spain espagne españa",
        "FI": "finland finlande",
        "FR": "france",
        "GB": "england angleterre britain uk",
        "IE": "ireland irlande",
        "IT": "italy italie italia",
        "LU": "luxembourg",
        "MC": "monaco",
        "NL": "netherlands pays-bas nederland",
        "NO": "norway norvège",
        "PL": "poland pologne",
        "PT": "portugal",
        "SE": "sweden suède",
        "TN": "tunisia tunisie",
        "US": "usa états-unis",
        "MA": "morocco maroc",
    }.items()
    for name in names.split()
}
"""Countries by their names in English, in French, and at home, without blanks."""
