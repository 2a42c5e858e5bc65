"""Legacy functions as the schema has them: which children, in which order."""

import functools
import json
import re
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Final

import attrs

from . import refusals
from .nodes import Node

_NAME: Final = re.compile(r"[A-Za-z_0-9]+")
_MANDATORY: Final = re.compile(r"^[A-Za-z_0-9]+\+?$")
# Newer than the schema that was published; where they stand is not.
NEWER: Final = frozenset(
    {
        "amortizationtemplateid", "costtypeid", "customfields", "declarationnumber",
        "detailid", "inclusivetax", "isinclusive", "onhold", "retainagepercentage",
        "supdocid", "taskid", "taxentries", "taxentry", "taxschedule", "taxsolutionid",
        "totaltrxamount", "trx_tax", "uniquefileid", "warehouseid",
    }
)  # fmt: skip
# Functions newer than it.
_NEWER_FUNCTIONS: Final = frozenset(
    {"query", "lookup", "getObjectTrail", "decline_appaymentrequest", "retrievepdf"}
)


@attrs.frozen
class Shape:
    """What an element may hold.

    Attributes:
        order: Names of its children, each with its place.
        needed: Children that must be there.
        attributes: Attributes that must be there.
    """

    order: Mapping[str, int]
    needed: Sequence[str]
    attributes: Sequence[str]


def check_function(name: str, node: Node) -> None:
    """Check that a function is one.

    Raises:
        Denied: Nobody knows it.
    """
    if name not in _functions() and name not in _NEWER_FUNCTIONS:
        raise refusals.malformed(
            f"Element 'function': this element is not expected: '{name}'", node.line, 1
        )


def check_order(node: Node) -> None:
    """Check that a legacy function, and what is in it, has its children in order.

    Raises:
        Denied: One stands where it must not, is unknown, or is missing.
    """
    shape = _shapes().get(node.tag)
    if shape is None:
        return
    last = -1
    for child in node:
        place = shape.order.get(child.tag)
        if place is None and shape.order and not _newer(child.tag):
            raise _unexpected(node, child)
        if place is not None:
            if place < last:
                raise _unexpected(node, child)
            last = place
        if child.children:
            check_order(child)
    _check_there(node, shape)


def _check_there(node: Node, shape: Shape) -> None:
    for name in shape.needed:
        if node.find(name) is None:
            raise refusals.malformed(
                f"Element '{node.tag}': missing child element '{name}'", node.line, 1
            )
    for name in shape.attributes:
        if name not in node.attributes:
            raise refusals.malformed(
                f"Element '{node.tag}': attribute '{name}' is required", node.line, 1
            )


def _newer(tag: str) -> bool:
    return tag in NEWER or tag.startswith("GLDIM")


def _unexpected(node: Node, child: Node) -> refusals.Denied:
    return refusals.malformed(
        f"Element '{child.tag}': this element is not expected in '{node.tag}'",
        child.line,
        1,
    )


@functools.cache
def _functions() -> frozenset[str]:
    return frozenset(_NAME.findall(_table()["function"][0]))


@functools.cache
def _shapes() -> Mapping[str, Shape]:
    found = dict[str, Shape]()
    for name, (children, *rest) in _table().items():
        if not _is_legacy(name):
            continue
        parts = children.split()
        places = list(enumerate(_NAME.findall(children)))
        # The first place of a name counts: choices repeat some.
        order = {own: at for at, own in reversed(places)}
        needed = [part.rstrip("+") for part in parts if _MANDATORY.match(part)]
        attributes = (rest[0] if rest else "").split()
        found[name] = Shape(
            order, needed, [one for one in attributes if not one.endswith("?")]
        )
    return found


def _is_legacy(name: str) -> bool:
    """Whether the order of an element's children counts."""
    starts = ("create_", "update_", "reverse_", "apply_", "record_")
    return name.startswith(starts) or name in {
        "lineitem", "updatelineitem", "invoiceitems", "billitems", "aradjustmentitems",
        "apadjustmentitems", "expenses", "expense", "attachments", "attachment",
        "glentry", "gltransactionentries",
    }  # fmt: skip


@functools.cache
def _table() -> Mapping[str, list[str]]:
    place = resources.files(__name__.rpartition(".")[0]) / "fixtures" / "legacy.json"
    table: Mapping[str, list[str]] = json.loads(place.read_text("utf-8"))
    return table
