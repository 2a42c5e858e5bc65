"""Journals, and the balances that a business starts with."""

import uuid
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from typing_extensions import override

from . import banks, ledger, refusals, settling
from .bodies import recorded
from .calls import Call
from .company import Company
from .contacts import typed
from .digits import ZERO, amount, money, number
from .ledger import Movement, Posting
from .records import Records
from .store import Doc

COUNTERPART: Final = "SUSPENSE_CORRECTIONS"
"""9999 holds the counterpart of opening balances (Sage's page on control accounts)."""

UNBALANCED: Final = "Debits must equal credits."
"""That they must is documented, the words are not."""


class Journals(Records):
    """Journals: made and deleted, never changed (documented)."""

    kind: str = "JOURNAL"
    checks_visibility: bool = True

    @override
    def create(self, company: Company, body: Doc) -> Doc:
        lines = [self._line(company, line) for line in body["journal_lines"]]
        debit = sum((number(line["debit"]) for line in lines), ZERO)
        if debit != sum((number(line["credit"]) for line in lines), ZERO):
            raise refusals.invalid(UNBALANCED, "base")
        date = body.get("date") or company.clock.today().isoformat()
        made = company.add(
            self.resource,
            {
                **recorded({name: body[name] for name in body if name != "journal_lines"}),
                "date": date,
                "transaction_type": self.kind,
                "total": amount(debit),
                "journal_code": None,
                "journal_lines": lines,
                "migrated": False,
            },
        )
        movements = [
            Movement(
                account=line["ledger_account"],
                amount=number(line["debit"]) - number(line["credit"]),
                description=line.get("details") or "",
            )
            for line in lines
        ]
        posting = Posting(
            kind=self.kind,
            date=date,
            total=debit,
            reference=made.get("reference"),
            origin=f"{self.resource}/{made['id']}",
            movements=movements,
        )
        transaction = ledger.post(company, posting)
        return company.save(
            self.resource, {**made, "transaction": transaction}, touch=False
        )

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
            for line in doc["journal_lines"]
        ]
        return {**doc, "journal_lines": plain}

    @override
    def act(self, company: Company, verb: str, doc: Doc, call: Call) -> Doc:
        """Reissue: exists without documentation; the journal is answered as it is."""
        return doc

    def _line(self, company: Company, line: Doc) -> Doc:
        ledger.balanced(line["debit"], line["credit"])
        account = company.need("ledger_accounts", line["ledger_account_id"])
        if self.checks_visibility and not account.get("visible_in_journals"):
            raise refusals.unknown_reference()
        return {
            "include_on_tax_return": False,
            **recorded(line),
            "id": uuid.uuid4().hex,
            "debit": amount(number(line["debit"])),
            "credit": amount(number(line["credit"])),
            "tax_reconciled": False,
            "cleared": False,
            "bank_reconciled": False,
        }


class OpeningJournals(Journals):
    """Journals of what a business starts with."""

    kind = "OPENING_BALANCE_JOURNAL"
    checks_visibility = False


class _Opening(Records):
    """A balance to start with; its counterpart is the suspense account."""

    kind: str = ""

    @override
    def create(self, company: Company, body: Doc) -> Doc:
        doc = self._worked_out(company, body, {})
        return self._posted(company, company.add(self.resource, doc))

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

    def _worked_out(self, company: Company, body: Doc, old: Doc) -> Doc:
        debit = money(number(body.get("debit", old.get("debit"))))
        credit = money(number(body.get("credit", old.get("credit"))))
        ledger.balanced(debit, credit)
        usual = company.clock.today().isoformat()
        return {
            "date": old.get("date") or usual,
            **recorded(body),
            "debit": amount(debit),
            "credit": amount(credit),
            "transaction_type": self.kind,
        }

    def _posted(self, company: Company, doc: Doc) -> Doc:
        value = number(doc["debit"]) - number(doc["credit"])
        against = ledger.control(company, COUNTERPART)
        sides: Iterable[tuple[str, Decimal]] = (
            (self._account(company, doc), value),
            (against, -value),
        )
        movements = [Movement(account=account, amount=side) for account, side in sides]
        return banks.posted(company, self.resource, doc, movements)

    def _account(self, company: Company, doc: Doc) -> str:
        raise NotImplementedError


class BankOpenings(_Opening):
    """What a bank account starts with."""

    kind = "BANK_OPENING_BALANCE"

    @override
    def _account(self, company: Company, doc: Doc) -> str:
        return str(company.need("bank_accounts", doc["bank_account"])["ledger_account"])


class LedgerOpenings(_Opening):
    """What a ledger account starts with."""

    kind = "LEDGER_OPENING_BALANCE"

    @override
    def _account(self, company: Company, doc: Doc) -> str:
        return str(doc["ledger_account"])


class ContactOpenings(_Opening):
    """What a contact owes, or is owed, at the start; can be paid like an invoice."""

    @override
    def update(self, company: Company, doc: Doc, body: Doc) -> Doc:
        if settling.is_allocated(doc):
            raise refusals.invalid(settling.UNALLOCATE, "base")
        return super().update(company, doc, body)

    @override
    def delete(self, company: Company, doc: Doc, call: Call) -> None:
        if settling.is_allocated(doc):
            raise refusals.invalid(settling.UNALLOCATE, "base")
        super().delete(company, doc, call)

    @override
    def _worked_out(self, company: Company, body: Doc, old: Doc) -> Doc:
        contact = company.need("contacts", body.get("contact_id") or old.get("contact"))
        sales = "CUSTOMER" in contact["contact_types"]
        typed(company, contact["id"], sales=sales)
        total = money(number(body.get("total_amount", old.get("total_amount"))))
        tax = money(number(body.get("tax_amount", old.get("tax_amount"))))
        rate: Any = number(body.get("exchange_rate") or old.get("exchange_rate") or 1)
        doc: Doc = {
            **recorded(body),
            "contact": contact["id"],
            "currency": contact.get("currency") or company.currency,
            "exchange_rate": amount(rate),
            "net_amount": amount(total - tax),
            "tax_amount": amount(tax),
            "total_amount": amount(total),
            "base_currency_net_amount": amount((total - tax) * rate),
            "base_currency_tax_amount": amount(tax * rate),
            "base_currency_total_amount": amount(total * rate),
            "transaction_type": f"{'CUSTOMER' if sales else 'VENDOR'}_OPENING_BALANCE",
        }
        return doc | settling.opened(doc, total, money(total * rate))

    @override
    def _posted(self, company: Company, doc: Doc) -> Doc:
        sign = settling.sign_of(self.resource, doc)
        sales = doc["transaction_type"].startswith("CUSTOMER")
        value = sign * number(doc["base_currency_total_amount"]) * (1 if sales else -1)
        debts = ledger.control(company, "TRADE_DEBTORS" if sales else "TRADE_CREDITORS")
        movements = [
            Movement(account=debts, amount=value),
            Movement(account=ledger.control(company, COUNTERPART), amount=-value),
        ]
        return banks.posted(company, self.resource, doc, movements)
