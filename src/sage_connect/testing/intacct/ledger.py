"""What all documents do to the general ledger, worked out from them."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

import attrs

from . import trades
from .company import Company
from .store import Row
from .trades import Trade
from .values import amount, amount_text

_OUT: Final = frozenset({"Draft", "Submitted", "Declined"})
_DIMENSIONS: Final = ("LOCATIONID", "DEPARTMENTID", "PROJECTID", "CUSTOMERID", "VENDORID",
                      "EMPLOYEEID", "ITEMID", "CLASSID")  # fmt: skip


@attrs.frozen(kw_only=True)
class Movement:
    """An amount on an account.

    Attributes:
        account: Its number.
        amount: In the base currency, debit positive.
        trx: In the currency of the document.
        document: What it comes from.
        line: The line of that; None for the account of the party.
        type: RECORDTYPE of the document; "" for a journal entry.
        key: What balances together.
    """

    account: str
    amount: Decimal
    trx: Decimal
    document: Row
    line: Row | None
    type: str
    key: str


def movements(company: Company) -> Iterator[Movement]:
    """Yield what every posted document moves."""
    yield from _entries(company)
    for trade in trades.TRADES:
        for row in company.visible(trade.header):
            if row.get("STATE") not in _OUT:
                yield from _document(company, trade, row)
    for name in ("ARPYMT", "APPYMT"):
        for row in company.visible(name):
            for account, value in row.get("_MOVES") or ():
                number = Decimal(value)
                yield Movement(
                    account=account,
                    amount=number,
                    trx=number,
                    document=row,
                    line=None,
                    type=str(row.get("RECORDTYPE", "")),
                    key=f"{name}-{row['RECORDNO']}",
                )


def control_of(company: Company, trade: Trade, row: Row) -> str:
    """Return the account of a document's party."""
    parties = company.store.by(trade.party, trade.party_id, row.get(trade.party_id, ""))
    own = {"CUSTOMER": "ARACCOUNT", "VENDOR": "APACCOUNT"}.get(trade.party, "")
    if parties and own and trade is not trades.ADVANCE and parties[0].get(own):
        return str(parties[0][own])
    return str(company.store.note("controls")[trade.control])


def details(company: Company) -> Iterator[Row]:
    """Yield the records of GLDETAIL."""
    for at, move in enumerate(movements(company)):
        source = move.line or move.document
        debit = max(move.amount, Decimal(0))
        row: Row = {
            "RECORDNO": str(at + 1),
            "ACCOUNTNO": move.account,
            "AMOUNT": amount_text(move.amount),
            "TRX_AMOUNT": amount_text(move.trx),
            "DEBITAMOUNT": amount_text(debit),
            "CREDITAMOUNT": amount_text(debit - move.amount),
            "TR_TYPE": "-1" if move.amount < 0 else "1",
            "RECORDTYPE": move.type,
            "CURRENCY": move.document.get("CURRENCY", company.options.base_currency),
            "BASECURR": company.options.base_currency,
            "BATCH_STATE": "Posted",
        }
        if not move.type:
            row |= {
                "BATCHKEY": move.document["RECORDNO"],
                "BATCH_DATE": move.document["BATCH_DATE"],
                "BATCH_TITLE": move.document["BATCH_TITLE"],
                "BATCH_NO": move.document.get("BATCHNO", ""),
                "SYMBOL": move.document["JOURNAL"],
                "ENTRY_DATE": move.document["BATCH_DATE"],
            }
            row |= {
                "LOCATIONID": source.get("LOCATION", ""),
                "DEPARTMENTID": source.get("DEPARTMENT", ""),
            }
        else:
            row |= {
                "RECORDID": move.document.get("RECORDID", ""),
                "DOCNUMBER": move.document.get("DOCNUMBER", ""),
                "ENTRY_DATE": move.document.get("WHENPOSTED", ""),
            }
        row |= {name: source[name] for name in _DIMENSIONS if name in source}
        if "MEGAENTITYID" in move.document:
            row["MEGAENTITYID"] = move.document["MEGAENTITYID"]
        yield row


def _entries(company: Company) -> Iterator[Movement]:
    for row in company.visible("GLBATCH"):
        if row.get("STATE") != "Posted" or row.get("STATISTICAL") == "true":
            continue
        for line in company.store.by("GLENTRY", "BATCHNO", row["RECORDNO"]):
            side = int(line["TR_TYPE"])
            yield Movement(
                account=line["ACCOUNTNO"],
                amount=side * amount(line, "AMOUNT"),
                trx=side * amount(line, "TRX_AMOUNT"),
                document=row,
                line=line,
                type="",
                key=f"GLBATCH-{row['RECORDNO']}",
            )


def _document(company: Company, trade: Trade, row: Row) -> Iterator[Movement]:
    if row.get("NOGL") == "true":
        return
    key = f"{trade.header}-{row['RECORDNO']}"
    yield Movement(
        account=str(row.get("_CONTROL") or control_of(company, trade, row))
        if trade is not trades.ADVANCE
        else str(row["_BANK"]),
        amount=_party_side(trade) * amount(row, "TOTALENTERED"),
        trx=_party_side(trade) * amount(row, "TRX_TOTALENTERED"),
        document=row,
        line=None,
        type=trade.type,
        key=key,
    )
    for line in company.store.by(trade.line, "RECORDKEY", row["RECORDNO"]):
        yield Movement(
            account=line["ACCOUNTNO"],
            amount=-_party_side(trade) * amount(line, "AMOUNT"),
            trx=-_party_side(trade) * amount(line, "TRX_AMOUNT"),
            document=row,
            line=line,
            type=trade.type,
            key=key,
        )


def _party_side(trade: Trade) -> int:
    # The money of an advance comes to the bank.
    return 1 if trade is trades.ADVANCE else trade.side
