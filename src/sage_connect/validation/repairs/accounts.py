"""Remedies for accounts: the usual one for the purpose."""

from collections.abc import Iterator
from typing import Any

import attrs

from ...model import (
    AccountKind,
    BankDirection,
    BankEntry,
    Customer,
    Item,
    Movement,
    Supplier,
    TradeDocument,
)
from ..finding import Finding
from ..registry import Case
from .known import is_of_customers, of_kind, usable
from .places import at, put
from .remedy import Instead, remedy


@remedy("control-account")
def control_account(document: Any, _: Finding, case: Case) -> Iterator[Any]:
    """Give customers (411) or suppliers (401) the control account of the chart."""
    of_customers = isinstance(document, Customer) or is_of_customers(document)
    start, name = ("411", "customers") if of_customers else ("401", "suppliers")
    for one in usable(case.reference):
        if one.code.startswith(start):
            if isinstance(document, Customer | Supplier):
                yield attrs.evolve(document, account=one.code)
            elif hasattr(case.settings, "accounts"):
                settings = put(case.settings, f"/accounts/{name}", one.code)
                yield Instead(documents=(document,), settings=settings)


@remedy("usual-account")
def usual_account(document: Any, finding: Finding, case: Case) -> Iterator[Any]:
    """Use an income account for what is sold, an expense account for what is bought."""
    last = finding.path.rpartition("/")[2]
    if isinstance(document, TradeDocument) and last == "account":
        sold = is_of_customers(document)
    elif isinstance(document, Item) and last in {"sales_account", "purchase_account"}:
        sold = last == "sales_account"
    elif isinstance(document, BankEntry) and finding.path == "/account":
        sold = document.direction is BankDirection.IN
    else:
        return
    kind = AccountKind.INCOME if sold else AccountKind.EXPENSE
    for one in of_kind(kind, case.reference):
        yield put(document, finding.path, one.code)


@remedy("own-control-account")
def own_control_account(document: Any, finding: Finding, case: Case) -> Iterator[Any]:
    """Move a party's movement to the control account that the ledger has for it."""
    place = finding.path.rpartition("/")[0]
    movement = at(document, place)
    if isinstance(movement, Movement):
        for known in (case.reference.customers, case.reference.suppliers):
            party = (known or {}).get(movement.party)
            if party is not None and party.account:
                yield put(document, f"{place}/account", party.account)
