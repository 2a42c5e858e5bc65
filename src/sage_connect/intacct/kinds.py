"""Which object of Intacct's each kind of document is, and how it is found again."""

from collections.abc import Mapping
from typing import Any, Final

import attrs

from ..model import (
    BankEntry,
    JournalEntry,
    Payment,
    PurchaseCreditNote,
    PurchaseInvoice,
    SalesCreditNote,
    SalesInvoice,
)
from .resolve import (
    CASH,
    EXPENSES as CLAIMS,
    LEDGER,
    PAYABLES,
    RECEIVABLES,
    is_advance,
    is_claim,
    is_received,
)
from .settings import CreditNotes, IntacctSettings


@attrs.frozen(kw_only=True, eq=False)
class Kind:
    """An object that documents are posted as.

    Attributes:
        object: Such as "ARINVOICE".
        module: The subscription that it belongs to.
        lines: Object of its lines; "" where it has none that can be read.
        joins: Field of a line with the record number of its document.
        number: Field with the number that we give it.
        party: Field with its party; "" where it has none.
        date: Field with its day.
        fields: What else is read of it.
        line_fields: What is read of a line, dimensions aside.
        dimensions: Fields of a line with dimensions, by the dimension's object name.
        state: Field that tells whether it was reversed; "" where none does.
        id: Field with what Intacct knows it by.
        unique: True where no two parties share a number.
    """

    object: str
    module: str
    lines: str = ""
    joins: str = "RECORDKEY"
    number: str = "RECORDID"
    party: str = ""
    date: str = "WHENCREATED"
    fields: tuple[str, ...] = ()
    line_fields: tuple[str, ...] = ()
    dimensions: Mapping[str, str] = attrs.field(factory=dict[str, str])
    state: str = "STATE"
    id: str = "RECORDNO"
    unique: bool = False

    @property
    def header(self) -> tuple[str, ...]:
        """Every field that is read of it."""
        told = (self.id, self.number, self.party, self.date, self.state, *self.fields)
        return tuple(dict.fromkeys(filter(None, told)))

    @property
    def row(self) -> tuple[str, ...]:
        """Every field that is read of a line."""
        told = (self.id, self.joins, *self.line_fields, *self.dimensions.values())
        return tuple(dict.fromkeys(told))


_DIMENSIONS: Final = {
    "LOCATION": "LOCATIONID",
    "DEPARTMENT": "DEPARTMENTID",
    "PROJECT": "PROJECTID",
    "TASK": "TASKID",
    "CUSTOMER": "CUSTOMERID",
    "VENDOR": "VENDORID",
    "EMPLOYEE": "EMPLOYEEID",
    "ITEM": "ITEMID",
    "CLASS": "CLASSID",
    "CONTRACT": "CONTRACTID",
    "WAREHOUSE": "WAREHOUSEID",
}
_ENTRY_DIMENSIONS: Final = _DIMENSIONS | {
    "LOCATION": "LOCATION",
    "DEPARTMENT": "DEPARTMENT",
}
_SUMS: Final = (
    "CURRENCY",
    "TRX_TOTALENTERED",
    "TRX_TOTALPAID",
    "TRX_TOTALDUE",
    "TOTALENTERED",
    "DESCRIPTION",
    "WHENMODIFIED",
)
_TRADE: Final = (*_SUMS, "DOCNUMBER", "EXCHANGE_RATE", "MEGAENTITYID")
_ITEM: Final = (
    "LINE_NO",
    "ACCOUNTNO",
    "TRX_AMOUNT",
    "ENTRYDESCRIPTION",
    # Of what Intacct adds for a tax: the line that it belongs to, and the tax detail.
    "PARENTENTRY",
    "DETAILKEY",
)

