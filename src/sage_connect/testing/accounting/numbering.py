"""The numbers of sales artefacts."""

import re
from typing import Final

from . import refusals
from .company import Company
from .store import Doc
from .trade import Trade

UNIQUE: Final = "Artefact number must be unique"
"""Quoted by an integrator's help page; no page of Sage's has it (unconfirmed)."""


def numbered(company: Company, trade: Trade, body: Doc) -> tuple[str, str]:
    """Return prefix and number of an artefact that is issued.

    A number may be given; else it is the last plus one. One that is given shifts the
    sequence and may leave gaps (Sage's invoicing guide, documented). That a prefix sent
    stands before a number sent, and that a number without digits at its end shifts
    nothing, is inferred.

    Raises:
        Refused: The number is taken.
    """
    settings = company.setting("invoice_settings")
    prefix = str(body.get(trade.prefix) or settings.get(trade.prefix_setting) or "")
    own = body.get(trade.number)
    if own:
        return prefix, _own(company, trade, body, str(own))
    following = int(settings[trade.next_setting(settings)])
    while company.coded(trade.resource, f"{prefix}{following}".lower()) is not None:
        following += 1
    _set_next(company, trade, following + 1)
    return prefix, f"{prefix}{following}"


def _own(company: Company, trade: Trade, body: Doc, own: str) -> str:
    prefix = str(body.get(trade.prefix) or "")
    number = own if own.startswith(prefix) else f"{prefix}{own}"
    if company.coded(trade.resource, number.lower()) is not None:
        raise refusals.invalid(UNIQUE, trade.number)
    settings = company.setting("invoice_settings")
    usual = str(settings.get(trade.prefix_setting) or "")
    digits = re.fullmatch(rf"(?:{re.escape(usual)})?(\d{{1,9}})", number)
    if digits and int(digits[1]) >= int(settings[trade.next_setting(settings)]):
        _set_next(company, trade, int(digits[1]) + 1)
    return number


def _set_next(company: Company, trade: Trade, following: int) -> None:
    settings = company.setting("invoice_settings")
    company.put_setting(
        "invoice_settings", {**settings, trade.next_setting(settings): following}
    )
