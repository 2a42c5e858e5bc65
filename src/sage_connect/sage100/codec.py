"""From pieces and third parties to the records and bytes of an import file."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Final

import attrs

from ..model import Customer, Reference
from ..model.money import quantum, round_half_up
from .labels import spelled
from .pieces import Piece
from .resolve import base_currency
from .settings import Sage100Settings
from .wire import (
    EntryOrigin,
    Record,
    Side,
    ThirdParty,
    ThirdPartyType,
    analytic_writer,
    build,
    entry_writer,
    header_bytes,
    record_bytes,
)

_PARITY_UNIT: Final = quantum(6)
_ONE: Final = Decimal(1)
_END: Final = b"#FIN\r\n"
_DEBIT: Final = Side.DEBIT
_CREDIT: Final = Side.CREDIT
DIGEST_LENGTH: Final = 17
"""Digits of a key's digest that fit into the reference of an entry line (field 33)."""


@attrs.frozen(kw_only=True)
class Posted:
    """A piece with what the registry gave it.

    Attributes:
        piece: The accounting.
        number: Piece number, at most 13 characters.
        digest: Digest of the document's key.
    """

    piece: Piece
    number: str
    digest: str


@attrs.frozen(kw_only=True)
class _Currency:
    """A currency of the company: its position in `#MDEV`, and how its rate is written."""

    number: int
    certain: bool


def import_file(items: Iterable[bytes], reference: Reference) -> bytes:
    """Return a whole import file: `#VER 31`, the records of each item, `#FIN`."""
    return b"".join((header_bytes(currency=base_currency(reference)), *items, _END))


def entry_bytes(posted: Posted, reference: Reference) -> bytes:
    """Return a piece as it stands in an import file: code page 850, CR LF.

    Raises:
        CodecError: A value that the rules should have refused; names the field.
    """
    return record_bytes(_entry_records(posted, reference))


def customer_bytes(
    customer: Customer, settings: Sage100Settings, reference: Reference
) -> bytes:
    """Return a customer's record (`#MPCT`) as it stands in an import file.

    Raises:
        CodecError: A value that the rules should have refused; names the field.
    """
    return record_bytes([_customer_record(customer, settings, reference)])


def _entry_records(posted: Posted, reference: Reference) -> Iterator[Record]:
    origins = _origins(reference)
    entry, analytic = entry_writer(), analytic_writer()
    piece = posted.piece
    currency = _currencies(reference).get(piece.currency)
    number = currency.number if currency else None
    parity = _parity(piece, currency)
    digest = posted.digest[:DIGEST_LENGTH]
    for line in piece.lines:
        yield entry(
            journal=piece.journal,
            date=piece.date,
            piece=posted.number,
            invoice_number=piece.invoice_number,
            account=line.account,
            third_party=line.third_party,
            label=line.label,
            due_date=line.due,
            parity=parity,
            quantity=line.quantity,
            currency_no=number,
            side=_DEBIT if line.debit else _CREDIT,
            amount=line.amount,
            currency_amount=line.currency_amount,
            tax_code=line.tax_code,
            origin=origins.get(line.tax_code),
            reference=digest,
        )
        for share in line.shares:
            yield analytic(plan_no=share.plan, section=share.section, amount=share.amount)


def _customer_record(
    customer: Customer, settings: Sage100Settings, reference: Reference
) -> ThirdParty:
    address = customer.address
    streets = [*(address.lines if address else ()), "", ""]
    account = customer.account or settings.accounts.customers

    def text(value: str) -> str:
        return spelled(value, settings.policy)

    currency = _currencies(reference).get(customer.currency)
    foreign = currency and customer.currency != base_currency(reference)
    return build(
        ThirdParty,
        number=customer.code,
        name=text(customer.name),
        type=ThirdPartyType.CLIENT,
        main_account=account,
        short_name=text(customer.name)[:17].strip(),
        address=text(streets[0]),
        address_complement=text(streets[1]),
        postal_code=address.postal_code if address else "",
        city=text(address.city) if address else "",
        region=text(address.region) if address else "",
        country=text(address.country) if address else "",
        # 0 is the base currency, which is also what a customer without one trades in.
        currency_no=currency.number if currency and foreign else 0,
        vat_id=customer.tax_number,
        siret=customer.registration,
        phone=customer.phone,
        email=customer.email,
        dormant=not customer.active,
        attached_accounts=(account,),
    )


@lru_cache(maxsize=8)
def _numbered(numbers: str, certain: str) -> Mapping[str, _Currency]:
    found: dict[str, _Currency] = {}
    for code, number in _pairs(numbers):
        # Of two rows with one ISO code the first counts, as it does in Sage's lists.
        found.setdefault(
            code, _Currency(number=int(number), certain=code in certain.split(","))
        )
    return found


@lru_cache(maxsize=8)
def _originating(origins: str) -> Mapping[str, EntryOrigin]:
    # The tax table counts from "domestic" = 0, an entry line from "none" = 0.
    return {
        code: EntryOrigin(int(origin) + 1) for code, origin in _pairs(origins) if origin
    }


def _currencies(reference: Reference) -> Mapping[str, _Currency]:
    certain = _own("currencies_quoted_certain", reference)
    return _numbered(_own("currency_numbers", reference), certain)


def _origins(reference: Reference) -> Mapping[str, EntryOrigin]:
    return _originating(_own("tax_origins", reference))


def _own(name: str, reference: Reference) -> str:
    return reference.company.own.get(name, "") if reference.company else ""


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for part in text.split(","):
        name, _, value = part.partition("=")
        if name:
            yield name, value


def _parity(piece: Piece, currency: _Currency | None) -> Decimal | None:
    # Inferred: a currency quoted "certain" is written as its units for one of the base
    # currency, one quoted "incertain" the other way round.
    if piece.rate is None or currency is None:
        return None
    return round_half_up(
        _ONE / piece.rate if currency.certain else piece.rate, _PARITY_UNIT
    )
