"""What Sage Accounting gives back, as documents of ours in the ledger's codes."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, TypeVar

import attrs

from ...model import (
    Address,
    Allocation,
    Amount,
    BankDirection,
    BankEntry,
    Charge,
    ChargeKind,
    Customer,
    DocumentState,
    DueFrom,
    Item,
    ItemKind,
    JournalEntry,
    Line,
    Movement,
    Party,
    PartyBank,
    PartyTerm,
    Payment,
    Percent,
    Person,
    PurchaseCreditNote,
    PurchaseInvoice,
    Reference,
    SalesCreditNote,
    SalesInvoice,
    Supplier,
    Tax,
    TradeDocument,
    Withholding,
)
from ...model.money import round_half_up
from ...model.payment import PaymentKind
from ..ids import CUSTOMER, Names
from ..resolve import PURCHASES, REVERSES, told_in
from ..settings import AccountingSettings, Numbering, RateDirection
from ..wire.shapes import BankAccountDetails, Base
from .money import TYPES

T = TypeVar("T", bound=TradeDocument)

_ZERO: Final = Decimal()
_HUNDRED: Final = Decimal(100)
_CENT: Final = Decimal("0.01")
_KINDS: Final = {word: kind for kind, word in TYPES.items()}
_RATE_PLACES: Final = Decimal("0.0000000001")


class Decoding:
    """Reads the records of one business.

    Args:
        names: What we call Sage's ids.
        settings: Of the business.
        reference: What is known of it.
    """

    def __init__(
        self, names: Names, settings: AccountingSettings, reference: Reference
    ) -> None:
        self._names: Names = names
        self._settings: AccountingSettings = settings
        self._reference: Reference = reference

    def document(self, resource: str, record: Any) -> Any:
        """Return the document that a record of `resource` is."""
        match resource:
            case "sales_invoices":
                number, lines = record.invoice_number, record.invoice_lines
                return self._sale(SalesInvoice, record, lines, number or "")
            case "sales_credit_notes":
                number, lines = record.credit_note_number, record.credit_note_lines
                return self._sale(SalesCreditNote, record, lines, number or "")
            case "purchase_invoices":
                return self._purchase(PurchaseInvoice, record, record.invoice_lines)
            case "purchase_credit_notes":
                return self._purchase(PurchaseCreditNote, record, record.credit_note_lines)
            case _:
                decode = {
                    "contact_payments": self.payment,
                    "other_payments": self.bank_entry,
                    "journals": self.journal,
                }[resource]
                return decode(record)

    def _sale(self, kind: type[T], record: Any, lines: Sequence[Any], number: str) -> T:
        number, reference = sale_identity(record, number, self._settings)
        return self._trade(kind, record, lines, number, reference)

    def _purchase(self, kind: type[T], record: Any, lines: Sequence[Any]) -> T:
        number, party_number, reference = purchase_identity(record)
        made = self._trade(kind, record, lines, number, reference)
        return attrs.evolve(made, party_number=party_number)

    def _trade(
        self,
        kind: type[T],
        record: Any,
        lines: Sequence[Any],
        number: str,
        reference: str,
    ) -> T:
        notes, proved, reverses = told_in(record.notes or "")
        if reference and reference == reverses:
            reference = ""
        with_tax = any(line.unit_price_includes_tax for line in lines)
        values: dict[str, Any] = {
            "number": number,
            "date": record.date,
            "due": getattr(record, "due_date", None),
            "party": self._party(record.contact),
            "currency": _id(record.currency) or self._base(),
            "exchange_rate": self._rate(record),
            "lines": [self._line(line, record.date) for line in lines],
            "charges": self._charges(record, with_tax=with_tax),
            "prices_include_tax": with_tax,
            "reverse_charge": bool(record.vat_reverse_charge),
            "state": DocumentState.DRAFT
            if _id(record.status) == "DRAFT"
            else DocumentState.FINAL,
            "reference": reference,
            "notes": notes,
            "reverses": reverses,
            "withholding": _withholding(record),
        }
        if issubclass(kind, PURCHASES):
            values["kind"] = proved
        return kind(**values)

    def _line(self, line: Any, day: dt.date | None) -> Line:
        item = _id(getattr(line, "product", None)) or _id(getattr(line, "service", None))
        categories = [self._names.categories.get(one.id) for one in _categories(line)]
        return Line(
            description=line.description or "",
            quantity=Decimal(1) if line.quantity is None else line.quantity,
            unit_price=line.unit_price or _ZERO,
            discount=_discount(line),
            item=self._names.items.get(item, item),
            account=self._account(line.ledger_account),
            taxes=self._taxes(line.tax_rate, line.tax_amount, line.net_amount, day),
            dimensions=dict(pair for pair in categories if pair is not None),
        )

    def _taxes(
        self, rate: Any, amount: Decimal | None, net: Decimal | None, day: dt.date | None
    ) -> list[Tax]:
        """Return the tax of a line; its amount only where the rate does not give it."""
        code = _id(rate)
        if not code:
            return []
        known = (self._reference.tax_codes or {}).get(code)
        percent = (known.rate_on(day) if known else None) or _ZERO
        if net is not None and amount is not None:
            computed = round_half_up(net * percent / _HUNDRED, _CENT)
            return [Tax(code, percent, None if computed == amount else amount)]
        return [Tax(code, percent, amount)]

    def _charges(self, record: Any, *, with_tax: bool) -> list[Charge]:
        """Return the carriage; Sage has it net, whatever the lines have."""
        net: Decimal | None = getattr(record, "shipping_net_amount", None)
        if not net:
            return []
        amount, rate = record.shipping_tax_amount, record.shipping_tax_rate
        taxes = self._taxes(rate, amount, net, record.date)
        gross = net + (amount or _ZERO)
        paid = gross if with_tax else net
        return [Charge(amount=paid, kind=ChargeKind.SHIPPING, taxes=taxes)]

    def payment(self, record: Any) -> Payment:
        """Return the payment that a contact payment is."""
        party = self._party(record.contact)
        parts = [
            Allocation(one.artefact.displayed_as or one.artefact.id, one.amount or _ZERO)
            for one in record.allocated_artefacts
            if one.artefact is not None
        ]
        rest = record.payment_on_account
        left = rest.total_amount if rest is not None else None
        number, reference = _marked(record.reference or "")
        return Payment(
            kind=_KINDS.get(_id(record.transaction_type), PaymentKind.CUSTOMER_RECEIPT),
            number=number,
            reference=reference,
            date=record.date,
            party=party,
            currency=_id(record.currency) or self._base(),
            exchange_rate=self._rate(record),
            amount=record.total_amount or _ZERO,
            method=_id(record.payment_method),
            bank_account=self._names.banks.get(_id(record.bank_account), ""),
            allocations=parts,
            # Nothing said is nothing left.
            on_account=left or None,
        )

    def bank_entry(self, record: Any) -> BankEntry:
        """Return the bank entry that an other payment or receipt is."""
        line = record.payment_lines[0] if record.payment_lines else None
        received = _id(record.transaction_type).startswith("OTHER_RECEIPT")
        number, reference = _marked(record.reference or "")
        said, reverses = _reversed((line.details if line is not None else "") or "", " ")
        return BankEntry(
            number=number,
            reference=reference,
            reverses=reverses,
            date=record.date,
            bank_account=self._names.banks.get(_id(record.bank_account), ""),
            currency=self._base(),
            amount=record.total_amount or _ZERO,
            direction=BankDirection.IN if received else BankDirection.OUT,
            account=self._account(line.ledger_account) if line is not None else "",
            party=self._party(record.contact),
            description=said,
        )

    def journal(self, record: Any) -> JournalEntry:
        """Return the entry that a journal is."""
        movements = [
            Movement(
                account=self._account(line.ledger_account),
                debit=line.debit or None,
                credit=line.credit or None,
                description=line.details or "",
            )
            for line in record.journal_lines
        ]
        number, reference = _marked(record.reference or "")
        said, reverses = _reversed(record.description or "", " ")
        return JournalEntry(
            number=number,
            reference=reference,
            reverses=reverses,
            journal="",
            date=record.date,
            currency=self._base(),
            movements=movements,
            description=said,
        )

    def _party(self, contact: Any) -> str:
        id = _id(contact)
        return self._names.parties.get(id, getattr(contact, "reference", None) or id)

    def _account(self, account: Any) -> str:
        id = _id(account)
        return self._names.accounts.get(id, id)

    def _base(self) -> str:
        company = self._reference.company
        return company.base_currency if company else ""

    def _rate(self, record: Any) -> Decimal | None:
        rate: Decimal | None = record.exchange_rate
        if not rate or (_id(record.currency) or self._base()) == self._base():
            return None
        if self._settings.conventions.rate is RateDirection.BASE_PER_UNIT:
            return rate
        return (1 / rate).quantize(_RATE_PLACES)


def sale_identity(
    record: Any, number: str, settings: AccountingSettings
) -> tuple[str, str]:
    """Return our number of a sale, and what it refers to.

    Args:
        record: As replied.
        number: Sage's number.
        settings: Of the business.
    """
    said = record.reference or ""
    if settings.policy.numbering is Numbering.SAGES and said:
        return _marked(said)
    # It stood there for a search to find.
    return number, "" if said == number else said


def purchase_identity(record: Any) -> tuple[str, str, str]:
    """Return our number of a purchase, the supplier's, and what it refers to."""
    theirs, said = record.vendor_reference or "", record.reference or ""
    if said == theirs or said.startswith(f"{theirs} "):
        return theirs, "", said.removeprefix(theirs).strip()
    number, reference = _marked(said)
    return number, theirs, reference


