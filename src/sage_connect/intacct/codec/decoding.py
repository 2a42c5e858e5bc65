"""Documents of ours from the records that Intacct gives back."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import attrs

from ...model import (
    Allocation,
    BankDirection,
    BankEntry,
    Document,
    JournalEntry,
    Line,
    Movement,
    Payment,
    PaymentKind,
    PurchaseCreditNote,
    PurchaseInvoice,
    PurchaseKind,
    Reference,
    SalesCreditNote,
    SalesInvoice,
    Tax,
    totals,
)
from ...model.money import minor_unit, round_half_up
from ..kinds import (
    AP_ADJUSTMENT,
    AP_BILL,
    AP_PAYMENT,
    AR_ADJUSTMENT,
    AR_ADVANCE,
    AR_INVOICE,
    AR_PAYMENT,
    ENTRY,
    EXPENSES,
    RECEIPT,
    Kind,
)
from ..resolve import base_currency
from .trade import tax_memo

_ZERO: Final = Decimal()
_CREDIT: Final = "-1"
_NEGATIVE: Final[Mapping[type, Any]] = {
    SalesInvoice: SalesCreditNote,
    PurchaseInvoice: PurchaseCreditNote,
}
_TRADE: Final[Mapping[str, Any]] = {
    AR_INVOICE.object: SalesInvoice,
    AR_ADJUSTMENT.object: SalesCreditNote,
    AP_BILL.object: PurchaseInvoice,
    AP_ADJUSTMENT.object: PurchaseCreditNote,
    EXPENSES.object: PurchaseInvoice,
}
_PAID: Final = (AR_PAYMENT, AR_ADVANCE)
_PARTY: Final = {"CUSTOMERID": "CUSTOMER", "VENDORID": "VENDOR", "EMPLOYEEID": "EMPLOYEE"}
# What stands in the number of another document, where it is no reference.
_REFERS: Final = {AR_ADJUSTMENT.object: "reverses", AP_ADJUSTMENT.object: "reverses"}
TAX_DETAIL: Final = "TAXDETAIL"
"""Object of tax codes."""


def text_of(record: Any, field: str) -> str:
    """Return the text of a field; "" where it is empty or was not given."""
    return record.get(field) or ""


def amount_of(record: Any, field: str) -> Decimal:
    """Return the amount in a field; 0 where there is none."""
    try:
        return Decimal(text_of(record, field) or "0")
    except InvalidOperation:
        return _ZERO


def day_of(record: Any, field: str) -> dt.date | None:
    """Return the day in a field, which is written month/day/year; None for none."""
    text = text_of(record, field).split(" ")[0]
    for notation in ("%m/%d/%Y", "%Y-%m-%d"):
        try:
            # A day has no zone.
            return dt.datetime.strptime(text, notation).date()  # noqa: DTZ007
        except ValueError:
            continue
    return None


def lines_of(kind: Kind, lines: Sequence[Any]) -> list[Any]:
    """Return a record's lines in order, without what Intacct adds for taxes."""
    own = [one for one in lines if not text_of(one, "PARENTENTRY")]
    if "LINE_NO" in kind.line_fields:
        own.sort(key=lambda one: amount_of(one, "LINE_NO"))
    return own


