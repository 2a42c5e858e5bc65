"""What a ledger is: protocols of seats, and the class that seats them all on one driver."""

from collections.abc import Awaitable
from types import TracebackType
from typing import Generic, Protocol, Self

from ..model import (
    Account,
    BankAccount,
    Customer,
    Dimension,
    DimensionValue,
    Entity,
    ExchangeRate,
    Item,
    Journal,
    JournalEntry,
    Payment,
    PaymentTerm,
    PurchaseCreditNote,
    PurchaseInvoice,
    Reference,
    SalesCreditNote,
    SalesInvoice,
    Supplier,
    TaxCode,
)
from ..plan import Async, Driver, M, Plan, Sync, T
from .back_end import BackEnd
from .capabilities import Capabilities
from .cards import ledger_card
from .seats import Attachments, Collection, Company, Directory, Documents, Outbox, Register


class Ledger(Protocol[M]):
    """Where accounting documents are posted. Members are seats, never verbs."""

    @property
    def capabilities(self) -> Capabilities:
        """What this ledger can do."""
        ...

    @property
    def scope(self) -> str:
        """The books that keys belong to; see `Key`."""
        ...

    @property
    def company(self) -> Company[M]:
        """The company behind the ledger."""
        ...

    @property
    def documents(self) -> Documents[M]:
        """Mixed batches."""
        ...

    @property
    def attachments(self) -> Attachments[M]:
        """Files attached to posted documents."""
        ...

    @property
    def accounts(self) -> Directory[Account, M]:
        """General ledger accounts."""
        ...

    @property
    def journals(self) -> Directory[Journal, M]:
        """Books of first entry."""
        ...

    @property
    def tax_codes(self) -> Directory[TaxCode, M]:
        """Taxes."""
        ...

    @property
    def dimensions(self) -> Directory[Dimension, M]:
        """Axes of analysis."""
        ...

    @property
    def bank_accounts(self) -> Directory[BankAccount, M]:
        """Bank and cash accounts."""
        ...

    @property
    def payment_terms(self) -> Directory[PaymentTerm, M]:
        """Terms of payment."""
        ...

    @property
    def entities(self) -> Directory[Entity, M]:
        """Entities of the company."""
        ...

    @property
    def exchange_rates(self) -> Directory[ExchangeRate, M]:
        """Exchange rates."""
        ...

    @property
    def customers(self) -> Register[Customer, M]:
        """Customers."""
        ...

    @property
    def suppliers(self) -> Register[Supplier, M]:
        """Suppliers."""
        ...

    @property
    def items(self) -> Register[Item, M]:
        """Products and services."""
        ...

    @property
    def dimension_values(self) -> Register[DimensionValue, M]:
        """Values of the axes of analysis."""
        ...

    @property
    def sales_invoices(self) -> Outbox[SalesInvoice, M]:
        """Invoices to customers."""
        ...

    @property
    def sales_credit_notes(self) -> Outbox[SalesCreditNote, M]:
        """Credit notes to customers."""
        ...

    @property
    def purchase_invoices(self) -> Outbox[PurchaseInvoice, M]:
        """Invoices of suppliers."""
        ...

    @property
    def purchase_credit_notes(self) -> Outbox[PurchaseCreditNote, M]:
        """Credit notes of suppliers."""
        ...

    @property
    def payments(self) -> Outbox[Payment, M]:
        """Money received and paid."""
        ...

    @property
    def journal_entries(self) -> Outbox[JournalEntry, M]:
        """Entries straight into a journal."""
        ...


class ReadableLedger(Ledger[M], Protocol[M]):
    """A ledger whose documents can be queried; file import is not one."""

    @property
    def sales_invoices(self) -> Collection[SalesInvoice, M]:
        """Invoices to customers."""
        ...

    @property
    def sales_credit_notes(self) -> Collection[SalesCreditNote, M]:
        """Credit notes to customers."""
        ...

    @property
    def purchase_invoices(self) -> Collection[PurchaseInvoice, M]:
        """Invoices of suppliers."""
        ...

    @property
    def purchase_credit_notes(self) -> Collection[PurchaseCreditNote, M]:
        """Credit notes of suppliers."""
        ...

    @property
    def payments(self) -> Collection[Payment, M]:
        """Money received and paid."""
        ...

    @property
    def journal_entries(self) -> Collection[JournalEntry, M]:
        """Entries straight into a journal."""
        ...


