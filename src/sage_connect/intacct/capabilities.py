"""What Sage Intacct can do: a matrix, and what to do instead where it cannot."""

from typing import Final

import attrs

from ..ledger import Capabilities, Verb
from ..model import Reference
from .resolve import CASH, EXPENSES, LEDGER, PAYABLES, RECEIVABLES, has_module

PRODUCT: Final = "Sage Intacct"

_READ: Final = frozenset({Verb.READ, Verb.LIST})
_POSTED: Final = _READ | {Verb.CREATE, Verb.REVERSE, Verb.IDEMPOTENCY}
_MASTER: Final = _READ | {Verb.CREATE, Verb.UPDATE, Verb.IDEMPOTENCY}

_FINAL: Final = "what is posted stands; take it back with `documents.reverse`"
_FILES: Final = "give a document its attachments when it is posted; they go with it"
_NO_FILES: Final = "Intacct attaches files to invoices, bills and journal entries"

CAPABILITIES: Final = Capabilities(
    product=PRODUCT,
    can={
        **dict.fromkeys(
            (
                "accounts",
                "journals",
                "tax_codes",
                "dimensions",
                "bank_accounts",
                "payment_terms",
                "entities",
            ),
            _READ,
        ),
        "customers": _MASTER,
        "suppliers": _MASTER,
        "items": _MASTER,
        "dimension_values": _MASTER,
        "sales_invoices": _POSTED,
        "sales_credit_notes": _POSTED,
        "purchase_invoices": _POSTED,
        "purchase_credit_notes": _POSTED,
        "payments": _POSTED,
        "journal_entries": _POSTED,
        "bank_entries": _POSTED - {Verb.REVERSE},
    },
    reasons={
        "sales_invoices.update": _FINAL,
        "sales_invoices.attach": _FILES,
        "sales_invoices.void": _FINAL,
        "sales_credit_notes.update": _FINAL,
        "sales_credit_notes.void": _FINAL,
        "sales_credit_notes.attach": _NO_FILES,
        "purchase_invoices.update": _FINAL,
        "purchase_invoices.attach": _FILES,
        "purchase_invoices.void": _FINAL,
        "purchase_credit_notes.update": _FINAL,
        "purchase_credit_notes.void": _FINAL,
        "purchase_credit_notes.attach": _NO_FILES,
        "payments.update": _FINAL,
        "payments.void": _FINAL,
        "payments.attach": _NO_FILES,
        "journal_entries.update": _FINAL,
        "journal_entries.attach": _FILES,
        "journal_entries.void": _FINAL,
        "bank_entries.reverse": "Intacct has no money out without a document; correct it "
        "there",
        "dimensions.create": "the gateway has no way to make a type of dimension: make it "
        "on screen (Platform Services > Objects), load the company anew, and post its "
        "values",
        "exchange_rates": "Intacct gives each document its rate of the day by itself",
    },
    default_reason="master data is set up in Sage Intacct",
)
"""What a company with every module, and a user with every right, can do."""

_OFF: Final = "the company has not subscribed to what it belongs to"
# Subscriptions of which one is enough.
_MODULES: Final = {
    "sales_invoices": (RECEIVABLES,),
    "sales_credit_notes": (RECEIVABLES,),
    "purchase_invoices": (PAYABLES, EXPENSES),
    "purchase_credit_notes": (PAYABLES,),
    "payments": (RECEIVABLES, PAYABLES),
    "journal_entries": (LEDGER,),
    "bank_entries": (CASH, LEDGER),
}
_UNREAD: Final = "the subscription or this user's role does not let it be read"


def capabilities_of(reference: Reference | None) -> Capabilities:
    """Return the matrix, narrowed by what could not be read of the company."""
    if reference is None:
        return CAPABILITIES
    closed = {
        seat: _UNREAD
        for seat, verbs in CAPABILITIES.can.items()
        if verbs & _READ and getattr(reference, seat, ()) is None
    }
    closed |= {
        seat: _OFF
        for seat, modules in _MODULES.items()
        if all(has_module(one, reference) is False for one in modules)
    }
    if not closed:
        return CAPABILITIES
    return attrs.evolve(
        CAPABILITIES,
        can={seat: one for seat, one in CAPABILITIES.can.items() if seat not in closed},
        reasons={**CAPABILITIES.reasons, **closed},
    )
