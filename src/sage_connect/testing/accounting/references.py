"""Which resource a field refers to."""

import functools
from collections.abc import Mapping
from typing import Final

from ...accounting.wire.facts import facts
from .fixtures import PATHLESS, codes

_SPECIAL: Final = {
    "base_currency": "currencies",
    "component_tax_rates": "tax_rates",
    "country_of_registration": "countries_of_registration",
    "deduction_rate": "tax_rates",
    "default_payment_method": "payment_methods",
    "insurer": "contacts",
    "ledger_account_group": "ledger_account_groups",
    "main_contact_person": "contact_persons",
    "status": "artefact_statuses",
    "usual_supplier": "contacts",
}
# What ends so refers to the resource of the last words.
_ENDINGS: Final = (
    "ledger_account",
    "tax_rate",
    "bank_account",
    "address_region",
    "address",
)
# Statuses that are not those of invoices.
_BY_SHAPE: Final = {
    "BankReconciliationStatus": "bank_reconciliation_statuses",
    "CoaGroupType": "ledger_account_groups",
    "ComponentTaxRate": "tax_rates",
    "TaxRate": "tax_rates",
    "MigrationStatus": "migration_statuses",
    "QuoteStatus": "quote_statuses",
    "ContactCisDeductionRate": "tax_rates",
    "ContactPersonType": "contact_person_types",
    "Country": "countries",
}


@functools.cache
def homes() -> Mapping[str, str]:
    """Return the resource of each shape that has one; the first that returns it."""
    found: dict[str, str] = dict(_BY_SHAPE)
    for resource, verbs in facts().operations.items():
        for verb in ("get", "list"):
            if verb in verbs and verbs[verb].returns not in {"", "Base", "Generic"}:
                found.setdefault(verbs[verb].returns, resource)
    return found


def resource_of(name: str, shape: str = "Base") -> str:
    """Return the resource that a field refers to, or "" where it may be any.

    Args:
        name: Of the field, without `_id`; singular or plural.
        shape: Its kind in replies.
    """
    return homes().get(shape) or _resource_of(name)


@functools.cache
def _resource_of(name: str) -> str:
    if name in _SPECIAL:
        return _SPECIAL[name]
    known = facts().operations.keys() | PATHLESS | codes().lists.keys()
    for form in (name, f"{name}s", f"{name}es", f"{name[:-1]}ies"):
        if form in known:
            return form
    for ending in _ENDINGS:
        if name.endswith((f"_{ending}", f"_{ending}s")):
            return _resource_of(ending)
    return ""
