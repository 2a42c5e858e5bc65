"""Lines of entries between formats: what flat files, PNM, FEC and delimited texts share.

Each format reads its file as `EntryRow`s and writes a file of them. What a format has and a
row has no field for stands in `extra`, so that nothing is lost unseen; what a writer has no
place for, it tells to `Losses`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

import attrs

from ...model.fields import NOTHING, FrozenMap, frozen
from .showing import losses_card

__all__ = ("EntryRow", "Loss", "Losses", "RowInstalment", "RowShare")

EntryKind = Literal["normal", "opening", "simulation"]
"""What a line of an entry is: part of the year, carried forward, or only simulated."""


@attrs.frozen(kw_only=True)
class RowShare:
    """A row's part for one analytic section.

    Attributes:
        section: Section number.
        amount: In the base currency, on the side of its row.
        plan: Number of the plan, from 1; 0 for the plan that the company marks as main.
        quantity: Units; None for none.
        line: Physical line of its record in the file it was read from; 0 for none.
    """

    section: str
    amount: Decimal
    plan: int = 0
    quantity: Decimal | None = None
    line: int = 0


@attrs.frozen(kw_only=True)
class RowInstalment:
    """A part of a row that falls due on a day.

    Attributes:
        due: The day.
        amount: In the base currency, on the side of its row.
        method: Payment method, in the words of the file; "" for none.
        line: Physical line of its record in the file it was read from; 0 for none.
    """

    due: dt.date
    amount: Decimal
    method: str = ""
    line: int = 0


@attrs.frozen(kw_only=True)
class EntryRow:
    """One line of a piece. "" and None stand for what the file does not say.

    Attributes:
        journal: Journal code.
        date: Day of the piece.
        account: General account.
        label: What stands on the line.
        debit: True for the debit side.
        amount: In the base currency, major units; below zero only where the file has it so.
        line: Physical line of its record in the file it was read from; 0 for none.
        journal_name: As in the file.
        number: Number of the entry in the order of validation (FEC: EcritureNum).
        piece: Piece number, which Sage may give itself.
        piece_date: Day of the proof, where the file tells it from the entry's.
        piece_type: FC, AC, RC, FF, AF, RF or OD (PNM): invoice, credit note, payment.
        invoice_number: The document's own number.
        reference: Free reference.
        account_name: As in the file.
        third_party: Third party of a control account.
        third_party_name: As in the file.
        due: Day it falls due.
        method: Payment method, in the words of the file.
        kind: Normal, opening or simulation.
        currency: ISO 4217 code that `currency_amount` is in; "" for the base currency.
        currency_amount: The amount in that currency.
        parity: The rate, as the file has it.
        quantity: Units.
        tax_code: Code of the tax.
        lettering: Letters that settle it.
        lettered_on: Day of the lettering.
        validated_on: Day from which it can no longer change.
        entered_on: Day it was entered.
        shares: The row over analytic sections.
        instalments: The row over the days it falls due on.
        extra: What the format has besides, by the format's own name of the field.
    """

    journal: str
    date: dt.date
    account: str
    label: str
    debit: bool
    amount: Decimal
    line: int = 0
    journal_name: str = ""
    number: str = ""
    piece: str = ""
    piece_date: dt.date | None = None
    piece_type: str = ""
    invoice_number: str = ""
    reference: str = ""
    account_name: str = ""
    third_party: str = ""
    third_party_name: str = ""
    due: dt.date | None = None
    method: str = ""
    kind: EntryKind = "normal"
    currency: str = ""
    currency_amount: Decimal | None = None
    parity: Decimal | None = None
    quantity: Decimal | None = None
    tax_code: str = ""
    lettering: str = ""
    lettered_on: dt.date | None = None
    validated_on: dt.date | None = None
    entered_on: dt.date | None = None
    shares: tuple[RowShare, ...] = ()
    instalments: tuple[RowInstalment, ...] = ()
    extra: FrozenMap[str] = attrs.field(default=NOTHING, converter=frozen)


@attrs.frozen(kw_only=True)
class Loss:
    """Something that the file written does not say and the file read does.

    Attributes:
        field: Name of the field: an attribute of `EntryRow`, a name in its `extra`, or a
            flag such as "#MPCT".
        reason: Why, in one sentence.
        count: On how many records.
        line: Physical line of the first of them in the file read; 0 where there is none.
        example: What stood there, as text.
    """

    field: str
    reason: str
    count: int
    line: int
    example: str


class Losses:
    """Gathers what a conversion loses, in memory that does not grow with the file."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Loss] = {}

    def add(self, field: str, reason: str, *, line: int = 0, value: object = "") -> None:
        """Note that the value of `field` is not, or not as it was, in the file written."""
        found = self._found.get((field, reason))
        self._found[field, reason] = (
            Loss(field=field, reason=reason, count=1, line=line, example=str(value))
            if found is None
            else attrs.evolve(found, count=found.count + 1)
        )

    def __iter__(self) -> Iterator[Loss]:
        return iter(self._found.values())

    def __len__(self) -> int:
        return len(self._found)

    def __repr__(self) -> str:
        return f"<Losses: {', '.join(one.field for one in self) or 'none'}>"

    def _repr_html_(self) -> str:
        return losses_card(self)