class Decoding:
    """Reads records of one company.

    Args:
        reference: What is known of it.
        numbers: Number of a document, or id of a tax detail, by object and record number:
            payments and lines tell only that.
    """

    def __init__(
        self, reference: Reference, numbers: Mapping[tuple[str, str], str]
    ) -> None:
        self._reference: Reference = reference
        self._numbers: Mapping[tuple[str, str], str] = numbers

    def document(self, kind: Kind, record: Any, lines: Sequence[Any]) -> Document:
        """Return the document that a record stands for.

        Intacct keeps the amounts of lines, not prices and quantities; what it adds for
        taxes is told as the document's stated tax.
        """
        rows = lines_of(kind, lines)
        taxes = [one for one in lines if text_of(one, "PARENTENTRY")]
        if kind is ENTRY:
            return self._entry(record, rows)
        if kind is RECEIPT:
            return self._receipt(record)
        if kind in {AR_PAYMENT, AR_ADVANCE, AP_PAYMENT}:
            return self._payment(kind, record, rows)
        document: Document = self._trade(kind, record, rows, taxes)
        return document

    def _currency(self, record: Any) -> str:
        return text_of(record, "CURRENCY") or base_currency(self._reference)

    def _rate(self, record: Any) -> Decimal | None:
        if self._currency(record) == base_currency(self._reference):
            return None
        return amount_of(record, "EXCHANGE_RATE") or None

    def _trade(
        self, kind: Kind, record: Any, rows: Sequence[Any], taxes: Sequence[Any]
    ) -> Any:
        total = amount_of(record, "TRX_TOTALENTERED")
        made = _TRADE[kind.object]
        if total < 0 and made in _NEGATIVE:
            made = _NEGATIVE[made]
        sign = -1 if total < 0 else 1
        party = text_of(record, kind.party)
        lines = [
            Line(
                description=text_of(row, "ENTRYDESCRIPTION"),
                unit_price=sign * amount_of(row, "TRX_AMOUNT"),
                account=text_of(row, "ACCOUNTNO"),
                item=text_of(row, "ITEMID"),
                taxes=self._taxes(record, kind, row, taxes),
                dimensions={
                    name: value
                    for name, value in _dimensions(kind, row, leave={"ITEM"}).items()
                    # Intacct puts a document's party on each of its lines.
                    if (name, value) != (_PARTY.get(kind.party), party)
                },
            )
            for row in rows
        ]
        fields: dict[str, Any] = {
            "number": text_of(record, kind.number),
            "date": day_of(record, kind.date),
            "party": party,
            "currency": self._currency(record),
            "exchange_rate": self._rate(record),
            "lines": lines,
            _REFERS.get(kind.object, "reference"): text_of(record, "DOCNUMBER"),
            "notes": text_of(record, "DESCRIPTION"),
            "entity": text_of(record, "MEGAENTITYID"),
        }
        if kind is EXPENSES:
            fields["kind"] = PurchaseKind.EXPENSE_CLAIM
        if "WHENDUE" in kind.fields and made in _NEGATIVE:
            fields["due"] = day_of(record, "WHENDUE")
        document = _with_tax(made(**fields), self._reference)
        if totals(document).gross == sign * total:
            return document
        # What else Intacct has added is told as it stands.
        return attrs.evolve(document, gross=sign * total)

    def _taxes(self, record: Any, kind: Kind, row: Any, taxes: Sequence[Any]) -> list[Tax]:
        """Return the taxes of a line: what Intacct has added to it."""
        found: list[Tax] = []
        unit = minor_unit(self._currency(record))
        net = abs(amount_of(row, "TRX_AMOUNT"))
        for one in taxes:
            if text_of(one, "PARENTENTRY") != text_of(row, kind.id):
                continue
            code = self._numbers.get((TAX_DETAIL, text_of(one, "DETAILKEY")), "")
            known = (self._reference.tax_codes or {}).get(code)
            rate = known.rate_on(day_of(record, kind.date)) if known else None
            amount = abs(amount_of(one, "TRX_AMOUNT"))
            computed = None if rate is None else round_half_up(net * rate / 100, unit)
            stated = None if amount == computed else amount
            found.append(Tax(code, _ZERO if rate is None else rate, stated))
        return found

    def _payment(self, kind: Kind, record: Any, rows: Sequence[Any]) -> Payment:
        settled = AR_INVOICE if kind in _PAID else AP_BILL
        allocations = [
            Allocation(
                self._numbers.get((settled.object, key), f"#{key}"),
                amount_of(row, "TRX_PAYMENTAMOUNT"),
            )
            for row in rows
            if (key := text_of(row, "RECORDKEY"))
        ]
        received = kind in _PAID
        return Payment(
            kind=(
                PaymentKind.CUSTOMER_RECEIPT if received else PaymentKind.SUPPLIER_PAYMENT
            ),
            number=text_of(record, kind.number),
            date=day_of(record, kind.date),
            party=text_of(record, kind.party),
            currency=self._currency(record),
            exchange_rate=self._rate(record),
            amount=amount_of(record, "TRX_TOTALENTERED"),
            method=text_of(record, "PAYMENTMETHOD"),
            bank_account=text_of(record, "FINANCIALENTITY"),
            allocations=allocations,
            reference=text_of(record, "DESCRIPTION"),
            entity=text_of(record, "MEGAENTITYID"),
        )

    def _entry(self, record: Any, rows: Sequence[Any]) -> JournalEntry:
        base = base_currency(self._reference)
        currencies = {text_of(row, "CURRENCY") or base for row in rows}
        movements = [_movement(row) for row in rows]
        return JournalEntry(
            number=text_of(record, "REFERENCENO"),
            journal=text_of(record, "JOURNAL"),
            date=day_of(record, "BATCH_DATE"),
            currency=currencies.pop() if len(currencies) == 1 else base,
            movements=movements,
            description=text_of(record, "BATCH_TITLE"),
            entity=text_of(record, "MEGAENTITYID"),
            reversed_on=day_of(record, "REVERSED"),
        )

    def _receipt(self, record: Any) -> BankEntry:
        return BankEntry(
            number=text_of(record, "DOCNUMBER"),
            date=day_of(record, "WHENPAID"),
            bank_account=text_of(record, "BANKACCOUNTID"),
            currency=self._currency(record),
            amount=amount_of(record, "TRX_TOTALENTERED"),
            direction=BankDirection.IN,
            description=text_of(record, "DESCRIPTION2"),
            reference=text_of(record, "DESCRIPTION"),
            entity=text_of(record, "MEGAENTITYID"),
        )


def _with_tax(document: Any, reference: Reference) -> Any:
    """Return a document whose last line is what our own codec writes for its one tax.

    Where it does not come to just that tax of all other lines, it stays a line.
    """
    lines: tuple[Line, ...] = document.lines
    if not lines:
        return document
    *others, last = lines
    for code, known in (reference.tax_codes or {}).items():
        rate = known.rate_on(document.date)
        if not others or rate is None or last.description != tax_memo(code, rate):
            continue
        taxed = [attrs.evolve(one, taxes=[Tax(code, rate)]) for one in others]
        whole = attrs.evolve(document, lines=taxed)
        if last.account == known.account and totals(whole).tax == last.unit_price:
            return whole
    return document


def _movement(row: Any) -> Movement:
    amount = amount_of(row, "TRX_AMOUNT")
    credit = text_of(row, "TR_TYPE") == _CREDIT
    return Movement(
        account=text_of(row, "ACCOUNTNO"),
        debit=None if credit else amount,
        credit=amount if credit else None,
        description=text_of(row, "DESCRIPTION"),
        dimensions=_dimensions(ENTRY, row),
    )


def _dimensions(
    kind: Kind, row: Any, leave: frozenset[str] | set[str] = frozenset()
) -> dict[str, str]:
    return {
        name: value
        for name, field in kind.dimensions.items()
        if name not in leave and (value := text_of(row, field))
    }