class OpenLedger(Generic[M]):
    """Every seat of a ledger, on one back end and one driver. Not for several threads."""

    def __init__(self, driver: Driver[M], back_end: BackEnd) -> None:
        self._driver: Driver[M] = driver
        self._back_end: BackEnd = back_end

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._back_end.scope!r}>"

    def _repr_html_(self) -> str:
        return ledger_card(
            type(self).__name__, self.scope, self.capabilities, self.reference
        )

    @property
    def capabilities(self) -> Capabilities:
        """What this ledger can do; narrowed by what `company.load()` found."""
        return self._back_end.capabilities

    @property
    def scope(self) -> str:
        """The books that keys belong to; see `Key`."""
        return self._back_end.scope

    @property
    def reference(self) -> Reference | None:
        """What `company.load()` read last; None before."""
        return self._back_end.reference

    @property
    def company(self) -> Company[M]:
        """The company behind the ledger."""
        return Company(self._driver, self._back_end)

    @property
    def documents(self) -> Documents[M]:
        """Mixed batches."""
        return Documents(self._driver, self._back_end)

    @property
    def attachments(self) -> Attachments[M]:
        """Files attached to posted documents."""
        return Attachments(self._driver, self._back_end)

    @property
    def accounts(self) -> Directory[Account, M]:
        """General ledger accounts."""
        return Directory(self._driver, self._back_end, "accounts")

    @property
    def journals(self) -> Directory[Journal, M]:
        """Books of first entry."""
        return Directory(self._driver, self._back_end, "journals")

    @property
    def tax_codes(self) -> Directory[TaxCode, M]:
        """Taxes."""
        return Directory(self._driver, self._back_end, "tax_codes")

    @property
    def dimensions(self) -> Directory[Dimension, M]:
        """Axes of analysis."""
        return Directory(self._driver, self._back_end, "dimensions")

    @property
    def bank_accounts(self) -> Directory[BankAccount, M]:
        """Bank and cash accounts."""
        return Directory(self._driver, self._back_end, "bank_accounts")

    @property
    def payment_terms(self) -> Directory[PaymentTerm, M]:
        """Terms of payment."""
        return Directory(self._driver, self._back_end, "payment_terms")

    @property
    def entities(self) -> Directory[Entity, M]:
        """Entities of the company."""
        return Directory(self._driver, self._back_end, "entities")

    @property
    def exchange_rates(self) -> Directory[ExchangeRate, M]:
        """Exchange rates."""
        return Directory(self._driver, self._back_end, "exchange_rates")

    @property
    def customers(self) -> Register[Customer, M]:
        """Customers."""
        return Register(self._driver, self._back_end, "customers")

    @property
    def suppliers(self) -> Register[Supplier, M]:
        """Suppliers."""
        return Register(self._driver, self._back_end, "suppliers")

    @property
    def items(self) -> Register[Item, M]:
        """Products and services."""
        return Register(self._driver, self._back_end, "items")

    @property
    def dimension_values(self) -> Register[DimensionValue, M]:
        """Values of the axes of analysis."""
        return Register(self._driver, self._back_end, "dimension_values")

    @property
    def sales_invoices(self) -> Outbox[SalesInvoice, M]:
        """Invoices to customers."""
        return Outbox(self._driver, self._back_end, "sales_invoices")

    @property
    def sales_credit_notes(self) -> Outbox[SalesCreditNote, M]:
        """Credit notes to customers."""
        return Outbox(self._driver, self._back_end, "sales_credit_notes")

    @property
    def purchase_invoices(self) -> Outbox[PurchaseInvoice, M]:
        """Invoices of suppliers."""
        return Outbox(self._driver, self._back_end, "purchase_invoices")

    @property
    def purchase_credit_notes(self) -> Outbox[PurchaseCreditNote, M]:
        """Credit notes of suppliers."""
        return Outbox(self._driver, self._back_end, "purchase_credit_notes")

    @property
    def payments(self) -> Outbox[Payment, M]:
        """Money received and paid."""
        return Outbox(self._driver, self._back_end, "payments")

    @property
    def journal_entries(self) -> Outbox[JournalEntry, M]:
        """Entries straight into a journal."""
        return Outbox(self._driver, self._back_end, "journal_entries")


class OpenReadableLedger(OpenLedger[M]):
    """Every seat of a ledger whose documents can be queried."""

    @property
    def sales_invoices(self) -> Collection[SalesInvoice, M]:
        """Invoices to customers."""
        return Collection(self._driver, self._back_end, "sales_invoices")

    @property
    def sales_credit_notes(self) -> Collection[SalesCreditNote, M]:
        """Credit notes to customers."""
        return Collection(self._driver, self._back_end, "sales_credit_notes")

    @property
    def purchase_invoices(self) -> Collection[PurchaseInvoice, M]:
        """Invoices of suppliers."""
        return Collection(self._driver, self._back_end, "purchase_invoices")

    @property
    def purchase_credit_notes(self) -> Collection[PurchaseCreditNote, M]:
        """Credit notes of suppliers."""
        return Collection(self._driver, self._back_end, "purchase_credit_notes")

    @property
    def payments(self) -> Collection[Payment, M]:
        """Money received and paid."""
        return Collection(self._driver, self._back_end, "payments")

    @property
    def journal_entries(self) -> Collection[JournalEntry, M]:
        """Entries straight into a journal."""
        return Collection(self._driver, self._back_end, "journal_entries")


class Closing:
    """A blocking ledger as a context manager."""

    _driver: Driver[Sync]

    def close(self) -> None:
        """Give connections and locks back. May be called twice."""
        self._driver.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class AsyncClosing:
    """An awaiting ledger as an asynchronous context manager."""

    _driver: Driver[Async]

    def aclose(self) -> Awaitable[None]:
        """Give connections and locks back. May be called twice."""
        closed: Awaitable[None] = self._driver.close()
        return closed

    def __aenter__(self) -> Awaitable[Self]:
        ready: Awaitable[Self] = self._driver.drive(_returning(self))
        return ready

    def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> Awaitable[None]:
        return self.aclose()


class ConnectedLedger(Ledger[Sync], Protocol):
    """An open blocking ledger of any product, closed by its `with` statement."""

    def close(self) -> None:
        """Give connections and locks back. May be called twice."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


class AsyncConnectedLedger(Ledger[Async], Protocol):
    """An open awaiting ledger of any product, closed by its `async with` statement."""

    def aclose(self) -> Awaitable[None]:
        """Give connections and locks back. May be called twice."""
        ...

    def __aenter__(self) -> Awaitable[Self]: ...

    def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> Awaitable[None]: ...


def _returning(value: T) -> Plan[T]:
    yield from ()
    return value
