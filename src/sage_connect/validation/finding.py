"""What a rule finds: a stable code, a place and values; sentences are text apart."""

import enum
from collections.abc import Mapping

import attrs

from ..model.fields import FrozenMap, mapping
from . import text


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
        values: What the sentence names, as text.
        document: The document's number, else its source id, else "#3" for the third.
        index: Position of the document in what was checked, from 0; -1 for none.
        kind: Type of the document, such as "purchase_invoice"; "" for none.
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
    home: str = attrs.field(default="sage_connect.validation", repr=False)

    def message(self, language: str = "en") -> str:
        """Return what is wrong, as a sentence in "en" or "fr"."""
        return text.sentence(self.home, self.code, "message", language, self.values)

    def fix(self, language: str = "en") -> str:
        """Return what to do about it, as a sentence in "en" or "fr"."""
        return text.sentence(self.home, self.code, "fix", language, self.values)

    @classmethod
    def _columns_(cls) -> Mapping[str, type]:
        """Return the columns of a frame: those of the CSV of a report."""
        texts = ("document", "index", "path", "code", "severity", "owner", "message", "fix")
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
        }

    def __str__(self) -> str:
        place = " ".join(part for part in (self.document, self.path) if part)
        return f"{place}: {self.code}: {self.message()}" if place else self.message()
