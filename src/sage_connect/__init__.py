"""One typed ledger for every Sage.

```python
import sage_connect

with sage_connect.connect("sage100:./company") as ledger:
    ledger.company.load()
    report = ledger.documents.check(invoices)
    outcomes = ledger.documents.post_all(invoices)
```

Names load their module when they are first asked for: `import sage_connect` costs nothing.
"""

__version__ = "0.1.0"

# What type checkers take for `typing.TYPE_CHECKING`; `typing` itself costs 5 ms.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from .accounting.client import (
        AsyncSageAccounting as AsyncSageAccounting,
        SageAccounting as SageAccounting,
    )
    from .accounting.settings import AccountingSettings as AccountingSettings
    from .errors import (
        AuthenticationError as AuthenticationError,
        BrokenReplyError as BrokenReplyError,
        CodecError as CodecError,
        ConfigurationError as ConfigurationError,
        DocumentRejectedError as DocumentRejectedError,
        DuplicateError as DuplicateError,
        FileFormatError as FileFormatError,
        NotFoundError as NotFoundError,
        NotSentError as NotSentError,
        OutcomeUnknownError as OutcomeUnknownError,
        PermissionDeniedError as PermissionDeniedError,
        RateLimitedError as RateLimitedError,
        RefusedError as RefusedError,
        RemoteError as RemoteError,
        SageConnectError as SageConnectError,
        StorageError as StorageError,
        TransportError as TransportError,
        UnsupportedError as UnsupportedError,
    )
    from .intacct.client import (
        AsyncSageIntacct as AsyncSageIntacct,
        SageIntacct as SageIntacct,
    )
    from .intacct.settings import IntacctSettings as IntacctSettings
    from .ledger.capabilities import (
        Capabilities as Capabilities,
        Verb as Verb,
    )
    from .ledger.key import Key as Key
    from .ledger.outcome import (
        Outcome as Outcome,
        Preview as Preview,
        PreviewEntry as PreviewEntry,
        Receipt as Receipt,
        State as State,
    )
    from .ledger.outcomes import Outcomes as Outcomes
    from .ledger.protocols import (
        Ledger as Ledger,
        ReadableLedger as ReadableLedger,
    )
    from .ledger.translation import Mapping as Mapping
    from .model import (
        Document as Document,
        MasterData as MasterData,
    )
    from .model.attachment import Attachment as Attachment, AttachmentInfo as AttachmentInfo
    from .model.chart import (
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
    from .model.invoice import (
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
    from .model.item import (
        Item as Item,
        ItemKind as ItemKind,
    )
    from .model.journal import (
        JournalEntry as JournalEntry,
        Movement as Movement,
    )
    from .model.money import Money as Money
    from .model.party import (
        Address as Address,
        Customer as Customer,
        DueFrom as DueFrom,
        Party as Party,
        PartyBank as PartyBank,
        PartyTerm as PartyTerm,
        Person as Person,
        Supplier as Supplier,
    )
    from .model.payment import (
        Allocation as Allocation,
        BankDirection as BankDirection,
        BankEntry as BankEntry,
        Payment as Payment,
        PaymentKind as PaymentKind,
    )
    from .model.reference import (
        OpenDocument as OpenDocument,
        Reference as Reference,
    )
    from .model.stock import (
        Goods as Goods,
        StockJournal as StockJournal,
    )
    from .model.totals import (
        Rounding as Rounding,
        TaxTotal as TaxTotal,
        Totals as Totals,
        totals as totals,
    )
    from .plan.secret import Secret as Secret
    from .plan.verbs import (
        Async as Async,
        Sync as Sync,
    )
    from .sage100.client import (
        AsyncSage100 as AsyncSage100,
        Sage100 as Sage100,
    )
    from .sage100.settings import Sage100Settings as Sage100Settings
    from .targets import (
        check as check,
        connect as connect,
        connect_async as connect_async,
        repairs as repairs,
    )
    from .validation.finding import (
        Finding as Finding,
        Mark as Mark,
        Owner as Owner,
        Severity as Severity,
    )
    from .validation.identifiers import (
        Identifier as Identifier,
        IdFault as IdFault,
        bic as bic,
        iban as iban,
        tax_id as tax_id,
    )
    from .validation.repairs.offer import (
        Change as Change,
        Repair as Repair,
        Repairs as Repairs,
    )
    from .validation.report import (
        Report as Report,
        Unchecked as Unchecked,
    )
    from .validation.schemes import IdKind as IdKind
else:
    from ._lazy import attach

    __getattr__, __dir__ = attach(
        __name__,
        {
            "accounting.client": (
                "AsyncSageAccounting",
                "SageAccounting",
            ),
            "accounting.settings": ("AccountingSettings",),
            "errors": (
                "AuthenticationError",
                "BrokenReplyError",
                "CodecError",
                "ConfigurationError",
                "DocumentRejectedError",
                "DuplicateError",
                "FileFormatError",
                "NotFoundError",
                "NotSentError",
                "OutcomeUnknownError",
                "PermissionDeniedError",
                "RateLimitedError",
                "RefusedError",
                "RemoteError",
                "SageConnectError",
                "StorageError",
                "TransportError",
                "UnsupportedError",
            ),
            "intacct.client": (
                "AsyncSageIntacct",
                "SageIntacct",
            ),
            "intacct.settings": ("IntacctSettings",),
            "ledger.capabilities": (
                "Capabilities",
                "Verb",
            ),
            "ledger.key": ("Key",),
            "ledger.outcome": (
                "Outcome",
                "Preview",
                "PreviewEntry",
                "Receipt",
                "State",
            ),
            "ledger.outcomes": ("Outcomes",),
            "ledger.protocols": (
                "Ledger",
                "ReadableLedger",
            ),
            "ledger.translation": ("Mapping",),
            "model": (
                "Document",
                "MasterData",
            ),
            "model.attachment": ("Attachment", "AttachmentInfo"),
            "model.chart": (
                "Account",
                "AccountKind",
                "BankAccount",
                "CodePart",
                "CompanyOptions",
                "DatedRate",
                "Dimension",
                "DimensionValue",
                "Entity",
                "ExchangeRate",
                "FiscalYear",
                "Journal",
                "JournalKind",
                "PaymentTerm",
                "TaxCode",
                "TaxDirection",
                "ValueMode",
            ),
            "model.invoice": (
                "Amount",
                "AnalyticShare",
                "Charge",
                "ChargeKind",
                "Deferral",
                "DocumentState",
                "Instalment",
                "Line",
                "Percent",
                "PurchaseCreditNote",
                "PurchaseInvoice",
                "PurchaseKind",
                "SalesCreditNote",
                "SalesInvoice",
                "Tax",
                "TaxMode",
                "TradeDocument",
                "Withholding",
            ),
            "model.item": (
                "Item",
                "ItemKind",
            ),
            "model.journal": (
                "JournalEntry",
                "Movement",
            ),
            "model.money": ("Money",),
            "model.party": (
                "Address",
                "Customer",
                "DueFrom",
                "Party",
                "PartyBank",
                "PartyTerm",
                "Person",
                "Supplier",
            ),
            "model.payment": (
                "Allocation",
                "BankDirection",
                "BankEntry",
                "Payment",
                "PaymentKind",
            ),
            "model.reference": (
                "OpenDocument",
                "Reference",
            ),
            "model.stock": (
                "Goods",
                "StockJournal",
            ),
            "model.totals": (
                "Rounding",
                "TaxTotal",
                "Totals",
                "totals",
            ),
            "plan.verbs": (
                "Async",
                "Sync",
            ),
            "plan.secret": ("Secret",),
            "sage100.client": (
                "AsyncSage100",
                "Sage100",
            ),
            "sage100.settings": ("Sage100Settings",),
            "targets": (
                "check",
                "connect",
                "connect_async",
                "repairs",
            ),
            "validation.finding": (
                "Finding",
                "Mark",
                "Owner",
                "Severity",
            ),
            "validation.identifiers": (
                "IdFault",
                "Identifier",
                "bic",
                "iban",
                "tax_id",
            ),
            "validation.repairs.offer": (
                "Change",
                "Repair",
                "Repairs",
            ),
            "validation.report": (
                "Report",
                "Unchecked",
            ),
            "validation.schemes": ("IdKind",),
        },
    )

__all__ = (
    "Account",
    "AccountKind",
    "AccountingSettings",
    "Address",
    "Allocation",
    "Amount",
    "AnalyticShare",
    "Async",
    "AsyncSage100",
    "AsyncSageAccounting",
    "AsyncSageIntacct",
    "Attachment",
    "AttachmentInfo",
    "AuthenticationError",
    "BankAccount",
    "BankDirection",
    "BankEntry",
    "BrokenReplyError",
    "Capabilities",
    "Charge",
    "ChargeKind",
    "CodePart",
    "CodecError",
    "CompanyOptions",
    "ConfigurationError",
    "Customer",
    "DatedRate",
    "Deferral",
    "Dimension",
    "DimensionValue",
    "Document",
    "DocumentRejectedError",
    "DocumentState",
    "DueFrom",
    "DuplicateError",
    "Entity",
    "ExchangeRate",
    "FileFormatError",
    "Finding",
    "FiscalYear",
    "Goods",
    "IdFault",
    "IdKind",
    "Identifier",
    "Instalment",
    "IntacctSettings",
    "Item",
    "ItemKind",
    "Journal",
    "JournalEntry",
    "JournalKind",
    "Key",
    "Ledger",
    "Line",
    "Mapping",
    "Mark",
    "MasterData",
    "Money",
    "Movement",
    "NotFoundError",
    "NotSentError",
    "OpenDocument",
    "Outcome",
    "OutcomeUnknownError",
    "Outcomes",
    "Owner",
    "Party",
    "PartyBank",
    "PartyTerm",
    "Payment",
    "PaymentKind",
    "PaymentTerm",
    "Percent",
    "PermissionDeniedError",
    "Person",
    "Preview",
    "PreviewEntry",
    "PurchaseCreditNote",
    "PurchaseInvoice",
    "PurchaseKind",
    "RateLimitedError",
    "ReadableLedger",
    "Receipt",
    "Reference",
    "RefusedError",
    "RemoteError",
    "Report",
    "Rounding",
    "Sage100",
    "Sage100Settings",
    "SageAccounting",
    "SageConnectError",
    "SageIntacct",
    "SalesCreditNote",
    "SalesInvoice",
    "Secret",
    "Severity",
    "State",
    "StockJournal",
    "StorageError",
    "Supplier",
    "Sync",
    "Tax",
    "TaxCode",
    "TaxDirection",
    "TaxMode",
    "TaxTotal",
    "Totals",
    "TradeDocument",
    "TransportError",
    "Unchecked",
    "UnsupportedError",
    "ValueMode",
    "Verb",
    "Withholding",
    "__version__",
    "bic",
    "check",
    "connect",
    "connect_async",
    "iban",
    "tax_id",
    "totals",
)
