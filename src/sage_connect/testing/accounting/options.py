"""What a simulator can be set to, where sources leave room or a trial needs it."""

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

import attrs

from .refusals import SourceStyle

Edition: TypeAlias = Literal["start", "standard", "plus"]

COUNTRIES: Final = frozenset({"gb", "ie", "ca"})
"""Where Sage Accounting v3.1 is sold (documented)."""
WITHDRAWN: Final = frozenset({"de", "es", "fr", "us"})
"""Where it was sold; no new business can be made there (documented)."""


@attrs.frozen(kw_only=True)
class Options:
    """The settings of a simulator.

    Each choice that the sources leave open stands here once; the default is the reading
    that the better source supports.

    Attributes:
        edition: What the business has subscribed to.
        announced_standard: In Standard, what the announcement of 11 May 2020 says rather
            than the availability lists, which contradict it: credit notes and estimates
            may be written, currencies may not be read.
        businesses: How many the user sees; the first is the lead.
        roles: The user's level in areas where it is not "Full Access": "Restricted
            Access", "Read Only" or "No Access".
        scope: Of a token for which none was asked: "full_access" or "readonly".
        redirect_uris: Registered callback addresses; empty for any.
        tax_registered: Whether the business is registered for VAT.
        multi_currency: Whether the business deals in currencies; None for Plus only.
        source_style: How errors name a field; three ways are in use.
        request_id_header: `x-request-id` or `x_request_id`; which one is unconfirmed.
        void_reason_in: Where it is taken from. The API description says the query, the
            guide says the body.
        put_lines: Whether an update of lines replaces them all, or merges by line id.
        rate_direction: What an exchange rate is: base units for one document unit (seen
            in production), or the reverse. Not documented.
        missing_tax: What becomes of a line without `tax_amount` whose rate is not zero.
            Both are documented.
        missing_tax_rate: What becomes of a line without `tax_rate_id`: the ledger
            account's rate (inferred), or a refusal (seen in production, case unknown).
        same_id_other_body: What becomes of an `idempotency_id` that returns with another
            body: the first result, or a refusal. Not documented; assumed.
        mismatch_status: HTTP status of `IdempotencyResourceMismatch`. Not documented.
        marks_sent_on: Which reading of a sales artefact marks it as sent: any, or of its
            PDF only. Not documented.
        search: How `search` matches. Not documented.
        cis_computed: Whether CIS amounts that were left out are computed. Not documented.
        region_required: Whether Canadian invoices need `tax_address_region_id`: seen in
            production, not in the API description.
    """

    edition: Edition = "plus"
    announced_standard: bool = False
    businesses: int = 1
    roles: Mapping[str, str] = attrs.field(factory=dict[str, str])
    scope: str = "full_access"
    redirect_uris: tuple[str, ...] = ()
    tax_registered: bool = True
    multi_currency: bool | None = None
    source_style: SourceStyle = "path"
    request_id_header: str = "x-request-id"
    void_reason_in: Literal["both", "query", "body"] = "both"
    put_lines: Literal["replace", "merge"] = "replace"
    rate_direction: Literal["base_per_unit", "units_per_base"] = "base_per_unit"
    missing_tax: Literal["zero", "refused"] = "zero"
    missing_tax_rate: Literal["account", "refused"] = "account"
    same_id_other_body: Literal["first", "refused"] = "first"
    mismatch_status: int = 422
    marks_sent_on: Literal["any", "pdf"] = "any"
    search: Literal["substring", "prefix", "word"] = "substring"
    cis_computed: bool = True
    region_required: bool = True

    @property
    def deals_in_currencies(self) -> bool:
        """Whether the business deals in currencies; Plus only (documented)."""
        return (
            self.edition == "plus" if self.multi_currency is None else self.multi_currency
        )
