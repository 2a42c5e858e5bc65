"""Sage Intacct, by its XML gateway."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import functions as functions, objects as objects
    from .callback import Callback as Callback, parse_callback as parse_callback
    from .client import AsyncSageIntacct as AsyncSageIntacct, SageIntacct as SageIntacct
    from .credentials import Credentials as Credentials
    from .gateway import Patience as Patience
    from .outcomes import Answer as Answer, Became as Became
    from .pace import Limits as Limits
    from .profile import IntacctProfile as IntacctProfile
    from .sayings import RepeatAnswer as RepeatAnswer
    from .seats import Settlement as Settlement
    from .service import Acknowledgement as Acknowledgement
    from .settings import IntacctSettings as IntacctSettings
    from .smart_events import (
        HOOKS as HOOKS,
        SmartEvent as SmartEvent,
        SmartHook as SmartHook,
        logged_event as logged_event,
        parse_smart_event as parse_smart_event,
    )
    from .wire.conditions import where as where
    from .wire.encoding import (
        element_of as element_of,
        encode as encode,
        is_write as is_write,
        unsent as unsent,
    )
    from .wire.function import Fragment as Fragment, Function as Function
    from .wire.queries import field as field, query as query
    from .wire.record import Record as Record
else:
    from .._lazy import attach

    __getattr__, __dir__ = attach(
        __name__,
        {
            "callback": ("Callback", "parse_callback"),
            "client": ("AsyncSageIntacct", "SageIntacct"),
            "credentials": ("Credentials",),
            "gateway": ("Patience",),
            "outcomes": ("Answer", "Became"),
            "pace": ("Limits",),
            "profile": ("IntacctProfile",),
            "sayings": ("RepeatAnswer",),
            "seats": ("Settlement",),
            "service": ("Acknowledgement",),
            "settings": ("IntacctSettings",),
            "smart_events": (
                "HOOKS",
                "SmartEvent",
                "SmartHook",
                "logged_event",
                "parse_smart_event",
            ),
            "wire.conditions": ("where",),
            "wire.encoding": ("element_of", "encode", "is_write", "unsent"),
            "wire.function": ("Fragment", "Function"),
            "wire.queries": ("field", "query"),
            "wire.record": ("Record",),
        },
    )

__all__ = (
    "HOOKS",
    "Acknowledgement",
    "Answer",
    "AsyncSageIntacct",
    "Became",
    "Callback",
    "Credentials",
    "Fragment",
    "Function",
    "IntacctProfile",
    "IntacctSettings",
    "Limits",
    "Patience",
    "Record",
    "RepeatAnswer",
    "SageIntacct",
    "Settlement",
    "SmartEvent",
    "SmartHook",
    "element_of",
    "encode",
    "field",
    "functions",
    "is_write",
    "logged_event",
    "objects",
    "parse_callback",
    "parse_smart_event",
    "query",
    "unsent",
    "where",
)
