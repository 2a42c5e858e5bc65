"""Invoices and credit notes, as Sage Accounting takes them.

The client computes the tax: half-up on each line, to the cent. Only the tax of carriage is
computed by Sage itself.
"""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from ...model import (
    Amount,
    Charge,
    ChargeKind,
    DocumentState,
    Line,
    Percent,
    PurchaseCreditNote,
    PurchaseInvoice,
    Reference,
    SalesCreditNote,
    SalesInvoice,
    Tax,
    TradeDocument,
    totals,
)
from ...model.money import minor_unit, round_half_up
from ...model.totals import line_amount
from ..ids import CUSTOMER, SUPPLIER, Ids
from ..settings import AccountingSettings, AnalysisNotation, Numbering, RateDirection
from .encoded import Encoded, Writing

SALES: Final = (SalesInvoice, SalesCreditNote)
RESOURCES: Final[dict[type[TradeDocument], str]] = {
    SalesInvoice: "sales_invoices",
    SalesCreditNote: "sales_credit_notes",
    PurchaseInvoice: "purchase_invoices",
    PurchaseCreditNote: "purchase_credit_notes",
}
NUMBERS: Final[dict[type[TradeDocument], str]] = {
    SalesInvoice: "invoice_number",
    SalesCreditNote: "credit_note_number",
}
_LINES: Final[dict[type[TradeDocument], str]] = {
    SalesInvoice: "invoice_lines",
    PurchaseInvoice: "invoice_lines",
    SalesCreditNote: "credit_note_lines",
    PurchaseCreditNote: "credit_note_lines",
}
_ZERO: Final = Decimal()
_HUNDRED: Final = Decimal(100)
_RATE_PLACES: Final = Decimal("0.0000000001")


