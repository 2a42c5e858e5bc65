"""What the gateway says when it refuses: errors, with all that stands around them."""

import html
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import unquote

import attrs

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
# Tags of HTML alone: "<CUSTOMERID>" in a text is what the gateway misses.
_TAG: Final = re.compile(
    r"</?(a|abbr|b|big|blockquote|body|br|button|center|code|dd|div|dl|dt|em|font|form|h[1-6]"
    r"|head|hr|html|i|iframe|img|input|label|li|link|meta|object|ol|p|pre|script|small|span"
    r"|strong|style|sub|sup|svg|table|tbody|td|tfoot|th|thead|title|tr|tt|u|ul)"
    r"(?:\s[^<>]*|/)?>",
    re.IGNORECASE,
)
_BREAKING: Final = frozenset(
    {"br", "div", "h1", "h2", "h3", "li", "ol", "p", "td", "tr", "ul"}
)
_SUPPORT_ID: Final = re.compile(r"\[Support ID:\s*([^\[\]]*?)\s*\]", re.IGNORECASE)
# What is worth more than a person can read is an attack on whoever shows it.
_LONGEST: Final = 20_000


def _frozen(given: Mapping[str, str]) -> Mapping[str, str]:
    return given if isinstance(given, MappingProxyType) else MappingProxyType(dict(given))


@attrs.frozen(kw_only=True)
class ErrorMessage:
    """One error of an answer. Texts are unescaped, and without tags.

    Attributes:
        number: Such as "BL01001973". At times words instead: "Query Failed".
        description: Or "".
        description2: Mostly the telling one; may end in "[Support ID: …]".
        correction: What to do, says the gateway; or "".
        support_id: What Sage's support asks for, decoded; or "".
        error_id: The precise number of `additionalinfo`, such as "GL-0493"; or "".
        category: Of `additionalinfo`, or "".
        target: What the error is about: `object`, `field`, `domain`, `requestinfo`,
            `businessinfo`.
        message_ids: Of the texts by name: `description`, `cdescription`, `correction`.
        placeholders: What the texts were filled with, by name.
    """

    number: str = ""
    description: str = ""
    description2: str = ""
    correction: str = ""
    support_id: str = ""
    error_id: str = ""
    category: str = ""
    target: Mapping[str, str] = attrs.field(default=_NOTHING, converter=_frozen, hash=False)
    message_ids: Mapping[str, str] = attrs.field(
        default=_NOTHING, converter=_frozen, hash=False
    )
    placeholders: Mapping[str, str] = attrs.field(
        default=_NOTHING, converter=_frozen, hash=False
    )

    @property
    def text(self) -> str:
        """All that it says, on one line."""
        said = (self.description, self.description2, self.correction)
        return " ".join(dict.fromkeys(one for one in said if one)) or self.number

    def __reduce__(self) -> tuple[Any, ...]:
        values = attrs.asdict(self, recurse=False)
        for name in ("target", "message_ids", "placeholders"):
            values[name] = dict(values[name])
        return _rebuilt, (values,)


def _rebuilt(values: dict[str, Any]) -> ErrorMessage:
    return ErrorMessage(**values)


def errors_of(parent: Any) -> tuple[ErrorMessage, ...]:
    """Return the errors right below `parent`, an lxml element."""
    return tuple(
        _error(one) for message in parent.iterchildren("errormessage") for one in message
    )


def _error(element: Any) -> ErrorMessage:
    first, second, correction = (
        cleaned(element.findtext(name) or "")
        for name in ("description", "description2", "correction")
    )
    # Told in `description2` as a rule; it is taken from wherever it stands.
    told = _SUPPORT_ID.search(f"{second} {first} {correction}")
    plain = ErrorMessage(
        number=cleaned(element.findtext("errorno") or ""),
        description=first,
        description2=second,
        correction=correction,
        support_id=unquote(told[1]) if told else "",
    )
    more = element.find("additionalinfo")
    if more is None:
        return plain
    message_ids: dict[str, str] = {}
    placeholders: dict[str, str] = {}
    for name in ("description", "cdescription", "correction"):
        part = more.find(name)
        if part is None:
            continue
        if ident := _told(part, "messageid"):
            message_ids[name] = ident
        for one in part.iterfind("placeholders/placeholder"):
            placeholders[_told(one, "name")] = _told(one, "value") or cleaned(
                one.text or ""
            )
    target = more.find("target")
    about: dict[str, str] = {}
    if target is not None:
        about = {one.tag: cleaned(one.text or "") for one in target} | dict(target.attrib)
    return attrs.evolve(
        plain,
        error_id=_told(more, "errorid"),
        category=_told(more, "category"),
        target=about,
        message_ids=message_ids,
        placeholders=placeholders,
    )


def _told(element: Any, name: str) -> str:
    """Return what stands as an attribute, as most of it is documented, or as an element."""
    return cleaned(element.get(name) or element.findtext(name) or "")


def cleaned(text: str) -> str:
    """Return a text of the gateway as a person would read it: unescaped, without tags.

    >>> cleaned("Try &lt;b&gt;again&lt;/b&gt;,&lt;br/&gt;or 1 &amp;lt; 2")
    'Try again, or 1 < 2'
    """
    text = text[:_LONGEST].strip()
    # Some are escaped twice.
    for _ in range(3):
        before, text = text, html.unescape(text)
        if "<" in text and _TAG.search(text):
            text = " ".join(_TAG.sub(_blank, text).split())
        if text == before:
            break
    return text


def _blank(tag: "re.Match[str]") -> str:
    return " " if tag[1].lower() in _BREAKING else ""
