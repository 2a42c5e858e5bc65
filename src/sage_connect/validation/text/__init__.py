"""The sentences of findings, in English and French, kept as data beside the rules.

Each package with rules has `text/en.toml` and `text/fr.toml`: a table for each code with
`title`, `message` and `fix`. `message` and `fix` are templates: `{account}` stands for the
value of that name, and `{side:word}` for its translation in `words.toml` of this package.
Amounts, rates and days are told in local form: `{gross:amount}`, `{rate:number}`,
`{due:date}`; `{sent:{field:form}}` where the name of a field says which. What has no such
mark is never touched, so that a code stays as it is. `{field:place}` is a JSON pointer in
words, `{setting:setting}` the name of a setting with what it is for, and `{parts:words}`
several words. A part in `[[ ]]` is left out where a value in it is not known.

French is written here with plain spaces, and read with no-break ones before `: ; ! ? » %`
and after `«`.

Where it is the product that refused, there may be no such values: `said_message` and
`said_fix` are what is told then, where they differ. The product's own words come behind.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources
from itertools import zip_longest
from typing import Final

from .local import SPECS, form_of

LANGUAGES: Final = ("en", "fr")
# Where French breaks no line. The mark of a format ("{side:word}") has no space before it.
_UNBROKEN: Final = re.compile(r" (?=[:;!?»%])|(?<=«) |(?<=:amount\}) (?=\{)")
_OPTIONAL: Final = re.compile(r"\[\[(.*?)\]\]")
_NAMED: Final = re.compile(r"\{(\w+)")
_UNKNOWN: Final = (None, "", "\u2013")
_MARKED: Final = re.compile(r"\{(\w+):(?:\w+|\{\w+:form\})\}")


@cache
def sentences(home: str, language: str) -> Mapping[str, Mapping[str, str]]:
    """Return the sentences of the package `home` by code.

    Raises:
        ValueError: `language` is neither "en" nor "fr".
    """
    return read(home, f"{_known(language)}.toml", language)


def read(home: str, name: str, language: str) -> Mapping[str, Mapping[str, str]]:
    """Return the tables of the file `name` of the package `home`, for people to read."""
    source = resources.files(home).joinpath("text", name)
    written: Mapping[str, Mapping[str, str]] = tomllib.loads(source.read_text("utf-8"))
    return {
        table: {part: _unbroken(one, language) for part, one in parts.items()}
        for table, parts in written.items()
    }


def _unbroken(written: str, language: str) -> str:
    return _UNBROKEN.sub("\u00a0", written) if language == "fr" else written


@cache
def words(language: str) -> Mapping[str, str]:
    """Return what names in values and the headings of reports are called.

    Raises:
        ValueError: `language` is neither "en" nor "fr".
    """
    source = resources.files(__name__).joinpath("words.toml")
    found: Mapping[str, str] = tomllib.loads(source.read_text("utf-8"))[_known(language)]
    return {name: _unbroken(one, language) for name, one in found.items()}


def word(name: str, language: str) -> str:
    """Return what `name` (a severity, an owner, a field) is called; itself if not listed.

    Raises:
        ValueError: `language` is neither "en" nor "fr".
    """
    return words(language).get(name, name)


def place(path: str, language: str) -> str:
    """Return a JSON pointer as people say it: "/lines/0/account" is "line 1, account".

    One of several is listed with a slash: "/lines" is "line", where "lines" is "lines".

    Raises:
        ValueError: `language` is neither "en" nor "fr".
    """
    known = words(language)
    said: list[str] = []
    steps = path.split("/")[1:]
    for step, after in zip_longest(steps, steps[1:], fillvalue=""):
        if step.isdecimal() and said:
            said[-1] += f" {int(step) + 1}"
        else:
            one = known.get(f"/{step}") if after.isdecimal() else None
            said.append(one or known.get(step) or _unescaped(step))
    return ", ".join(said) or known["whole"]


def setting(name: str, language: str) -> str:
    """Return what a setting is for, and its name for whoever writes the settings.

    Raises:
        ValueError: `language` is neither "en" nor "fr".
    """
    known = words(language)
    named = f"{known['setting']} {_unescaped(name)}"
    whole = name.partition("[")[0]
    while whole:
        if whole in known and ("." in whole or whole == name):
            return f"{known[whole]}, {named}"
        whole = whole.rpartition(".")[0]
    return named


def _unescaped(step: str) -> str:
    return step.replace("~1", "/").replace("~0", "~")


def template(home: str, code: str, part: str, language: str) -> str:
    """Return `part` ("title", "message" or "fix") of `code` as it is written.

    Raises:
        ValueError: `language` is neither "en" nor "fr".
    """
    return sentences(home, language)[code][part]


def shown(home: str, code: str, part: str, language: str) -> str:
    """Return `part` of `code` as a person reads a template: `{gross}` for a value.

    Raises:
        ValueError: `language` is neither "en" nor "fr".
    """
    written = _OPTIONAL.sub(r"\1", template(home, code, part, language))
    return _MARKED.sub(r"{\1}", written)


def said(home: str, code: str, part: str, language: str) -> str:
    """Return `part` of `code` for what the product itself says, as it is written.

    Raises:
        ValueError: `language` is neither "en" nor "fr".
    """
    whole = sentences(home, language)[code]
    return whole.get(f"said_{part}") or whole[part]


def sentence(
    home: str, code: str, part: str, language: str, values: Mapping[str, object]
) -> str:
    """Return `part` ("title", "message" or "fix") of `code`, its values filled in.

    With a value named "said", it is told as what the product itself says.
    """
    given = {name: _Value(value).spoken(language) for name, value in values.items()}
    if "said" not in given:
        return _filled(template(home, code, part, language), given)
    written = said(home, code, part, language)
    if part == "message" and "{said}" not in written:
        written = f"{written} {word('says', language)}"
    return _filled(written, given)


def _filled(written: str, given: Mapping[str, "_Value"]) -> str:
    def kept(part: re.Match[str]) -> str:
        names = _NAMED.findall(part[1])
        return part[1] if all(given.get(name) not in _UNKNOWN for name in names) else ""

    return _OPTIONAL.sub(kept, written).format_map(_Values(given))


def _known(language: str) -> str:
    if language not in LANGUAGES:
        raise ValueError(
            f"language must be one of {', '.join(LANGUAGES)}, not {language!r}"
        )
    return language


def _words(listed: str, language: str) -> str:
    known = words(language)
    names = [one.strip() for one in listed.split(",")]
    return ", ".join(known.get(one.replace(" ", "_"), one) for one in names)


def _named_setting(name: str, language: str) -> str:
    # Where the document itself gives a value, it is a field that is named.
    return setting(name, language) if "." in name else word(name, language)


def _place(pointer: str, language: str) -> str:
    return place(pointer if pointer.startswith("/") else f"/{pointer}", language)


def _form(field: str, _: str) -> str:
    return form_of(field)


_SPECS: Final[Mapping[str, Callable[[str, str], str]]] = {
    **SPECS,
    "word": word,
    "words": _words,
    "setting": _named_setting,
    "place": _place,
    "form": _form,
}


class _Value(str):
    __slots__ = ("_language",)

    def spoken(self, language: str) -> "_Value":
        self._language = language
        return self

    def __format__(self, spec: str) -> str:
        told = _SPECS.get(spec)
        return told(str(self), self._language) if told else format(str(self), spec)


class _Values(dict[str, _Value]):
    # A sentence that names a value the rule did not give still has to reach the user.
    def __missing__(self, key: str) -> _Value:
        return _Value(f"{{{key}}}").spoken("en")
