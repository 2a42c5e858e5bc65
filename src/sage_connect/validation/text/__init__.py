"""The sentences of findings, in English and French, kept as data beside the rules.

Each package with rules has `text/en.toml` and `text/fr.toml`: a table for each code with
`title`, `message` and `fix`. `message` and `fix` are templates: `{account}` stands for the
value of that name, and `{side:word}` for its translation in `words.toml` of this package.

Where it is the product that refused, there may be no such values: `said_message` and
`said_fix` are what is told then, where they differ. The product's own words come behind.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

LANGUAGES = ("en", "fr")


@cache
def sentences(home: str, language: str) -> Mapping[str, Mapping[str, str]]:
    """Return the sentences of the package `home` by code.

    Raises:
        ValueError: `language` is neither "en" nor "fr".
    """
    source = resources.files(home).joinpath("text", f"{_known(language)}.toml")
    return tomllib.loads(source.read_text("utf-8"))


@cache
def words(language: str) -> Mapping[str, str]:
    """Return what names in values and the headings of reports are called.

    Raises:
        ValueError: `language` is neither "en" nor "fr".
    """
    source = resources.files(__name__).joinpath("words.toml")
    found: Mapping[str, str] = tomllib.loads(source.read_text("utf-8"))[_known(language)]
    return found


def word(name: str, language: str) -> str:
    """Return what `name` (a severity, an owner, a field) is called; itself if not listed.

    Raises:
        ValueError: `language` is neither "en" nor "fr".
    """
    return words(language).get(name, name)


def template(home: str, code: str, part: str, language: str) -> str:
    """Return `part` ("title", "message" or "fix") of `code` as it is written.

    Raises:
        ValueError: `language` is neither "en" nor "fr".
    """
    return sentences(home, language)[code][part]


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
        return template(home, code, part, language).format_map(_Values(given))
    written = said(home, code, part, language)
    if part == "message" and "{said}" not in written:
        written = f"{written} {word('says', language)}"
    return written.format_map(_Values(given))


def _known(language: str) -> str:
    if language not in LANGUAGES:
        raise ValueError(
            f"language must be one of {', '.join(LANGUAGES)}, not {language!r}"
        )
    return language


class _Value(str):
    __slots__ = ("_language",)

    def spoken(self, language: str) -> "_Value":
        self._language = language
        return self

    def __format__(self, spec: str) -> str:
        return (
            word(str(self), self._language) if spec == "word" else format(str(self), spec)
        )


class _Values(dict[str, _Value]):
    # A sentence that names a value the rule did not give still has to reach the user.
    def __missing__(self, key: str) -> _Value:
        return _Value(f"{{{key}}}").spoken("en")
