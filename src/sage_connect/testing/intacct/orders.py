"""Order entry, purchasing and inventory transactions, and other records kept as sent."""

from collections.abc import Mapping
from typing import Final

import attrs

from . import access, dimensions, facts, money, refusals
from .company import Company
from .legacy import Handler, date_of, key_of
from .nodes import Node
from .store import Row
from .values import ZERO, amount_text

_LINES: Final = frozenset({"sotransitem", "potransitem", "ictransitem"})
_CHANGED: Final = frozenset({"updatesotransitem", "updatepotransitem", "updateictransitem"})
_UNITS: Final = frozenset({"Each", "Hour", "Day", "Box"})
_PARTIES: Final = {"customerid": "CUSTOMER", "vendorid": "VENDOR"}


@attrs.frozen(kw_only=True)
class Flow:
    """A kind of transaction.

    Attributes:
        header: Its object.
        line: Object of its lines.
        definitions: Object of its transaction definitions.
        module: Code of its module.
        name: Of the module.
    """

    header: str
    line: str
    definitions: str
    module: str
    name: str


_FLOWS: Final[Mapping[str, Flow]] = {
    "sotransaction": Flow(
        header="SODOCUMENT", line="SODOCUMENTENTRY", definitions="SODOCUMENTPARAMS",
        module="SO", name="Order Entry",
    ),
    "potransaction": Flow(
        header="PODOCUMENT", line="PODOCUMENTENTRY", definitions="PODOCUMENTPARAMS",
        module="PO", name="Purchasing",
    ),
    "ictransaction": Flow(
        header="INVDOCUMENT", line="INVDOCUMENTENTRY", definitions="INVDOCUMENTPARAMS",
        module="INV", name="Inventory Control",
    ),
}  # fmt: skip
# Kept as they were sent, with no effect of their own.
_KEPT: Final[Mapping[str, str]] = {
    "create_aradjustmentbatch": "ARINVOICEBATCH",
    "create_arpaymentbatch": "ARINVOICEBATCH",
    "create_apadjustmentbatch": "APBILLBATCH",
    "create_billbatch": "APBILLBATCH",
    "create_invoicebatch": "ARINVOICEBATCH",
    "create_expensereportbatch": "APBILLBATCH",
    "create_reimbursementrequest": "EPPAYMENT",
    "create_task": "TASK",
    "record_cctransaction": "CCTRANSACTION",
    "record_deposit": "DEPOSIT",
}
_RECEIPTS: Final = "OTHERRECEIPTS"
_BANKS: Final = ("CHECKINGACCOUNT", "SAVINGSACCOUNT")
# What the function calls the fields of a receipt.
_RECEIVED: Final[Mapping[str, str]] = {
    "PAYMENTDATE": "WHENPAID",
    "RECEIVEDDATE": "WHENCREATED",
    "PAYEE": "DESCRIPTION2",
    "PAYMENTMETHOD": "PAYMETHOD",
    "REFID": "DOCNUMBER",
    "EXCHRATE": "EXCHANGE_RATE",
    "EXCHRATEDATE": "EXCH_RATE_DATE",
    "EXCHRATETYPE": "EXCH_RATE_TYPE_ID",
}


def handlers() -> Mapping[str, Handler]:
    """Return who answers which function."""
    found = dict[str, Handler]()
    for called, flow in _FLOWS.items():
        found[f"create_{called}"] = _create(flow)
        found[f"update_{called}"] = _update(flow)
        found[f"delete_{called}"] = _delete(flow)
    for called, name in _KEPT.items():
        found[called] = _keep(name)
    found["record_otherreceipt"] = _receive
    return found


def _create(flow: Flow) -> Handler:
    def handler(company: Company, node: Node) -> str:
        _check(company, flow, "CREATE")
        definition = node.value("transactiontype")
        known = [row.get("DOCID") for row in company.store.all(flow.definitions)]
        if definition not in known:
            raise refusals.unknown_value(
                "Transaction definition", definition, flow.header, "DOCPARID"
            )
        day = money.day(date_of(node.find("datecreated")), flow.header, "WHENCREATED")
        header = _fields(company, node, flow.header)
        items = [one for holder in node for one in holder if one.tag in _LINES]
        if not items:
            raise refusals.missing("line items", flow.header, "ENTRIES")
        number = node.value("documentno")
        row = company.add(
            flow.header,
            {**header, "DOCPARID": definition, "WHENCREATED": f"{day:%m/%d/%Y}"},
        )
        number = number or f"{row['RECORDNO']:0>5}"
        id = f"{definition}-{number}"
        total = ZERO
        for at, item in enumerate(items):
            line = _line(company, flow, item)
            total += money.amount_of(line.get("TOTAL"), flow.line, "TOTAL")
            # Lines count from zero here (documented), from one in updates.
            company.add(flow.line, {**line, "DOCHDRNO": row["RECORDNO"],
                                    "DOCHDRID": id, "LINE_NO": str(at)})  # fmt: skip
        company.change(
            flow.header,
            row,
            {"DOCNO": number, "DOCID": id, "TOTAL": amount_text(total), "STATE": "Pending"},
        )
        return key_of(id)

    return handler