class TradeCodec:
    """Writes trade documents of one business.

    Args:
        ids: Sage's identities.
        settings: Of the business.
        reference: What is known of it.
    """

    def __init__(
        self, ids: Ids, settings: AccountingSettings, reference: Reference
    ) -> None:
        self._ids: Ids = ids
        self._settings: AccountingSettings = settings
        self._reference: Reference = reference

    def encode(self, document: TradeDocument, mark: str) -> Encoded:
        """Return the request body that creates `document`.

        Args:
            document: Accepted by the rules.
            mark: What it is found by later: it stands in the reference where the document
                leaves that empty.
        """
        sale = isinstance(document, SALES)
        side = CUSTOMER if sale else SUPPLIER
        out = Writing()
        id = self._ids.parties.get((side, document.party))
        out.refer("contact_id", id, "/party", side, document.party)
        out.put("date", document.date, "/date")
        self._identify(out, document, mark)
        if isinstance(document, (SalesInvoice, PurchaseInvoice)):
            out.put("due_date", self._due(document), "/due")
        self._currency(out, document)
        out.put("notes", document.notes, "/notes")
        if document.reverse_charge:
            out.put("vat_reverse_charge", value=True, path="/reverse_charge")
        if document.state is DocumentState.DRAFT:
            out.put("status_id", "DRAFT", "/state")
        self._withhold(out, document)
        taxes = tax_amounts(document)
        for at, line in enumerate(document.lines):
            row = out.row(_LINES[type(document)], f"/lines/{at}")
            self._line(row, document, line, taxes[at], f"/lines/{at}")
        self._charges(out, document, taxes[len(document.lines) :])
        sums = totals(document)
        return out.encoded(
            RESOURCES[type(document)],
            {
                "net_amount": sums.net,
                "tax_amount": sums.tax,
                "total_amount": sums.gross,
            },
        )

    def _identify(self, out: Writing, document: TradeDocument, mark: str) -> None:
        if isinstance(document, SALES):
            ours = self._settings.policy.numbering is Numbering.OURS and document.number
            if ours:
                out.put(NUMBERS[type(document)], document.number, "/number")
                # What is credited stands where a person looks for it.
                said = document.reference or document.reverses or mark
                path = "/reference" if document.reference else "/reverses"
                out.put("reference", said, path)
            else:
                out.put("reference", mark, "/number")
        else:
            number = document.party_number or document.number
            path = "/party_number" if document.party_number else "/number"
            out.put("vendor_reference", number, path)
            out.put("reference", document.reference or mark, "/reference")
        if document.reverses:
            opened = self._reference.open_documents or {}
            original = opened.get((document.party, document.reverses))
            if original is not None and "credit" in RESOURCES[type(document)]:
                out.put("original_invoice_date", original.date, "/reverses")

    def _due(self, document: TradeDocument) -> dt.date | None:
        due = document.due
        if isinstance(due, dt.date):
            return due
        if isinstance(due, tuple) and len(due) == 1:
            return due[0].due
        # Purchases must have a day; nothing said is due at once.
        return document.date if isinstance(document, PurchaseInvoice) else None

    def _currency(self, out: Writing, document: TradeDocument) -> None:
        company = self._reference.company
        if company is not None and document.currency == company.base_currency:
            return
        out.put("currency_id", document.currency, "/currency")
        rate = document.exchange_rate
        if rate:
            out.put("exchange_rate", wire_rate(rate, self._settings), "/exchange_rate")

    def _withhold(self, out: Writing, document: TradeDocument) -> None:
        kept = document.withholding
        if kept is None:
            return
        unit = minor_unit(document.currency)
        amount = round_half_up(kept.base * kept.rate / _HUNDRED, unit)
        out.put("withholding_tax_rate", kept.rate, "/withholding/rate")
        out.put("withholding_tax_amount", amount, "/withholding")
        out.put("cis_applicable_amount", kept.base, "/withholding/base")
        sums = totals(document)
        out.put("total_after_cis_deduction", sums.due, "/withholding")

    def _line(
        self, row: Writing, document: TradeDocument, line: Line, tax: Decimal, path: str
    ) -> None:
        sale = isinstance(document, SALES)
        row.put("description", line.description, f"{path}/description")
        code, place = self._account(line, path, sale=sale)
        account = self._ids.account(code)
        row.refer("ledger_account_id", account, place, "account", code)
        row.put("quantity", line.quantity, f"{path}/quantity")
        row.put("unit_price", line.unit_price, f"{path}/unit_price")
        if document.prices_include_tax and not document.reverse_charge:
            row.put("unit_price_includes_tax", True, "/prices_include_tax")
        self._item(row, line, path)
        self._discount(row, document, line, f"{path}/discount")
        self._tax(row, line.taxes, tax, f"{path}/taxes")
        self._analyse(row, document, line, path)

    def _account(self, line: Line | Charge, path: str, *, sale: bool) -> tuple[str, str]:
        """Return the nominal code of a line, and the place that names it."""
        if line.account:
            return line.account, f"{path}/account"
        if isinstance(line, Line) and line.item and self._reference.items:
            item = self._reference.items.get(line.item)
            if item is not None:
                own = item.sales_account if sale else item.purchase_account
                if own:
                    return own, f"{path}/item"
        purposes = self._settings.accounts
        usual = purposes.sales if sale else purposes.purchases
        if isinstance(line, Charge):
            usual = purposes.shipping or usual
        return usual, f"{path}/account"

    def _item(self, row: Writing, line: Line, path: str) -> None:
        if not line.item:
            return
        resource, id = self._ids.items.get(line.item, ("", None))
        name = "service_id" if resource == "services" else "product_id"
        row.refer(name, id, f"{path}/item", "item", line.item)

    def _discount(
        self, row: Writing, document: TradeDocument, line: Line, path: str
    ) -> None:
        match line.discount:
            case Percent(value) if isinstance(document, SALES):
                row.put("discount_percentage", value, path)
            case Amount(value) if isinstance(document, SALES):
                row.put("discount_amount", value, path)
            case Percent() | Amount() if line.quantity:
                # Purchases know no discount: the price is what is paid for one.
                row.put("unit_price", line_amount(line) / line.quantity, path)
            case _:
                pass

    def _tax(self, row: Writing, taxes: Sequence[Tax], tax: Decimal, path: str) -> None:
        for at, one in enumerate(taxes[:1]):
            id = self._ids.taxes.get(one.code)
            row.refer("tax_rate_id", id, f"{path}/{at}/code", "tax", one.code)
            row.put("tax_amount", tax, f"{path}/{at}")

    def _analyse(
        self, row: Writing, document: TradeDocument, line: Line, path: str
    ) -> None:
        named = [
            (name, value, f"{path}/dimensions") for name, value in line.dimensions.items()
        ]
        if document.project:
            named.append(("", document.project, "/project"))
        found: list[str] = []
        for dimension, value, place in named:
            id = category_of(self._ids, dimension, value)
            if id is None:
                row.refer("analysis_type_categories", None, place, "category", value)
            else:
                found.append(id)
        if found:
            noted = self._settings.conventions.analysis
            objects = noted is AnalysisNotation.OBJECTS
            row.put(
                "analysis_type_categories",
                [{"id": id} for id in found] if objects else found,
                f"{path}/dimensions",
            )

    def _charges(
        self, out: Writing, document: TradeDocument, taxes: Sequence[Decimal]
    ) -> None:
        sale = isinstance(document, SALES)
        carried = False
        for at, (charge, tax) in enumerate(zip(document.charges, taxes, strict=True)):
            path = f"/charges/{at}"
            if sale and charge.kind is ChargeKind.SHIPPING and not carried:
                carried = True
                net = totals(document).charges[at]
                out.put("shipping_net_amount", net, f"{path}/amount")
                for one in charge.taxes[:1]:
                    id = self._ids.taxes.get(one.code)
                    place = f"{path}/taxes/0/code"
                    out.refer("shipping_tax_rate_id", id, place, "tax", one.code)
                continue
            row = out.row(_LINES[type(document)], path)
            said = charge.description or charge.kind.value.capitalize()
            row.put("description", said, f"{path}/description")
            code, place = self._account(charge, path, sale=sale)
            account = self._ids.account(code)
            row.refer("ledger_account_id", account, place, "account", code)
            row.put("quantity", Decimal(1), path)
            row.put("unit_price", charge.amount, f"{path}/amount")
            if document.prices_include_tax and not document.reverse_charge:
                row.put("unit_price_includes_tax", True, "/prices_include_tax")
            self._tax(row, charge.taxes, tax, f"{path}/taxes")


