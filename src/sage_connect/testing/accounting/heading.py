"""The head of an artefact: contact, dates, addresses, currency, totals."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from . import cis, refusals
from .bodies import recorded
from .company import Company
from .digits import ZERO, amount, money, number, rate, text
from .displayed import address_text
from .lines import ONE, Line, Terms, breakdown, worked_out
from .refusals import Complaint, Refused
from .store import Doc
from .trade import Trade

_HUNDRED: Final = Decimal(100)
_TOTALS: Final = ("net_amount", "tax_amount", "total_amount")
# Of a line as a body has it: names of what a record refers to.
_REFERENCES: Final = (
    "product",
    "service",
    "ledger_account",
    "tax_rate",
    "eu_goods_services_type",
    "eu_sales_description",
)
_NUMBERS: Final = ("quantity", "unit_price", "tax_amount", "discount_amount")


def headed(company: Company, trade: Trade, body: Doc, old: Doc) -> Doc:
    """Return an artefact from a checked body, laid over what it was before.

    `_total` and `_base_total` are what is owed.

    Args:
        company: Whose it is.
        trade: Its kind.
        body: As sent.
        old: The record before; empty for a new one.

    Raises:
        Refused: A rule forbids it.
    """
    contact = _contact(company, trade, body, old)
    rates = exchange(company, contact, body, old)
    terms = Terms(
        trade=trade,
        factor=rates["_factor"],
        foreign=_is_foreign(company, trade, contact),
        needs_tax=company.options.missing_tax == "refused",
        complaints=[],
    )
    lines = _lines(company, terms, body, old)
    if terms.foreign:
        _check_kinds(trade, lines, terms.complaints)
    _check_region(company, body, old, terms.complaints)
    if terms.complaints:
        raise Refused(422, *terms.complaints)
    sent = recorded({name: body[name] for name in body if name not in _OWN_WORK})
    doc: Doc = {**sent}
    doc |= dates(company, trade, contact, body, old)
    doc |= _parties(company, trade, contact, body, old)
    doc |= {name: value for name, value in rates.items() if name != "_factor"}
    if trade.sales:
        doc |= _shipping(company, body, old, terms.factor)
    doc[trade.lines] = [line.doc for line in lines]
    doc |= _summed(company, trade, lines, doc, old)
    if number(doc["total_amount"]) < ZERO:
        # What Sage says to less than nothing is not documented.
        raise refusals.invalid("must be greater than or equal to 0", "total_amount")
    _check_totals(body, doc)
    return doc


_OWN_WORK: Final = frozenset(
    {
        "status_id",
        "sent",
        "contact_id",
        "invoice_id",
        "original_quote_estimate_id",
        "recurring_invoice",
        "main_address",
        "delivery_address",
        "tax_analysis",
        "shipping_tax_amount",
        "invoice_number",
        "invoice_number_prefix",
        "credit_note_number",
        "credit_note_number_prefix",
        "quote_number",
        "quote_number_prefix",
        "estimate_number",
        "estimate_number_prefix",
        "invoice_lines",
        "credit_note_lines",
        "quote_lines",
        "estimate_lines",
    }
)


def _contact(company: Company, trade: Trade, body: Doc, old: Doc) -> Doc:
    """Return the contact, which must be of the right type.

    "Couldn't find Supplier." and "can't find customer" were seen in production.
    """
    contact = company.need("contacts", body.get("contact_id") or old.get("contact"))
    if trade.contact_type not in contact["contact_types"]:
        words = "can't find customer" if trade.sales else "Couldn't find Supplier."
        raise refusals.invalid(words)
    return contact


def _is_foreign(company: Company, trade: Trade, contact: Doc) -> bool:
    """Whether a British business sells to a customer abroad (seen in production)."""
    if company.country != "GB" or not trade.sales or not company.options.tax_registered:
        return False
    country = _address(company, contact.get("main_address")).get("country")
    return country not in {None, "GB", "XI", "IM"}


def _lines(company: Company, terms: Terms, body: Doc, old: Doc) -> Sequence[Line]:
    trade = terms.trade
    kept: list[Doc] = list(old.get(trade.lines, ()))
    sent = body.get(trade.lines)
    if sent is None:
        rows = [(_as_sent(line), line["id"]) for line in kept]
    elif kept and company.options.put_lines == "merge":
        rows = _merged(sent, kept)
    else:
        known = {line["id"] for line in kept}
        rows = [(line, line["id"] if line.get("id") in known else "") for line in sent]
    if not rows:
        terms.complaints.append(refusals.required(trade.lines))
    for at, (line, _) in enumerate(rows):
        _check_line(terms, line, at)
    found = [worked_out(company, terms, line, at, id) for at, (line, id) in enumerate(rows)]
    return [line for line in found if line is not None]


def _merged(sent: Iterable[Doc], kept: Iterable[Doc]) -> list[tuple[Doc, str]]:
    """Lay lines over those with their ids; the rest stays, new ones come last."""
    changes = {line["id"]: line for line in sent if line.get("id")}
    rows = [
        ({**_as_sent(line), **changes.get(line["id"], {})}, line["id"]) for line in kept
    ]
    return rows + [(line, "") for line in sent if not line.get("id")]


def _as_sent(line: Doc) -> Doc:
    sent: Doc = {f"{name}_id": _id(line[name]) for name in _REFERENCES if line.get(name)}
    sent |= {name: number(line[name]) for name in _NUMBERS if line.get(name) is not None}
    for name in ("description", "unit_price_includes_tax", "trade_of_asset"):
        sent[name] = line.get(name)
    if line.get("analysis_type_categories"):
        sent["analysis_type_categories"] = line["analysis_type_categories"]
    return sent


def _id(reference: str) -> str:
    return reference.rpartition("/")[2]


def _check_line(terms: Terms, line: Doc, at: int) -> None:
    """An update's body names no required fields, yet a line needs them all the same."""
    for name in ("description", "ledger_account_id", "unit_price"):
        if line.get(name) is None:
            terms.complaints.append(refusals.required(f"{terms.trade.lines}[{at}].{name}"))
    line.setdefault("description", "")