def party_of(record: Any, side: str, people: Sequence[Person] = ()) -> Party:
    """Return the customer or supplier that a contact is.

    Args:
        record: As replied.
        side: Whether it is a customer or a supplier.
        people: Those beside the main one.
    """
    kind: type[Party] = Customer if side == CUSTOMER else Supplier
    account = (
        record.default_sales_ledger_account
        if side == CUSTOMER
        else record.default_purchase_ledger_account
    )
    person = record.main_contact_person
    return kind(
        code=record.reference or record.id,
        name=record.name or "",
        account=_nominal(account),
        currency=_id(record.currency),
        tax_number=record.tax_number or "",
        address=address_of(record.main_address),
        delivery_address=address_of(record.delivery_address),
        people=[*_main(person), *people],
        email=record.email or (person.email if person else None) or "",
        phone=(person.telephone if person else None) or "",
        banks=_banks(record.bank_account_details),
        terms=_terms(record),
        notes=record.notes or "",
        active=record.is_active is not False and record.deleted_at is None,
    )


def item_of(record: Any, kind: ItemKind, accounts: Mapping[str, str]) -> Item:
    """Return the item that a product, service or stock item is.

    Args:
        record: As replied.
        kind: Of the resource that it is from.
        accounts: Nominal codes by id.
    """
    prices = record.sales_rates if kind is ItemKind.SERVICE else record.sales_prices
    price = None
    if prices:
        price = prices[0].rate if kind is ItemKind.SERVICE else prices[0].price
    sales, bought = _id(record.sales_ledger_account), _id(record.purchase_ledger_account)
    return Item(
        code=record.item_code or record.id,
        description=record.description or "",
        kind=kind,
        sales_price=price,
        purchase_price=record.cost_price,
        sales_account=accounts.get(sales, ""),
        purchase_account=accounts.get(bought, ""),
        tax_code=_id(record.sales_tax_rate),
        notes=record.notes or "",
        active=record.active is not False,
    )


