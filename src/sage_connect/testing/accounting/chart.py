"""Ledger accounts: the chart of a business."""

from collections.abc import Mapping
from typing import Any, Final

from typing_extensions import override

from . import refusals
from .bodies import recorded
from .calls import Call
from .company import Company
from .digits import number, text
from .displayed import padded
from .fixtures import codes
from .ledger import balance, running
from .listing import day
from .records import Records
from .store import Doc

AREAS: Final = (
    "banking",
    "expenses",
    "journals",
    "other_payments",
    "other_receipts",
    "reporting",
    "sales",
)
"""Where accounts can be visible (documented)."""

_MOST: Final = 99_999_999
_NAME_FIELDS: Final = frozenset({"name", "ledger_account_type_id", "control_name"})


def visibility(areas: frozenset[str]) -> Doc:
    """Return the flags of a ledger account that is visible in some areas."""
    return {f"visible_in_{area}": area in areas for area in AREAS}


def account(code: str, name: str, type_: str, fields: Mapping[str, Any]) -> Doc:
    """Return a new ledger account.

    Args:
        code: Nominal code.
        name: Its name.
        type_: Id of its type, from which its visibility and group follow.
        fields: Everything else, which wins.
    """
    table = codes()
    return {
        "name": name,
        "display_name": name,
        "nominal_code": int(code),
        "_code": padded(code),
        "included_in_chart": True,
        "ledger_account_type": type_,
        "ledger_account_group": table.group_by_type[type_],
        "ledger_account_classification": None,
        "tax_rate": None,
        # As seen on the assets of the journals guide and on 4000.
        "fixed_tax_rate": True,
        "is_control_account": False,
        "control_name": None,
        "cis_labour": False,
        "cis_materials": False,
        **visibility(table.visible_by_type.get(type_, frozenset())),
        **fields,
    }


def free_code(company: Company, types: frozenset[str]) -> str:
    """Return the number after the last one that accounts of some types use."""
    used = {
        int(doc["nominal_code"]): doc["ledger_account_type"]
        for doc in company.all("ledger_accounts")
    }
    code = max((code for code, type_ in used.items() if type_ in types), default=1200) + 1
    while code in used:
        code += 1
    return padded(code)


class LedgerAccounts(Records):
    """The chart."""

    @override
    def create(self, company: Company, body: Doc) -> Doc:
        code = self._free(company, body["nominal_code"])
        sent = {name: value for name, value in recorded(body).items() if value is not None}
        type_ = str(body["ledger_account_type_id"])
        return company.add(self.resource, account(code, str(body["name"]), type_, sent))

    @override
    def update(self, company: Company, doc: Doc, body: Doc) -> Doc:
        # Control accounts keep name and category (documented).
        if doc["is_control_account"] and _NAME_FIELDS & body.keys():
            raise refusals.invalid("A control account cannot be changed.", "base")
        code = doc["_code"]
        if body.get("nominal_code") not in {None, doc["nominal_code"]}:
            code = self._free(company, body["nominal_code"])
        return company.save(self.resource, {**doc, **recorded(body), "_code": code})

    @override
    def shown(self, company: Company, doc: Doc, call: Call, *, alone: bool) -> Doc:
        return balanced(company, doc, call)

    @staticmethod
    def _free(company: Company, code: int) -> str:
        """Codes have up to eight digits and are unique (documented; the words are not)."""
        if not 0 <= code <= _MOST:
            raise refusals.invalid("is not a number", "nominal_code")
        if company.coded("ledger_accounts", padded(code)) is not None:
            raise refusals.invalid("has already been taken", "nominal_code")
        return padded(code)


def balanced(company: Company, doc: Doc, call: Call) -> Doc:
    """Return a ledger account with code and name in one, and its balance if asked for."""
    name = doc.get("display_name") or doc["name"]
    full = {**doc, "display_formatted": f"{doc['_code']} - {name}"}
    if call.query.get("show_balance_details") != "true":
        return full
    since, until = day(call.query.get("from_date")), day(call.query.get("to_date"))
    live = call.query.get("exclude_deleted_entries") == "true"
    if since or until or live:
        debit, credit = balance(
            company, doc["id"], since=since, until=until, without_deleted=live
        )
    else:
        debit, credit = running(company, doc["id"])
    full["balance_details"] = {
        "balance": text(abs(debit - credit)),
        "credit_or_debit": "credit" if number(credit) > debit else "debit",
        "credits": text(credit),
        "debits": text(debit),
        "from_date": since,
        "to_date": until,
    }
    return full
