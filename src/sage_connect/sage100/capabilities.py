"""What Sage 100 by file can do: a matrix, and what to do instead where it cannot."""

from typing import Final

import attrs

from ..ledger import Capabilities, Verb

PRODUCT: Final = "Sage 100 Comptabilité (France), by file"

# The mirror of the import entry; not seen in a readable page of Sage's (mark: inferred).
EXPORT_MENU: Final = "Fichier > Exporter > Format Sage"

_READ: Final = frozenset({Verb.READ, Verb.LIST})
_READ_PARTS: Final = (
    "accounts",
    "journals",
    "tax_codes",
    "dimensions",
    "bank_accounts",
    "exchange_rates",
    "customers",
    "suppliers",
    "dimension_values",
)
# Idempotency is ours: Sage adds every entry of a file that is imported twice. The registry
# beside the import files sees to it that a document is written into one file only.
_POSTED: Final = frozenset({Verb.CREATE, Verb.REVERSE, Verb.ATTACH, Verb.IDEMPOTENCY})

_NOT_READ_BACK: Final = (
    "an import file cannot be asked; look the entry up in Sage by its invoice number "
    "(Traitement > Interrogation tiers), or ask `documents.reconcile(key)`"
)
_NO_VOID: Final = (
    "what is posted stays; post the opposite document with "
    "`documents.reverse(receipt, number=...)`"
)
_NO_EXPORT: Final = (
    f"there is no export to read; in Sage, choose {EXPORT_MENU} (or the nearest entry) and "
    "save the file in the folder `exports`"
)

_DOCUMENTS: Final = (
    "sales_invoices",
    "sales_credit_notes",
    "purchase_invoices",
    "purchase_credit_notes",
    "payments",
    "journal_entries",
)
_DOCUMENT_REASONS: Final = {
    Verb.READ: _NOT_READ_BACK,
    Verb.LIST: _NOT_READ_BACK,
    Verb.UPDATE: _NO_VOID,
    Verb.VOID: _NO_VOID,
}
_CREATED: Final = _READ | {Verb.CREATE, Verb.IDEMPOTENCY}


def _master_reasons(seat: str, menu: str) -> dict[str, str]:
    return {
        f"{seat}.update": "an import writes over a whole record, empty fields included; "
        f"change it in Sage ({menu})",
        f"{seat}.void": f"put it to sleep in Sage ({menu})",
        seat: "it is master data: it is created, and changed in Sage",
    }


_PARTIES_MENU: Final = "Structure > Plan tiers"

CAPABILITIES: Final = Capabilities(
    product=PRODUCT,
    can={
        **dict.fromkeys(_READ_PARTS, _READ),
        "customers": _CREATED,
        "suppliers": _CREATED,
        "dimension_values": _CREATED,
        **dict.fromkeys((*_DOCUMENTS, "bank_entries"), _POSTED),
    },
    reasons={
        **{
            f"{seat}.{verb}": reason
            for seat in _DOCUMENTS
            for verb, reason in _DOCUMENT_REASONS.items()
        },
        **_master_reasons("customers", _PARTIES_MENU),
        **_master_reasons("suppliers", _PARTIES_MENU),
        **_master_reasons("dimension_values", "Structure > Plan analytique"),
        "items": "Sage 100 Comptabilité keeps no items; they are in Gestion commerciale",
        "payment_terms": "third parties carry their own terms in Sage; give each document "
        "its due date",
        "entities": "a Sage 100 company file is one entity; open one ledger for each",
    },
    default_reason="master data is read from an export of Sage and changed in Sage "
    "(menu Structure)",
)
"""What can be done when the folder holds an export."""


def without_export() -> Capabilities:
    """Return what can be done while the folder holds no export: nothing can be read."""
    return attrs.evolve(
        CAPABILITIES,
        can={
            seat: verbs - _READ for seat, verbs in CAPABILITIES.can.items() if verbs - _READ
        },
        reasons={
            **CAPABILITIES.reasons,
            **{f"{seat}.{verb}": _NO_EXPORT for seat in _READ_PARTS for verb in _READ},
        },
    )