AR_INVOICE: Final = Kind(
    object="ARINVOICE",
    module=RECEIVABLES,
    lines="ARINVOICEITEM",
    party="CUSTOMERID",
    fields=(*_TRADE, "WHENDUE", "TERMNAME"),
    line_fields=_ITEM,
    dimensions=_DIMENSIONS,
    unique=True,
)
AR_ADJUSTMENT: Final = Kind(
    object="ARADJUSTMENT",
    module=RECEIVABLES,
    lines="ARADJUSTMENTITEM",
    party="CUSTOMERID",
    fields=_TRADE,
    line_fields=_ITEM,
    dimensions=_DIMENSIONS,
    unique=True,
)
AP_BILL: Final = Kind(
    object="APBILL",
    module=PAYABLES,
    lines="APBILLITEM",
    party="VENDORID",
    fields=(*_TRADE, "WHENDUE", "TERMNAME"),
    line_fields=_ITEM,
    dimensions=_DIMENSIONS,
)
AP_ADJUSTMENT: Final = Kind(
    object="APADJUSTMENT",
    module=PAYABLES,
    lines="APADJUSTMENTITEM",
    party="VENDORID",
    fields=_TRADE,
    line_fields=_ITEM,
    dimensions=_DIMENSIONS,
)
EXPENSES: Final = Kind(
    object="EEXPENSES",
    module=CLAIMS,
    lines="EEXPENSESITEM",
    party="EMPLOYEEID",
    fields=(*_SUMS, "MEMO", "MEGAENTITYID"),
    line_fields=_ITEM,
    dimensions=_DIMENSIONS,
)
AR_PAYMENT: Final = Kind(
    object="ARPYMT",
    module=RECEIVABLES,
    lines="ARPYMTDETAIL",
    joins="PAYMENTKEY",
    number="DOCNUMBER",
    party="CUSTOMERID",
    date="RECEIPTDATE",
    fields=(*_SUMS, "FINANCIALENTITY", "PAYMENTMETHOD", "EXCHANGE_RATE", "MEGAENTITYID"),
    line_fields=("RECORDKEY", "TRX_PAYMENTAMOUNT"),
)
AR_ADVANCE: Final = Kind(
    object="ARADVANCE",
    module=RECEIVABLES,
    number="DOCNUMBER",
    party="CUSTOMERID",
    date="RECEIPTDATE",
    fields=(*_SUMS, "FINANCIALENTITY", "PAYMENTMETHOD", "EXCHANGE_RATE", "MEGAENTITYID"),
)
AP_PAYMENT: Final = Kind(
    object="APPYMT",
    module=PAYABLES,
    lines="APPYMTDETAIL",
    joins="PAYMENTKEY",
    number="DOCNUMBER",
    party="VENDORID",
    date="WHENCREATED",
    fields=(*_SUMS, "FINANCIALENTITY", "PAYMENTMETHOD", "EXCHANGE_RATE", "MEGAENTITYID"),
    line_fields=("RECORDKEY", "TRX_PAYMENTAMOUNT"),
)
ENTRY: Final = Kind(
    object="GLBATCH",
    module=LEDGER,
    lines="GLENTRY",
    joins="BATCHNO",
    number="REFERENCENO",
    date="BATCH_DATE",
    fields=("JOURNAL", "BATCH_TITLE", "REVERSED", "WHENMODIFIED", "MEGAENTITYID"),
    line_fields=(
        "LINE_NO",
        "ACCOUNTNO",
        "TR_TYPE",
        "TRX_AMOUNT",
        "CURRENCY",
        "DESCRIPTION",
        "ALLOCATION",
    ),
    dimensions=_ENTRY_DIMENSIONS,
)
RECEIPT: Final = Kind(
    object="OTHERRECEIPTS",
    module=CASH,
    number="DOCNUMBER",
    date="WHENPAID",
    fields=(
        "CURRENCY",
        "TRX_TOTALENTERED",
        "DESCRIPTION",
        "DESCRIPTION2",
        "BANKACCOUNTID",
        "MEGAENTITYID",
    ),
)

_REVERSED: Final = frozenset({"V", "REVERSED", "REVERSAL", "VOIDED", "VOID"})


def stands(kind: Kind, record: Any) -> bool:
    """Return whether a record was not reversed."""
    return not kind.state or (record.get(kind.state) or "").upper() not in _REVERSED


BY_SEAT: Final[Mapping[str, tuple[Kind, ...]]] = {
    "sales_invoices": (AR_INVOICE,),
    "sales_credit_notes": (AR_ADJUSTMENT,),
    "purchase_invoices": (AP_BILL, EXPENSES),
    "purchase_credit_notes": (AP_ADJUSTMENT,),
    "payments": (AR_PAYMENT, AR_ADVANCE, AP_PAYMENT),
    "journal_entries": (ENTRY,),
    "bank_entries": (RECEIPT,),
}
"""By the seat that their documents are read from."""

_BY_TYPE: Final[Mapping[type, Kind]] = {
    SalesInvoice: AR_INVOICE,
    SalesCreditNote: AR_ADJUSTMENT,
    PurchaseInvoice: AP_BILL,
    PurchaseCreditNote: AP_ADJUSTMENT,
    JournalEntry: ENTRY,
    BankEntry: RECEIPT,
}
_NEGATIVE: Final[Mapping[type, Kind]] = {
    SalesCreditNote: AR_INVOICE,
    PurchaseCreditNote: AP_BILL,
}


def kind_of(document: Any, settings: IntacctSettings) -> Kind:
    """Return what a document is posted as."""
    if isinstance(document, Payment):
        if is_advance(document):
            return AR_ADVANCE
        return AR_PAYMENT if is_received(document) else AP_PAYMENT
    if is_claim(document):
        return EXPENSES
    if settings.policy.credit_notes is CreditNotes.NEGATIVE and type(document) in _NEGATIVE:
        return _NEGATIVE[type(document)]
    return _BY_TYPE[type(document)]


def kinds_of(type_name: str, settings: IntacctSettings) -> tuple[Kind, ...]:
    """Return what documents of a type may stand as, by the type's name in a key."""
    for made, kind in _BY_TYPE.items():
        if _name(made) == type_name:
            if made is PurchaseInvoice:
                return (AP_BILL, EXPENSES)
            if made is BankEntry:
                # One that settles a document is a payment, others may be entries.
                return (RECEIPT, ENTRY, AR_PAYMENT, AP_PAYMENT)
            if made not in _NEGATIVE:
                return (kind,)
            # The policy may have been another one when it was posted.
            both = (kind, _NEGATIVE[made])
            negative = settings.policy.credit_notes is CreditNotes.NEGATIVE
            return both[::-1] if negative else both
    return (AR_PAYMENT, AR_ADVANCE, AP_PAYMENT) if type_name == Payment.type else ()


def _name(made: Any) -> str:
    name: str = made.type
    return name
