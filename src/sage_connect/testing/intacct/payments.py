"""Payments received and made, advances, and what they settle."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, TypeAlias

import attrs

from . import documents, ledger, money, refusals, trades
from .company import Company, day_text
from .store import Row
from .trades import Trade
from .values import ZERO, amount, amount_text

Fields: TypeAlias = Mapping[str, Any]


@attrs.frozen(kw_only=True)
class Kind:
    """A kind of payment.

    Attributes:
        header: Its object.
        line: Object of what it settles.
        type: RECORDTYPE.
        party: Object of the party.
        party_id: Field of the party.
        settled: Documents that it settles.
        adjusted: Adjustments that it settles, or uses as credits.
        side: 1 where money comes in.
    """

    header: str
    line: str
    type: str
    party: str
    party_id: str
    settled: Trade
    adjusted: Trade
    side: int


RECEIVED: Final = Kind(
    header="ARPYMT", line="ARPYMTDETAIL", type="rp", party="CUSTOMER",
    party_id="CUSTOMERID", settled=trades.INVOICE, adjusted=trades.AR_ADJUSTMENT, side=1,
)  # fmt: skip
MADE: Final = Kind(
    header="APPYMT", line="APPYMTDETAIL", type="pp", party="VENDOR", party_id="VENDORID",
    settled=trades.BILL, adjusted=trades.AP_ADJUSTMENT, side=-1,
)  # fmt: skip

# Credits in a detail: key of the credit, its amount; what the credit is.
_CREDITS: Final = (
    ("ADVANCEKEY", "TRX_POSTEDADVANCEAMOUNT", "advance"),
    ("ADJUSTMENTKEY", "TRX_ADJUSTMENTAMOUNT", "adjustment"),
    ("INLINEKEY", "TRX_INLINEAMOUNT", "adjustment"),
    ("NEGATIVEINVOICEKEY", "TRX_NEGATIVEINVOICEAMOUNT", "document"),
    ("NEGATIVEBILLKEY", "TRX_NEGATIVEBILLAMOUNT", "document"),
    ("OVERPAYMENTKEY", "TRX_POSTEDOVERPAYMENTAMOUNT", "overpayment"),
)
_DISCOUNTS: Final = ("TRX_TOTALDISCOUNTTOAPPLY", "DISCOUNTTOAPPLY", "TRX_DISCOUNTAMOUNT")
_DONE: Final = "Complete"


def pay(company: Company, kind: Kind, header: Fields, details: Sequence[Fields]) -> Row:
    """Keep a payment and settle what it is for, unless it is a draft.

    Raises:
        Refused: It is not as it must be, or is more than is open.
    """
    fields = _header(company, kind, header)
    draft = str(header.get("ACTION") or "").lower() == "draft"
    given = header.get("TRX_AMOUNTTOPAY") or header.get("AMOUNTTOPAY")
    paid = sum((_sent(one, "TRX_PAYMENTAMOUNT", kind) for one in details), ZERO)
    total = money.amount_of(given, kind.header, "TRX_AMOUNTTOPAY") if given else paid
    if total < paid:
        raise _refused(kind, "The details are more than the amount of the payment.")
    if not details and not total:
        raise refusals.missing("payment details", kind.header, f"{kind.header}DETAILS")
    rate = str(fields["EXCHANGE_RATE"])
    over = total - paid
    totals = {
        "TRX_TOTALENTERED": amount_text(total),
        "TOTALENTERED": amount_text(money.in_base(company, total, rate)),
        "TRX_TOTALPAID": amount_text(paid),
        "TOTALPAID": amount_text(money.in_base(company, paid, rate)),
        "TRX_TOTALDUE": amount_text(over),
        "TOTALDUE": amount_text(money.in_base(company, over, rate)),
    }
    state = {"STATE": "D" if draft else "C", "DISPLAYSTATE": "Draft" if draft else _DONE}
    row = company.add(kind.header, {**fields, **totals, **state})
    lines = [_detail(company, kind, row, one) for one in details]
    if draft:
        for line in lines:
            trade, document = _document(company, kind, line)
            documents.select(company, trade, document, _whole(line, kind))
        return row
    return _submit(company, kind, row, lines)


def change(
    company: Company, kind: Kind, row: Row, header: Fields, details: Sequence[Fields] | None
) -> Row:
    """Change a draft; details are replaced if any are given; ACTION Submit posts it.

    Raises:
        Refused: It is complete.
    """
    if row["STATE"] != "D":
        # Only drafts, since 2024 R2 (documented).
        raise _refused(kind, f"Payment {row['RECORDNO']} is complete: only drafts change.")
    old = company.store.by(kind.line, "PAYMENTKEY", row["RECORDNO"])
    given = list(details) if details is not None else [dict(line) for line in old]
    delete(company, kind, row)
    whole = {**row, **header}
    whole["ACTION"] = header.get("ACTION") or "Draft"
    if details is not None and "TRX_AMOUNTTOPAY" not in header:
        whole.pop("TRX_AMOUNTTOPAY", None)
    made = pay(company, kind, whole, given)
    # It stays the same record.
    company.store.put(kind.header, int(made["RECORDNO"]), None)
    for line in company.store.by(kind.line, "PAYMENTKEY", made["RECORDNO"]):
        company.change(kind.line, line, {"PAYMENTKEY": row["RECORDNO"]})
    kept = {**made, "RECORDNO": row["RECORDNO"]}
    company.store.put(kind.header, int(row["RECORDNO"]), kept)
    return kept


def delete(company: Company, kind: Kind, row: Row) -> None:
    """Delete a draft.

    Raises:
        Refused: It is complete.
    """
    if row["STATE"] != "D":
        raise _refused(kind, f"Payment {row['RECORDNO']} is complete and stays.")
    for line in company.store.by(kind.line, "PAYMENTKEY", row["RECORDNO"]):
        trade, document = _document(company, kind, line)
        documents.select(company, trade, document, -_whole(line, kind))
        company.remove(kind.line, line)
    company.remove(kind.header, row)


def reverse(company: Company, kind: Kind, row: Row, when: dt.date) -> Row:
    """Reverse a payment: what it settled is open again.

    Raises:
        Refused: It is a draft, or reversed already.
    """
    if row["STATE"] != "C" or row.get("DISPLAYSTATE") != _DONE:
        raise _refused(kind, f"Payment {row['RECORDNO']} cannot be reversed.")
    money.open_day(company, when, kind.header, "datereversed")
    for line in company.store.by(kind.line, "PAYMENTKEY", row["RECORDNO"]):
        _apply(company, kind, line, -1, day_text(when))
        company.change(kind.line, line, {"STATE": "Reversed"})
    moves = [
        (account, amount_text(-Decimal(value))) for account, value in row.get("_MOVES", ())
    ]
    hidden = {"RECORDNO", "AUWHENCREATED"}
    company.add(
        kind.header,
        {
            **{name: value for name, value in row.items() if name not in hidden},
            "WHENPAID": day_text(when),
            "DISPLAYSTATE": "Reversal",
            "STATE": "V",
            "TRX_TOTALDUE": "0",
            "TOTALDUE": "0",
            "PARENTPAYMENTKEY": row["RECORDNO"],
            "_MOVES": moves,
        },
    )
    none = {"TRX_TOTALDUE": "0", "TOTALDUE": "0"}
    return company.change(
        kind.header, row, {"STATE": "V", "DISPLAYSTATE": "Reversed", **none}
    )


def apply_more(
    company: Company, row: Row, day: dt.date, items: Sequence[tuple[str, str]]
) -> Row:
    """Apply what is left of a received payment to further invoices.

    Raises:
        Refused: There is not so much left, or not so much open.
    """
    kind, left = RECEIVED, amount(row, "TRX_TOTALDUE")
    for key, sent in items:
        value = money.amount_of(sent, kind.line, "amount")
        if value > left:
            raise _refused(kind, "The amount is more than what is left of the payment.")
        left -= value
        fields = {"RECORDKEY": key, "TRX_PAYMENTAMOUNT": amount_text(value)}
        line = _detail(company, kind, row, fields)
        _apply(company, kind, line, 1, day_text(day))
    paid = amount(row, "TRX_TOTALENTERED") - left
    rate = str(row.get("EXCHANGE_RATE", "1"))
    return company.change(
        kind.header,
        row,
        {
            "TRX_TOTALPAID": amount_text(paid),
            "TOTALPAID": amount_text(money.in_base(company, paid, rate)),
            "TRX_TOTALDUE": amount_text(left),
            "TOTALDUE": amount_text(money.in_base(company, left, rate)),
        },
    )


def advance(company: Company, header: Fields, lines: Sequence[Fields]) -> Row:
    """Keep an advance of a customer.

    Raises:
        Refused: It is not as it must be.
    """
    dated = header.get("RECEIPTDATE") or header.get("PAYMENTDATE")
    bank = _bank(company, header, "ARADVANCE")
    if not header.get("PAYMENTMETHOD"):
        raise refusals.missing("payment method", "ARADVANCE", "PAYMENTMETHOD")
    whole = {**header, "WHENCREATED": dated, "WHENPAID": header.get("PAYMENTDATE") or dated}
    whole["_BANK"] = bank
    return documents.post(company, trades.ADVANCE, whole, lines)


def _header(company: Company, kind: Kind, header: Fields) -> Row:
    party = str(header.get(kind.party_id) or "")
    if party:
        company.refer(
            kind.party, party, kind.party.capitalize(), kind.header, kind.party_id
        )
    elif not header.get("PAYERNAME"):
        raise refusals.missing(kind.party.capitalize(), kind.header, kind.party_id)
    if not header.get("PAYMENTMETHOD"):
        raise refusals.missing("payment method", kind.header, "PAYMENTMETHOD")
    dated = header.get("PAYMENTDATE") or header.get("RECEIPTDATE") or company.today()
    day = money.day(dated, kind.header, "PAYMENTDATE")
    money.open_day(company, day, kind.header, "PAYMENTDATE")
    number = str(header.get("DOCNUMBER") or "")
    hidden = {"ACTION", "RECORDNO", "AMOUNTTOPAY", "TRX_AMOUNTTOPAY"}
    kept = {
        name: value
        for name, value in header.items()
        if isinstance(value, str) and name not in hidden
    }
    return {
        **kept,
        **money.currencies(company, header, day, kind.header),
        "RECORDTYPE": kind.type,
        "RECORDID": number,
        "WHENCREATED": day_text(day),
        "WHENPAID": day_text(day),
        "RECEIPTDATE": str(header.get("RECEIPTDATE") or day_text(day)),
        "CLEARED": "F",
        "_BANK": _bank(company, header, kind.header),
    }


def _bank(company: Company, header: Fields, object: str) -> str:
    """Return the account of the ledger that a payment moves."""
    bank, parked = header.get("FINANCIALENTITY"), header.get("UNDEPOSITEDACCOUNTNO")
    if parked and not bank:
        row = company.refer(
            "GLACCOUNT", str(parked), "GL Account", object, "UNDEPOSITEDACCOUNTNO"
        )
        return str(row["ACCOUNTNO"])
    if not bank:
        raise refusals.missing("bank account", object, "FINANCIALENTITY")
    for name in ("CHECKINGACCOUNT", "SAVINGSACCOUNT", "CREDITCARD"):
        found = company.named(name, str(bank))
        if found is not None and found.get("STATUS") != "inactive":
            return str(found.get("GLACCOUNTNO") or company.store.note("controls")["BANK"])
    raise refusals.unknown_value("Bank account", str(bank), object, "FINANCIALENTITY")


def _detail(company: Company, kind: Kind, row: Row, detail: Fields) -> Row:
    hidden = {"RECORDNO", "PAYMENTKEY"}
    kept = {
        name: value
        for name, value in detail.items()
        if isinstance(value, str) and name not in hidden
    }
    line: Row = {
        **kept,
        "PAYMENTKEY": row["RECORDNO"],
        "PAYMENTDATE": row["WHENPAID"],
        "CURRENCY": row["CURRENCY"],
        "STATE": row["DISPLAYSTATE"],
    }
    if line.get("TRX_PAYMENTAMOUNT"):
        value = _sent(line, "TRX_PAYMENTAMOUNT", kind)
        base = money.in_base(company, value, str(row["EXCHANGE_RATE"]))
        line |= {
            "TRX_PAYMENTAMOUNT": amount_text(value),
            "PAYMENTAMOUNT": amount_text(base),
        }
    trade, document = _document(company, kind, line)
    if str(document.get("CURRENCY")) != row["CURRENCY"]:
        raise _refused(kind, "The payment and what it pays differ in currency.")
    party = row.get(kind.party_id)
    if party and document.get(kind.party_id) != party:
        raise _refused(kind, f"{trade.label} {document['RECORDNO']} is of somebody else.")
    open_ = abs(amount(document, "TRX_TOTALDUE"))
    if not _whole(line, kind):
        raise _refused(kind, f"Nothing is paid on {trade.label} {document['RECORDNO']}.")
    if document.get("STATE") in {"Draft", "Reversed", "Reversal"}:
        raise _refused(kind, f"{trade.label} {document['RECORDNO']} cannot be paid.")
    if _whole(line, kind) > open_ - abs(amount(document, "TRX_TOTALSELECTED")):
        raise _refused(
            kind,
            f"The amount is more than what is due on {trade.label} "
            f"{document['RECORDNO']}: {amount_text(open_)}.",
        )
    return company.add(kind.line, line)


def _submit(company: Company, kind: Kind, row: Row, lines: Sequence[Row]) -> Row:
    moves = dict[str, Decimal]()

    def move(account: str, value: Decimal) -> None:
        moves[account] = moves.get(account, ZERO) + value

    for line in lines:
        for account, value in _apply(company, kind, line, 1, row["WHENPAID"]):
            move(account, value)
    bank = kind.side * amount(row, "TOTALENTERED")
    if bank:
        move(row["_BANK"], bank)
    over = kind.side * amount(row, "TOTALDUE")
    if over:
        trade = kind.settled
        move(ledger.control_of(company, trade, row), -over)
    left = sum(moves.values(), ZERO)
    if left:
        # Rates of payment and invoice differ.
        move(company.store.note("controls")["EXCHANGE"], -left)
    kept = [(account, amount_text(value)) for account, value in moves.items() if value]
    return company.change(kind.header, row, {"_MOVES": kept})


def _apply(
    company: Company, kind: Kind, line: Row, turn: int, day: str
) -> list[tuple[str, Decimal]]:
    """Settle what a detail is for, and use up its credits; return what that moves."""
    trade, document = _document(company, kind, line)
    part = turn * _whole(line, kind)
    control = ledger.control_of(company, trade, document)
    before = amount(document, "TOTALDUE")
    after = documents.settle(
        company, trade, document, part, day, line=str(line.get("ENTRYKEY", ""))
    )
    moves = [(control, trade.side * (amount(after, "TOTALDUE") - before))]
    for key, field, what in _CREDITS:
        if not line.get(key):
            continue
        value = _sent(line, field, kind)
        moves += _use(company, kind, what, key=str(line[key]), value=turn * value, day=day)
    discount = sum((_sent(line, name, kind) for name in _DISCOUNTS if line.get(name)), ZERO)
    if discount:
        moves.append((company.store.note("controls")["DISCOUNT"], kind.side * discount))
    return moves


def _use(
    company: Company, kind: Kind, what: str, *, key: str, value: Decimal, day: str
) -> list[tuple[str, Decimal]]:
    if what == "overpayment":
        row = _found(company, kind.header, key, kind)
        left = amount(row, "TRX_TOTALDUE") - value
        _check_credit(kind, left)
        rate = str(row.get("EXCHANGE_RATE", "1"))
        base = money.in_base(company, left, rate)
        fields = {"TRX_TOTALDUE": amount_text(left), "TOTALDUE": amount_text(base)}
        company.change(kind.header, row, fields)
        used = money.in_base(company, value, rate)
        return [(ledger.control_of(company, kind.settled, row), kind.side * used)]
    trade = {"advance": trades.ADVANCE, "adjustment": kind.adjusted}.get(what, kind.settled)
    row = _found(company, trade.header, key, kind)
    # Advances are open with a plus, credits with a minus.
    signed = value if trade is trades.ADVANCE else -value
    open_ = amount(row, "TRX_TOTALDUE")
    _check_credit(kind, (open_ - signed) * (1 if trade is trades.ADVANCE else -1))
    before = amount(row, "TOTALDUE")
    after = documents.settle(company, trade, row, signed, day)
    moved = amount(after, "TOTALDUE") - before
    if trade is trades.ADVANCE:
        lines = company.store.by(trade.line, "RECORDKEY", row["RECORDNO"])
        return [(lines[0]["ACCOUNTNO"], -moved)]
    return [(ledger.control_of(company, trade, row), trade.side * moved)]


def _check_credit(kind: Kind, left: Decimal) -> None:
    if left < 0:
        raise _refused(kind, "The credit to apply is more than what is left of it.")


def _document(company: Company, kind: Kind, line: Fields) -> tuple[Trade, Row]:
    """Return what a detail pays: an invoice or bill, or a positive adjustment."""
    adjusted = str(line.get("POSADJKEY") or "")
    key = adjusted or str(line.get("RECORDKEY") or "")
    if not key:
        raise refusals.missing("RECORDKEY", kind.line, "RECORDKEY")
    trade = kind.adjusted if adjusted else kind.settled
    return trade, _found(company, trade.header, key, kind)


def _found(company: Company, name: str, key: str, kind: Kind) -> Row:
    row = company.numbered(name, key)
    if row is None:
        raise _refused(kind, f"Record {key} does not exist.")
    return row


def _whole(line: Fields, kind: Kind) -> Decimal:
    fields = ("TRX_PAYMENTAMOUNT", *(field for _, field, _ in _CREDITS), *_DISCOUNTS)
    return sum((_sent(line, field, kind) for field in fields if line.get(field)), ZERO)


def _sent(line: Fields, field: str, kind: Kind) -> Decimal:
    text = line.get(field)
    if not text:
        return ZERO
    value = money.amount_of(text, kind.line, field)
    if value < 0:
        raise _refused(kind, f"{field} is not negative.")
    return value


def _refused(kind: Kind, text: str) -> refusals.Refused:
    return refusals.business(text, number=refusals.PAYMENT, object=kind.header)