def _update(flow: Flow) -> Handler:
    def handler(company: Company, node: Node) -> str:
        _check(company, flow, "UPDATE")
        row = _keyed(company, flow, node)
        lines = company.store.by(flow.line, "DOCHDRNO", row["RECORDNO"])
        for item in (one for holder in node for one in holder if one.tag in _CHANGED):
            number = item.attributes.get("line_num", "")
            place = int(number) - 1 if number.isdigit() else -1
            if not 0 <= place < len(lines):
                raise refusals.unknown_value("Line", number, flow.line, "line_num")
            company.change(flow.line, lines[place], _texts(item))
        company.change(flow.header, row, _fields(company, node, flow.header))
        return key_of(str(row["DOCID"]))

    return handler


def _delete(flow: Flow) -> Handler:
    def handler(company: Company, node: Node) -> str:
        _check(company, flow, "DELETE")
        row = _keyed(company, flow, node)
        for line in company.store.by(flow.line, "DOCHDRNO", row["RECORDNO"]):
            company.remove(flow.line, line)
        company.remove(flow.header, row)
        return ""

    return handler


def _keep(name: str) -> Handler:
    def handler(company: Company, node: Node) -> str:
        known = facts.facts_of(name)
        if known is not None:
            access.check(company, known, "CREATE")
        return key_of(company.add(name, _texts(node))["RECORDNO"])

    return handler


def _receive(company: Company, node: Node) -> str:
    """Keep money received under the names that it is read by, with what it comes to."""
    known = facts.facts_of(_RECEIPTS)
    if known is not None:
        access.check(company, known, "CREATE")
    texts = {_RECEIVED.get(name, name): text for name, text in _texts(node).items()}
    day = money.day(texts.get("WHENPAID"), _RECEIPTS, "WHENPAID")
    money.open_day(company, day, _RECEIPTS, "WHENPAID")
    bank = texts.get("BANKACCOUNTID", "")
    found = next(filter(None, (company.named(name, bank) for name in _BANKS)), None)
    if bank and (found is None or found.get("STATUS") == "inactive"):
        raise refusals.unknown_value("Bank account", bank, _RECEIPTS, "BANKACCOUNTID")
    total = ZERO
    for item in node.find("receiptitems") or ():
        fields = _texts(item)
        if not fields.get("ACCOUNTLABEL"):
            number = fields.get("GLACCOUNTNO", "")
            account = company.refer(
                "GLACCOUNT", number, "GL Account", _RECEIPTS, "ACCOUNTNO"
            )
            dimensions.checked(company, fields, account, _RECEIPTS)
        total += money.amount_of(item.value("amount"), _RECEIPTS, "TRX_AMOUNT")
    currencies = money.currencies(company, texts, day, _RECEIPTS)
    row = company.add(
        _RECEIPTS, {**texts, **currencies, "TRX_TOTALENTERED": amount_text(total)}
    )
    return key_of(row["RECORDNO"])


def _check(company: Company, flow: Flow, operation: str) -> None:
    if not company.options.has(flow.module):
        raise refusals.unsubscribed(flow.name)
    known = facts.facts_of(flow.header)
    if known is not None:
        access.check(company, known, operation)


def _keyed(company: Company, flow: Flow, node: Node) -> Row:
    key = node.attributes.get("key", "")
    rows = company.store.by(flow.header, "DOCID", key)
    if not rows:
        raise refusals.unknown_value("Document", key, flow.header, "key")
    return rows[0]


def _fields(company: Company, node: Node, object: str) -> dict[str, str]:
    for field, name in _PARTIES.items():
        if node.value(field):
            company.refer(name, node.value(field), name.capitalize(), object, field.upper())
    found = _texts(node)
    party = found.pop("CUSTOMERID", "") or found.pop("VENDORID", "")
    return {**found, **({"CUSTVENDID": party} if party else {})}


def _line(company: Company, flow: Flow, node: Node) -> Row:
    item = node.value("itemid")
    company.refer("ITEM", item, "Item", flow.line, "ITEMID")
    if node.value("unit") not in _UNITS:
        # It must be the text of the item's unit exactly (seen).
        raise refusals.missing("unit", flow.line, "UNIT")
    quantity = money.amount_of(node.value("quantity"), flow.line, "QUANTITY")
    price = node.value("price")
    value = money.amount_of(price, flow.line, "PRICE") if price else ZERO
    return {**_texts(node), "TOTAL": amount_text(money.cents(quantity * value))}


def _texts(node: Node) -> dict[str, str]:
    """Return what stands in an element, dates as answers write them."""
    found = dict[str, str]()
    for child in node:
        if child.find("year") is not None:
            found[child.tag.upper()] = date_of(child)
        elif not child.children:
            found[child.tag.upper()] = child.text
    return found
