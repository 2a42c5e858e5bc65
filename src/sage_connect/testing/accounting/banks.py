"""Bank accounts, transfers, deposits, opening balances and reconciliations."""

from typing import Any

from .displayed import padded
from .store import Doc


def opened(account: Doc, type_: str, fields: Doc, currency: str) -> Doc:
    """Return a new bank account on a ledger account."""
    name = (
        fields.get("bank_account_details", {}).get("account_name")
        or account["display_name"]
    )
    details: dict[str, Any] = dict.fromkeys(("account_number", "sort_code", "bic", "iban"))
    return {
        "is_active": True,
        "editable": True,
        "deletable": True,
        "journal_code": None,
        "currency": currency,
        **fields,
        "ledger_account": account["id"],
        "_code": padded(account["nominal_code"]),
        "bank_account_type": type_,
        # Seen in production: the number is told by the ledger account only.
        "nominal_code": None,
        "bank_account_details": {
            **details,
            **fields.get("bank_account_details", {}),
            "account_name": name,
        },
    }
