"""Amounts, dates and currencies of documents, as they are sent."""

import datetime as dt
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from . import facts, refusals
from .company import Company, day_of, day_text
from .values import amount_text

CENT: Final = Decimal("0.01")
_ONE: Final = Decimal(1)
_DAILY: Final = "Intacct Daily Rate"


def amount_of(text: Any, object: str, field: str) -> Decimal:
    """Return an amount that was sent, to the cent.

    Raises:
        Refused: It is no number; separators of thousands are none (documented).
    """
    number = facts.number(str(text or ""))
    if number is None:
        raise refusals.business(
            f"Invalid amount '{text}' for {field}.",
            number=refusals.GENERAL,
            object=object,
            field=field,
        )
    return cents(number)


def cents(number: Decimal) -> Decimal:
    """Return a number to the cent (amounts are rounded to two decimals: documented)."""
    return number.quantize(CENT, ROUND_HALF_UP)


def day(text: Any, object: str, field: str) -> dt.date:
    """Return a date that was sent.

    Raises:
        Refused: It is none.
    """
    found = day_of(str(text or ""))
    if found is None:
        raise refusals.business(
            f"Transaction date '{text}' is invalid.",
            number=refusals.DATE,
            object=object,
            field=field,
        )
    return found


def open_day(company: Company, posted: dt.date, object: str, field: str) -> None:
    """Check that books are open on a day.

    Raises:
        Refused: They are closed. The text is assumed.
    """
    closed = company.options.closed_until
    if closed is not None and posted <= closed:
        raise refusals.business(
            f"The date {day_text(posted)} is in a closed period. Books are closed until "
            f"{day_text(closed)}.",
            object=object,
            field=field,
        )


def currencies(
    company: Company, header: Mapping[str, Any], date: dt.date, object: str
) -> dict[str, str]:
    """Return the currency fields of a document.

    Args:
        company: Whoever posts.
        header: What was sent: BASECURR, CURRENCY, EXCH_RATE_DATE, EXCH_RATE_TYPE_ID,
            EXCHANGE_RATE.
        date: Of the document.
        object: Of it.

    Raises:
        Refused: The company does not deal in it, or has no rate.
    """
    base = company.options.base_currency
    said = str(header.get("BASECURR") or base)
    currency = str(header.get("CURRENCY") or base)
    if said != base:
        raise refusals.unknown_value("Base currency", said, object, "BASECURR")
    if currency == base:
        return {"BASECURR": base, "CURRENCY": base, "EXCHANGE_RATE": "1"}
    if not company.options.multi_currency:
        raise refusals.unknown_value("Currency", currency, object, "CURRENCY")
    rate_day = header.get("EXCH_RATE_DATE")
    when = day(rate_day, object, "EXCH_RATE_DATE") if rate_day else date
    given = str(header.get("EXCHANGE_RATE") or "")
    fields = {
        "BASECURR": base,
        "CURRENCY": currency,
        "EXCH_RATE_DATE": day_text(when),
    }
    if given:
        number = facts.number(given)
        if number is None or number <= 0:
            raise refusals.unknown_value("Exchange rate", given, object, "EXCHANGE_RATE")
        return {**fields, "EXCHANGE_RATE": amount_text(number)}
    rate = company.options.rates.get(currency)
    if rate is None:
        raise refusals.business(
            f"No exchange rate from {currency} to {base} on {day_text(when)}.",
            object=object,
            field="EXCH_RATE_TYPE_ID",
        )
    kind = str(header.get("EXCH_RATE_TYPE_ID") or _DAILY)
    if company.options.rate_per == "base":
        rate = (_ONE / rate).quantize(Decimal("0.000001"))
    return {**fields, "EXCH_RATE_TYPE_ID": kind, "EXCHANGE_RATE": amount_text(rate)}


def in_base(company: Company, amount: Decimal, rate: str) -> Decimal:
    """Return an amount of a document in the base currency."""
    number = Decimal(rate or "1")
    return cents(
        amount * number if company.options.rate_per == "document" else amount / number
    )


def due_day(term: Mapping[str, Any], date: dt.date) -> dt.date:
    """Return when a document with a term is due: some days after its date."""
    days = str(term.get("DUEDATE") or "0")
    ahead = min(int(days) if days.isdigit() else 0, (dt.date.max - date).days)
    return date + dt.timedelta(ahead)
