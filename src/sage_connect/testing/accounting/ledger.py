"""The general ledger: transactions, their entries, and what accounts stand at."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Final

import attrs
from typing_extensions import override

from . import refusals
from .calls import Call
from .company import Company
from .digits import ZERO, cents, from_cents, money, number, text
from .records import Records
from .store import Doc

_ENTRIES: Final = "ledger_entries"
_TRANSACTIONS: Final = "transactions"
DELETED: Final = "deleted"
_SUMS: Final = (
    "SELECT TOTAL(debit),TOTAL(credit) FROM records"
    " WHERE account=? AND resource=? AND business=?"
)


@attrs.frozen(kw_only=True)
class Movement:
    """One side of a posting, in base currency.

    Attributes:
        account: Id of the ledger account.
        amount: Positive for a debit, negative for a credit.
        tax_rate: Id of the tax rate that it falls under; None for none.
        description: Shown on the entry.
    """

    account: str
    amount: Decimal
    tax_rate: str | None = None
    description: str = ""


@attrs.frozen(kw_only=True)
class Posting:
    """What becomes one transaction.

    Attributes:
        kind: Id of the transaction type.
        date: As text.
        total: Of the transaction, in base currency.
        movements: Their amounts add up to zero.
        origin: "resource/id" of what is posted.
        reference: Shown on the transaction.
        contact: Id; None for none.
        foreign_total: In the currency of the document.
    """

    kind: str
    date: str
    total: Decimal
    movements: Sequence[Movement]
    origin: str
    reference: str | None = None
    contact: str | None = None
    foreign_total: Decimal | None = None


def post(company: Company, posting: Posting, transaction: str | None = None) -> str:
    """Write a transaction and its entries; return its id.

    Args:
        company: Whose ledger it is.
        posting: What is posted.
        transaction: Id of one that is posted anew after a change; None for a new one.
    """
    off = sum((cents(movement.amount) for movement in posting.movements), 0)
    if off:
        raise RuntimeError(f"{posting.origin} is out of balance by {off} hundredths")
    doc: Doc = {
        "date": posting.date,
        "deleted": False,
        "reference": posting.reference,
        "total": text(money(posting.total)),
        "total_in_transaction_currency": None
        if posting.foreign_total is None
        else text(money(posting.foreign_total)),
        "contact": posting.contact,
        "transaction_type": posting.kind,
        "origin": posting.origin,
        "number_of_attachments": "0",
    }
    known = company.get(_TRANSACTIONS, transaction) if transaction else None
    if known is None:
        trail = company.store.run("SELECT MAX(seq) FROM records")[0][0]
        saved = company.add(_TRANSACTIONS, {**doc, "audit_trail_id": str(trail)})
    else:
        saved = company.save(_TRANSACTIONS, {**known, **doc})
    _write(company, posting, saved["id"])
    return str(saved["id"])


def reverse(company: Company, transaction: str | None, *, gone: bool = True) -> None:
    """Take back what a transaction posted: its entries, and their opposites, are deleted.

    Args:
        company: Whose ledger it is.
        transaction: Id; None for nothing posted.
        gone: Whether the transaction itself is deleted, rather than posted anew.
    """
    if transaction is None:
        return
    entries = company.store.select(
        company.business, _ENTRIES, (("link=?", transaction), ("status IS ?", None))
    )
    for entry in entries:
        company.change(_ENTRIES, entry, deleted=True, status=DELETED)
        opposite = {
            **entry,
            "debit": entry["credit"],
            "credit": entry["debit"],
            "_debit": entry["_credit"],
            "_credit": entry["_debit"],
            "deleted": True,
            "status": DELETED,
        }
        for own in ("id", "$path", "created_at", "updated_at", "displayed_as"):
            del opposite[own]
        _enter(company, opposite)
    if gone:
        company.change(
            _TRANSACTIONS, company.need(_TRANSACTIONS, transaction), deleted=True
        )


def running(company: Company, account: str) -> tuple[Decimal, Decimal]:
    """Return debits and credits of an account, as kept with every entry."""
    rows = company.store.run("SELECT debit,credit FROM sums WHERE account=?", account)
    debit, credit = rows[0] if rows else (0, 0)
    return from_cents(debit), from_cents(credit)


def balance(
    company: Company,
    account: str,
    *,
    since: str | None = None,
    until: str | None = None,
    without_deleted: bool = False,
) -> tuple[Decimal, Decimal]:
    """Return debits and credits of an account, added up from its entries.

    Args:
        company: Whose ledger it is.
        account: Its id.
        since: First date; None for all.
        until: Last date; None for all.
        without_deleted: Whether to pass over what was taken back.
    """
    where, values = "", list[object]()
    for condition, value in (("date>=?", since), ("date<=?", until)):
        if value:
            where += f" AND {condition}"
            values.append(value)
    if without_deleted:
        where += " AND status IS NULL"
    rows = company.store.run(
        f"{_SUMS}{where}",
        account,
        _ENTRIES,
        company.business,
        *values,
    )
    debit, credit = rows[0]
    return from_cents(int(debit)), from_cents(int(credit))


def control(company: Company, name: str) -> str:
    """Return the id of the ledger account that plays a part, such as "TRADE_DEBTORS"."""
    controls: dict[str, str] = company.setting("business_settings")["_controls"]
    return controls[name]


def default(company: Company, purpose: str) -> str:
    """Return the id of a default ledger account, such as "carriage"."""
    accounts = company.setting("business_settings")["default_ledger_accounts"]
    return str(accounts[f"{purpose}_ledger_account"])


def merged(movements: Iterable[Movement]) -> list[Movement]:
    """Return movements without those of nothing."""
    return [movement for movement in movements if cents(movement.amount)]


def _write(company: Company, posting: Posting, transaction: str) -> None:
    for movement in merged(posting.movements):
        side = cents(movement.amount)
        debit, credit = max(side, 0), max(-side, 0)
        _enter(
            company,
            {
                "date": posting.date,
                "debit": text(from_cents(debit)),
                "credit": text(from_cents(credit)),
                "_debit": debit,
                "_credit": credit,
                "ledger_account": movement.account,
                "transaction": transaction,
                "_link": transaction,
                "contact": posting.contact,
                "transaction_type": posting.kind,
                "deleted": False,
                "tax_rate": movement.tax_rate,
                "description": movement.description or posting.reference,
            },
        )


def _enter(company: Company, entry: Doc) -> None:
    company.add(_ENTRIES, entry)
    company.store.run(
        "INSERT INTO sums VALUES(?,?,?) ON CONFLICT(account)"
        " DO UPDATE SET debit=debit+excluded.debit,credit=credit+excluded.credit",
        entry["ledger_account"],
        entry["_debit"],
        entry["_credit"],
    )


class Transactions(Records):
    """Everything that was posted, whatever it came from."""

    @override
    def shown(self, company: Company, doc: Doc, call: Call, *, alone: bool) -> Doc:
        if call.query.get("expand_origin") != "true":
            return doc
        resource, _, id = str(doc["origin"]).partition("/")
        origin = company.get(resource, id)
        if origin is None:
            return doc
        known = ("due_date", "outstanding_amount", "currency", "status", "sent")
        return {
            **doc,
            "origin": {**(company.head(resource, id) or {}), **_of(origin, known)},
        }


class Entries(Records):
    """The entries of the ledger; read only."""


def _of(doc: Doc, fields: Iterable[str]) -> Doc:
    return {field: doc.get(field) for field in fields}


def balanced(debit: Any, credit: Any) -> None:
    """Check that a line is on one side.

    Raises:
        Refused: It has an amount on both, or a negative one. The words are assumed.
    """
    if number(debit) < ZERO or number(credit) < ZERO or (number(debit) and number(credit)):
        raise refusals.invalid("either debit or credit must be zero", "base")
