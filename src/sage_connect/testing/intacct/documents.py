"""Invoices, bills, adjustments, advances, expense reports: posted, changed, reversed."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, TypeAlias

from . import dimensions, money, refusals
from .company import Company, day_text
from .store import Row
from .trades import ADVANCE, EXPENSES, Trade
from .values import ZERO, amount, amount_text

Fields: TypeAlias = Mapping[str, Any]

_DRAFTS: Final = frozenset({"draft", "i"})
# Where documents with several taxes on a line are allowed (documented).
_MANY_TAXES: Final = frozenset({"AU", "GB"})
_RECOUNTED: Final = (
    "ACTION", "CURRENCY", "EXCHANGE_RATE", "EXCH_RATE_DATE", "EXCH_RATE_TYPE_ID", "STATE",
    "WHENCREATED", "WHENPOSTED",
)  # fmt: skip
_OPEN: Final = frozenset({"Posted", "Draft", "Submitted", "No Value"})


def post(company: Company, trade: Trade, header: Fields, lines: Sequence[Fields]) -> Row:
    """Keep a new document.

    Args:
        company: Whoever posts.
        trade: Its kind.
        header: Its fields, in capitals.
        lines: Its lines, in capitals; `_TAXES` holds tax entries.

    Raises:
        Refused: It is not as it must be.
    """
    fields, rows = _made(company, trade, header, lines, None)
    row = company.add(trade.header, fields)
    if not row.get("RECORDID"):
        row = _put(company, trade, row, {"RECORDID": _number(trade, row)})
    _keep_lines(company, trade, row, rows)
    return row


def change(
    company: Company,
    trade: Trade,
    row: Row,
    header: Fields,
    lines: Sequence[Fields] | None,
) -> Row:
    """Change a document that nobody has paid.

    Args:
        company: Whoever changes it.
        trade: Its kind.
        row: The document.
        header: Fields that change.
        lines: All its lines from now on; None to leave them.

    Raises:
        Refused: It is paid or reversed, or would not be as it must be.
    """
    if row.get("STATE") not in _OPEN:
        raise refusals.business(
            f"{trade.label} {row['RECORDNO']} is {row.get('STATE')} and cannot be edited.",
            object=trade.header,
        )
    old = own_lines(company, trade, row)
    whole = {**row, **header}
    if lines is None and not _recounts(header):
        _, _ = _made(company, trade, whole, [dict(line) for line in old], row)
        return company.change(trade.header, row, header)
    given = [dict(line) for line in old] if lines is None else lines
    fields, rows = _made(company, trade, whole, given, row)
    for line in company.store.by(trade.line, "RECORDKEY", row["RECORDNO"]):
        company.remove(trade.line, line)
    changed = company.change(trade.header, row, fields)
    _keep_lines(company, trade, changed, rows)
    return changed


def reverse(company: Company, trade: Trade, row: Row, when: dt.date, text: str) -> Row:
    """Reverse a document; return the one that undoes it.

    Raises:
        Refused: Something was paid on it, or it is reversed already.
    """
    if row.get("STATE") not in {"Posted", "No Value"}:
        raise refusals.business(
            f"{trade.label} {row['RECORDNO']} cannot be reversed: it is "
            f"{row.get('STATE')}.",
            object=trade.header,
        )
    money.open_day(company, when, trade.header, "datereversed")
    total, base = amount(row, "TRX_TOTALENTERED"), amount(row, "TOTALENTERED")
    undone = company.add(
        trade.header,
        {
            **_copied(row),
            "RECORDID": f"Reversed - {row.get('RECORDID', '')}",
            "DESCRIPTION": text or row.get("DESCRIPTION", ""),
            "WHENCREATED": day_text(when),
            "WHENPOSTED": day_text(when),
            "STATE": "Reversal",
            **_totals(-total, -base, paid=True),
            "_REVERSES": row["RECORDNO"],
        },
    )
    for line in company.store.by(trade.line, "RECORDKEY", row["RECORDNO"]):
        turned = {
            name: amount_text(-amount(line, name)) for name in ("TRX_AMOUNT", "AMOUNT")
        }
        company.add(
            trade.line, {**_copied(line), **turned, "RECORDKEY": undone["RECORDNO"]}
        )
    zero = {"TRX_TOTALDUE": "0", "TOTALDUE": "0"}
    _put(company, trade, row, {"STATE": "Reversed", **zero})
    return undone


def delete(company: Company, trade: Trade, row: Row) -> None:
    """Delete a document that nobody has paid.

    Raises:
        Refused: It is paid or reversed.
    """
    if row.get("STATE") not in _OPEN:
        raise refusals.business(
            f"{trade.label} {row['RECORDNO']} is {row.get('STATE')} and cannot be deleted.",
            object=trade.header,
        )
    for line in company.store.by(trade.line, "RECORDKEY", row["RECORDNO"]):
        company.remove(trade.line, line)
    company.remove(trade.header, row)


def settle(
    company: Company, trade: Trade, row: Row, paid: Decimal, day: str, *, line: str = ""
) -> Row:
    """Take an amount off what is open on a document; a negative one gives it back.

    Args:
        company: Whoever pays.
        trade: Its kind.
        row: The document.
        paid: In its currency, with the sign of the document.
        day: When.
        line: RECORDNO of the line that is paid; "" for the oldest open ones.
    """
    rate = str(row.get("EXCHANGE_RATE", "1"))
    whole, open_ = amount(row, "TRX_TOTALENTERED"), amount(row, "TRX_TOTALDUE") - paid
    base_whole = amount(row, "TOTALENTERED")
    # What is wholly paid leaves no cent, however parts were rounded.
    base_open = ZERO if not open_ else money.in_base(company, open_, rate)
    fields = {
        "TRX_TOTALPAID": amount_text(whole - open_),
        "TRX_TOTALDUE": amount_text(open_),
        "TOTALPAID": amount_text(base_whole - base_open),
        "TOTALDUE": amount_text(base_open),
        "STATE": _state(trade, whole, open_),
        "WHENPAID": day if not open_ else "",
    }
    _settle_lines(company, trade, row, paid, line)
    return company.change(trade.header, row, fields)


def select(company: Company, trade: Trade, row: Row, amount_: Decimal) -> Row:
    """Count an amount as chosen by a draft of a payment; a negative one gives it back."""
    chosen = amount(row, "TRX_TOTALSELECTED") + amount_
    base = money.in_base(company, chosen, str(row.get("EXCHANGE_RATE", "1")))
    fields = {
        "TRX_TOTALSELECTED": amount_text(chosen),
        "TOTALSELECTED": amount_text(base),
    }
    return company.change(trade.header, row, fields)


def own_lines(company: Company, trade: Trade, row: Row) -> list[Row]:
    """Return the lines of a document that were sent, in order; taxes stand in `_TAXES`."""
    lines = company.store.by(trade.line, "RECORDKEY", row["RECORDNO"])
    return [line for line in lines if line.get("LINEITEM") == "T"]


def _recounts(header: Fields) -> bool:
    """Whether a change of these fields is one of the lines too."""
    return any(name in header for name in _RECOUNTED)


def _made(
    company: Company,
    trade: Trade,
    header: Fields,
    lines: Sequence[Fields],
    before: Row | None,
) -> tuple[Row, list[Row]]:
    """Return the fields of a document and of its lines, everything checked."""
    id = str(header.get(trade.party_id) or "")
    if not id:
        raise refusals.missing(trade.party.capitalize(), trade.header, trade.party_id)
    party = company.refer(
        trade.party, id, trade.party.capitalize(), trade.header, trade.party_id
    )
    created = money.day(header.get("WHENCREATED"), trade.header, "WHENCREATED")
    posted = header.get("WHENPOSTED")
    gl_day = money.day(posted, trade.header, "WHENPOSTED") if posted else created
    draft = str(header.get("ACTION") or header.get("STATE") or "").lower() in _DRAFTS
    if not draft:
        money.open_day(company, gl_day, trade.header, "WHENPOSTED")
    fields: Row = {
        name: value
        for name, value in header.items()
        if name not in {"ACTION", trade.holder} and not isinstance(value, list | dict)
    }
    fields |= {
        "RECORDTYPE": trade.type,
        "WHENCREATED": day_text(created),
        "WHENPOSTED": day_text(gl_day),
        "MODULEKEY": trade.module_key,
        "SYSTEMGENERATED": "F",
        "STATE": "Draft" if draft else _posted(trade, header),
        "RAWSTATE": "I" if draft else "A",
    }
    fields |= _due(company, trade, party, header, created)
    fields |= money.currencies(company, header, created, trade.header)
    _check_number(company, trade, id, str(header.get("RECORDID") or ""), before)
    _check_attachment(company, header, trade)
    if not lines:
        raise refusals.missing("line items", trade.header, trade.holder)
    rows = list[Row]()
    for line in lines:
        rows += _line_rows(company, trade, party, fields, line, at=len(rows))
    total = sum((amount(one, "TRX_AMOUNT") for one in rows), ZERO)
    base = sum((amount(one, "AMOUNT") for one in rows), ZERO)
    return {**fields, **_totals(total, base, paid=False)}, rows


def _posted(trade: Trade, header: Fields) -> str:
    if trade.module != "EE":
        return "Posted"
    return str(header.get("STATE") or "Submitted")


def _due(
    company: Company, trade: Trade, party: Row, header: Fields, created: dt.date
) -> Row:
    if not trade.term:
        return {}
    given, name = header.get("WHENDUE"), str(header.get("TERMNAME") or "")
    if given:
        due = money.day(given, trade.header, "WHENDUE")
        if name:
            company.refer(trade.term, name, "Term", trade.header, "TERMNAME")
        return {"WHENDUE": day_text(due)}
    name = name or str(party.get("TERMNAME") or "")
    if not name:
        raise refusals.missing("due date or term", trade.header, "WHENDUE")
    term = company.refer(trade.term, name, "Term", trade.header, "TERMNAME")
    return {"TERMNAME": name, "WHENDUE": day_text(money.due_day(term, created))}


def _check_number(
    company: Company, trade: Trade, party: str, number: str, before: Row | None
) -> None:
    if not number or company.options.same_number == "kept":
        return
    for other in company.store.by(trade.header, "RECORDID", number):
        mine = before is not None and other["RECORDNO"] == before["RECORDNO"]
        # A vendor's number is the vendor's own; of employees nothing is said.
        apart = trade.module in {"AP", "EE"} and other.get(trade.party_id) != party
        if not mine and not apart:
            raise refusals.duplicate(
                trade.label, trade.header, "RECORDID", number, refusals.GENERAL
            )


def _check_attachment(company: Company, header: Fields, trade: Trade) -> None:
    id = str(header.get("SUPDOCID") or "")
    if id and not company.store.by("supdoc", "SUPDOCID", id):
        raise refusals.unknown_value("Attachment", id, trade.header, "SUPDOCID")


def _line_rows(
    company: Company, trade: Trade, party: Row, header: Row, line: Fields, *, at: int
) -> list[Row]:
    account = _account(company, trade, line)
    sent = line.get("TRX_AMOUNT") or line.get("AMOUNT")
    value = money.amount_of(sent, trade.line, "TRX_AMOUNT")
    rate = str(header["EXCHANGE_RATE"])
    found = dimensions.checked(
        company, _with_party(trade, party, line), account, trade.line
    )
    common: Row = {
        "LINE_NO": str(at + 1),
        "RECORDTYPE": trade.type,
        "ENTRY_DATE": header["WHENPOSTED"],
        "CURRENCY": header["CURRENCY"],
        "BASECURR": header["BASECURR"],
        "EXCHANGE_RATE": rate,
        "TOTALPAID": "0",
        "TRX_TOTALPAID": "0",
        **found,
    }
    kept = {
        name: text
        for name, text in line.items()
        if isinstance(text, str) and name not in {"RECORDNO", "RECORDKEY", "LINE_NO"}
    }
    row: Row = {
        **kept,
        **common,
        "ACCOUNTNO": account["ACCOUNTNO"],
        "TRX_AMOUNT": amount_text(value),
        "AMOUNT": amount_text(money.in_base(company, value, rate)),
        "LINEITEM": "T",
    }
    taxes = [
        _tax_row(company, trade, header, row, entry) | {"LINE_NO": str(at + 2 + nth)}
        for nth, entry in enumerate(line.get("_TAXES") or ())
    ]
    if taxes:
        row["_TAXES"] = line["_TAXES"]
        country = str(company.store.note("country") or "GB")
        if len(taxes) > 1 and country not in _MANY_TAXES:
            raise refusals.business(
                "Only one tax entry is allowed for a line.", object=trade.line
            )
    return [row, *({**common, **tax} for tax in taxes)]


def _with_party(trade: Trade, party: Row, line: Fields) -> Fields:
    """Return a line on which the party is the dimension, where no other is named."""
    if trade.party_id == "EMPLOYEEID" or line.get(trade.party_id):
        return line
    return {**line, trade.party_id: party[trade.party_id]}


def _account(company: Company, trade: Trade, line: Fields) -> Row:
    label = str(line.get("ACCOUNTLABEL") or line.get("EXPENSETYPE") or "")
    number = str(line.get("ACCOUNTNO") or "")
    if label:
        kind = {"AR": "ARACCOUNTLABEL", "AP": "APACCOUNTLABEL"}.get(
            trade.module, "EEACCOUNTLABEL"
        )
        found = company.refer(kind, label, "Account label", trade.line, "ACCOUNTLABEL")
        number = str(found.get("GLACCOUNTNO", ""))
    if not number:
        if trade is ADVANCE:
            number = str(company.store.note("controls")["ADVANCE"])
        else:
            raise refusals.missing("GL account", trade.line, "ACCOUNTNO")
    return company.refer("GLACCOUNT", number, "GL Account", trade.line, "ACCOUNTNO")


def _tax_row(company: Company, trade: Trade, header: Row, line: Row, entry: Fields) -> Row:
    id = str(entry.get("DETAILID") or "")
    if not trade.tax or not company.options.has("TX"):
        raise refusals.unsubscribed("Taxes")
    detail = company.refer("TAXDETAIL", id, "Tax detail", trade.line, "DETAILID")
    solution = str(header.get("TAXSOLUTIONID") or "")
    if detail.get("TAXTYPE") != trade.tax:
        raise refusals.unknown_value("Tax detail", id, trade.line, "DETAILID")
    if solution and detail.get("TAXSOLUTIONID") not in {None, solution}:
        raise refusals.unknown_value("Tax detail", id, trade.line, "DETAILID")
    sent = str(entry.get("TRX_TAX") or "")
    value = (
        money.amount_of(sent, trade.line, "TRX_TAX")
        if sent
        else money.cents(amount(line, "TRX_AMOUNT") * amount(detail, "VALUE") / 100)
    )
    rate = str(header["EXCHANGE_RATE"])
    return {
        "ACCOUNTNO": detail["GLACCOUNT"],
        "ENTRYDESCRIPTION": id,
        "DETAILKEY": detail["RECORDNO"],
        "TRX_AMOUNT": amount_text(value),
        "AMOUNT": amount_text(money.in_base(company, value, rate)),
        "LINEITEM": "F",
        "SUBTOTAL": "T",
    }


def _keep_lines(company: Company, trade: Trade, row: Row, rows: Sequence[Row]) -> None:
    parent = ""
    for line in rows:
        tied = {"RECORDKEY": row["RECORDNO"], "STATE": row["STATE"]}
        if line["LINEITEM"] == "F":
            tied["PARENTENTRY"] = parent
        kept = company.add(trade.line, {**line, **tied})
        parent = kept["RECORDNO"] if line["LINEITEM"] == "T" else parent


def _settle_lines(
    company: Company, trade: Trade, row: Row, paid: Decimal, only: str
) -> None:
    rest = paid
    lines = company.store.by(trade.line, "RECORDKEY", row["RECORDNO"])
    for line in lines:
        if not rest or (only and only not in {line["RECORDNO"], line.get("PARENTENTRY")}):
            continue
        whole, already = amount(line, "TRX_AMOUNT"), amount(line, "TRX_TOTALPAID")
        # A part has the sign of the whole, and is not more than what is left of it.
        left = whole - already if rest * _sign(whole) > 0 else -already
        part = left if abs(left) <= abs(rest) else rest
        if not part:
            continue
        rest -= part
        base = money.in_base(company, already + part, str(line.get("EXCHANGE_RATE", "1")))
        fields = {
            "TRX_TOTALPAID": amount_text(already + part),
            "TOTALPAID": amount_text(base),
        }
        company.change(trade.line, line, fields)


def _sign(number: Decimal) -> int:
    return -1 if number < 0 else 1


def _state(trade: Trade, whole: Decimal, open_: Decimal) -> str:
    applied = ("Fully applied", "Partially applied") if trade is ADVANCE else ()
    paid, partly = applied or ("Paid", "Partially Paid")
    if open_ == whole:
        return "Posted" if trade is not EXPENSES else "Approved"
    return partly if open_ else paid


def _totals(total: Decimal, base: Decimal, *, paid: bool) -> Row:
    return {
        "TRX_TOTALENTERED": amount_text(total),
        "TOTALENTERED": amount_text(base),
        "TRX_TOTALPAID": "0",
        "TOTALPAID": "0",
        "TRX_TOTALSELECTED": "0",
        "TOTALSELECTED": "0",
        "TRX_TOTALDUE": "0" if paid else amount_text(total),
        "TOTALDUE": "0" if paid else amount_text(base),
    }


def _number(trade: Trade, row: Row) -> str:
    # How a company numbers what nobody numbered is its own affair.
    return f"{trade.type.upper()}-{int(row['RECORDNO']):06d}"


def _put(company: Company, trade: Trade, row: Row, fields: Row) -> Row:
    return company.change(trade.header, row, fields)


def _copied(row: Row) -> Row:
    own = {"RECORDNO", "WHENMODIFIED", "CREATEDBY", "MODIFIEDBY", "AUWHENCREATED"}
    return {name: value for name, value in row.items() if name not in own}
