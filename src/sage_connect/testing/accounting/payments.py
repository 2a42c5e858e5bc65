"""Payments from and to contacts: receipts, payments, refunds, and what they settle."""

import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from typing_extensions import override

from . import banks, ledger, refusals, settling
from .bodies import recorded
from .calls import Call
from .company import Company
from .contacts import typed
from .digits import ZERO, amount, money, number, rate, text
from .heading import locked_currency
from .ledger import Movement, Posting
from .lines import ONE
from .records import Records
from .settling import Item, Settlement
from .store import Doc

KINDS: Final = frozenset(
    {"CUSTOMER_RECEIPT", "CUSTOMER_REFUND", "VENDOR_PAYMENT", "VENDOR_REFUND"}
)
"""One line of Sage's guide says SUPPLIER_PAYMENT, which is wrong (documented elsewhere)."""
ON_ACCOUNT: Final = "payments_on_account"
_OWN_WORK: Final = frozenset(
    {"allocated_artefacts", "payment_on_account", "currency_id", "exchange_rate"}
)


class ContactPayments(Records):
    """Payments from and to contacts."""

    @override
    def create(self, company: Company, body: Doc) -> Doc:
        doc = self._worked_out(company, body, {})
        made = company.add(self.resource, doc)
        return self._settled(company, made, body.get("allocated_artefacts") or ())

    @override
    def update(self, company: Company, doc: Doc, body: Doc) -> Doc:
        allocated = body.get("allocated_artefacts")
        if allocated is None:
            allocated = [
                {
                    "artefact_id": part["artefact"].rpartition("/")[2],
                    "amount": number(part["amount"]),
                    "discount": number(part["discount"]),
                }
                for part in doc["allocated_artefacts"]
            ]
        kept = self._undone(company, doc)
        ledger.reverse(company, doc["transaction"], gone=False)
        changed = company.save(
            self.resource, {**kept, **self._worked_out(company, body, doc)}
        )
        return self._settled(company, changed, allocated)

    @override
    def delete(self, company: Company, doc: Doc, call: Call) -> None:
        self._undone(company, doc)
        ledger.reverse(company, doc["transaction"])
        company.delete(self.resource, {**doc, "payment_on_account": None})

    @override
    def shown(self, company: Company, doc: Doc, call: Call, *, alone: bool) -> Doc:
        poa = doc.get("payment_on_account")
        if not poa:
            return doc
        return {**doc, "payment_on_account": company.get(ON_ACCOUNT, poa)}

    def _worked_out(self, company: Company, body: Doc, old: Doc) -> Doc:
        kind = body.get("transaction_type_id") or old.get("transaction_type")
        if kind not in KINDS:
            raise refusals.invalid("is not included in the list", "transaction_type_id")
        if company.options.edition == "start" and str(kind).endswith("REFUND"):
            # That Start has no refunds is documented, what it answers is not.
            raise refusals.invalid("Refunds are not available.", "transaction_type_id")
        sales = str(kind).startswith("CUSTOMER")
        contact = typed(company, body.get("contact_id") or old.get("contact"), sales=sales)
        bank = banks.usable(company, body.get("bank_account_id") or old.get("bank_account"))
        total = money(number(body.get("total_amount", old.get("total_amount"))))
        if total <= ZERO:
            raise refusals.invalid("must be greater than 0", "total_amount")
        currency = body.get("currency_id") or contact.get("currency") or company.currency
        locked_currency(company, contact, currency)
        factor = self._factor(company, currency, body, old)
        sent = recorded({name: body[name] for name in body if name not in _OWN_WORK})
        net = number(body.get("net_amount", total - number(body.get("tax_amount"))))
        return {
            **sent,
            "transaction_type": kind,
            "contact": contact["id"],
            "bank_account": bank["id"],
            # Documented: without it the bank account's usual method is taken.
            "payment_method": body.get("payment_method_id")
            or old.get("payment_method")
            or bank.get("default_payment_method"),
            "currency": currency,
            "exchange_rate": text(self._rate(body, old)),
            "net_amount": amount(net),
            "tax_amount": amount(total - net),
            "total_amount": amount(total),
            "base_currency_net_amount": amount(net * factor),
            "base_currency_tax_amount": amount((total - net) * factor),
            "base_currency_total_amount": amount(total * factor),
            "base_currency_currency_charge": amount(
                number(
                    body.get(
                        "base_currency_currency_charge",
                        old.get("base_currency_currency_charge"),
                    )
                )
            ),
            "editable": True,
        }

    @staticmethod
    def _rate(body: Doc, old: Doc) -> Decimal:
        # Documented: 1 unless it is sent, whatever the currency.
        return number(body.get("exchange_rate") or old.get("exchange_rate") or ONE)

    def _factor(self, company: Company, currency: str, body: Doc, old: Doc) -> Decimal:
        given = self._rate(body, old)
        if currency == company.currency or given <= ZERO:
            return ONE
        return given if company.options.rate_direction == "base_per_unit" else ONE / given

    # --- what it settles

    def _settled(
        self, company: Company, doc: Doc, allocated: Sequence[Mapping[str, Any]]
    ) -> Doc:
        refund = doc["transaction_type"].endswith("REFUND")
        where = f"{self.resource}/{doc['id']}"
        total = number(doc["total_amount"])
        parts, items = list[Doc](), list[tuple[Item, Decimal, Decimal]]()
        for part in allocated:
            owed = owed_by(company, doc["contact"], part.get("artefact_id"))
            taken, discount = (
                money(number(part.get("amount"))),
                money(number(part.get("discount"))),
            )
            # A refund pays what takes back; elsewhere such amounts are negative.
            way = -owed.sign if refund else owed.sign
            if taken == ZERO or taken * way < ZERO:
                raise refusals.invalid(
                    "The amount has the wrong sign.", "allocated_artefacts"
                )
            settlement = Settlement(
                by=where,
                kind=doc["transaction_type"],
                date=doc["date"],
                reference=doc.get("reference"),
                amount=abs(taken),
                discount=discount,
            )
            items.append((owed, abs(taken), discount))
            settling.settle(company, owed, settlement)
            parts.append(
                {
                    "id": uuid.uuid4().hex,
                    "artefact": owed.where,
                    "amount": amount(taken),
                    "discount": amount(discount),
                }
            )
        sum_ = sum((number(part["amount"]) for part in parts), ZERO)
        if sum_ > total:
            # Documented: more cannot be allocated than there is; the words are assumed.
            raise refusals.invalid(
                "The allocated amount is greater than the total amount.", "total_amount"
            )
        if refund and sum_ < total:
            # Documented: a refund is at most what is allocated; the words are assumed.
            raise refusals.invalid("A refund must be fully allocated.", "total_amount")
        rest = total - sum_
        poa = self._on_account(company, doc, rest) if rest else None
        transaction = ledger.post(
            company, self._posting(company, doc, items, rest), doc.get("transaction")
        )
        return company.save(
            self.resource,
            {
                **doc,
                "allocated_artefacts": parts,
                "payment_on_account": poa,
                "transaction": transaction,
            },
            touch=False,
        )

    def _on_account(self, company: Company, doc: Doc, rest: Decimal) -> str:
        """Keep what is not allocated, under an id of its own (documented)."""
        if company.options.edition == "start":
            # That Start must allocate all is documented, what it answers is not.
            raise refusals.invalid("The payment must be fully allocated.", "total_amount")
        contact = company.need("contacts", doc["contact"])
        base = money(rest * _factor_of(doc))
        fields: Doc = {
            "_sign": -1,
            "_payment": doc["id"],
            "$path": f"/{self.resource}/{doc['id']}",
            "contact_name": contact["name"],
            "contact_reference": contact.get("reference"),
            "contact": contact["id"],
            "date": doc["date"],
            "reference": doc.get("reference"),
            "net_amount": amount(rest),
            "tax_amount": "0.0",
            "total_amount": amount(rest),
            "currency": doc["currency"],
            "exchange_rate": doc["exchange_rate"],
            "base_currency_net_amount": amount(base),
            "base_currency_tax_amount": "0.0",
            "base_currency_total_amount": amount(base),
        }
        poa = company.add(ON_ACCOUNT, fields | settling.opened(fields, rest, base))
        return str(poa["id"])

    def _undone(self, company: Company, doc: Doc) -> Doc:
        """Give back everything that a payment settled; return it without."""
        poa = company.get(ON_ACCOUNT, doc["payment_on_account"] or "")
        if poa is not None:
            if settling.is_allocated(poa):
                # Documented: what stands on it goes first; the words are assumed.
                raise refusals.invalid("The payment on account is allocated.", "base")
            company.erase(ON_ACCOUNT, poa)
        for part in doc["allocated_artefacts"]:
            artefact = part["artefact"].rpartition("/")[2]
            settling.unsettle(company, f"{self.resource}/{doc['id']}", artefact)
        return {**doc, "allocated_artefacts": [], "payment_on_account": None}

    def _posting(
        self,
        company: Company,
        doc: Doc,
        items: Sequence[tuple[Item, Decimal, Decimal]],
        rest: Decimal,
    ) -> Posting:
        """Return what goes to the ledger: bank, debtors, discount, charge, rate difference.

        Debtors give up what the artefacts stood at, the bank takes what today's rate
        makes of it; the difference is a gain or a loss. Sage does not publish its entries.
        """
        kind, factor = doc["transaction_type"], _factor_of(doc)
        sales = kind.startswith("CUSTOMER")
        inward = kind in {"CUSTOMER_RECEIPT", "VENDOR_REFUND"}
        way = ONE if inward else -ONE
        total = number(doc["base_currency_total_amount"])
        charge = number(doc["base_currency_currency_charge"])
        debts = ledger.control(company, "TRADE_DEBTORS" if sales else "TRADE_CREDITORS")
        bank = company.need("bank_accounts", doc["bank_account"])["ledger_account"]
        discounts = ledger.default(
            company, "customer_receipt_discount" if sales else "vendor_payment_discount"
        )
        given_up, let_off = money(rest * factor), ZERO
        for owed, taken, discount in items:
            sign = owed.sign if not kind.endswith("REFUND") else -owed.sign
            given_up += sign * money((taken + discount) * standing(owed))
            let_off += sign * money(discount * standing(owed))
        found = [
            Movement(account=bank, amount=way * total),
            Movement(account=debts, amount=-way * given_up),
            Movement(account=discounts, amount=way * let_off),
            Movement(
                account=ledger.default(company, "exchange_rate_gains"),
                amount=way * (given_up - let_off - total),
            ),
            Movement(account=ledger.default(company, "bank_charges"), amount=charge),
            Movement(account=bank, amount=-charge),
        ]
        return Posting(
            kind=kind,
            date=doc["date"],
            total=total,
            foreign_total=number(doc["total_amount"]),
            reference=doc.get("reference"),
            contact=doc["contact"],
            origin=f"{self.resource}/{doc['id']}",
            movements=ledger.merged(found),
        )


def owed_by(company: Company, contact: str, id: Any) -> Item:
    """Return an artefact of a contact that can be paid.

    Raises:
        Refused: There is none with that id, or it is another contact's.
    """
    owed = settling.item(company, str(id)) if id else None
    if owed is None or owed.doc["contact"] != contact:
        raise refusals.unknown_reference()
    return owed


def standing(owed: Item) -> Decimal:
    """Return the base units at which one unit of an artefact stands in the books."""
    due = number(owed.doc["_due"])
    return rate(number(owed.doc["_base_due"]) / due) if due else ONE


def _factor_of(doc: Doc) -> Decimal:
    total = number(doc["total_amount"])
    return number(doc["base_currency_total_amount"]) / total if total else ONE
