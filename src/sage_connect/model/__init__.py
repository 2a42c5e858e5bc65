"""What a document is: frozen values, without a product and without I/O."""

from typing import TypeAlias

from .attachment import Attachment, AttachmentInfo
from .chart import (
    Account,
    AccountKind,
    BankAccount,
    CodePart,
    CompanyOptions,
    DatedRate,
    Dimension,
    DimensionValue,
    Entity,
    ExchangeRate,
    FiscalYear,
    Journal,
    JournalKind,
    PaymentTerm,
    TaxCode,
    TaxDirection,
    ValueMode,
)
from .invoice import (
    Amount,
    AnalyticShare,
    Charge,
    ChargeKind,
    Deferral,
    DocumentState,
    Instalment,
    Line,
    Percent,
    PurchaseCreditNote,
    PurchaseInvoice,
    PurchaseKind,
    SalesCreditNote,
    SalesInvoice,
    Tax,
    TaxMode,
    TradeDocument,
    Withholding,
)
from .item import Item, ItemKind
from .journal import JournalEntry, Movement
from .money import Money
from .party import (
    Address,
    Customer,
    DueFrom,
    Party,
    PartyBank,
    PartyTerm,
    Person,
    Supplier,
)
from .payment import Allocation, BankDirection, BankEntry, Payment, PaymentKind
from .reference import OpenDocument, Reference
from .totals import Rounding, TaxTotal, Totals, totals

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

__all__ = (
    "Account",
    "AccountKind",
    "Address",
    "Allocation",
    "Amount",
    "AnalyticShare",
    "Attachment",
    "AttachmentInfo",
    "BankAccount",
    "BankDirection",
    "BankEntry",
    "Charge",
    "ChargeKind",
    "CodePart",
    "CompanyOptions",
    "Customer",
    "DatedRate",
    "Deferral",
    "Dimension",
    "DimensionValue",
    "Document",
    "DocumentState",
    "DueFrom",
    "Entity",
    "ExchangeRate",
    "FiscalYear",
    "Instalment",
    "Item",
    "ItemKind",
    "Journal",
    "JournalEntry",
    "JournalKind",
    "Line",
    "MasterData",
    "Money",
    "Movement",
    "OpenDocument",
    "Party",
    "PartyBank",
    "PartyTerm",
    "Payment",
    "PaymentKind",
    "PaymentTerm",
    "Percent",
    "Person",
    "PurchaseCreditNote",
    "PurchaseInvoice",
    "PurchaseKind",
    "Reference",
    "Rounding",
    "SalesCreditNote",
    "SalesInvoice",
    "Supplier",
    "Tax",
    "TaxCode",
    "TaxDirection",
    "TaxMode",
    "TaxTotal",
    "Totals",
    "TradeDocument",
    "ValueMode",
    "Withholding",
    "totals",
)