def _check_kinds(trade: Trade, lines: Iterable[Line], complaints: list[Complaint]) -> None:
    """Lines of a sale abroad are all goods or all services (seen in production)."""
    kinds = [line.doc.get("eu_goods_services_type") for line in lines]
    for at, kind in enumerate(kinds):
        if kind is None:
            path = f"{trade.lines}[{at}].eu_goods_services_type_id"
            complaints.append(refusals.required(path))
    if len(set(kinds) - {None}) > 1:
        path = f"{trade.lines}[0].eu_goods_services_type_id"
        complaints.append(Complaint("RecordInvalid", "must be the same", path))


def _check_region(
    company: Company, body: Doc, old: Doc, complaints: list[Complaint]
) -> None:
    name = "tax_address_region"
    needed = company.country == "CA" and company.options.region_required
    if needed and not (body.get(f"{name}_id") or old.get(name)):
        complaints.append(refusals.required(f"{name}_id"))


def dates(company: Company, trade: Trade, contact: Doc, body: Doc, old: Doc) -> Doc:
    """Return the date, and when an artefact is due or expires.

    Raises:
        Refused: It is before the accounts start.
    """
    date = str(body.get("date") or old.get("date"))
    start = company.setting("financial_settings").get("accounts_start_date")
    if start and date < start:
        # That the start bounds invoice dates is documented, the words are not.
        raise refusals.invalid("The date is before the accounts start date.", "date")
    dates: Doc = {"date": date}
    if not trade.posts:
        dates["expiry_date"] = body.get("expiry_date") or old.get("expiry_date")
    elif not trade.credit:
        usual = _due(company, trade, contact, dt.date.fromisoformat(date))
        dates["due_date"] = body.get("due_date") or old.get("due_date") or usual.isoformat()
    return dates


