"""Smart events: Intacct tells an address of yours that a record was made or changed.

A smart event is set up on Intacct's screens. It sends whatever text a person entered there,
with the record's fields filled in; what to enter is a `SmartHook`. Calls come from the
network, from whoever knows the address: what is read here is what a stranger sent. An event
says that there is something to read, no more; read the record itself by its key.
"""

import hmac
import json
import re
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any, Final, cast
from urllib.parse import parse_qsl

import attrs

from ..errors import AuthenticationError, BrokenReplyError
from ..model import fields
from ..plan import Secret
from .wire.record import Record
from .wire.xml import read_tree

LARGEST: Final = 256 * 1024
"""Bytes of a call at most."""
MOST_FIELDS: Final = 200
"""Fields of a call at most."""

NOT_SAGE: Final = "SC-IN-NOT-SAGE"
FORM: Final = "application/x-www-form-urlencoded"
_OBJECT: Final = "object"
_TOPIC: Final = "topic"
_KEY: Final = "key"
_TOKEN: Final = "token"  # noqa: S105 - the name of a field
_OWN: Final = (_OBJECT, _TOPIC, _KEY, _TOKEN)
_NAME: Final = re.compile(r"[A-Za-z_][\w.\-]{0,99}", re.ASCII)
_LONGEST: Final = 400
# What a field stands for until Intacct fills it in.
_UNFILLED: Final = re.compile(r"\{!.*!\}", re.DOTALL)


def _how_many(told: Mapping[str, str]) -> str:
    return f"({len(told)} fields)"


@attrs.frozen(kw_only=True)
class SmartEvent:
    """Something that happened to a record in Intacct.

    Attributes:
        object: Of the record, such as "CUSTOMER".
        topic: What happened, as it was entered: "ADD_CUSTOMER".
        key: By which the record is read: its id, or its record number.
        fields: The record's fields that came along, as texts; nobody vouches for them.
        identity: The same for a repeat of the same call, and for no other: keep those that
            are done, and leave out what is among them.
    """

    object: str
    topic: str
    key: str
    fields: Mapping[str, str] = attrs.field(factory=dict[str, str], repr=_how_many)
    identity: str = ""

    @property
    def is_addition(self) -> bool:
        """Whether the record is new."""
        return self.topic.upper().startswith("ADD_")


@attrs.frozen(kw_only=True)
class SmartHook:
    """What to enter for the smart events of one kind of record.

    Attributes:
        object: Such as "CUSTOMER".
        key: Field that says which record it is.
        topic: What the event is for; the log of smart events names additions in this way.
        fields: What else is sent. With "WHENMODIFIED" two changes of a record are told
            apart from one call that comes twice.
    """

    object: str = attrs.field(validator=fields.is_text)
    key: str = attrs.field(validator=fields.is_text)
    topic: str = attrs.field(validator=fields.is_text)
    fields: tuple[str, ...] = attrs.field(
        default=("RECORDNO", "WHENMODIFIED"),
        converter=fields.as_tuple,
        validator=fields.all_are(str),
    )

    @property
    def body(self) -> str:
        """The text to enter as what is sent, as a form.

        Whether Intacct escapes what it fills in is not published. So a hook sends ids and
        times, which need no escaping, rather than names and descriptions.
        """
        named = {name: self._merged(name) for name in self.fields}
        told = {
            _OBJECT: self.object,
            _TOPIC: self.topic,
            _KEY: self._merged(self.key),
            **named,
        }
        return "&".join(f"{name}={text}" for name, text in told.items())

    def _merged(self, name: str) -> str:
        return f"{{!{self.object}.{name}!}}"


def _hooks() -> tuple[SmartHook, ...]:
    keys = {
        "GLACCOUNT": "ACCOUNTNO",
        "GLJOURNAL": "SYMBOL",
        "ARTERM": "NAME",
        "APTERM": "NAME",
        "TAXDETAIL": "DETAILID",
        "CUSTOMER": "CUSTOMERID",
        "VENDOR": "VENDORID",
        "ITEM": "ITEMID",
        "EMPLOYEE": "EMPLOYEEID",
        "PROJECT": "PROJECTID",
        "DEPARTMENT": "DEPARTMENTID",
        "LOCATION": "LOCATIONID",
        "CLASS": "CLASSID",
    }
    # "ADD_…" is seen in the log of smart events; the other is our own word for a change.
    return tuple(
        SmartHook(object=name, key=key, topic=f"{happened}_{name}")
        for name, key in keys.items()
        for happened in ("ADD", "SET")
    )


HOOKS: Final = _hooks()
"""Hooks for the records that are kept in Intacct and flow back: additions and changes."""


