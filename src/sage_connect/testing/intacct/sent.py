"""Records as they are sent: fields by name, and lists of lines."""

from collections.abc import Mapping
from typing import Any, Final

import attrs

from . import facts, refusals
from .company import Company, day_of
from .facts import BOOLEAN, DATE, INTEGER, NUMBER, STAMP, Facts
from .nodes import Node
from .store import Row

_BOOLEANS: Final = {"true": "true", "false": "false", "t": "true", "f": "false"}
# What holds lines, beside what the facts name.
_HOLDERS: Final = frozenset(
    {
        "APADJUSTMENTITEMS", "APBILLITEMS", "APPYMTDETAILS", "ARADVANCEITEMS",
        "ARADJUSTMENTITEMS", "ARINVOICEITEMS", "ARPYMTDETAILS", "EEXPENSESITEMS", "ENTRIES",
        "TAXENTRIES", "ALLOCATIONENTRIES", "CONTACT_LIST_INFO",
    }
)  # fmt: skip
_REPEATED: Final = frozenset(
    {"SPLIT", "USERLOCATIONS", "USERDEPARTMENTS", "USERROLES", "CONTACT_LIST_INFO"}
)
_OPEN_VALUES: Final = frozenset({"TERMVALUE", "STATE", "PAYMENTMETHOD"})


@attrs.frozen
class Sent:
    """A record as it was sent.

    Attributes:
        fields: Texts by name in capitals; embedded records with dots.
        lists: Records in it, by what holds them.
    """

    fields: dict[str, str]
    lists: dict[str, list["Sent"]]

    def lines(self, holder: str) -> list[Row] | None:
        """Return the lines in a holder, tax entries as `_TAXES`; None for no holder."""
        if holder not in self.lists:
            return None
        found = list[Row]()
        for one in self.lists[holder]:
            row: Row = dict(one.fields)
            for name, key in (("TAXENTRIES", "_TAXES"), ("SPLIT", "_SPLITS")):
                if one.lists.get(name):
                    row[key] = [dict(entry.fields) for entry in one.lists[name]]
            found.append(row)
        return found


def sent(node: Node, known: Facts | None = None) -> Sent:
    """Return a record as it was sent, however its names are written."""
    found = Sent({}, {})
    _collect(node, "", found, {} if known is None else known.lines)
    return found


def _collect(node: Node, prefix: str, found: Sent, lines: Mapping[str, Any]) -> None:
    for child in node:
        name = child.tag.upper()
        if name in _REPEATED:
            found.lists.setdefault(name, []).append(sent(child))
        elif name in _HOLDERS or name in lines:
            found.lists.setdefault(name, []).extend(sent(one) for one in child)
        elif child.children:
            _collect(child, f"{prefix}{name}.", found, lines)
        else:
            found.fields[f"{prefix}{name}"] = child.text


def checked(company: Company, known: Facts, given: Mapping[str, str]) -> dict[str, str]:
    """Return fields whose texts are of their types, without those that are left out.

    Raises:
        Refused: One is not, or is no field where those are refused.
    """
    found = dict[str, str]()
    for name, text in given.items():
        field = known.fields.get(name)
        if field is None:
            if not _keeps(company, known, name):
                continue
            found[name] = text
            continue
        found[name] = _fits(known, field, text) if text else text
    return found


def _keeps(company: Company, known: Facts, name: str) -> bool:
    own = name in company.options.custom_fields.get(known.name, ())
    if own or company.options.unknown_fields == "kept" or name.startswith("GLDIM"):
        return True
    if company.options.unknown_fields == "refused":
        raise refusals.bad_field(known.name, name)
    return False


def _fits(known: Facts, field: facts.Field, text: str) -> str:
    if field.kind in {DATE, STAMP}:
        if day_of(text) is not None:
            return text
        raise refusals.business(
            f"Date '{text}' of {field.name} is invalid.",
            number=refusals.DATE,
            object=known.name,
            field=field.name,
        )
    own = _meant(field, text)
    if own is None:
        label = field.label or field.name
        raise refusals.unknown_value(label, text, known.name, field.name)
    return own


def _meant(field: facts.Field, text: str) -> str | None:
    """Return what a text of no date means; None for nothing that the field can be."""
    if field.kind == BOOLEAN:
        return _BOOLEANS.get(text.lower())
    if field.kind in {INTEGER, NUMBER}:
        named = field.name == "EXCH_RATE_TYPE_ID"
        return text if named or facts.number(text) is not None else None
    if len(field.values) < 2 or field.name in _OPEN_VALUES or "#~#" in text:  # noqa: PLR2004
        return text
    folded = {value.lower(): value for value in field.values if value}
    return folded.get(text.lower())


def embedded(given: Mapping[str, str], prefix: str) -> dict[str, str]:
    """Return the fields of an embedded record."""
    start = f"{prefix}."
    return {
        name.removeprefix(start): text
        for name, text in given.items()
        if name.startswith(start)
    }
