"""What can be posted: documents, and the master data that they need."""

from typing import TypeAlias

from .chart import DimensionValue
from .invoice import PurchaseCreditNote, PurchaseInvoice, SalesCreditNote, SalesInvoice
from .item import Item
from .journal import JournalEntry
from .party import Customer, Supplier
from .payment import BankEntry, Payment

Document: TypeAlias = (
    SalesInvoice
    | SalesCreditNote
    | PurchaseInvoice
    | PurchaseCreditNote
    | Payment
    | JournalEntry
    | BankEntry
)
"""Anything that can be posted."""

MasterData: TypeAlias = Customer | Supplier | Item | DimensionValue
"""What a ledger can be given before the documents that need it."""
