"""What a ledger can do: a complete matrix of seats and verbs."""

import enum
from collections.abc import Iterable, Mapping
from typing import Final

import attrs

from .._card import Marked, Markup, card, table
from ..errors import UnsupportedError


class Verb(enum.StrEnum):
    """What may be done at a seat."""

    READ = "read"
    LIST = "list"
    CREATE = "create"
    UPDATE = "update"
    VOID = "void"
    REVERSE = "reverse"
    ATTACH = "attach"
    IDEMPOTENCY = "idempotency"
    """The product itself refuses a repeated write under our key."""


DIRECTORIES: Final = (
    "accounts",
    "journals",
    "tax_codes",
    "dimensions",
    "bank_accounts",
    "payment_terms",
    "entities",
    "exchange_rates",
)
"""Seats of master data that are only looked up."""
REGISTERS: Final = ("customers", "suppliers", "items", "dimension_values")
"""Seats of master data that may also be sent."""
OUTBOXES: Final = (
    "sales_invoices",
    "sales_credit_notes",
    "purchase_invoices",
    "purchase_credit_notes",
    "payments",
    "journal_entries",
)
"""Seats of documents."""
SEATS: Final = (*DIRECTORIES, *REGISTERS, *OUTBOXES)
"""Every seat of the matrix."""


@attrs.frozen(kw_only=True, repr=False)
class Capabilities:
    """What a ledger can do. A cell that is not there is False.

    Attributes:
        product: Name of the product and edition: "Sage 100 Comptabilité (France), by file".
        can: Verbs of each seat.
        reasons: Why a seat or a cell is False, and what to do instead: by "seat" or
            "seat.verb".
        default_reason: Why any other cell is False.
    """

    product: str
    can: Mapping[str, frozenset[Verb]]
    reasons: Mapping[str, str] = attrs.field(factory=dict[str, str])
    default_reason: str = "the product offers no way to do it"

    def __contains__(self, cell: tuple[str, Verb]) -> bool:
        seat, verb = cell
        return verb in self.can.get(seat, frozenset())

    def reason(self, seat: str, verb: Verb) -> str:
        """Return why `seat` cannot `verb`; "" when it can."""
        if (seat, verb) in self:
            return ""
        return self.reasons.get(
            f"{seat}.{verb}", self.reasons.get(seat, self.default_reason)
        )

    def require(self, seat: str, verb: Verb) -> None:
        """Raise UnsupportedError, with the reason, unless `seat` can `verb`."""
        if (seat, verb) not in self:
            raise UnsupportedError(
                f"{self.product} cannot {verb} {seat.replace('_', ' ')}: "
                f"{self.reason(seat, verb)}."
            )

    def rows(self) -> Iterable[tuple[str, Verb, bool, str]]:
        """Every cell of the matrix: seat, verb, whether it can, and the reason if not."""
        for seat in SEATS:
            for verb in Verb:
                yield seat, verb, (seat, verb) in self, self.reason(seat, verb)

    def matrix(self) -> Markup:
        """Return the whole matrix as a table of a card; a reason shows on hovering."""

        def cell(seat: str, verb: Verb) -> Marked:
            if (seat, verb) in self:
                return Marked("✓", "good", f"{verb} {seat.replace('_', ' ')}")
            return Marked("·", "", self.reason(seat, verb))

        return table(
            ("", *(verb.value for verb in Verb)),
            [
                (seat.replace("_", " "), *(cell(seat, verb) for verb in Verb))
                for seat in SEATS
            ],
        )

    def __repr__(self) -> str:
        able = sum(len(verbs) for verbs in self.can.values())
        return f"<Capabilities of {self.product}: {able} of {len(SEATS) * len(Verb)}>"

    def _repr_html_(self) -> str:
        return card(f"What {self.product} can do", self.matrix())
