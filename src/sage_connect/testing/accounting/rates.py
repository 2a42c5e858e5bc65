"""Tax rates, exchange rates, and lists that are worked out."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from typing_extensions import override

from . import refusals
from .bodies import recorded
from .calls import Call
from .company import Company, entries
from .digits import ZERO, number, rate, text
from .fixtures import country
from .lines import ONE
from .records import Records
from .store import Doc

# Units of a currency for one British pound, as a central bank might say; invented.
_PER_POUND: Final = {
    "AUD": "1.95",
    "CAD": "1.74",
    "CHF": "1.12",
    "DKK": "8.72",
    "EUR": "1.17",
    "GBP": "1",
    "JPY": "191",
    "NOK": "13.6",
    "NZD": "2.14",
    "PLN": "5.02",
    "SEK": "13.3",
    "USD": "1.27",
}


class TaxRates(Records):
    """Rates of VAT and sales tax."""

    @override
    def create(self, company: Company, body: Doc) -> Doc:
        parts = [self._part(company, row) for row in body.get("component_tax_rate") or ()]
        percentage = text(sum((number(part["percentage"]) for part in parts), ZERO))
        doc = _rate(
            str(body["name"]), percentage, visible=body.get("is_visible") is not False
        )
        doc["component_tax_rates"] = (
            [part["id"] for part in parts] if len(parts) > 1 else []
        )
        doc["is_combined_rate"] = len(parts) > 1
        return company.add(self.resource, doc)

    @override
    def update(self, company: Company, doc: Doc, body: Doc) -> Doc:
        sent = recorded({name: body[name] for name in body if name != "from_date"})
        changed: Doc = {**doc, **sent}
        if body.get("percentage") is not None:
            start = str(body.get("from_date") or company.clock.today())[:10]
            before = [*doc["percentages"]]
            before[-1] = {**before[-1], "to_date": start}
            new = {"percentage": changed["percentage"], "from_date": start, "to_date": None}
            changed["percentages"] = [*before, new]
        changed["_text"] = f"{changed['name']} {changed['percentage']}%"
        return company.save(self.resource, changed)

    @override
    def delete(self, company: Company, doc: Doc, call: Call) -> None:
        if not doc.get("deletable"):
            raise refusals.in_use("You cannot delete this tax rate.")
        company.delete(self.resource, doc)

    @staticmethod
    def _part(company: Company, row: Doc) -> Doc:
        percentage = text(number(row.get("percentage")))
        return company.add("tax_rates", _rate(str(row["name"]), percentage, visible=True))


def _rate(name: str, percentage: str, *, visible: bool) -> Doc:
    return {
        "name": name,
        "_text": f"{name} {percentage}%",
        "percentage": percentage,
        "percentages": [
            {"percentage": percentage, "from_date": "1900-01-01", "to_date": None}
        ],
        "is_visible": visible,
        "is_combined_rate": False,
        "component_tax_rates": [],
        "retailer": False,
        "editable": True,
        "deletable": True,
    }


class ExchangeRates(Records):
    """Rates that a bank publishes; today's (documented)."""

    @override
    def rows(self, company: Company, call: Call) -> Sequence[Doc]:
        if not company.options.deals_in_currencies:
            return []
        return [self._row(company, code) for code in _PER_POUND if code != company.currency]

    @override
    def read(self, company: Company, id: str) -> Doc:
        if id not in _PER_POUND or not company.options.deals_in_currencies:
            raise refusals.no_such_record()
        return self._row(company, id)

    def _row(self, company: Company, code: str) -> Doc:
        units = rate(Decimal(_PER_POUND[code]) / Decimal(_PER_POUND[company.currency]))
        now = company.clock.stamp()
        return {
            "id": code,
            "displayed_as": entries("currencies")[code]["displayed_as"],
            "$path": f"/{self.resource}/{code}",
            "created_at": now,
            "updated_at": now,
            "retrieved_at": now,
            **_both(company, rate(ONE / units)),
            "base_currency": company.currency,
            "currency": code,
        }


class BusinessExchangeRates(Records):
    """Rates that a business sets for itself."""

    @override
    def create(self, company: Company, body: Doc) -> Doc:
        code = str(body["currency_id"])
        if company.get(self.resource, code) is not None:
            raise refusals.invalid("has already been taken", "currency_id")
        doc = {
            "base_currency": company.currency,
            **recorded(body),
            **_both(company, number(body["rate"])),
        }
        return company.add(self.resource, doc, id=code)

    @override
    def update(self, company: Company, doc: Doc, body: Doc) -> Doc:
        changed = {**doc, **recorded(body)}
        changed |= _both(company, number(changed["rate"]))
        return company.save(self.resource, changed)

    @override
    def delete(self, company: Company, doc: Doc, call: Call) -> None:
        company.erase(self.resource, doc)


def _both(company: Company, base_per_unit: Decimal) -> Doc:
    """Return a rate and its inverse; which is which is the same choice as on invoices."""
    if base_per_unit <= ZERO:
        raise refusals.invalid("must be greater than 0", "rate")
    del company
    return {"rate": text(base_per_unit), "inverse_rate": text(rate(ONE / base_per_unit))}


class TaxDeterminations(Records):
    """Which rates a line can have."""

    @override
    def rows(self, company: Company, call: Call) -> Sequence[Doc]:
        if call.query.get("usage") not in {"sales", "purchases"}:
            raise refusals.invalid("is not included in the list", "usage")
        return company.all("tax_rates", (("status IS ?", None),))


class Templates(Records):
    """Charts to choose from: the one of the country."""

    @override
    def rows(self, company: Company, call: Call) -> Sequence[Doc]:
        wanted = call.query.get("country_id", company.country)
        return [self.read(company, self._id(company))] if wanted == company.country else []

    @override
    def read(self, company: Company, id: str) -> Doc:
        if id != self._id(company):
            raise refusals.no_such_record()
        born = company.setting("business_settings")["business_created_at"]
        return {
            "id": id,
            "displayed_as": "Small Business",
            "$path": f"/{self.resource}/{id}",
            "name": "Small Business",
            "country": company.country,
            "created_at": born,
            "updated_at": born,
        }

    @staticmethod
    def _id(company: Company) -> str:
        return f"{company.country}_SMALL_BUSINESS"


class TemplateAccounts(Records):
    """Ledger accounts of the template."""

    @override
    def rows(self, company: Company, call: Call) -> Sequence[Doc]:
        codes = {row.code for row in country(company.country.lower()).accounts}
        own: list[Any] = [
            doc for doc in company.all("ledger_accounts") if doc["_code"] in codes
        ]
        return [{**doc, "$path": f"/{self.resource}/{doc['id']}"} for doc in own]

    @override
    def read(self, company: Company, id: str) -> Doc:
        doc = company.live("ledger_accounts", id)
        if doc is None:
            raise refusals.no_such_record()
        return {**doc, "$path": f"/{self.resource}/{id}"}