def wire_rate(rate: Decimal, settings: AccountingSettings) -> Decimal:
    """Return our rate (base currency per unit) as the API counts it."""
    if settings.conventions.rate is RateDirection.BASE_PER_UNIT:
        return rate
    return (1 / rate).quantize(_RATE_PLACES)


def category_of(ids: Ids, dimension: str, value: str) -> str | None:
    """Return the id of an analysis category; of any type where none is named."""
    if dimension:
        return ids.categories.get((dimension, value))
    found = [id for (_, code), id in ids.categories.items() if code == value]
    return found[0] if len(found) == 1 else None


def tax_amounts(document: TradeDocument) -> tuple[Decimal, ...]:
    """Return the tax of each line, then of each charge; they add up to the document's."""
    unit = minor_unit(document.currency)
    parts: tuple[Line | Charge, ...] = (*document.lines, *document.charges)
    sums = totals(document)
    nets = (*sums.lines, *sums.charges)
    if document.reverse_charge:
        return tuple(_ZERO for _ in parts)
    found: list[Decimal] = []
    for part, net in zip(parts, nets, strict=True):
        amount = line_amount(part) if isinstance(part, Line) else part.amount
        if document.prices_include_tax:
            found.append(round_half_up(amount, unit) - net)
            continue
        each = [
            round_half_up(
                net * tax.rate / _HUNDRED if tax.amount is None else tax.amount, unit
            )
            for tax in part.taxes
        ]
        found.append(sum(each, _ZERO))
    residue = sums.tax - sum(found, _ZERO)
    if residue and found:
        # What the caller states differs by a rounding: the largest tax takes it.
        largest = max(range(len(found)), key=lambda at: abs(found[at]))
        found[largest] += residue
    return tuple(found)
