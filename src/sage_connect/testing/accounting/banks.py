"""Bank accounts, transfers, deposits and reconciliations."""

from decimal import Decimal
from typing import Any

from typing_extensions import override

from . import chart, ledger, refusals
from .bodies import recorded
from .calls import Call
from .company import Company
from .digits import ZERO, amount, money, number
from .displayed import padded
from .ledger import Movement, Posting
from .records import Records
from .refusals import Refused
from .store import Doc

CASH = "CASH_IN_HAND"
_STRIPE = "STRIPE"


def opened(account: Doc, type_: str, fields: Doc, currency: str) -> Doc:
    """Return a new bank account on a ledger account."""
    name = (
        fields.get("bank_account_details", {}).get("account_name")
        or account["display_name"]
    )
    details: dict[str, Any] = dict.fromkeys(("account_number", "sort_code", "bic", "iban"))
    return {
        "is_active": True,
        "editable": True,
        "deletable": True,
        "journal_code": None,
        "currency": currency,
        **fields,
        "ledger_account": account["id"],
        "_code": padded(account["nominal_code"]),
        "bank_account_type": type_,
        # Seen in production: the number is told by the ledger account only.
        "nominal_code": None,
        "bank_account_details": {
            **details,
            **fields.get("bank_account_details", {}),
            "account_name": name,
        },
    }


def usable(company: Company, id: Any) -> Doc:
    """Return a bank account that can be posted to.

    Raises:
        Refused: Stripe's own account is read only (documented; the words are not).
    """
    bank = company.need("bank_accounts", id)
    if bank["bank_account_type"] == _STRIPE:
        raise refusals.invalid("must be a bank ledger", "bank_account_id")
    return bank


class BankAccounts(Records):
    """Where money is."""

    @override
    def create(self, company: Company, body: Doc) -> Doc:
        details: Doc = body.get("bank_account_details") or {}
        name = details.get("account_name")
        if not name:
            raise Refused(422, refusals.required("bank_account_details.account_name"))
        if body.get("ledger_account_id"):
            account = company.need("ledger_accounts", body["ledger_account_id"])
        else:
            code = body.get("nominal_code")
            number_ = (
                padded(code) if code else chart.free_code(company, frozenset({"BANK"}))
            )
            if company.coded("ledger_accounts", number_) is not None:
                raise refusals.invalid("has already been taken", "nominal_code")
            doc = chart.account(number_, str(name), "BANK", {})
            account = company.add("ledger_accounts", doc)
        sent = {name: value for name, value in recorded(body).items() if value is not None}
        parts = {name: sent.pop(name, None) for name in ("main_address", "journal_code")}
        currency = str(sent.get("currency") or company.currency)
        type_ = str(body["bank_account_type_id"])
        made = company.add(self.resource, opened(account, type_, sent, currency))
        if parts["main_address"]:
            own = {
                "address_type": "ACCOUNTS",
                "name": "Main Address",
                "is_main_address": True,
            }
            fields = {**own, **parts["main_address"], "bank_account": made["id"]}
            address = company.add("addresses", fields)
            made = company.change(self.resource, made, main_address=address["id"])
        return made

    @override
    def update(self, company: Company, doc: Doc, body: Doc) -> Doc:
        if body.get("currency_id") not in {None, doc.get("currency")}:
            # Fixed when it is made (documented; the words are not).
            raise refusals.invalid("The currency cannot be changed.", "currency_id")
        sent = recorded(body)
        own: Doc = sent.pop("bank_account_details", None) or {}
        details: Doc = {**doc["bank_account_details"], **own}
        for inner in ("main_address", "journal_code", "ledger_account", "nominal_code"):
            sent.pop(inner, None)
        if sent.get("currency") is None:
            sent.pop("currency", None)
        return company.save(self.resource, {**doc, **sent, "bank_account_details": details})

    @override
    def delete(self, company: Company, doc: Doc, call: Call) -> None:
        if _is_used(company, doc):
            # Documented: only an unused one can be deleted; the words are assumed.
            raise refusals.in_use("You cannot delete a bank account that is in use.")
        company.delete(self.resource, doc)

    @override
    def shown(self, company: Company, doc: Doc, call: Call, *, alone: bool) -> Doc:
        debit, credit = ledger.running(company, doc["ledger_account"])
        full = {**doc, "balance": amount(debit - credit)}
        if alone:
            full["deletable"] = not _is_used(company, doc)
        return full


