"""Who knows which resource."""

import functools
from collections.abc import Callable, Mapping
from typing import Final

from ...accounting.wire.facts import facts
from . import banks, cis, contacts, items, journals, rates, stock
from .allocations import ContactAllocations, UnallocatedArtefacts
from .artefacts import Artefacts
from .attachments import Attachments
from .chart import LedgerAccounts
from .fixtures import codes
from .ledger import Entries, Transactions
from .other_payments import OtherPayments
from .payments import ContactPayments
from .quick_entries import QuickEntries
from .records import CodeList, Records, Setting
from .trade import TRADES
from .users import Businesses, Users

_OWN: Final[Mapping[str, Callable[[str], Records]]] = {
    **dict.fromkeys(TRADES, Artefacts),
    "addresses": contacts.Addresses,
    "analysis_type_categories": items.Categories,
    "analysis_types": items.AnalysisTypes,
    "attachments": Attachments,
    "bank_accounts": banks.BankAccounts,
    "bank_deposits": banks.Deposits,
    "bank_opening_balances": journals.BankOpenings,
    "bank_reconciliations": banks.Reconciliations,
    "bank_transfers": banks.Transfers,
    "business_exchange_rates": rates.BusinessExchangeRates,
    "businesses": Businesses,
    "cis_settings": cis.CisSettings,
    "coa_accounts": rates.TemplateAccounts,
    "coa_templates": rates.Templates,
    "contact_allocations": ContactAllocations,
    "contact_opening_balances": journals.ContactOpenings,
    "contact_payments": ContactPayments,
    "contact_persons": contacts.Persons,
    "contacts": contacts.Contacts,
    "exchange_rates": rates.ExchangeRates,
    "journals": journals.Journals,
    "ledger_account_opening_balances": journals.LedgerOpenings,
    "ledger_accounts": LedgerAccounts,
    "ledger_entries": Entries,
    "live_exchange_rates": rates.ExchangeRates,
    "opening_balance_journals": journals.OpeningJournals,
    "other_payments": OtherPayments,
    "product_sales_price_types": items.PriceTypes,
    "products": items.Catalogue,
    "purchase_quick_entries": QuickEntries,
    "sales_quick_entries": QuickEntries,
    "service_rate_types": items.PriceTypes,
    "services": items.Catalogue,
    "stock_items": stock.Items,
    "stock_movements": stock.Movements,
    "tax_determinations": rates.TaxDeterminations,
    "tax_rates": rates.TaxRates,
    "transactions": Transactions,
    "unallocated_artefacts": UnallocatedArtefacts,
    "user": Users,
}


def room_of(resource: str) -> Records:
    """Return who knows a resource."""
    return _rooms()[resource]


@functools.cache
def _rooms() -> Mapping[str, Records]:
    return {resource: _room(resource) for resource in facts().operations}


def _room(resource: str) -> Records:
    verbs = facts().operations[resource]
    if resource in _OWN:
        return _OWN[resource](resource)
    if resource in codes().lists:
        return CodeList(resource)
    if "get" in verbs and "{key}" not in verbs["get"].path:
        return Setting(resource)
    return Records(resource)
