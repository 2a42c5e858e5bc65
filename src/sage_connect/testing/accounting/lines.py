"""What the lines of an artefact come to."""

import re
import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

import attrs

from . import refusals
from .bodies import recorded
from .company import Company
from .digits import ZERO, amount, money, number, rate, text
from .refusals import Complaint
from .store import Doc
from .trade import Trade

ONE: Final = Decimal(1)
_HUNDRED: Final = Decimal(100)
_ENTITY: Final = re.compile(r"&(#\d+|#x[0-9a-fA-F]+|[a-zA-Z][a-zA-Z0-9]*);")


@attrs.frozen(kw_only=True)
class Terms:
    """What holds for all lines of an artefact.

    Attributes:
        trade: Its kind.
        factor: Base units for one unit of its currency.
        foreign: Whether a British business sells abroad.
        needs_tax: Whether a taxed line without its amount is refused.
        complaints: Where faults are put.
    """

    trade: Trade
    factor: Decimal
    foreign: bool
    needs_tax: bool
    complaints: list[Complaint]


@attrs.frozen(kw_only=True)
class Line:
    """One line, worked out.

    Attributes:
        doc: As a record has it.
        account: Id of the ledger account.
        tax_rate: Id; None without tax.
        quantity: How many.
        net: Without tax.
        tax: The tax.
        discount: What was taken off.
        base_net: Net in base currency.
        base_tax: Tax in base currency.
        service: Whether it is one, for the tax analysis.
        stock_item: Id; "" for none.
    """

    doc: Doc
    account: str
    tax_rate: str | None
    quantity: Decimal
    net: Decimal
    tax: Decimal
    discount: Decimal
    base_net: Decimal
    base_tax: Decimal
    service: bool
    stock_item: str


def worked_out(company: Company, terms: Terms, line: Doc, at: int, id: str) -> Line | None:
    """Return a line of a checked body, or None where a fault was found.

    Args:
        company: Whose it is.
        terms: What holds for all lines.
        line: As the body has it.
        at: Its place, from 0.
        id: Of the line; "" for a new one.
    """
    path = f"{terms.trade.lines}[{at}]"
    before = len(terms.complaints)
    _check_text(terms, line)
    account, stock_item = _account(company, terms, line)
    percentage, rate_id = _rate(company, terms, line, account, path)
    priced = _priced(terms, line, percentage, path, taxed=rate_id is not None)
    _check_edition(company, terms, line, path)
    if account is None or len(terms.complaints) > before:
        return None
    quantity, gross, net, tax = priced
    _check_totals(line, net, tax)
    discount = gross - net - (tax if line.get("unit_price_includes_tax") else ZERO)
    base = terms.factor
    service = line.get("eu_goods_services_type_id") == "SERVICES" or bool(
        line.get("service_id")
    )
    own = _amounts(company, rate_id, net, tax, discount)
    doc = _doc(company, line, id) | {
        "description": line["description"],
        "displayed_as": line["description"],
        "ledger_account": account["id"],
        "quantity": text(quantity),
        "unit_price": text(number(line.get("unit_price"))),
        "unit_price_includes_tax": bool(line.get("unit_price_includes_tax")),
        "tax_rate": rate_id,
        "base_currency_unit_price": text(rate(number(line.get("unit_price")) * base)),
        "discount_percentage": text(
            money(discount / gross * _HUNDRED) if gross and discount else ZERO
        ),
        **own,
    }
    in_base = (
        own
        if base == ONE
        else _amounts(company, rate_id, net * base, tax * base, discount * base)
    )
    doc |= {f"base_currency_{name}": value for name, value in in_base.items()}
    return Line(
        doc=doc,
        account=account["id"],
        tax_rate=rate_id,
        quantity=quantity,
        net=net,
        tax=tax,
        discount=discount,
        base_net=money(net * base),
        base_tax=money(tax * base),
        service=service,
        stock_item=stock_item,
    )


def _amounts(
    company: Company, rate_id: str | None, net: Decimal, tax: Decimal, discount: Decimal
) -> Doc:
    """Return the amounts of a line in one currency."""
    net, tax = money(net), money(tax)
    return {
        "net_amount": amount(net),
        "tax_amount": amount(tax) if rate_id else None,
        "tax_breakdown": breakdown(company, rate_id, net, tax),
        "total_amount": amount(net + tax),
        "discount_amount": amount(discount),
    }


def breakdown(
    company: Company, rate_id: str | None, net: Decimal, tax: Decimal
) -> list[Doc]:
    """Return the parts of a tax: one for each component of the rate.

    The last part takes what rounding leaves; how Sage shares it is not documented.
    """
    if rate_id is None:
        return []
    whole = company.need("tax_rates", rate_id)
    parts: Sequence[Doc] = [
        company.need("tax_rates", part) for part in whole["component_tax_rates"]
    ] or [whole]
    left, found = money(tax), list[Doc]()
    for part in parts[:-1]:
        share = money(net * number(part["percentage"]) / _HUNDRED)
        found.append(_part(part, share))
        left -= share
    return [*found, _part(parts[-1], left)]


