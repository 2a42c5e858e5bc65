"""From pieces and third parties to the records and bytes of an import file."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

import attrs

from ..errors import CodecError
from ..model import Customer, DimensionValue, Reference, Supplier
from ..model.money import quantum, round_half_up
from .labels import spelled
from .piece import Piece
from .resolve import base_currency, coded, option, party_account, plan_number
from .settings import Sage100Settings
from .wire import (
    EntryOrigin,
    Record,
    Section,
    SectionType,
    Side,
    TaxRegister,
    TaxRegisterOrigin,
    TaxRegisterRegisterType,
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
MOST_TAXES: Final = 10
"""Taxes that one tax register (`#MRGT`) holds."""
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


def master_bytes(
    item: Customer | Supplier | DimensionValue,
    settings: Sage100Settings,
    reference: Reference,
) -> bytes:
    """Return a third party's or a section's record as it stands in an import file.

    Raises:
        CodecError: A value that the rules should have refused; names the field.
    """
    if isinstance(item, DimensionValue):
        return record_bytes([_section_record(item, settings, reference)])
    return record_bytes([_third_party_record(item, settings, reference)])


def _entry_records(posted: Posted, reference: Reference) -> Iterator[Record]:
    origins = _origins(reference)
    entry, analytic = entry_writer(), analytic_writer()
    piece = posted.piece
    currency = _currencies(reference).get(piece.currency)
    number = currency.number if currency else None
    parity = _parity(piece, currency)
    digest = posted.digest[:DIGEST_LENGTH]
    register = bool(piece.register)
    for line in piece.lines:
        yield entry(
            journal=piece.journal,
            date=piece.date,
            piece=posted.number,
            invoice_number=piece.invoice_number,
            account=line.account,
            third_party=line.third_party,
            label=line.label,
            method_no=line.method_no,
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
        if register:
            yield _register_record(piece, line.third_party, origins)
            register = False


def _register_record(
    piece: Piece, third_party: str, origins: Mapping[str, EntryOrigin]
) -> TaxRegister:
    """Return the tax register that follows the first line of a piece.

    Inferred: where it stands, and its sign; the layout alone is published.
    """
    if len(piece.register) > MOST_TAXES:
        raise CodecError(
            f"expected at most {MOST_TAXES} taxes in a tax register, found "
            f"{len(piece.register)}",
            path="taxes",
            fix="Post it as two documents, or without the register (policy.tax_register).",
        )
    kinds = TaxRegisterRegisterType
    values: dict[str, Any] = {}
    for at, tax in enumerate(piece.register, start=1):
        origin = origins.get(tax.code)
        values[f"tax_code_{at}"] = tax.code
        values[f"tax_account_{at}"] = tax.account
        values[f"rate_{at}"] = tax.rate
        values[f"base_{at}"] = tax.base
        values[f"tax_{at}"] = tax.amount
        if origin is not None:
            values[f"origin_{at}"] = TaxRegisterOrigin(int(origin))
    return build(
        TaxRegister,
        register_type=kinds.SALES if piece.sale else kinds.PURCHASE,
        register_date=piece.date,
        document_date=piece.date,
        third_party=third_party,
        **values,
    )


def _section_record(
    section: DimensionValue, settings: Sage100Settings, reference: Reference
) -> Section:
    plan = plan_number(section.dimension, settings, reference)
    levels = option("analysis_levels", reference).casefold().split("\t")
    level = (section.level or settings.analytics.level).casefold()
    return build(
        Section,
        plan_no=int(plan) if plan else None,
        section=section.code,
        label=spelled(section.name, settings.policy),
        type=SectionType.TOTAL if section.total else SectionType.DETAIL,
        short_label=spelled(section.name, settings.policy)[:17].strip(),
        level_no=levels.index(level) + 1 if level and level in levels else None,
        dormant=not section.active,
    )


def _third_party_record(
    party: Customer | Supplier, settings: Sage100Settings, reference: Reference
) -> ThirdParty:
    address = party.address
    streets = [*(address.lines if address else ()), "", ""]
    kind = ThirdPartyType.CLIENT
    if isinstance(party, Supplier):
        kind = ThirdPartyType.EMPLOYEE if party.employee else ThirdPartyType.SUPPLIER
    account = party_account(party, settings).code

    def text(value: str) -> str:
        return spelled(value, settings.policy)

    currency = _currencies(reference).get(party.currency)
    foreign = currency and party.currency != base_currency(reference)
    return build(
        ThirdParty,
        number=party.code,
        name=text(party.name),
        type=kind,
        main_account=account,
        short_name=text(party.name)[:17].strip(),
        address=text(streets[0]),
        address_complement=text(streets[1]),
        postal_code=address.postal_code if address else "",
        city=text(address.city) if address else "",
        region=text(address.region) if address else "",
        country=text(address.country) if address else "",
        # 0 is the base currency, which is also what a party without one trades in.
        currency_no=currency.number if currency and foreign else 0,
        vat_id=party.tax_number,
        siret=party.registration,
        phone=party.phone,
        email=party.email,
        dormant=not party.active,
        attached_accounts=(account,),
    )


@lru_cache(maxsize=8)
def _numbered(numbers: str, certain: str) -> Mapping[str, _Currency]:
    quoted = certain.split(",")
    return {
        code: _Currency(number=int(number), certain=code in quoted)
        for code, number in coded(numbers).items()
    }


@lru_cache(maxsize=8)
def _originating(origins: str) -> Mapping[str, EntryOrigin]:
    # The tax table counts from "domestic" = 0, an entry line from "none" = 0.
    return {
        code: EntryOrigin(int(origin) + 1)
        for code, origin in coded(origins).items()
        if origin
    }


def _currencies(reference: Reference) -> Mapping[str, _Currency]:
    certain = option("currencies_quoted_certain", reference)
    return _numbered(option("currency_numbers", reference), certain)


def _origins(reference: Reference) -> Mapping[str, EntryOrigin]:
    return _originating(option("tax_origins", reference))


def _parity(piece: Piece, currency: _Currency | None) -> Decimal | None:
    # Inferred: a currency quoted "certain" is written as its units for one of the base
    # currency, one quoted "incertain" the other way round.
    if piece.rate is None or currency is None:
        return None
    return round_half_up(
        _ONE / piece.rate if currency.certain else piece.rate, _PARITY_UNIT
    )


def reconverted(
    amount: Decimal, code: str, rate: Decimal, reference: Reference
) -> Decimal | None:
    """Return `amount` in the base currency by the parity that is written, unrounded.

    A parity has six decimals, so that it may come to something else than by `rate`.

    Args:
        amount: In the currency.
        code: The currency, ISO 4217.
        rate: Base currency per one unit of it, above zero.
        reference: The company's currencies.

    Returns:
        None where no parity is written, or it would be zero.
    """
    currency = _currencies(reference).get(code)
    if currency is None:
        return None
    parity = round_half_up(_ONE / rate if currency.certain else rate, _PARITY_UNIT)
    if not parity:
        return None
    return amount / parity if currency.certain else amount * parity
