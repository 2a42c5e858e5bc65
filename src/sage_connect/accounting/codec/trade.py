"""Invoices and credit notes, as Sage Accounting takes them.

The client computes the tax: half-up on each line, to the cent. Only the tax of carriage is
computed by Sage itself.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from ...model import (
    Amount,
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
from ...model.totals import line_amount, part_taxes
from ..ids import CUSTOMER, ITEM_RESOURCES, SUPPLIER, Ids
from ..resolve import (
    SALES,
    Giver,
    Trade,
    carriage_at,
    categories_of,
    charge_giver,
    due_day,
    goods_or_services,
    is_sale,
    line_giver,
    mark_in,
    needs_eu_type,
    notes_of,
    project_type,
    reference_of,
    tax_region,
    vendor_reference_of,
)
from ..settings import AccountingSettings, AnalysisNotation, Numbering, RateDirection
from .encoded import CATEGORY, ITEM, Encoded, Writing

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
CATEGORIES: Final = "analysis_type_categories"
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

    def encode(self, document: Trade) -> Encoded:
        """Return the request body that creates `document`, accepted by the rules."""
        side = CUSTOMER if is_sale(document) else SUPPLIER
        out = Writing()
        id = self._ids.parties.get((side, document.party))
        out.refer("contact_id", id, "/party", side, document.party)
        out.put("date", document.date, "/date")
        self._identify(out, document)
        if isinstance(document, (SalesInvoice, PurchaseInvoice)):
            out.put("due_date", due_day(document, self._reference), "/due")
        self._currency(out, document)
        region = tax_region(document, self._reference)
        out.put("tax_address_region_id", region, "/party")
        out.put("notes", notes_of(document), "/notes")
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
                # Of labour it is deducted for some parties, whether or not it was said.
                "withholding_tax_amount": sums.gross - sums.due,
            },
            mark=mark_in(document, self._settings),
        )

    def _identify(self, out: Writing, document: Trade) -> None:
        if isinstance(document, SALES):
            if self._settings.policy.numbering is Numbering.OURS:
                out.put(NUMBERS[type(document)], document.number, "/number")
        else:
            path = "/party_number" if document.party_number else "/number"
            out.put("vendor_reference", vendor_reference_of(document), path)
        out.put("reference", reference_of(document, self._settings), "/reference")
        if document.reverses and "credit" in RESOURCES[type(document)]:
            opened = self._reference.open_documents or {}
            original = opened.get((document.party, document.reverses))
            if original is not None:
                out.put("original_invoice_date", original.date, "/reverses")

    def _currency(self, out: Writing, document: Trade) -> None:
        company = self._reference.company
        if company is not None and document.currency == company.base_currency:
            return
        out.put("currency_id", document.currency, "/currency")
        rate = document.exchange_rate
        if rate:
            out.put("exchange_rate", wire_rate(rate, self._settings), "/exchange_rate")

    def _withhold(self, out: Writing, document: Trade) -> None:
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
        self, row: Writing, document: Trade, line: Line, tax: Decimal, path: str
    ) -> None:
        row.put("description", line.description, f"{path}/description")
        giver = line_giver(line, document, self._settings, self._reference)
        self._account(row, giver, f"{path}/account")
        row.put("quantity", line.quantity, f"{path}/quantity")
        row.put("unit_price", line.unit_price, f"{path}/unit_price")
        if document.prices_include_tax and not document.reverse_charge:
            row.put("unit_price_includes_tax", value=True, path="/prices_include_tax")
        self._item(row, line, path)
        self._discount(row, document, line, f"{path}/discount")
        self._tax(row, line.taxes, tax, f"{path}/taxes")
        self._analyse(row, document, line, path)
        if needs_eu_type(document, self._reference):
            kind = goods_or_services(document, self._reference)
            row.put("eu_goods_services_type_id", kind, f"{path}/item")

    def _account(self, row: Writing, giver: Giver, path: str) -> None:
        id = self._ids.account(giver.code)
        row.refer("ledger_account_id", id, path, "account", giver.code)

    def _item(self, row: Writing, line: Line, path: str) -> None:
        if not line.item:
            return
        # What is posted in the same batch has no id yet, but is known.
        known = (self._reference.items or {}).get(line.item)
        coming = ITEM_RESOURCES[known.kind] if known is not None else ""
        resource, id = self._ids.items.get(line.item, (coming, None))
        name = "service_id" if resource == "services" else "product_id"
        row.refer(name, id, f"{path}/item", ITEM, line.item)

    def _discount(self, row: Writing, document: Trade, line: Line, path: str) -> None:
        match line.discount:
            case Percent(value) if isinstance(document, SALES):
                unit = minor_unit(document.currency)
                gross = round_half_up(line.quantity * line.unit_price, unit)
                net = round_half_up(line_amount(line), unit)
                if gross - round_half_up(gross * value / _HUNDRED, unit) == net:
                    row.put("discount_percentage", value, path)
                else:
                    # Half a cent of discount, rounded up, would be a cent off the line.
                    row.put("discount_amount", gross - net, path)
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

    def _analyse(self, row: Writing, document: Trade, line: Line, path: str) -> None:
        project = document.project
        if project and not project_type(project, self._reference):
            row.refer(CATEGORIES, None, "/project", CATEGORY, project)
        categories = categories_of(line, document, self._reference)
        place = f"{path}/dimensions"
        put_categories(row, categories, place, self._ids, self._settings)

    def _charges(self, out: Writing, document: Trade, taxes: Sequence[Decimal]) -> None:
        carriage = carriage_at(document)
        for at, (charge, tax) in enumerate(zip(document.charges, taxes, strict=True)):
            path = f"/charges/{at}"
            if at == carriage:
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
            giver = charge_giver(charge, self._settings)
            self._account(row, giver, f"{path}/account")
            row.put("quantity", Decimal(1), path)
            row.put("unit_price", charge.amount, f"{path}/amount")
            if document.prices_include_tax and not document.reverse_charge:
                row.put("unit_price_includes_tax", value=True, path="/prices_include_tax")
            self._tax(row, charge.taxes, tax, f"{path}/taxes")


def wire_rate(rate: Decimal, settings: AccountingSettings) -> Decimal:
    """Return our rate (base currency per unit) as the API counts it."""
    if settings.conventions.rate is RateDirection.BASE_PER_UNIT:
        return rate
    return (1 / rate).quantize(_RATE_PLACES)


def put_categories(
    row: Writing,
    categories: Mapping[str, str],
    path: str,
    ids: Ids,
    settings: AccountingSettings,
) -> None:
    """Set the analysis categories of a line, in the notation that is chosen."""
    found = [
        ids.categories.get(one) or row.lacks(CATEGORIES, path, CATEGORY, one[1])
        for one in categories.items()
    ]
    if found:
        objects = settings.conventions.analysis is AnalysisNotation.OBJECTS
        noted = [{"id": id} for id in found] if objects else found
        row.put(CATEGORIES, noted, path)


def tax_amounts(document: Trade) -> tuple[Decimal, ...]:
    """Return the tax of each line, then of each charge; they add up to the document's."""
    carriage = carriage_at(document)
    # Sage computes the tax of carriage itself.
    unmoved = () if carriage < 0 else (len(document.lines) + carriage,)
    return tuple(sum(each, _ZERO) for each in part_taxes(document, unmoved))
