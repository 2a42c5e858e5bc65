"""Legacy functions: one document each, children in small letters."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from . import access, documents, facts, journals, money, payments, refusals, trades
from .company import Company
from .nodes import Node
from .refusals import Refused
from .rooms import Room, room_of
from .sent import Sent
from .store import Row
from .trades import Trade
from .written import element

Handler: TypeAlias = Callable[[Company, Node], str]

_HEADER: Final[Mapping[str, str]] = {
    "accountlabel": "ACCOUNTLABEL",
    "action": "ACTION",
    "adjustmentno": "RECORDID",
    "basecurr": "BASECURR",
    "batchkey": "PRBATCHKEY",
    "billno": "RECORDID",
    "customerid": "CUSTOMERID",
    "currency": "CURRENCY",
    "datecreated": "WHENCREATED",
    "datedue": "WHENDUE",
    "dateposted": "WHENPOSTED",
    "description": "DESCRIPTION",
    "docnumber": "DOCNUMBER",
    "employeeid": "EMPLOYEEID",
    "exchrate": "EXCHANGE_RATE",
    "exchratedate": "EXCH_RATE_DATE",
    "exchratetype": "EXCH_RATE_TYPE_ID",
    "expensereportno": "RECORDID",
    "externalid": "EXTERNALID",
    "inclusivetax": "INCLUSIVETAX",
    "invoiceno": "RECORDID",
    "memo": "MEMO",
    "nogl": "NOGL",
    "onhold": "ONHOLD",
    "ponumber": "DOCNUMBER",
    "state": "STATE",
    "supdocid": "SUPDOCID",
    "taxsolutionid": "TAXSOLUTIONID",
    "termname": "TERMNAME",
    "vendorid": "VENDORID",
}
# An adjustment names the document it is for beside its own number.
_FOR: Final = {"invoiceno": "DOCNUMBER", "billno": "DOCNUMBER"}
_LINE: Final[Mapping[str, str]] = {
    "accountlabel": "ACCOUNTLABEL",
    "allocationid": "ALLOCATION",
    "amount": "TRX_AMOUNT",
    "billable": "BILLABLE",
    "classid": "CLASSID",
    "contractid": "CONTRACTID",
    "customerid": "CUSTOMERID",
    "departmentid": "DEPARTMENTID",
    "employeeid": "EMPLOYEEID",
    "expensedate": "ENTRY_DATE",
    "expensetype": "EXPENSETYPE",
    "glaccountno": "ACCOUNTNO",
    "itemid": "ITEMID",
    "locationid": "LOCATIONID",
    "memo": "ENTRYDESCRIPTION",
    "offsetglaccountno": "OFFSETGLACCOUNTNO",
    "projectid": "PROJECTID",
    "taskid": "TASKID",
    "trx_amount": "TRX_AMOUNT",
    "vendorid": "VENDORID",
    "warehouseid": "WAREHOUSEID",
}
_CONTACTS: Final = {
    "billto": "BILLTOPAYTOCONTACTNAME",
    "payto": "BILLTOPAYTOCONTACTNAME",
    "shipto": "SHIPTORETURNTOCONTACTNAME",
    "returnto": "SHIPTORETURNTOCONTACTNAME",
}
_CALLED: Final[Mapping[str, Trade]] = {
    "invoice": trades.INVOICE,
    "aradjustment": trades.AR_ADJUSTMENT,
    "bill": trades.BILL,
    "apadjustment": trades.AP_ADJUSTMENT,
    "expensereport": trades.EXPENSES,
    "expenseadjustmentreport": trades.EXPENSE_ADJUSTMENT,
}
_LINES: Final = frozenset({"lineitem", "expense", "expenseadjustment", "updatelineitem",
                           "updateexpense", "updateexpenseadjustment"})  # fmt: skip
_MODULES: Final = {"AR": "Accounts Receivable", "AP": "Accounts Payable",
                   "EE": "Time & Expenses", "CM": "Cash Management"}  # fmt: skip
# Actions on payments that are requests, and the states they lead to.
_REQUESTS: Final = {
    "approve_appaymentrequest": "Approved",
    "decline_appaymentrequest": "Declined",
    "confirm_appaymentrequest": "Confirmed",
    "send_appaymentrequest": "Delivered",
}


def handlers() -> Mapping[str, Handler]:
    """Return who answers which legacy function of documents."""
    found = dict[str, Handler]()
    for called, trade in _CALLED.items():
        found[f"create_{called}"] = _bound(_create, trade)
        found[f"update_{called}"] = _bound(_update, trade)
        found[f"reverse_{called}"] = _bound(_reverse, trade)
        found[f"delete_{called}"] = _bound(_delete, trade)
    for name, state in _REQUESTS.items():
        found[name] = _requests(state)
    return {
        **found,
        "create_arpayment": _receive,
        "apply_arpayment": _apply,
        "reverse_arpayment": _reversal(payments.RECEIVED),
        "delete_arpayment": _delete_payment,
        "reverse_appayment": _reversal(payments.MADE),
        "void_appaymentrequest": _void,
        "create_gltransaction": _entry,
        "create_statgltransaction": _entry,
        "delete_gltransaction": _delete_entry,
    }


def date_of(node: Node | None) -> str:
    """Return a date as answers write it, from its three children or from a text."""
    if node is None:
        return ""
    if not node.children:
        return node.text
    month, day, year = (node.value(name) for name in ("month", "day", "year"))
    return f"{month}/{day}/{year}"


def key_of(key: str) -> str:
    """Return what legacy writes answer."""
    return element("key", key)


def _bound(act: Callable[[Company, Trade, Node], str], trade: Trade) -> Handler:
    def handler(company: Company, node: Node) -> str:
        if not company.options.has(trade.module):
            raise refusals.unsubscribed(_MODULES[trade.module])
        return act(company, trade, node)

    return handler


def _create(company: Company, trade: Trade, node: Node) -> str:
    _may(company, trade, "CREATE")
    header = header_of(node, trade)
    try:
        row = documents.post(company, trade, header, lines_of(node))
    except Refused as refused:
        raise _ended(refused, "create", trade.label) from None
    return key_of(row["RECORDNO"])


def _update(company: Company, trade: Trade, node: Node) -> str:
    _may(company, trade, "UPDATE")
    row = _keyed(company, trade, node)
    header = header_of(node, trade)
    items = next((one for one in node if one.tag.startswith("update")), None)
    lines = None if items is None else _merged(company, trade, row, items)
    try:
        documents.change(company, trade, row, header, lines)
    except Refused as refused:
        raise _ended(refused, "update", trade.label) from None
    return key_of(row["RECORDNO"])


def _reverse(company: Company, trade: Trade, node: Node) -> str:
    _may(company, trade, "REVERSE")
    row = _keyed(company, trade, node)
    when = money.day(date_of(node.find("datereversed")), trade.header, "datereversed")
    try:
        documents.reverse(company, trade, row, when, node.value("description"))
    except Refused as refused:
        raise _ended(refused, "reverse", trade.label) from None
    return key_of(row["RECORDNO"])


def _delete(company: Company, trade: Trade, node: Node) -> str:
    _may(company, trade, "DELETE")
    documents.delete(company, trade, _keyed(company, trade, node))
    return ""


def header_of(node: Node, trade: Trade | None = None) -> dict[str, str]:
    """Return the fields of a document as legacy functions send them, by our names."""
    adjustment = trade in {trades.AR_ADJUSTMENT, trades.AP_ADJUSTMENT}
    found = dict[str, str]()
    for child in node:
        name = _FOR.get(child.tag) if adjustment else None
        name = name or _HEADER.get(child.tag)
        if child.tag in _CONTACTS:
            contact = child.find("contact") or child
            found[_CONTACTS[child.tag]] = contact.value("contactname")
        elif child.tag == "customfields":
            found |= _custom(child)
        elif child.tag.startswith("date") or child.tag == "exchratedate":
            found[name or child.tag.upper()] = date_of(child)
        elif name is not None:
            found[name] = child.text
    return found


def lines_of(node: Node) -> list[Row]:
    """Return the lines of a document as legacy functions send them, by our names."""
    return [
        _line(line)
        for items in node
        for line in items
        if line.tag in _LINES and items.tag != "customfields"
    ]


def _line(node: Node) -> Row:
    row: Row = {}
    for child in node:
        name = _LINE.get(child.tag)
        if child.tag == "taxentries":
            row["_TAXES"] = [
                {"DETAILID": entry.value("detailid"), "TRX_TAX": entry.value("trx_tax")}
                for entry in child
            ]
        elif child.tag == "customfields":
            row |= _custom(child)
        elif name is not None:
            text = date_of(child)
            # An expense has both amounts; the one of its currency counts.
            if child.tag == "amount" and node.value("trx_amount"):
                continue
            row[name] = text
        elif child.tag.upper().startswith("GLDIM"):
            row[child.tag.upper()] = child.text
    return row


def _merged(company: Company, trade: Trade, row: Row, items: Node) -> list[Row]:
    """Return the lines of a document after an update: changed ones, and new ones."""
    lines = [dict(line) for line in documents.own_lines(company, trade, row)]
    for item in items:
        sent = _line(item)
        if not item.tag.startswith("update"):
            lines.append(sent)
            continue
        number = item.attributes.get("line_num", "")
        place = int(number) - 1 if number.isdigit() else -1
        if not 0 <= place < len(lines):
            raise refusals.business(
                f"Line {number} does not exist.", object=trade.line, field="line_num"
            )
        lines[place] |= sent
    return lines


def _custom(node: Node) -> dict[str, str]:
    return {
        field.value("customfieldname").upper(): field.value("customfieldvalue")
        for field in node
    }


def _keyed(company: Company, trade: Trade, node: Node) -> Row:
    key = node.attributes.get("key", "")
    external = node.attributes.get("externalkey", "").lower() == "true"
    if external:
        rows = company.store.by(trade.header, "EXTERNALID", key)
        row = rows[0] if rows else None
    else:
        row = company.numbered(trade.header, key)
    if row is None:
        raise refusals.business(
            f"{trade.label} {key} does not exist.", object=trade.header, field="key"
        )
    return row


def _may(company: Company, trade: Trade, operation: str) -> None:
    known = facts.facts_of(trade.header)
    if known is not None:
        access.check(company, known, operation)


def _ended(refused: Refused, action: str, label: str) -> Refused:
    return Refused(*refused.complaints, refusals.general(action, label))


def _receive(company: Company, node: Node) -> str:
    _module(company, "AR")
    header = header_of(node)
    bank, parked = node.value("bankaccountid"), node.value("undepfundsacct")
    batch = node.value("batchkey")
    header |= {
        "FINANCIALENTITY": bank,
        "UNDEPOSITEDACCOUNTNO": parked,
        "TRX_AMOUNTTOPAY": node.value("paymentamount"),
        "DOCNUMBER": node.value("refid"),
        # The default of a company, where neither is named.
        "PAYMENTMETHOD": node.value("paymentmethod") or "Printed Check",
        "RECEIPTDATE": date_of(node.find("datereceived")) or company.today(),
    }
    header["PAYMENTDATE"] = header["RECEIPTDATE"]
    if not bank and not parked:
        del batch
        header["UNDEPOSITEDACCOUNTNO"] = str(company.store.note("controls")["UNDEPOSITED"])
    details = [
        {"RECORDKEY": item.value("invoicekey"), "TRX_PAYMENTAMOUNT": item.value("amount")}
        for item in node.all("arpaymentitem")
    ]
    row = payments.pay(company, payments.RECEIVED, header, details)
    return key_of(row["RECORDNO"])


def _apply(company: Company, node: Node) -> str:
    _module(company, "AR")
    row = _payment(company, payments.RECEIVED, node.value("arpaymentkey"))
    day = money.day(date_of(node.find("paymentdate")), "ARPYMT", "paymentdate")
    items = [
        (item.value("invoicekey"), item.value("amount"))
        for items in node.all("arpaymentitems")
        for item in items
    ]
    payments.apply_more(company, row, day, items)
    return key_of(row["RECORDNO"])


def _reversal(kind: payments.Kind) -> Handler:
    def handler(company: Company, node: Node) -> str:
        row = _payment(company, kind, node.attributes.get("key", ""))
        text = date_of(node.find("datereversed"))
        payments.reverse(company, kind, row, money.day(text, kind.header, "datereversed"))
        return key_of(row["RECORDNO"])

    return handler


def _delete_payment(company: Company, node: Node) -> str:
    kind = payments.RECEIVED
    payments.delete(company, kind, _payment(company, kind, node.attributes.get("key", "")))
    return ""


def _requests(state: str) -> Handler:
    def handler(company: Company, node: Node) -> str:
        for row in _named(company, node):
            company.change("APPYMT", row, {"APPROVALSTATE": state})
        return ""

    return handler


def _void(company: Company, node: Node) -> str:
    for row in _named(company, node):
        day: dt.date = company.clock.today()
        payments.reverse(company, payments.MADE, row, day)
    return ""


def _named(company: Company, node: Node) -> Sequence[Row]:
    _module(company, "AP")
    return [
        _payment(company, payments.MADE, key.text)
        for keys in node.all("appaymentkeys")
        for key in keys
    ]


def _payment(company: Company, kind: payments.Kind, key: str) -> Row:
    row = company.numbered(kind.header, key)
    if row is None:
        raise refusals.business(
            f"Payment {key} does not exist.", number=refusals.PAYMENT, object=kind.header
        )
    return row


def _module(company: Company, module: str) -> None:
    if not company.options.has(module):
        raise refusals.unsubscribed(_MODULES[module])


def _entry(company: Company, node: Node) -> str:
    _module(company, "GL")
    header = {
        "JOURNAL": node.value("journalid"),
        "BATCH_DATE": date_of(node.find("datecreated")),
        "REVERSEDATE": date_of(node.find("reversedate")),
        "BATCH_TITLE": node.value("description"),
        "REFERENCENO": node.value("referenceno"),
    }
    sides = {"debit": "1", "credit": "-1"}
    lines = [
        {
            **{name: text for name, text in _line(line).items() if name != "AMOUNT"},
            "TR_TYPE": sides.get(line.value("trtype"), ""),
            "DESCRIPTION": line.value("memo"),
            "DOCUMENT": line.value("document"),
            "CURRENCY": line.value("currency"),
            "EXCHANGE_RATE": line.value("exchrate"),
            "EXCH_RATE_DATE": date_of(line.find("exchratedate")),
        }
        for items in node
        for line in items.all("glentry")
    ]
    return key_of(journals.post(company, header, lines)["RECORDNO"])


def _delete_entry(company: Company, node: Node) -> str:
    room: Room = room_of("GLBATCH")
    room.delete(company, node.attributes.get("key", ""))
    return ""


def as_sent(fields: Mapping[str, str]) -> Sent:
    """Return fields as a generic function would have sent them."""
    return Sent(dict(fields), {})