def parse_smart_event(
    body: bytes,
    content_type: str = FORM,
    *,
    hooks: Iterable[SmartHook] | None = None,
    token: Secret | None = None,
) -> SmartEvent:
    """Return what a call says: a form, a flat JSON object or flat XML.

    Args:
        body: As it was posted.
        content_type: The header's value.
        hooks: What was set up: another object, topic or field is refused. None to take any.
        token: What the field "token" of each call has to hold; None for calls without.

    Raises:
        AuthenticationError: Not the token; nothing else of the call was looked at.
        BrokenReplyError: It is no smart event, is hostile, or is not one of `hooks`.
    """
    if len(body) > LARGEST:
        raise _broken(f"a call of {len(body)} bytes; {LARGEST} are allowed")
    told = _told(body, content_type)
    given = told.pop(_TOKEN, "")
    if token is not None and not hmac.compare_digest(
        given.encode("utf-8", "surrogatepass"), token.reveal().encode()
    ):
        raise AuthenticationError(
            "the call does not hold the token that was agreed upon",
            code=NOT_SAGE,
            fix="Enter the token in Intacct as the field “token” of what is sent.",
        )
    for name in (_OBJECT, _TOPIC):
        if not _NAME.fullmatch(told.get(name, "")):
            raise _broken(f"a call without the name of its {name}")
    key = told.get(_KEY, "")
    if not key or len(key) > _LONGEST or not key.isprintable():
        raise _broken("a call without the key of its record")
    unfilled = [name for name, text in told.items() if _UNFILLED.search(text)]
    if unfilled:
        raise _broken(f"a call whose {', '.join(unfilled)} Intacct has not filled in")
    rest = {name: text for name, text in told.items() if name not in _OWN}
    event = _event(told[_OBJECT].upper(), told[_TOPIC], key, rest)
    if hooks is not None:
        _require_hook(event, hooks)
    return event


def logged_event(record: Record) -> SmartEvent:
    """Return an entry of Intacct's own log: of what was missed while nobody listened.

    It has another identity than the call that it tells of: compare object, topic and key.

    Args:
        record: Of `api.get_list(GetList(object_name="smarteventlog"))`.
    """
    told = {
        "timestamp": record.get("timestamp"),
        "userid": record.get("userid"),
        "recordno": record.get("recordno"),
    }
    return _event(
        record.get("ownerobject").upper(),
        record.get("topic"),
        record.get("objectkey"),
        {name: text for name, text in told.items() if text},
    )


def _event(object: str, topic: str, key: str, told: Mapping[str, str]) -> SmartEvent:
    content = json.dumps([object, topic.upper(), key, sorted(told.items())])
    return SmartEvent(
        object=object,
        topic=topic,
        key=key,
        fields=fields.frozen(told),
        identity=blake2b(content.encode(), digest_size=16).hexdigest(),
    )


def _require_hook(event: SmartEvent, hooks: Iterable[SmartHook]) -> None:
    for hook in hooks:
        same = (hook.object.upper(), hook.topic.upper())
        if same == (event.object, event.topic.upper()):
            strange = sorted(set(event.fields) - set(hook.fields))
            if strange:
                raise _broken(f"a call with {', '.join(strange)}, which was not asked for")
            return
    raise _broken(f"a call of {event.object}, {event.topic}, which was not set up")


# ---- what arrives


def _told(body: bytes, content_type: str) -> dict[str, str]:
    kind = content_type.partition(";")[0].strip().lower()
    if kind == FORM:
        pairs = _form(body)
    elif kind == "application/json" or kind.endswith("+json"):
        pairs = _json(body)
    elif kind in {"application/xml", "text/xml"} or kind.endswith("+xml"):
        pairs = _xml(body)
    else:
        raise _broken(
            f"a call of the type {kind[:_LONGEST]!r}; a form, JSON or XML is read"
        )
    if len(pairs) > MOST_FIELDS:
        raise _broken(f"a call with more than {MOST_FIELDS} fields")
    told: dict[str, str] = {}
    for name, text in pairs:
        if not _NAME.fullmatch(name):
            raise _broken(f"a field with the name {name[:_LONGEST]!r}")
        if name in told:
            # Which one counts, each reader would decide for itself.
            raise _broken(f"two fields with the name {name!r}")
        told[name] = text
    return told


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _broken("a call that is not in UTF-8") from None


def _form(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            _text(body),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError:
        raise _broken("a form that cannot be read, or is too long") from None


def _json(body: bytes) -> list[tuple[str, str]]:
    try:
        # Numbers stay what was written; pairs, so that no name is there twice unseen.
        read: Any = json.loads(
            _text(body), parse_int=str, parse_float=str, object_pairs_hook=tuple
        )
    except (ValueError, RecursionError):
        raise _broken("JSON that cannot be read") from None
    if not isinstance(read, tuple):
        raise _broken("JSON that is no object")
    pairs = cast("tuple[tuple[str, object], ...]", read)  # by `object_pairs_hook`
    return [(name, _flat(name, value)) for name, value in pairs]


def _flat(name: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    raise _broken(f"a field that is no text: {name[:_LONGEST]!r}")


def _xml(body: bytes) -> list[tuple[str, str]]:
    root = read_tree(body)
    pairs: list[tuple[str, str]] = []
    for child in root:
        if len(child):
            raise _broken("XML that is nested deeper than fields are")
        pairs.append((str(child.tag), child.text or ""))
    return pairs


def _broken(what: str) -> BrokenReplyError:
    return BrokenReplyError(
        f"expected the call of a smart event, found {what}",
        code=NOT_SAGE,
        fix="Enter in Intacct what `sage-connect guide intacct` prints for it.",
    )