def _part(part: Doc, share: Decimal) -> Doc:
    return {
        "tax_rate": part["id"],
        "percentage": part["percentage"],
        "amount": amount(share),
    }


def _check_text(terms: Terms, line: Doc) -> None:
    # Seen in production: HTML entities in a description are answered so.
    if _ENTITY.search(str(line.get("description") or "")):
        raise refusals.umbrella()
    if not terms.trade.sales and line.get("service_id"):
        # Services are for sales only (Sage's invoicing guide).
        raise refusals.unknown_reference()


def _account(company: Company, terms: Terms, line: Doc) -> tuple[Doc | None, str]:
    """Return the ledger account of a line, and the stock item that it moves."""
    account = company.get("ledger_accounts", str(line.get("ledger_account_id")))
    item = str(line.get("product_id") or "")
    stock_item = item if item and company.get("stock_items", item) else ""
    area = "sales" if terms.trade.sales else "expenses"
    if account is not None and not account.get(f"visible_in_{area}") and not stock_item:
        # Documented: an account that is not visible there is not found.
        terms.complaints.append(Complaint("RecordNotFound", refusals.NOT_FOUND))
        return None, stock_item
    if account is None:
        terms.complaints.append(refusals.required(f"{terms.trade.lines}.ledger_account_id"))
    return account, stock_item


def _rate(
    company: Company, terms: Terms, line: Doc, account: Doc | None, path: str
) -> tuple[Decimal, str | None]:
    """Return percentage and id of a line's tax rate."""
    if not company.options.tax_registered:
        return ZERO, None
    id = line.get("tax_rate_id")
    if id is None:
        if company.options.missing_tax_rate == "refused" or account is None:
            terms.complaints.append(refusals.required(f"{path}.tax_rate_id"))
            return ZERO, None
        id = account.get("tax_rate")
    if id is None:
        return ZERO, None
    found = company.need("tax_rates", id)
    if terms.foreign and not str(id).endswith("_ZERO"):
        # Seen in production, as part of a longer text.
        terms.complaints.append(
            Complaint(
                "RecordInvalid",
                "must be 'Zero Rated' for Customers outside the EU",
                f"{path}.tax_rate_id",
            )
        )
    return number(found["percentage"]), str(id)


def _priced(
    terms: Terms, line: Doc, percentage: Decimal, path: str, *, taxed: bool
) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    """Return quantity, price of all, net and tax of a line."""
    quantity = ONE if line.get("quantity") is None else number(line["quantity"])
    gross = money(quantity * number(line.get("unit_price")))
    if line.get("discount_amount") is not None:
        left = gross - money(number(line["discount_amount"]))
    else:
        left = gross - money(gross * number(line.get("discount_percentage")) / _HUNDRED)
    tax = ZERO
    if taxed:
        tax = _tax(terms, line, percentage, path)
    return quantity, gross, left - tax if line.get("unit_price_includes_tax") else left, tax


def _tax(terms: Terms, line: Doc, percentage: Decimal, path: str) -> Decimal:
    """Return the tax that the client computed; Sage does not (documented).

    Without it a taxed line has none, or is refused: both are documented.
    """
    if line.get("tax_amount") is not None:
        return money(number(line["tax_amount"]))
    if percentage and terms.needs_tax:
        terms.complaints.append(refusals.required(f"{path}.tax_amount"))
    return ZERO


def _check_edition(company: Company, terms: Terms, line: Doc, path: str) -> None:
    """In Start the quantity must be 1, and said (Sage's page for Zapier, documented)."""
    if company.options.edition != "start" or not terms.trade.sales:
        return
    if line.get("quantity") is None:
        terms.complaints.append(refusals.required(f"{path}.quantity"))
    elif number(line["quantity"]) != ONE:
        terms.complaints.append(Complaint("RecordInvalid", "must be 1", f"{path}.quantity"))


def _check_totals(line: Doc, net: Decimal, tax: Decimal) -> None:
    """Totals that disagree are answered by the umbrella (seen in production)."""
    for name, expected in (("net_amount", net), ("total_amount", net + tax)):
        given = line.get(name)
        if given is not None and money(number(given)) != money(expected):
            raise refusals.umbrella()


def _doc(company: Company, line: Doc, id: str) -> Doc:
    kept: dict[str, Any] = recorded(line)
    item = kept.get("product")
    if item and company.get("products", item) is None:
        kept["product"] = f"stock_items/{item}"
    return {"trade_of_asset": False, **kept, "id": id or uuid.uuid4().hex}
