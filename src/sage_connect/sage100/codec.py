"""From pieces and third parties to the records and bytes of an import file."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Final

import attrs

from ..model import Customer, Reference, Supplier
from ..model.money import quantum, round_half_up
from .labels import spelled
from .pieces import Piece
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
    write,
)

_PARITY_UNIT: Final = quantum(6)
_ONE: Final = Decimal(1)
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


def records(
    parties: Iterable[Customer | Supplier],
    posted: Iterable[Posted],
    settings: Sage100Settings,
    reference: Reference,
) -> Iterator[Record]:
    """Return the records of an import file: third parties, then pieces.

    Raises:
        CodecError: A value that the rules should have refused; names the field.
    """
    for party in parties:
        yield third_party(party, settings, reference)
    currencies = _currencies(reference)
    origins = _origins(reference)
    entry = entry_writer()
    analytic = analytic_writer()
    for one in posted:
        piece = one.piece
        currency = currencies.get(piece.currency)
        number = currency.number if currency else None
        parity = _parity(piece, currency)
        reference_text = one.digest[:DIGEST_LENGTH]
        for line in piece.lines:
            yield entry(
                journal=piece.journal,
                date=piece.date,
                piece=one.number,
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
                reference=reference_text,
            )
            for share in line.shares:
                yield analytic(
                    plan_no=share.plan, section=share.section, amount=share.amount
                )


def encoded(
    parties: Iterable[Customer | Supplier],
    posted: Iterable[Posted],
    settings: Sage100Settings,
    reference: Reference,
) -> Iterator[bytes]:
    """Return an import file in blocks of bytes: `#VER 31`, code page 850, CR LF, `#FIN`."""
    currency = (reference.company.base_currency if reference.company else "") or "EUR"
    return write(records(parties, posted, settings, reference), currency=currency)


def third_party(
    party: Customer | Supplier, settings: Sage100Settings, reference: Reference
) -> ThirdParty:
    """Return the record of a customer or supplier (`#MPCT`)."""
    address = party.address
    streets = [*(address.lines if address else ()), "", ""]
    accounts = settings.accounts
    customer = isinstance(party, Customer)
    account = party.account or (accounts.customers if customer else accounts.suppliers)

    def text(value: str) -> str:
        return spelled(value, settings.policy)

    currency = _currencies(reference).get(party.currency)
    kind = ThirdPartyType.CLIENT if customer else ThirdPartyType.SUPPLIER
    if isinstance(party, Supplier) and party.employee:
        kind = ThirdPartyType.EMPLOYEE
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
        currency_no=currency.number if currency and _is_foreign(party, reference) else 0,
        vat_id=party.tax_number,
        siret=party.registration,
        phone=party.phone,
        email=party.email,
        dormant=not party.active,
        attached_accounts=(account,),
    )


def _is_foreign(party: Customer | Supplier, reference: Reference) -> bool:
    company = reference.company
    return company is not None and party.currency != company.base_currency


def _currencies(reference: Reference) -> Mapping[str, _Currency]:
    numbers = _pairs(_own("currency_numbers", reference))
    certain = _own("currencies_quoted_certain", reference).split(",")
    return {
        code: _Currency(number=int(number), certain=code in certain)
        for code, number in numbers.items()
    }


def _origins(reference: Reference) -> Mapping[str, EntryOrigin]:
    # The tax table counts from "domestic" = 0, an entry line from "none" = 0.
    return {
        code: EntryOrigin(int(origin) + 1)
        for code, origin in _pairs(_own("tax_origins", reference)).items()
    }


def _own(name: str, reference: Reference) -> str:
    return reference.company.own.get(name, "") if reference.company else ""


def _pairs(text: str) -> dict[str, str]:
    found = (part.partition("=") for part in text.split(",") if part)
    return {name: value for name, _, value in found}


def _parity(piece: Piece, currency: _Currency | None) -> Decimal | None:
    # Inferred: a currency quoted "certain" is written as its units for one of the base
    # currency, one quoted "incertain" the other way round.
    if piece.rate is None or currency is None:
        return None
    return round_half_up(
        _ONE / piece.rate if currency.certain else piece.rate, _PARITY_UNIT
    )
