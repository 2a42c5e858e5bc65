"""What a rule finds: a stable code, a place and values; sentences are text apart."""

import enum
from collections.abc import Mapping
from typing import Final

import attrs

from ..model.fields import FrozenMap, mapping
from . import text

# What a preflight is made of; no document has such a name and no type.
_PREFLIGHT: Final = frozenset({"connection", "settings"})


class Severity(enum.StrEnum):
    """What a finding does to the document."""

    ERROR = "error"
    """It is refused."""
    WARNING = "warning"
    """It is posted; somebody should look."""
    NOTE = "note"
    """It is posted; good to know."""
    SKIP = "skip"
    """A setting leaves it out: it is neither refused nor posted."""


class Owner(enum.StrEnum):
    """Who can put it right."""

    CALLER = "caller"
    ACCOUNTANT = "accountant"
    SAGE_ADMINISTRATOR = "sage_administrator"
    SAGE_SUPPORT = "sage_support"
    CUSTOMER_IT = "customer_it"


class Mark(enum.StrEnum):
    """How sure the source of a rule is."""

    DOCUMENTED = "documented"
    """The vendor states it."""
    OBSERVED = "observed"
    """Seen in real files or answers."""
    INFERRED = "inferred"
    """Our own reading of what is stated or seen."""
    UNCONFIRMED = "unconfirmed"
    """Sources disagree or are silent; easy to change."""
    OURS = "ours"
    """A promise of this library, not a rule of a product."""


class Fault:
    """What a rule returns: the place and the values; the engine adds whose fault it is."""

    __slots__ = ("path", "values")

    path: str
    values: Mapping[str, object]

    def __init__(self, path: str, values: Mapping[str, object]) -> None:
        self.path = path
        self.values = values


def fault(path: str = "", /, **values: object) -> Fault:
    """Return what a rule found.

    Args:
        path: JSON pointer into what the rule was given: "/currency", "" for all of it.
        values: What the sentence of the rule names.
    """
    return Fault(path, values)


def visible(text: str) -> str:
    """Return a text with what cannot be seen in it by its number: "A[U+0009]B"."""
    return "".join(one if one.isprintable() else f"[U+{ord(one):04X}]" for one in text)


def step_of(name: str) -> str:
    """Return a name as one step of a JSON pointer."""
    return name.replace("~", "~0").replace("/", "~1")


@attrs.frozen(kw_only=True)
class Finding:
    """One thing wrong, or worth knowing, about one document.

    Attributes:
        code: Stable: "SC-TAX-UNKNOWN". `sage-connect explain CODE` tells all about it.
        severity: What it does to the document.
        owner: Who can put it right.
        path: JSON pointer into the document: "/lines/0/account"; "" for all of it.
        values: What the sentence names, as text in machine form: plain decimals, ISO dates.
        document: The document's number, else its source id, else "#3" for the third.
        index: Position of the document in what was checked, from 0; -1 for none.
        kind: Type of the document, such as "purchase_invoice"; "" for none.
        journal: Code of the journal that the document goes to; "" where the product, or the
            document, names none.
        home: Package that the sentences live in.
    """

    code: str
    severity: Severity
    owner: Owner = Owner.CALLER
    path: str = ""
    values: FrozenMap[str] = mapping()
    document: str = ""
    index: int = -1
    kind: str = ""
    journal: str = ""
    home: str = attrs.field(default="sage_connect.validation", repr=False)

    def message(self, language: str = "en") -> str:
        """Return what is wrong, as a sentence in "en" or "fr"."""
        return text.sentence(self.home, self.code, "message", language, self.values)

    def fix(self, language: str = "en") -> str:
        """Return what to do about it, as a sentence in "en" or "fr"."""
        return text.sentence(self.home, self.code, "fix", language, self.values)

    def place(self, language: str = "en") -> str:
        """Return where it stands: "line 1, account"; "" for no place of its own.

        Of a preflight, it is the setting that is looked at, and what it is for.
        """
        if not self.path:
            return ""
        if self._is_preflight:
            return text.setting(self.path[1:].replace("/", "."), language)
        return text.place(self.path, language)

    def subject(self, language: str = "en") -> str:
        """Return what it is about: the document's name, or the part of a preflight."""
        return text.word(self.document, language) if self._is_preflight else self.document

    @property
    def _is_preflight(self) -> bool:
        return not self.kind and self.document in _PREFLIGHT

    @classmethod
    def _columns_(cls) -> Mapping[str, type]:
        """Return the columns of a frame: those of the CSV of a report."""
        texts = (
            *("document", "index", "path", "code", "severity", "owner", "message", "fix"),
            *("place", "journal"),
        )
        return dict.fromkeys(texts, str) | {"index": int}

    def _row_(self) -> Mapping[str, object]:
        """Return what a frame says of it, by `_columns_`."""
        return {
            "document": self.document,
            "index": self.index,
            "path": self.path,
            "code": self.code,
            "severity": self.severity.value,
            "owner": self.owner.value,
            "message": self.message(),
            "fix": self.fix(),
            "place": self.place(),
            "journal": self.journal,
        }

    def __str__(self) -> str:
        place = " ".join(part for part in (self.document, self.path) if part)
        return f"{place}: {self.code}: {self.message()}" if place else self.message()
