"""What Sage is given when nobody asks the rules: by the codec, or without it."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from sage_connect.errors import CodecError
from sage_connect.model import Customer, DimensionValue, Reference, Supplier
from sage_connect.sage100.codec import Posted, entry_bytes, import_file, master_bytes
from sage_connect.sage100.pieces import PieceMaker
from sage_connect.sage100.resolve import (
    base_currency,
    coded,
    option,
    party_account,
    plan_number,
)
from sage_connect.sage100.settings import Sage100Settings

MASTER: Final = (Customer, Supplier, DimensionValue)
_HEAD: Final = ("#FLG 000", "#VER 31", "#DEV EUR")
_ENTRY_FIELDS: Final = 39
_PARTY_FIELDS: Final = 134
_SECTION_FIELDS: Final = 22


def sent(item: Any, settings: Sage100Settings, reference: Reference) -> bytes | None:
    """Return the import file of `item`, whatever the rules say of it.

    What our codec refuses to write is written by hand, as far as anybody could; None for a
    document that comes to no piece at all.
    """
    try:
        return _by_codec(item, settings, reference)
    except (CodecError, ArithmeticError, ValueError):
        pass
    try:
        lines = "\r\n".join((*_HEAD, *_by_hand(item, settings, reference), "#FIN", ""))
        return lines.encode("cp850")
    except (CodecError, ArithmeticError, ValueError):
        return None


def _by_codec(item: Any, settings: Sage100Settings, reference: Reference) -> bytes:
    if isinstance(item, MASTER):
        content = master_bytes(item, settings, reference)
    else:
        piece = PieceMaker(settings, reference).piece(item)
        posted = Posted(piece=piece, number="SC1", digest="0" * 32)
        content = entry_bytes(posted, reference)
    return import_file([content], reference)


def _by_hand(item: Any, settings: Sage100Settings, reference: Reference) -> Iterator[str]:
    if isinstance(item, DimensionValue):
        plan = plan_number(item.dimension, settings, reference)
        cells = {1: plan, 2: item.code, 3: item.name, 4: "1" if item.total else "0"}
        yield from _record("#MPCA", _SECTION_FIELDS, cells)
    elif isinstance(item, MASTER):
        yield from _record("#MPCT", _PARTY_FIELDS, _party(item, settings, reference))
    else:
        yield from _piece(item, settings, reference)


def _party(item: Any, settings: Sage100Settings, reference: Reference) -> dict[int, str]:
    account = party_account(item, settings).code
    numbers = coded(option("currency_numbers", reference))
    foreign = item.currency not in {"", base_currency(reference)}
    address = item.address
    return {
        1: item.code,
        2: item.name,
        3: "0" if isinstance(item, Customer) else "1",
        4: account,
        **({10: address.postal_code, 11: address.city} if address else {}),
        15: numbers.get(item.currency, "99") if foreign else "0",
        17: item.tax_number,
        18: item.registration,
        56: item.phone,
        58: item.email,
        134: account,
    }


def _piece(item: Any, settings: Sage100Settings, reference: Reference) -> Iterator[str]:
    piece = PieceMaker(settings, reference).piece(item)
    numbers = coded(option("currency_numbers", reference))
    for line in piece.lines:
        cells = {
            1: piece.journal,
            2: _day(piece.date),
            4: "SC1",
            5: piece.invoice_number,
            7: line.account,
            9: line.third_party,
            11: line.label,
            12: str(line.method_no or 0),
            13: _day(line.due),
            16: numbers.get(piece.currency, "99") if piece.currency else "0",
            17: "0" if line.debit else "1",
            18: _amount(line.amount),
            25: _amount(line.currency_amount),
            26: line.tax_code,
        }
        yield from _record("#MECG", _ENTRY_FIELDS, cells)
        for share in line.shares:
            split = {1: str(share.plan), 2: share.section, 3: _amount(share.amount)}
            yield from _record("#MECA", 4, split)


def _record(flag: str, count: int, cells: dict[int, str]) -> Iterator[str]:
    yield flag
    for number in range(1, count + 1):
        text = cells.get(number, "")
        yield f"\\{text}" if text.startswith("#") else text


def _day(day: dt.date | None) -> str:
    return day.strftime("%d%m%y") if day else ""


def _amount(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:f}".replace(".", ",")