def address_of(record: Any) -> Address | None:
    """Return a postal address; None for an empty one."""
    if record is None:
        return None
    found = Address(
        lines=[one for one in (record.address_line_1, record.address_line_2) if one],
        postal_code=record.postal_code or "",
        city=record.city or "",
        region=record.region or "",
        country=_id(record.country),
    )
    return None if found == Address() else found


def _marked(reference: str) -> tuple[str, str]:
    """Return the number that a reference begins with, and the rest."""
    number, _, rest = reference.partition(" ")
    return number, rest


def _reversed(text: str, separator: str) -> tuple[str, str]:
    """Return a text without what it tells of a reversal, and the number taken back."""
    before, told, number = text.rpartition(REVERSES)
    if not told or (before and not before.endswith(separator)):
        return text, ""
    return before.removesuffix(separator), number


def person_of(record: Any, *, main: bool = False) -> Person:
    """Return the person that a record is."""
    return Person(
        name=record.name,
        job_title=record.job_title or "",
        email=record.email or "",
        phone=record.telephone or "",
        mobile=record.mobile or "",
        main=main,
    )


def _main(record: Any) -> list[Person]:
    has_name = record is not None and record.name
    return [person_of(record, main=True)] if has_name else []


def _banks(details: BankAccountDetails | None) -> list[PartyBank]:
    if details is None or not (details.iban or details.account_number):
        return []
    return [
        PartyBank(
            name=details.account_name or "",
            iban=details.iban or "",
            bic=details.bic or "",
            number=details.account_number or "",
            main=True,
        )
    ]


def _terms(record: Any) -> list[PartyTerm]:
    if record.credit_days is None:
        return []
    ends = (record.credit_terms or "").startswith("month_end")
    counted = DueFrom.END_OF_MONTH if ends else DueFrom.DATE
    return [PartyTerm(days=record.credit_days, due_from=counted)]


def _discount(line: Any) -> Percent | Amount | None:
    percent: Decimal | None = getattr(line, "discount_percentage", None)
    if percent:
        return Percent(percent)
    amount: Decimal | None = getattr(line, "discount_amount", None)
    return Amount(amount) if amount else None


def _withholding(record: Any) -> Withholding | None:
    rate: Decimal | None = record.withholding_tax_rate
    base: Decimal | None = record.cis_applicable_amount
    return Withholding(rate=rate, base=base) if rate and base else None


def _categories(line: Any) -> Sequence[Any]:
    found: Sequence[Any] = getattr(line, "analysis_type_categories", ())
    return found


def _nominal(account: Any) -> str:
    code = getattr(account, "nominal_code", None)
    return "" if code is None else str(code)


def _id(record: Base | Any) -> str:
    """Return the id of a reference; "" for none."""
    return "" if record is None else str(record.id)
