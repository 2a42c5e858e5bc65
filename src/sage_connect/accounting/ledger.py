"""Every seat of a business of Sage Accounting: the common ones, and its own."""

from ..ledger import OpenReadableLedger
from ..model import (
    PurchaseCreditNote,
    PurchaseInvoice,
    SalesCreditNote,
    SalesInvoice,
)
from ..plan import Driver, M, Plan, Reply, Seat, operation
from .api import Api
from .resources import AccountingBooks
from .seats import Business, Payments, PurchaseDocuments, SalesDocuments
from .service import Request, Service


class Raw(Seat[M]):
    """Any request, with the token and the business of this ledger."""

    def __init__(self, driver: Driver[M], service: Service) -> None:
        super().__init__(driver)
        self._service: Service = service

    @operation
    def send(self, request: Request) -> Plan[Reply]:
        """Send a request as it is: no rule runs, nothing is decoded.

        Writes are not repeated unless the request says that they may be.

        Raises:
            RemoteError: Sage says no.
            OutcomeUnknownError: It may have been done.
        """
        reply = yield from self._service.send(request)
        return reply


class AccountingLedger(OpenReadableLedger[M]):
    """A business of Sage Accounting, in one mode or the other."""

    def __init__(self, driver: Driver[M], books: AccountingBooks) -> None:
        super().__init__(driver, books)
        self._books: AccountingBooks = books

    @property
    def company(self) -> Business[M]:
        """The business behind the ledger."""
        return Business(self._driver, self._books)

    @property
    def api(self) -> Api[M]:
        """The whole API of Sage Accounting, resource by resource."""
        return Api(self._driver, self._books.service)

    @property
    def raw(self) -> Raw[M]:
        """The way out, for what nothing else here does."""
        return Raw(self._driver, self._books.service)

    @property
    def sales_invoices(self) -> SalesDocuments[SalesInvoice, M]:
        """Invoices to customers."""
        return SalesDocuments(self._driver, self._books, "sales_invoices")

    @property
    def sales_credit_notes(self) -> SalesDocuments[SalesCreditNote, M]:
        """Credit notes to customers."""
        return SalesDocuments(self._driver, self._books, "sales_credit_notes")

    @property
    def purchase_invoices(self) -> PurchaseDocuments[PurchaseInvoice, M]:
        """Invoices of suppliers."""
        return PurchaseDocuments(self._driver, self._books, "purchase_invoices")

    @property
    def purchase_credit_notes(self) -> PurchaseDocuments[PurchaseCreditNote, M]:
        """Credit notes of suppliers."""
        return PurchaseDocuments(self._driver, self._books, "purchase_credit_notes")

    @property
    def payments(self) -> Payments[M]:
        """Money received and paid."""
        return Payments(self._driver, self._books, "payments")
