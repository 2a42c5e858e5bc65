"""The sentences of findings, in English and French, kept as data beside the rules.

Each package with rules has `text/en.toml` and `text/fr.toml`: a table for each code with
`title`, `message` and `fix`. `message` and `fix` are templates: `{account}` stands for the
value of that name.
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
    if language not in LANGUAGES:
        raise ValueError(
            f"language must be one of {', '.join(LANGUAGES)}, not {language!r}"
        )
    source = resources.files(home).joinpath("text", f"{language}.toml")
    return tomllib.loads(source.read_text("utf-8"))


class _Values(dict[str, object]):
    # A sentence that names a value the rule did not give still has to reach the user.
    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


def sentence(
    home: str, code: str, part: str, language: str, values: Mapping[str, object]
) -> str:
    """Return `part` ("title", "message" or "fix") of `code`, its values filled in."""
    template = sentences(home, language)[code][part]
    return template.format_map(_Values(values))
