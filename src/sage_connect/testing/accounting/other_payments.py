"""Payments and receipts without an invoice."""

import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from typing_extensions import override

from . import banks, ledger, refusals
from .bodies import recorded
from .calls import Call
from .company import Company
from .digits import ZERO, amount, money, number
from .ledger import Movement, Posting
from .lines import breakdown
from .records import Records
from .refusals import Complaint, Refused
from .store import Doc

KINDS: Final = frozenset(
    {"OTHER_PAYMENT", "OTHER_RECEIPT", "OTHER_PAYMENT_REFUND", "OTHER_RECEIPT_REFUND"}
)
# Money goes out for these.
_OUTWARD: Final = frozenset({"OTHER_PAYMENT", "OTHER_RECEIPT_REFUND"})


class OtherPayments(Records):
    """Money in and out by ledger accounts."""

    @override
    def create(self, company: Company, body: Doc) -> Doc:
        made = company.add(self.resource, self._worked_out(company, body, {}))
        return self._posted(company, made)

    @override
    def update(self, company: Company, doc: Doc, body: Doc) -> Doc:
        changed = company.save(
            self.resource, {**doc, **self._worked_out(company, body, doc)}
        )
        ledger.reverse(company, doc["transaction"], gone=False)
        return self._posted(company, changed)

    @override
    def delete(self, company: Company, doc: Doc, call: Call) -> None:
        ledger.reverse(company, doc["transaction"])
        company.delete(self.resource, doc)

    @override
    def shown(self, company: Company, doc: Doc, call: Call, *, alone: bool) -> Doc:
        if call.query.get("show_analysis_types") == "true":
            return doc
        plain = [
            {name: line[name] for name in line if name != "analysis_type_categories"}
            for line in doc["payment_lines"]
        ]
        return {**doc, "payment_lines": plain}

    def _worked_out(self, company: Company, body: Doc, old: Doc) -> Doc:
        kind = body.get("transaction_type_id") or old.get("transaction_type")
        if kind not in KINDS:
            raise refusals.invalid("is not included in the list", "transaction_type_id")
        id = body.get("bank_account_id") or old.get("bank_account")
        if id is None:
            # Not in the list of required fields, yet nothing can be paid without one.
            raise Refused(422, refusals.required("bank_account_id"))
        bank = banks.usable(company, id)
        sent = body.get("payment_lines")
        lines = (
            old["payment_lines"]
            if sent is None
            else [_line(company, str(kind), line, at) for at, line in enumerate(sent)]
        )
        total = sum((number(line["total_amount"]) for line in lines), ZERO)
        tax = sum((number(line["tax_amount"]) for line in lines), ZERO)
        given = body.get("total_amount", old.get("total_amount"))
        if money(number(given)) != total:
            # Totals that disagree are answered by the umbrella (seen in production).
            raise refusals.umbrella()
        fields = {name: body[name] for name in body if name != "payment_lines"}
        return {
            **recorded(fields),
            "transaction_type": kind,
            "bank_account": bank["id"],
            "payment_method": body.get("payment_method_id")
            or old.get("payment_method")
            or bank.get("default_payment_method"),
            "payment_lines": lines,
            "net_amount": amount(total - tax),
            "tax_amount": amount(tax),
            "total_amount": amount(total),
            "editable": True,
            "deletable": True,
        }

    def _posted(self, company: Company, doc: Doc) -> Doc:
        outward = doc["transaction_type"] in _OUTWARD
        way = Decimal(1 if outward else -1)
        purchases = doc["transaction_type"].startswith("OTHER_PAYMENT")
        vat = ledger.control(company, "TAX_ON_PURCHASES" if purchases else "TAX_ON_SALES")
        found: list[Movement] = []
        for line in doc["payment_lines"]:
            common: dict[str, Any] = {
                "tax_rate": line["tax_rate"],
                "description": line.get("details") or "",
            }
            net, tax = number(line["net_amount"]), number(line["tax_amount"])
            account = line["ledger_account"]
            found.append(Movement(account=account, amount=way * net, **common))
            found.append(Movement(account=vat, amount=way * tax, **common))
        total = number(doc["total_amount"])
        bank = company.need("bank_accounts", doc["bank_account"])["ledger_account"]
        found.append(Movement(account=bank, amount=-way * total))
        posting = Posting(
            kind=doc["transaction_type"],
            date=doc["date"],
            total=total,
            reference=doc.get("reference"),
            contact=doc.get("contact"),
            origin=f"{self.resource}/{doc['id']}",
            movements=ledger.merged(found),
        )
        transaction = ledger.post(company, posting, doc.get("transaction"))
        return company.save(self.resource, {**doc, "transaction": transaction}, touch=False)


def _line(company: Company, kind: str, line: Doc, at: int) -> Doc:
    path = f"payment_lines[{at}]"
    faults: Sequence[Complaint] = [
        refusals.required(f"{path}.{name}")
        for name in ("ledger_account_id", "total_amount")
        if line.get(name) is None
    ]
    if faults:
        raise Refused(422, *faults)
    account = company.need("ledger_accounts", line["ledger_account_id"])
    area = "other_payments" if kind.startswith("OTHER_PAYMENT") else "other_receipts"
    if not account.get(f"visible_in_{area}"):
        raise refusals.unknown_reference()
    total = money(number(line["total_amount"]))
    given = line.get("tax_amount")
    if given is None and line.get("net_amount") is not None:
        given = total - number(line["net_amount"])
    tax = money(number(given))
    net = total - tax
    if line.get("net_amount") is not None and money(number(line["net_amount"])) != net:
        raise refusals.umbrella()
    rate_id = line.get("tax_rate_id") or account.get("tax_rate")
    if not company.options.tax_registered:
        rate_id = None
    return {
        "trade_of_asset": False,
        **recorded(line),
        "id": uuid.uuid4().hex,
        "displayed_as": line.get("details") or account["displayed_as"],
        "tax_rate": rate_id,
        "net_amount": amount(net),
        "tax_amount": amount(tax),
        "tax_breakdown": breakdown(company, rate_id, net, tax),
        "total_amount": amount(total),
    }
