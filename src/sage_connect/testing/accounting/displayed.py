"""What a record is called, and by which words a search finds it."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from .fixtures import codes
from .store import Doc


def padded(code: Any) -> str:
    """Return a nominal code as it is displayed: with four digits at least."""
    return "" if code is None else f"{int(code):04d}"


def displayed_as(resource: str, doc: Doc) -> str | None:
    """Return `displayed_as` of a record.

    "name (number)" for ledger and bank accounts, "name (REFERENCE)" for contacts, the whole
    number for sales artefacts (Sage's invoicing guide; seen in production). What no source
    shows falls back on reference or name, which is inferred.
    """
    made = _NAMES.get(resource)
    if made is not None:
        return made(doc)
    for field in ("name", "reference", "description"):
        if doc.get(field):
            return str(doc[field])
    kinds = codes().lists["transaction_types"]
    return kinds.get(str(doc.get("transaction_type")), doc["id"])


def words(resource: str, doc: Doc) -> str | None:
    """Return what `search` looks through, in small letters; None where it is not offered.

    The fields are those that the API description names: the invoice number is not one.
    """
    fields = _SEARCHED.get(resource)
    if fields is None:
        return None
    return "\n".join(str(doc[field]).lower() for field in fields if doc.get(field))


def address_text(address: Mapping[str, Any]) -> str:
    """Return an address as artefacts show it: the street, then town, region, code.

    As in the sample of Sage's invoicing guide.
    """
    place = " ".join(_filled(address, ("city", "region", "postal_code")))
    lines = _filled(address, ("address_line_1", "address_line_2"))
    return "\n".join([*lines, place] if place else lines)


def _filled(doc: Mapping[str, Any], fields: Iterable[str]) -> list[str]:
    return [str(doc[field]) for field in fields if doc.get(field)]


def _contact(doc: Doc) -> str:
    reference = doc.get("reference")
    return f"{doc['name']} ({reference})" if reference else str(doc["name"])


def _ledger_account(doc: Doc) -> str:
    # Sage's own request gives a display name that ends with the code already.
    code, name = padded(doc.get("nominal_code")), str(doc["display_name"])
    return name if name.endswith(f"({code})") else f"{name} ({code})"


def _bank_account(doc: Doc) -> str:
    return f"{doc['bank_account_details']['account_name']} ({padded(doc['_code'])})"


def _purchase(doc: Doc) -> str | None:
    return doc.get("vendor_reference") or doc.get("reference") or doc.get("contact_name")


def _field(name: str) -> Callable[[Doc], str | None]:
    return lambda doc: doc.get(name)


_NAMES: Final[Mapping[str, Callable[[Doc], str | None]]] = {
    "attachments": lambda _: None,
    "bank_accounts": _bank_account,
    "business_exchange_rates": _field("currency"),
    "contacts": _contact,
    "ledger_accounts": _ledger_account,
    "payments_on_account": lambda doc: doc.get("reference") or "Payment on Account",
    "products": _field("description"),
    "purchase_corrective_invoices": _purchase,
    "purchase_credit_notes": _purchase,
    "purchase_invoices": _purchase,
    "sales_corrective_invoices": _field("invoice_number"),
    "sales_credit_notes": _field("credit_note_number"),
    "sales_estimates": _field("estimate_number"),
    "sales_invoices": _field("invoice_number"),
    "sales_quotes": _field("quote_number"),
    "services": _field("description"),
    "stock_items": _field("description"),
    "tax_rates": _field("_text"),
}
_ARTEFACT: Final = ("reference", "contact_name")
_ITEM: Final = ("item_code", "description")
_SEARCHED: Final[Mapping[str, tuple[str, ...]]] = {
    "analysis_types": ("name",),
    "contacts": ("name", "reference", "_company"),
    # The description was copied there; the screen searches code, name and display name.
    "ledger_accounts": ("_code", "name", "display_name"),
    "products": _ITEM,
    "purchase_corrective_invoices": _ARTEFACT,
    "purchase_credit_notes": _ARTEFACT,
    "purchase_invoices": _ARTEFACT,
    "purchase_quick_entries": _ARTEFACT,
    "sales_corrective_invoices": _ARTEFACT,
    "sales_credit_notes": _ARTEFACT,
    "sales_estimates": _ARTEFACT,
    "sales_invoices": _ARTEFACT,
    "sales_quick_entries": _ARTEFACT,
    "sales_quotes": _ARTEFACT,
    "services": _ITEM,
    "stock_items": _ITEM,
    "stock_movements": ("details",),
}