def _due(company: Company, trade: Trade, contact: Doc, date: dt.date) -> dt.date:
    """Return when something is due by the contact's terms, or else by the settings."""
    settings = company.setting("invoice_settings")
    side = "customer" if trade.sales else "vendor"
    terms = str(contact.get("credit_terms") or settings.get(f"{side}_credit_terms"))
    days = contact.get("credit_days")
    if days is None:
        days = settings.get(f"{side}_credit_days") or 0
    if terms.startswith("immediate") or date.year == dt.MAXYEAR:
        # The last year that there is has no day after its own.
        return date
    if terms.startswith("month_end"):
        date = (date.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
        date -= dt.timedelta(days=1)
    return date + dt.timedelta(days=int(days))


def _parties(company: Company, trade: Trade, contact: Doc, body: Doc, old: Doc) -> Doc:
    same = old.get("contact") == contact["id"]
    parties: Doc = {
        "contact": contact["id"],
        "contact_name": body.get("contact_name")
        or (old.get("contact_name") if same else contact["name"]),
        "contact_reference": body.get("contact_reference")
        or (old.get("contact_reference") if same else contact.get("reference")),
    }
    if not trade.sales:
        return parties
    main = body.get("main_address")
    if main is None and not same:
        main = _address(company, contact.get("main_address"))
    if main is not None:
        parties["main_address"] = _artefact_address(contact, main)
        parties["main_address_free_form"] = address_text(main)
    delivery = body.get("delivery_address")
    if delivery is None and not same:
        # Documented: without it the billing address is copied.
        delivery = main
    if delivery is not None:
        parties["delivery_address"] = _artefact_address(contact, delivery)
        parties["delivery_address_free_form"] = address_text(delivery)
    return parties


def _address(company: Company, id: Any) -> Doc:
    return (company.get("addresses", str(id)) if id else None) or {}


def _artefact_address(contact: Doc, address: Mapping[str, Any]) -> Doc:
    fields = recorded(address)
    names = ("address_line_1", "address_line_2", "city", "postal_code", "region")
    return {
        "id": uuid.uuid4().hex,
        "displayed_as": address_text(fields),
        # As in the sample of the invoicing guide.
        "$path": f"/contacts/{contact['id']}",
        **{name: fields.get(name) for name in names},
        "country": fields.get("country"),
        "country_group": fields.get("country_group"),
        "address_type": fields.get("address_type") or "SALES",
    }


def exchange(company: Company, contact: Doc, body: Doc, old: Doc) -> Doc:
    """Return currency and rates; `_factor` is base units for one document unit."""
    currency = body.get("currency_id") or contact.get("currency") or company.currency
    locked_currency(company, contact, currency)
    given, inverse = body.get("exchange_rate"), body.get("inverse_exchange_rate")
    if given is None and inverse is not None and number(inverse):
        given = rate(ONE / number(inverse))
    if given is None:
        # Documented: 1 unless it is sent.
        given = number(old.get("exchange_rate") or ONE)
    given = number(given)
    if given <= ZERO:
        raise refusals.invalid("must be greater than 0", "exchange_rate")
    if currency == company.currency:
        given = ONE
    upright = company.options.rate_direction == "base_per_unit"
    return {
        "currency": currency,
        "exchange_rate": text(given),
        "inverse_exchange_rate": text(rate(ONE / given)),
        "_factor": given if upright else ONE / given,
    }


def locked_currency(company: Company, contact: Doc, currency: str) -> None:
    """Check that a contact deals in a currency: each is locked to one (documented).

    Raises:
        Refused: It does not, or the business deals in none but its own. The words are
            assumed.
    """
    own = contact.get("currency") or company.currency
    if currency != own:
        raise refusals.invalid("The currency is not the contact's currency.", "currency_id")
    if currency != company.currency and not company.options.deals_in_currencies:
        raise refusals.invalid("Foreign currency is not enabled.", "currency_id")


def _shipping(company: Company, body: Doc, old: Doc, factor: Decimal) -> Doc:
    """Return carriage; Sage works out its tax and ignores what is sent (documented)."""
    net = number(body.get("shipping_net_amount", old.get("shipping_net_amount")))
    rate_id = body.get("shipping_tax_rate_id") or old.get("shipping_tax_rate")
    tax = ZERO
    if rate_id and company.options.tax_registered:
        percentage = number(company.need("tax_rates", rate_id)["percentage"])
        tax = money(net * percentage / _HUNDRED)
    parts = breakdown(company, rate_id, net, tax) if net and rate_id else []
    base_parts = breakdown(company, rate_id, net * factor, tax * factor) if parts else []
    return {
        "shipping_net_amount": amount(net),
        "shipping_tax_rate": rate_id,
        "shipping_tax_amount": amount(tax),
        "shipping_tax_breakdown": parts,
        "shipping_total_amount": amount(net + tax),
        "base_currency_shipping_net_amount": amount(net * factor),
        "base_currency_shipping_tax_amount": amount(tax * factor),
        "base_currency_shipping_tax_breakdown": base_parts,
        "base_currency_shipping_total_amount": amount(
            money(net * factor) + money(tax * factor)
        ),
    }


def _summed(
    company: Company, trade: Trade, lines: Sequence[Line], doc: Doc, old: Doc
) -> Doc:
    net = sum((line.net for line in lines), number(doc.get("shipping_net_amount")))
    tax = sum((line.tax for line in lines), number(doc.get("shipping_tax_amount")))
    base = "base_currency_shipping"
    base_net = sum((line.base_net for line in lines), number(doc.get(f"{base}_net_amount")))
    base_tax = sum((line.base_tax for line in lines), number(doc.get(f"{base}_tax_amount")))
    # Shown, not charged: reverse charge (Sage's guide on it), postponed accounting.
    charged = ZERO if is_self_accounted({**old, **doc}) else ONE
    _check_reverse_charge(company, trade, {**old, **doc})
    total, base_total = net + tax * charged, base_net + base_tax * charged
    summed: Doc = {
        "net_amount": amount(net),
        "tax_amount": amount(tax),
        "total_amount": amount(total),
        "total_quantity": text(sum((line.quantity for line in lines), ZERO)),
        "base_currency_net_amount": amount(base_net),
        "base_currency_tax_amount": amount(base_tax),
        "base_currency_total_amount": amount(base_total),
        "tax_analysis": _analysis(lines, doc),
        "_total": total,
        "_base_total": base_total,
    }
    if trade.sales:
        discount = sum((line.discount for line in lines), ZERO)
        base_discount = sum(
            (number(line.doc["base_currency_discount_amount"]) for line in lines), ZERO
        )
        summed["total_discount_amount"] = amount(discount)
        summed["base_currency_total_discount_amount"] = amount(base_discount)
    if not trade.posts:
        zeros = ("payments_allocations_total_amount", "payments_allocations_total_discount")
        summed |= dict.fromkeys((*zeros, "total_paid"), "0.0")
    elif company.country == "GB":
        summed |= cis.deducted(company, trade, lines, {**doc, **summed})
    return summed


def is_self_accounted(doc: Doc) -> bool:
    """Whether the buyer accounts for the tax: it is not part of what is owed."""
    return bool(doc.get("vat_reverse_charge") or doc.get("postponed_accounting"))


def _check_reverse_charge(company: Company, trade: Trade, doc: Doc) -> None:
    """The customer needs a VAT number (Sage's guide on reverse charge)."""
    if not trade.sales or not doc.get("vat_reverse_charge"):
        return
    if not company.need("contacts", doc["contact"]).get("tax_number"):
        raise refusals.invalid("The contact has no VAT number.", "vat_reverse_charge")


def _analysis(lines: Iterable[Line], shipping: Doc) -> list[Doc]:
    sums: dict[str, list[Decimal]] = {}
    for line in lines:
        if line.tax_rate is not None:
            row = sums.setdefault(line.tax_rate, [ZERO] * 4)
            row[0] += line.net
            row[1] += line.tax
            if line.doc.get("eu_goods_services_type") or line.service:
                row[3 if line.service else 2] += line.net
    rate_id = shipping.get("shipping_tax_rate")
    if rate_id and number(shipping["shipping_net_amount"]):
        row = sums.setdefault(rate_id, [ZERO] * 4)
        row[0] += number(shipping["shipping_net_amount"])
        row[1] += number(shipping["shipping_tax_amount"])
    return [
        {
            "tax_rate": rate_id,
            "net_amount": amount(net),
            "tax_amount": amount(tax),
            "total_amount": amount(net + tax),
            "goods_amount": amount(goods),
            "service_amount": amount(services),
        }
        for rate_id, (net, tax, goods, services) in sums.items()
    ]


def _check_totals(body: Doc, doc: Doc) -> None:
    """Totals that disagree are answered by the umbrella (seen in production)."""
    for name in _TOTALS:
        given = body.get(name)
        if given is not None and money(number(given)) != number(doc[name]):
            raise refusals.umbrella()
