"""What a document is: frozen values, without a product and without I/O."""

from typing import TYPE_CHECKING

from .._lazy import attach

# Not lazily: the function is called as its module is.
from .totals import Rounding, TaxTotal, Totals, totals

if TYPE_CHECKING:
    from .attachment import (
        Attachment as Attachment,
        AttachmentInfo as AttachmentInfo,
    )
    from .chart import (
        Account as Account,
        AccountKind as AccountKind,
        BankAccount as BankAccount,
        CodePart as CodePart,
        CompanyOptions as CompanyOptions,
        DatedRate as DatedRate,
        Dimension as Dimension,
        DimensionValue as DimensionValue,
        Entity as Entity,
        ExchangeRate as ExchangeRate,
        FiscalYear as FiscalYear,
        Journal as Journal,
        JournalKind as JournalKind,
        PaymentTerm as PaymentTerm,
        TaxCode as TaxCode,
        TaxDirection as TaxDirection,
        ValueMode as ValueMode,
    )
    from .invoice import (
        Amount as Amount,
        AnalyticShare as AnalyticShare,
        Charge as Charge,
        ChargeKind as ChargeKind,
        Deferral as Deferral,
        DocumentState as DocumentState,
        Instalment as Instalment,
        Line as Line,
        Percent as Percent,
        PurchaseCreditNote as PurchaseCreditNote,
        PurchaseInvoice as PurchaseInvoice,
        PurchaseKind as PurchaseKind,
        SalesCreditNote as SalesCreditNote,
        SalesInvoice as SalesInvoice,
        Tax as Tax,
        TaxMode as TaxMode,
        TradeDocument as TradeDocument,
        Withholding as Withholding,
    )
    from .item import (
        Item as Item,
        ItemKind as ItemKind,
    )
    from .journal import (
        JournalEntry as JournalEntry,
        Movement as Movement,
    )
    from .money import (
        Money as Money,
    )
    from .party import (
        Address as Address,
        Customer as Customer,
        DueFrom as DueFrom,
        Party as Party,
        PartyBank as PartyBank,
        PartyTerm as PartyTerm,
        Person as Person,
        Supplier as Supplier,
    )
    from .payment import (
        Allocation as Allocation,
        BankDirection as BankDirection,
        BankEntry as BankEntry,
        Payment as Payment,
        PaymentKind as PaymentKind,
    )
    from .postable import (
        Document as Document,
        MasterData as MasterData,
    )
    from .reference import (
        OpenDocument as OpenDocument,
        Reference as Reference,
    )
else:
    # Classes are slow to make: an invoice needs no chart of accounts.
    __getattr__, __dir__ = attach(
        __name__,
        {
            "attachment": ("Attachment", "AttachmentInfo"),
            "chart": (
                *("Account", "AccountKind", "BankAccount", "CodePart", "CompanyOptions"),
                *("DatedRate", "Dimension", "DimensionValue", "Entity", "ExchangeRate"),
                *("FiscalYear", "Journal", "JournalKind", "PaymentTerm", "TaxCode"),
                *("TaxDirection", "ValueMode"),
            ),
            "invoice": (
                *("Amount", "AnalyticShare", "Charge", "ChargeKind", "Deferral"),
                *("DocumentState", "Instalment", "Line", "Percent", "PurchaseCreditNote"),
                *("PurchaseInvoice", "PurchaseKind", "SalesCreditNote", "SalesInvoice"),
                *("Tax", "TaxMode", "TradeDocument", "Withholding"),
            ),
            "item": ("Item", "ItemKind"),
            "journal": ("JournalEntry", "Movement"),
            "money": ("Money",),
            "party": (
                *("Address", "Customer", "DueFrom", "Party", "PartyBank", "PartyTerm"),
                *("Person", "Supplier"),
            ),
            "payment": (
                *("Allocation", "BankDirection", "BankEntry", "Payment", "PaymentKind"),
            ),
            "postable": ("Document", "MasterData"),
            "reference": ("OpenDocument", "Reference"),
        },
    )

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
