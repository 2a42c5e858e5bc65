"""Quick entries: invoices and credit notes of one line, without a document."""

from decimal import Decimal
from typing import Final

from typing_extensions import override

from . import ledger, refusals, settling
from .bodies import recorded
from .calls import Call
from .company import Company
from .contacts import typed
from .digits import ZERO, amount, money, number
from .heading import dates, exchange
from .ledger import Movement, Posting
from .lines import breakdown
from .records import Records
from .refusals import Complaint, Refused
from .store import Doc
from .trade import TRADES, Trade

_SAME: Final = frozenset({"reference", "details"})


class QuickEntries(Records):
    """Those of sales, or those of purchases."""

    def __init__(self, resource: str) -> None:
        super().__init__(resource)
        self._sales = resource.startswith("sales")
        self._kind = resource.upper().removesuffix("IES") + "Y"

    @override
    def create(self, company: Company, body: Doc) -> Doc:
        doc = self._worked_out(company, body, {})
        made = company.add(self.resource, doc)
        return self._posted(company, made)

    @override
    def update(self, company: Company, doc: Doc, body: Doc) -> Doc:
        if settling.is_allocated(doc):
            raise refusals.invalid(settling.UNALLOCATE, "base")
        changed = company.save(
            self.resource, {**doc, **self._worked_out(company, body, doc)}
        )
        if set(body) <= _SAME:
            return changed
        ledger.reverse(company, doc["transaction"], gone=False)
        return self._posted(company, changed)

    @override
    def delete(self, company: Company, doc: Doc, call: Call) -> None:
        if settling.is_allocated(doc):
            raise refusals.invalid(settling.UNALLOCATE, "base")
        ledger.reverse(company, doc["transaction"])
        company.delete(self.resource, doc)

    @override
    def shown(self, company: Company, doc: Doc, call: Call, *, alone: bool) -> Doc:
        extra: Doc = {}
        if call.query.get("show_payments_allocations") == "true":
            extra["payments_allocations"] = settling.payments_allocations(company, doc)
        if call.query.get("show_analysis_types") != "true":
            kept = {name: doc[name] for name in doc if name != "analysis_type_categories"}
            return {**kept, **extra}
        return {**doc, **extra}

    def _worked_out(self, company: Company, body: Doc, old: Doc) -> Doc:
        contact = typed(
            company, body.get("contact_id") or old.get("contact"), sales=self._sales
        )
        trade = self._trade
        sent = recorded(body)
        sent.pop("status", None)
        doc: Doc = {**old, **sent, "contact": contact["id"]}
        account = company.need("ledger_accounts", doc["ledger_account"])
        if not account.get("visible_in_sales" if self._sales else "visible_in_expenses"):
            raise Refused(422, Complaint("RecordNotFound", refusals.NOT_FOUND))
        doc |= {
            "contact_name": contact["name"],
            "contact_reference": contact.get("reference"),
        }
        doc |= dates(company, trade, contact, body, old)
        rates = exchange(company, contact, body, old)
        factor: Decimal = rates.pop("_factor")
        net, tax = _amounts(body, old)
        rate_id = doc.get("tax_rate") or account.get("tax_rate")
        if not company.options.tax_registered:
            rate_id = None
        base_net, base_tax = money(net * factor), money(tax * factor)
        doc |= {
            **rates,
            "tax_rate": rate_id,
            "net_amount": amount(net),
            "tax_amount": amount(tax),
            "tax_breakdown": breakdown(company, rate_id, net, tax),
            "total_amount": amount(net + tax),
            "base_currency_net_amount": amount(base_net),
            "base_currency_tax_amount": amount(base_tax),
            "base_currency_tax_breakdown": breakdown(company, rate_id, base_net, base_tax),
            "base_currency_total_amount": amount(base_net + base_tax),
            "transaction_type": self._kind,
            "trade_of_asset": bool(doc.get("trade_of_asset")),
            "migrated": False,
        }
        return doc | settling.opened(doc, net + tax, base_net + base_tax)

    @property
    def _trade(self) -> Trade:
        return TRADES["sales_invoices" if self._sales else "purchase_invoices"]

    def _posted(self, company: Company, doc: Doc) -> Doc:
        sign = settling.sign_of(self.resource, doc)
        way = Decimal(-sign if self._sales else sign)
        side, debts = (
            ("TAX_ON_SALES", "TRADE_DEBTORS")
            if self._sales
            else ("TAX_ON_PURCHASES", "TRADE_CREDITORS")
        )
        amounts = (
            (doc["ledger_account"], number(doc["base_currency_net_amount"])),
            (ledger.control(company, side), number(doc["base_currency_tax_amount"])),
            (ledger.control(company, debts), -number(doc["base_currency_total_amount"])),
        )
        posting = Posting(
            kind=self._kind,
            date=doc["date"],
            total=number(doc["base_currency_total_amount"]),
            foreign_total=number(doc["total_amount"]),
            reference=doc["reference"],
            contact=doc["contact"],
            origin=f"{self.resource}/{doc['id']}",
            movements=[
                Movement(
                    account=account,
                    amount=way * value,
                    tax_rate=doc["tax_rate"],
                    description=doc.get("details") or "",
                )
                for account, value in amounts
            ],
        )
        transaction = ledger.post(company, posting, doc.get("transaction"))
        return company.save(self.resource, {**doc, "transaction": transaction}, touch=False)


def _amounts(body: Doc, old: Doc) -> tuple[Decimal, Decimal]:
    """Return net and tax; two of net, tax and total are enough.

    Raises:
        Refused: They disagree, or none is there.
    """
    net, total = body.get("net_amount"), body.get("total_amount")
    if net is None and total is None:
        net = old.get("net_amount")
    if net is None and total is None:
        raise Refused(422, refusals.required("net_amount"))
    given = body.get("tax_amount")
    if given is None and net is not None and total is not None:
        given = number(total) - number(net)
    tax = money(number(old.get("tax_amount") if given is None else given))
    found = money(number(net)) if net is not None else money(number(total)) - tax
    if total is not None and money(number(total)) != found + tax:
        raise refusals.umbrella()
    if found < ZERO:
        raise refusals.invalid("must be greater than 0", "net_amount")
    return found, tax
