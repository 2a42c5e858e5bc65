"""The kinds of artefacts, and where they differ."""

from collections.abc import Mapping
from typing import Final

import attrs

from .store import Doc


@attrs.frozen(kw_only=True)
class Trade:
    """One kind of artefact.

    Attributes:
        resource: Such as "sales_invoices".
        kind: Id of its transaction type.
        sales: Whether we sell.
        credit: Whether it takes back.
        lines: Name of its lines.
        number: Name of its number; "" for none of its own.
        draft: What stands for the number of a draft.
        prefix_setting: Name of its prefix in the invoice settings.
        next_name: Name of its next number there.
        posts: Whether it is posted to the ledger.
        reason_length: Of a void reason.
    """

    resource: str
    kind: str
    sales: bool
    credit: bool = False
    lines: str = "invoice_lines"
    number: str = ""
    draft: str = ""
    prefix_setting: str = ""
    next_name: str = ""
    posts: bool = True
    reason_length: int = 0

    @property
    def prefix(self) -> str:
        """Name of the prefix on the artefact."""
        return f"{self.number}_prefix"

    @property
    def sign(self) -> int:
        """1 for what is owed by the contact's invoice, -1 for what takes back."""
        return -1 if self.credit else 1

    @property
    def contact_type(self) -> str:
        """Id of the type that the contact must have."""
        return "CUSTOMER" if self.sales else "VENDOR"

    def next_setting(self, settings: Doc) -> str:
        """Return the name of the sequence: credit notes may share that of invoices."""
        shared = not settings.get("separate_invoice_credit_note_numbering")
        if self.next_name == "next_credit_note_number" and shared:
            return "next_invoice_number"
        return self.next_name


TRADES: Final[Mapping[str, Trade]] = {
    trade.resource: trade
    for trade in (
        Trade(
            resource="sales_invoices",
            kind="SALES_INVOICE",
            sales=True,
            number="invoice_number",
            draft="SI-DRAFT",
            prefix_setting="sales_invoice_number_prefix",
            next_name="next_invoice_number",
            reason_length=200,
        ),
        Trade(
            resource="sales_credit_notes",
            kind="SALES_CREDIT_NOTE",
            sales=True,
            credit=True,
            lines="credit_note_lines",
            number="credit_note_number",
            draft="SCN-DRAFT",
            prefix_setting="sales_credit_note_number_prefix",
            next_name="next_credit_note_number",
            reason_length=200,
        ),
        Trade(
            resource="purchase_invoices",
            kind="PURCHASE_INVOICE",
            sales=False,
            reason_length=255,
        ),
        Trade(
            resource="purchase_credit_notes",
            kind="PURCHASE_CREDIT_NOTE",
            sales=False,
            credit=True,
            lines="credit_note_lines",
            reason_length=255,
        ),
        Trade(
            resource="sales_quotes",
            kind="SALES_QUOTE",
            sales=True,
            lines="quote_lines",
            number="quote_number",
            draft="SQ-DRAFT",
            prefix_setting="quote_number_prefix",
            next_name="next_quote_number",
            posts=False,
        ),
        Trade(
            resource="sales_estimates",
            kind="SALES_ESTIMATE",
            sales=True,
            lines="estimate_lines",
            number="estimate_number",
            draft="SE-DRAFT",
            prefix_setting="estimate_number_prefix",
            next_name="_next_estimate_number",
            posts=False,
        ),
    )
}
