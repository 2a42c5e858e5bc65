"""Every seat of a company of Sage Intacct: the common ones, and its own."""

from ..ledger import OpenReadableLedger
from ..model import SalesInvoice
from ..plan import Driver, M
from .native import Native
from .resources import IntacctBooks
from .seats import IntacctCompany, IntacctDocuments, SalesDocuments


class IntacctLedger(OpenReadableLedger[M]):
    """A company of Sage Intacct, in one mode or the other."""

    def __init__(self, driver: Driver[M], books: IntacctBooks) -> None:
        super().__init__(driver, books)
        self._books: IntacctBooks = books

    @property
    def api(self) -> Native[M]:
        """Every function of the gateway."""
        return Native(self._driver, self._books.service)

    @property
    def company(self) -> IntacctCompany[M]:
        """The company itself, and how it is set up."""
        return IntacctCompany(self._driver, self._books)

    @property
    def documents(self) -> IntacctDocuments[M]:
        """Mixed batches, posted at once or queued."""
        return IntacctDocuments(self._driver, self._books)

    @property
    def sales_invoices(self) -> SalesDocuments[SalesInvoice, M]:
        """Invoices to customers."""
        return SalesDocuments(self._driver, self._books, "sales_invoices")
