"""Journal entries: GLBATCH and its GLENTRY lines."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, TypeAlias

from . import dimensions, facts, money, refusals
from .company import Company, day_text
from .store import Row
from .values import ZERO, amount_text

_HEADER: Final = "GLBATCH"
_LINE: Final = "GLENTRY"
_SIDES: Final = {"1": 1, "-1": -1}
_STATES: Final = {"draft": "Draft", "posted": "Posted"}
_LEAST: Final = 2

Fields: TypeAlias = Mapping[str, Any]


def post(company: Company, header: Fields, lines: Sequence[Fields]) -> Row:
    """Keep a new entry, and the one that reverses it if it has a date for that.

    Raises:
        Refused: It is not as it must be.
    """
    fields, rows = _made(company, header, lines)
    back = header.get("REVERSEDATE")
    fields["BATCHNO"] = str(
        len(company.store.by(_HEADER, "JOURNAL", fields["JOURNAL"])) + 1
    )
    row = _keep(company, company.add(_HEADER, fields), rows)
    if back:
        when = money.day(back, _HEADER, "REVERSEDATE")
        if when <= money.day(fields["BATCH_DATE"], _HEADER, "BATCH_DATE"):
            raise refusals.business(
                "The reversing date must be after the batch date.",
                object=_HEADER,
                field="REVERSEDATE",
            )
        turned = [{**line, "TR_TYPE": str(-int(line["TR_TYPE"]))} for line in rows]
        day = day_text(when)
        undone = company.add(
            _HEADER,
            {
                **fields,
                "BATCH_DATE": day,
                "BATCH_TITLE": f"Reversed - {fields['BATCH_TITLE']}",
                "REVERSEDFROM": row["RECORDNO"],
            },
        )
        _keep(company, undone, [{**line, "ENTRY_DATE": day} for line in turned])
        row = company.change(
            _HEADER, row, {"REVERSED": day, "REVERSEDKEY": undone["RECORDNO"]}
        )
    return row


def change(
    company: Company, row: Row, header: Fields, lines: Sequence[Fields] | None
) -> Row:
    """Change an entry; its lines are replaced if any are given.

    Raises:
        Refused: It would not be as it must be.
    """
    date = money.day(row["BATCH_DATE"], _HEADER, "BATCH_DATE")
    if row.get("STATE") == "Posted":
        money.open_day(company, date, _HEADER, "BATCH_DATE")
    old = company.store.by(_LINE, "BATCHNO", row["RECORDNO"])
    fields, rows = _made(company, {**row, **header}, old if lines is None else lines)
    for line in old:
        company.remove(_LINE, line)
    return _keep(company, company.change(_HEADER, row, fields), rows)


def delete(company: Company, row: Row) -> None:
    """Delete an entry.

    Raises:
        Refused: The books are closed on its date.
    """
    date = money.day(row["BATCH_DATE"], _HEADER, "BATCH_DATE")
    if row.get("STATE") == "Posted":
        money.open_day(company, date, _HEADER, "BATCH_DATE")
    for line in company.store.by(_LINE, "BATCHNO", row["RECORDNO"]):
        company.remove(_LINE, line)
    company.remove(_HEADER, row)


def _made(
    company: Company, header: Fields, lines: Sequence[Fields]
) -> tuple[Row, list[Row]]:
    date, symbol, state, statistical = _checked(company, header)
    if len(lines) < (1 if statistical else _LEAST):
        raise refusals.business(
            "A journal entry needs at least two lines.", object=_HEADER, field="ENTRIES"
        )
    rows = list[Row]()
    for line in lines:
        for part in _parts(company, line):
            rows.append(_line(company, part, date, statistical=statistical))
    if not statistical:
        _check_balance(company, rows)
    hidden = {"ENTRIES", "REVERSEDATE", "HISTORY_COMMENT", "RECORDNO"}
    fields: Row = {
        **{
            name: value
            for name, value in header.items()
            if name not in hidden and isinstance(value, str)
        },
        "BATCH_DATE": day_text(date),
        "JOURNAL": symbol,
        "STATE": state,
        "MODULE": "2.GL",
        "STATISTICAL": "true" if statistical else "false",
    }
    return fields, rows


def _checked(company: Company, header: Fields) -> tuple[dt.date, str, str, bool]:
    """Return date, journal and state of an entry, and whether it is statistical."""
    date = money.day(header.get("BATCH_DATE"), _HEADER, "BATCH_DATE")
    for name, label in (("BATCH_TITLE", "batch title"), ("JOURNAL", "journal")):
        if not header.get(name):
            raise refusals.missing(label, _HEADER, name)
    symbol = str(header["JOURNAL"])
    statistical = company.named("STATJOURNAL", symbol) is not None
    if not statistical:
        company.refer("GLJOURNAL", symbol, "Journal", _HEADER, "JOURNAL")
    said = str(header.get("STATE") or "Posted")
    state = _STATES.get(said.lower())
    if state is None:
        raise refusals.unknown_value("State", said, _HEADER, "STATE")
    if state == "Posted":
        money.open_day(company, date, _HEADER, "BATCH_DATE")
    attachment = str(header.get("SUPDOCID") or "")
    if attachment and not company.store.by("supdoc", "SUPDOCID", attachment):
        raise refusals.unknown_value("Attachment", attachment, _HEADER, "SUPDOCID")
    return date, symbol, state, statistical


def _parts(company: Company, line: Fields) -> Sequence[Fields]:
    """Return a line, or what an allocation makes of it: other dimensions are ignored."""
    name, splits = str(line.get("ALLOCATION") or ""), line.get("_SPLITS") or ()
    if not name or "LINE_NO" in line:
        return (line,)
    bare = {
        field: value
        for field, value in line.items()
        if field not in {*dimensions.DIMENSIONS, "LOCATION", "DEPARTMENT", "_SPLITS"}
    }
    if name == "Custom":
        total = sum(
            (money.amount_of(one.get("AMOUNT"), _LINE, "AMOUNT") for one in splits), ZERO
        )
        if total != money.amount_of(_sent(line), _LINE, "TRX_AMOUNT"):
            raise refusals.business(
                "The splits of an allocation must add up to the amount of its line.",
                object=_LINE,
                field="SPLIT",
            )
        return [{**bare, **one, "TRX_AMOUNT": one.get("AMOUNT")} for one in splits]
    rows = company.store.by("ALLOCATION", "ALLOCATIONID", name)
    if not rows:
        raise refusals.unknown_value("Allocation", name, _LINE, "ALLOCATION")
    return _allocated(bare, rows[0].get("_ENTRIES") or (), line)


def _allocated(bare: Fields, entries: Sequence[Fields], line: Fields) -> Sequence[Fields]:
    whole = money.amount_of(_sent(line), _LINE, "TRX_AMOUNT")
    parts, left = list[Fields](), whole
    for at, entry in enumerate(entries):
        share = money.cents(whole * Decimal(str(entry.get("VALUE", "0"))) / 100)
        # The last one takes what rounding left.
        part = left if at == len(entries) - 1 else share
        left -= part
        named = {name: value for name, value in entry.items() if name != "VALUE"}
        parts.append({**bare, **named, "TRX_AMOUNT": amount_text(part)})
    return parts


def _sent(line: Fields) -> Any:
    return line.get("TRX_AMOUNT") or line.get("AMOUNT")


def _line(company: Company, line: Fields, date: dt.date, *, statistical: bool) -> Row:
    number = str(line.get("ACCOUNTNO") or "")
    if not number:
        raise refusals.missing("GL account", _LINE, "ACCOUNTNO")
    kind = "STATACCOUNT" if statistical else "GLACCOUNT"
    account = company.refer(kind, number, "GL Account", _LINE, "ACCOUNTNO")
    value = money.amount_of(_sent(line), _LINE, "TRX_AMOUNT")
    side = _SIDES.get(str(line.get("TR_TYPE") or ""))
    if side is None:
        if line.get("TR_TYPE") or not value:
            # Zero needs its side said (documented).
            raise refusals.missing("TR_TYPE", _LINE, "TR_TYPE")
        side = -1 if value < 0 else 1
        value = abs(value)
    if value < 0:
        raise refusals.business(
            "The amount of a journal line is not negative.",
            object=_LINE,
            field="TRX_AMOUNT",
        )
    # Here these two have no ID in their names (documented).
    place = line.get("LOCATION") or line.get("LOCATIONID")
    part = line.get("DEPARTMENT") or line.get("DEPARTMENTID")
    named = {**line, "LOCATIONID": place, "DEPARTMENTID": part}
    found = dimensions.checked(company, named, account, _LINE)
    for long, short in (("LOCATIONID", "LOCATION"), ("DEPARTMENTID", "DEPARTMENT")):
        if long in found:
            found[short] = found.pop(long)
    kept = {
        name: text
        for name, text in line.items()
        if isinstance(text, str) and name not in {"RECORDNO", "LOCATIONID", "DEPARTMENTID"}
    }
    fields: Row = {**kept, **found, "ACCOUNTNO": number, "TR_TYPE": str(side)}
    if statistical:
        return {**fields, "TRX_AMOUNT": amount_text(value), "AMOUNT": amount_text(value)}
    currency = money.currencies(company, line, date, _LINE)
    base = money.in_base(company, value, currency["EXCHANGE_RATE"])
    given = facts.number(str(line.get("AMOUNT") or "")) if line.get("TRX_AMOUNT") else None
    return {
        **fields,
        **currency,
        "TRX_AMOUNT": amount_text(value),
        "AMOUNT": amount_text(base if given is None else money.cents(given)),
    }


def _check_balance(company: Company, rows: Sequence[Row]) -> None:
    """Check that debits are credits in each currency; in each entity with books apart."""
    sums = dict[tuple[str, str], Decimal]()
    apart = company.options.multi_base_currency
    for row in rows:
        place = str(row.get("LOCATION", "")) if apart else ""
        entity = dimensions.entity_of(company, place)
        key = (entity, str(row["CURRENCY"]))
        signed = Decimal(row["TRX_AMOUNT"]) * int(row["TR_TYPE"])
        sums[key] = sums.get(key, ZERO) + signed
    for (entity, currency), left in sums.items():
        if left:
            where = f" for entity {entity}" if entity else ""
            raise refusals.business(
                f"Debits and credits are not equal{where}: {currency} {amount_text(left)}.",
                object=_HEADER,
                field="ENTRIES",
            )


def _keep(company: Company, row: Row, rows: Sequence[Row]) -> Row:
    for at, line in enumerate(rows):
        company.add(
            _LINE,
            {
                **line,
                "BATCHNO": row["RECORDNO"],
                "BATCH_NUMBER": row.get("BATCHNO", ""),
                "BATCH_DATE": row["BATCH_DATE"],
                "BATCHTITLE": row["BATCH_TITLE"],
                "ENTRY_DATE": row["BATCH_DATE"],
                "LINE_NO": str(at + 1),
                "STATE": row["STATE"],
                "STATISTICAL": row["STATISTICAL"],
            },
        )
    return row