def _is_used(company: Company, doc: Doc) -> bool:
    where = (("account=?", doc["ledger_account"]),)
    return bool(company.store.count(company.business, "ledger_entries", where))


def posted(company: Company, resource: str, doc: Doc, movements: list[Movement]) -> Doc:
    """Post a record that moves money and return it with its transaction."""
    total = max((abs(movement.amount) for movement in movements), default=ZERO)
    posting = Posting(
        kind=doc["transaction_type"],
        date=doc["date"],
        total=total,
        reference=doc.get("reference"),
        origin=f"{resource}/{doc['id']}",
        movements=movements,
    )
    transaction = ledger.post(company, posting, doc.get("transaction"))
    return company.save(resource, {**doc, "transaction": transaction}, touch=False)


def _between(company: Company, doc: Doc, value: Decimal) -> list[Movement]:
    source = company.need("bank_accounts", doc["from_bank_account"])["ledger_account"]
    target = company.need("bank_accounts", doc["to_bank_account"])["ledger_account"]
    return [Movement(account=target, amount=value), Movement(account=source, amount=-value)]


def _check_two(company: Company, doc: Doc) -> tuple[Doc, Doc]:
    source = usable(company, doc["from_bank_account"])
    target = usable(company, doc["to_bank_account"])
    if source["id"] == target["id"]:
        # Words of Sage's earlier API.
        raise refusals.invalid("should not be the same as source", "to_bank_account_id")
    return source, target


class Transfers(Records):
    """Money from one bank account to another."""

    @override
    def create(self, company: Company, body: Doc) -> Doc:
        doc = {**recorded(body), "transaction_type": "BANK_TRANSFER"}
        self._check(company, doc)
        return self._posted(company, company.add(self.resource, doc))

    @override
    def update(self, company: Company, doc: Doc, body: Doc) -> Doc:
        changed = {**doc, **recorded(body)}
        self._check(company, changed)
        ledger.reverse(company, doc["transaction"], gone=False)
        return self._posted(company, company.save(self.resource, changed))

    @override
    def delete(self, company: Company, doc: Doc, call: Call) -> None:
        ledger.reverse(company, doc["transaction"])
        company.delete(self.resource, doc)

    def _check(self, company: Company, doc: Doc) -> None:
        _check_two(company, doc)
        if number(doc["amount"]) <= ZERO:
            raise refusals.invalid("must be greater than 0", "amount")

    def _posted(self, company: Company, doc: Doc) -> Doc:
        value = money(number(doc["amount"]))
        return posted(company, self.resource, doc, _between(company, doc, value))


class Deposits(Transfers):
    """Cash and cheques paid in; from cash in hand only (documented)."""

    @override
    def create(self, company: Company, body: Doc) -> Doc:
        doc = {**recorded(body), "transaction_type": "BANK_DEPOSIT"}
        source, _ = _check_two(company, doc)
        if source["bank_account_type"] != CASH:
            raise refusals.invalid("must be a cash in hand account", "from_bank_account_id")
        total = number(doc["cash_amount"]) + number(doc.get("cheque_amount"))
        if total <= ZERO:
            raise refusals.invalid("must be greater than 0", "cash_amount")
        if doc.get("total_amount") is not None and number(doc["total_amount"]) != total:
            raise refusals.umbrella()
        doc |= {
            "cash_amount": amount(number(doc["cash_amount"])),
            "cheque_amount": amount(number(doc.get("cheque_amount"))),
            "total_amount": amount(total),
        }
        made = company.add(self.resource, doc)
        return posted(company, self.resource, made, _between(company, made, money(total)))


class Reconciliations(Records):
    """A bank account against its statement; moves nothing."""

    @override
    def create(self, company: Company, body: Doc) -> Doc:
        bank = company.need("bank_accounts", body["bank_account_id"])
        debit, credit = ledger.running(company, bank["ledger_account"])
        zeros = ("total_received", "total_paid", "starting_balance", "closing_balance")
        doc: Doc = {
            **dict.fromkeys(zeros, "0.0"),
            "statement_end_balance": "0.0",
            "reconciled_balance": "0.0",
            "statement_date": company.clock.today().isoformat(),
            "status": "NEW",
            **{name: value for name, value in recorded(body).items() if value is not None},
        }
        left = number(doc["statement_end_balance"]) - (debit - credit)
        return company.add(self.resource, {**doc, "balance_difference": amount(left)})
