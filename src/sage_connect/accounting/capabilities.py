"""What Sage Accounting can do: a matrix, and what to do instead where it cannot."""

from typing import Final

import attrs

from ..ledger import Capabilities, Verb
from ..model import Reference

PRODUCT: Final = "Sage Accounting"

_READ: Final = frozenset({Verb.READ, Verb.LIST})
_POSTED: Final = _READ | {Verb.CREATE, Verb.REVERSE, Verb.IDEMPOTENCY}
_PROVED: Final = _POSTED | {Verb.ATTACH}
_CHANGED: Final = frozenset({Verb.UPDATE, Verb.VOID})
_MASTER: Final = _READ | {Verb.CREATE, Verb.UPDATE, Verb.IDEMPOTENCY}

_FINAL: Final = "Sage changes no entry; take it back with `documents.reverse`"
_NO_RECEIPTS: Final = (
    "Sage Accounting takes attachments of purchases, other payments and journals only"
)
_NEVER: Final = "a business of Sage Accounting has none"

CAPABILITIES: Final = Capabilities(
    product=PRODUCT,
    can={
        **dict.fromkeys(
            (
                "accounts",
                "tax_codes",
                "dimensions",
                "bank_accounts",
                "exchange_rates",
            ),
            _READ,
        ),
        "customers": _MASTER,
        "suppliers": _MASTER,
        "items": _MASTER,
        "dimension_values": _READ | {Verb.CREATE, Verb.UPDATE},
        "sales_invoices": _POSTED | _CHANGED,
        "sales_credit_notes": _POSTED | _CHANGED,
        "purchase_invoices": _PROVED | _CHANGED,
        "purchase_credit_notes": _PROVED | _CHANGED,
        "payments": _POSTED | _CHANGED,
        "journal_entries": _PROVED,
        "bank_entries": _POSTED,
    },
    reasons={
        "journal_entries.update": _FINAL,
        "journal_entries.void": "take an entry back with `documents.reverse`",
        "sales_invoices.attach": _NO_RECEIPTS,
        "sales_credit_notes.attach": _NO_RECEIPTS,
        "payments.attach": _NO_RECEIPTS,
        "journals": _NEVER,
        "payment_terms": "contacts carry their own terms; give each document its due date",
        "entities": "a business of Sage Accounting is one entity; open one ledger for each",
        "dimension_values.idempotency": "the API has no guard for analysis categories; "
        "each is looked up by its code before it is created",
    },
    default_reason="master data is set up in Sage Accounting",
)
"""What a business with every right can do."""

_UNREAD: Final = "the edition or this user's role does not let it be read"


def capabilities_of(reference: Reference | None) -> Capabilities:
    """Return the matrix, narrowed by what could not be read of the business."""
    if reference is None:
        return CAPABILITIES
    closed = [
        seat
        for seat, verbs in CAPABILITIES.can.items()
        if verbs & _READ and getattr(reference, seat, ()) is None
    ]
    if not closed:
        return CAPABILITIES
    return attrs.evolve(
        CAPABILITIES,
        can={seat: one for seat, one in CAPABILITIES.can.items() if seat not in closed},
        reasons={**CAPABILITIES.reasons, **dict.fromkeys(closed, _UNREAD)},
    )
