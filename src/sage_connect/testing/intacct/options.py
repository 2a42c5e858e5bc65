"""What the simulated company is set to, where sources leave room or a trial needs it."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Final, Literal, TypeAlias

import attrs

Module: TypeAlias = str

MODULES: Final = (
    "CO", "GL", "AR", "AP", "CM", "EE", "PO", "SO", "INV", "PA", "TX", "ME",
)  # fmt: skip
"""Short codes of the applications that a company can subscribe to."""


@attrs.frozen(kw_only=True)
class Options:
    """The settings of a simulator.

    Each choice that the sources leave open stands here once; the default is the reading
    that the better source supports. Where it says assumed, nobody has published it.

    Attributes:
        company_id: Code of the company.
        sender_id: Web Services sender; case counts.
        sender_password: Of it.
        authorised_senders: Senders on the company's list; None for `sender_id` alone.
        user_id: User that signs in.
        user_password: Of it.
        expired: Whether the company is a demo that has run out.
        modules: Subscriptions that are active.
        multi_entity: Whether the company has entities.
        private_entities: Entities whose records the top level sees with `showprivate`
            only.
        base_currency: Of the company.
        multi_currency: Whether it deals in currencies.
        multi_base_currency: Whether entities keep books in currencies of their own. That
            an entry balances in each of them is inferred.
        first_month: First month of the fiscal year.
        closed_until: Books are closed up to this day; None for open books.
        location_required: Whether every line of a document names a location.
        same_number: What becomes of a document whose number another one has: refused, or
            kept too. It is a setting of the company.
        dimensions: Dimensions that are active in the general ledger, beside location and
            department.
        user_dimensions: User-defined dimensions, each with its label.
        terms: What the company calls its dimensions, where not the usual.
        custom_fields: Custom fields by object, by integration name.
        unknown_fields: What becomes of an element that is no field of the object: kept,
            as if it were custom; left out; or refused. Not documented.
        numbered: Objects whose ids are given by the company when left out.
        session_minutes: How long a session lasts after each call.
        session_error: `errorno` for a session that is over. Assumed.
        sign_in_status: HTTP status of a wrong user or sender: 200 with XL03000006, or 401
            with XMLGW_JPP0002; both were seen.
        unauthorised_sender_at: Level of the refusal of a sender that is not on the list.
        repeat_number: `errorno` of the answer to a function whose controlid was executed
            and completed before, with `uniqueid`. Assumed: documented is only that it is
            an error.
        repeat_text: Its text. Assumed.
        repeat_scope: Within what a controlid is remembered. Not documented.
        repeat_level: Whether that answer is a failed result, or fails the whole request.
            Not documented.
        half_done: Whether a failed create of several objects keeps the good ones (seen
            once).
        order: Of rows that no order was asked for; documented is that there is none.
        names: How readByQuery names its records: in small letters (seen), or as asked
            (seen too).
        legacy_order: Whether children of legacy functions must stand in the order of the
            schema (documented), or may stand in any.
        nested: Whether `read` answers embedded records as nested elements, or with dots.
            Not documented.
        rate_per: What an exchange rate is: base units for one unit of the document, or
            the reverse.
        rates: Exchange rates of the default type: base units for one unit.
        reports: Custom reports by name, and the object that each one lists.
        policies: Transport policies for asynchronous requests: the address of each.
        concurrency: Requests at a time before GW-0010; None for any number.
        gzip: Whether answers are compressed for those who accept it.
        seed: Of everything that is shuffled.
    """

    company_id: str = "demo-company"
    sender_id: str = "XT_demo"
    sender_password: str = attrs.field(default="sender pass&word", repr=False)
    authorised_senders: tuple[str, ...] | None = None
    user_id: str = "API alias"
    user_password: str = attrs.field(default="user <pass> word", repr=False)
    expired: bool = False
    modules: tuple[Module, ...] = MODULES
    multi_entity: bool = True
    private_entities: tuple[str, ...] = ()
    base_currency: str = "GBP"
    multi_currency: bool = True
    multi_base_currency: bool = False
    first_month: int = 1
    closed_until: dt.date | None = None
    location_required: bool = False
    same_number: Literal["refused", "kept"] = "refused"
    dimensions: tuple[str, ...] = (
        "PROJECT", "CUSTOMER", "VENDOR", "EMPLOYEE", "ITEM", "CLASS",
    )  # fmt: skip
    user_dimensions: Mapping[str, str] = attrs.field(factory=dict[str, str])
    terms: Mapping[str, str] = attrs.field(factory=dict[str, str])
    custom_fields: Mapping[str, tuple[str, ...]] = attrs.field(
        factory=dict[str, tuple[str, ...]]
    )
    unknown_fields: Literal["kept", "left out", "refused"] = "kept"
    numbered: tuple[str, ...] = ()
    session_minutes: int = 60
    session_error: str = "XL03000006"
    sign_in_status: Literal[200, 401] = 200
    unauthorised_sender_at: Literal["control", "operation"] = "operation"
    repeat_number: str = "XL03000011"
    repeat_text: str = "The function with control id '{id}' has already been executed."
    repeat_scope: Literal["company", "sender"] = "company"
    repeat_level: Literal["result", "control"] = "result"
    half_done: bool = True
    order: Literal["shuffled", "by record"] = "shuffled"
    names: Literal["small", "as asked"] = "small"
    legacy_order: Literal["schema", "any"] = "schema"
    nested: bool = True
    rate_per: Literal["document", "base"] = "document"
    rates: Mapping[str, Decimal] = attrs.field(
        factory=lambda: {
            "EUR": Decimal("0.85"),
            "USD": Decimal("0.7870"),
            "CHF": Decimal("0.8947"),
        }
    )
    reports: Mapping[str, str] = attrs.field(factory=dict[str, str])
    policies: Mapping[str, str] = attrs.field(factory=dict[str, str])
    concurrency: int | None = None
    gzip: bool = True
    seed: int = 0

    @property
    def senders(self) -> frozenset[str]:
        """Senders on the company's list."""
        listed = self.authorised_senders
        return frozenset((self.sender_id,) if listed is None else listed)

    def has(self, module: Module) -> bool:
        """Whether a module is active; "" for what needs none."""
        return not module or module in self.modules
