"""Records out of elements. `lxml` elements go no further than this and `reply`."""

from collections.abc import Iterable, Iterator
from sys import intern
from typing import Any, Final

from lxml import etree

from .. import objects
from .record import Record, Texts, Value, rebuilt, set_tag, set_texts

_new = object.__new__
# Asked once for a whole page, and in C: whether any record is more than names and texts.
_SOME_ODD: Final = etree.XPath("boolean(*/@* or */*/* or */*/@*)")
_ODD: Final = etree.XPath("boolean(@* or */* or */@*)")


def class_of(name: str) -> type[Record]:
    """Return the class of the object called `name`, in any case; `Record` if unknown."""
    # Only names of ours: an answer must not make us remember, or import, names of its own.
    return objects.class_of(name) or Record


def records_of(
    parent: Any, elements: Iterable[Any], kind: type[Record] | None = None
) -> Iterator[Record]:
    """Yield a record for each of `elements`, children of `parent`."""
    some_odd = _SOME_ODD(parent)
    seen = ""
    found: type[Record] = kind or Record
    for element in elements:
        tag: str = intern(element.tag)
        if kind is None and tag != seen:
            seen, found = tag, class_of(tag)
        if some_odd and _ODD(element):
            yield record_of(element, found)
            continue
        texts: Texts = {intern(field.tag): field.text for field in element}
        if not texts or len(texts) != len(element):
            yield record_of(element, found)
            continue
        record = _new(found)
        set_tag(record, tag)
        set_texts(record, texts)
        yield record


def record_of(element: Any, kind: type[Record] | None = None) -> Record:
    """Return the record that `element` is, with all that is nested in it."""
    gathered: dict[str, list[str | Record | None]] = {}
    own: list[str] = [element.text or ""]
    for field in element:
        value = record_of(field) if len(field) or field.attrib else field.text
        gathered.setdefault(intern(field.tag), []).append(value)
        own.append(field.tail or "")
    texts: dict[str, Value] = {
        name: several[0] if len(several) == 1 else tuple(several)
        for name, several in gathered.items()
    }
    text = own[0] if not texts else " ".join(" ".join(own).split())
    tag: str = element.tag
    return rebuilt(kind or class_of(tag), tag, texts, dict(element.attrib), text)
