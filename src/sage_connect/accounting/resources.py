"""A business of Sage Accounting as a back end: what the seats of a ledger are built on."""

import datetime as dt
from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from ..errors import (
    ConfigurationError,
    NotFoundError,
    SageConnectError,
)
from ..ledger import (
    BackEnd,
    Capabilities,
    Health,
    Key,
    Outcome,
    Postable,
    Preview,
    Receipt,
    State,
    Verb,
)
from ..ledger.batch import Batch, checked, seat_of
from ..model import Attachment, AttachmentInfo, BankEntry, Document, Reference
from ..plan import Now, Page, Plan
from ..validation import Checker, Report
from . import dummy
from .attached import Files
from .capabilities import capabilities_of
from .codec.decoding import Decoding
from .describe import Model, describe
from .ids import CUSTOMER, SUPPLIER, Ids, Names
from .kinds import BY_SEAT, CONTACT_PAYMENTS, DOCUMENTS, Kind
from .known import Reading
from .marks import marks_of
from .posting import VOID, Posting, own_of, receipt_of, status_of
from .preflight import preflight
from .records import Records
from .rules import BOOK, checker
from .service import Service
from .settings import AccountingSettings
from .showing import entries_of, preview_content

if TYPE_CHECKING:
    from ..validation.repairs import Remedies

_SEATS = {kind.resource: seat for seat, kind in BY_SEAT.items()}


class AccountingBooks(BackEnd):
    """One business of Sage Accounting.

    Args:
        service: The way to it.
        settings: How it is posted to.
    """

    def __init__(self, service: Service, settings: AccountingSettings) -> None:
        super().__init__()
        self.service: Service = service
        self.settings: AccountingSettings = settings
        self.records: Records = Records(service)
        self.ids: Ids = Ids()
        self.files: Files = Files(service)
        # Severities that make no sense are told before anything is asked.
        checker(settings, Reference())

    # ---- what needs no step

    @property
    def capabilities(self) -> Capabilities:
        """What the business can do, as far as this user may and its edition goes."""
        return capabilities_of(self.reference)

    @property
    def scope(self) -> str:
        """The id of the business."""
        return self.service.business

    def check(self, items: Sequence[Postable], reference: Reference) -> Report:
        """Apply the common rules and Sage Accounting's. Pure."""
        own = [own_of(item, self.settings, reference) for item in items]
        return checked(self.checker(reference), own, reference)

    def checker(self, reference: Reference) -> Checker:
        """Return what applies the rules."""
        return checker(self.settings, reference)

    @property
    def remedies(self) -> "Remedies":
        """What repairs are made of."""
        from .repairs import REPAIRS

        return REPAIRS

    def preview(self, items: Sequence[Postable], reference: Reference) -> Preview:
        """Return the requests that `post` would send. Pure."""
        posting = self._posting(Batch(items, scope=self.scope, book=BOOK), reference)
        posting.judge()
        shown = [*posting.shown()]
        return Preview(
            documents=tuple(items),
            report=posting.report,
            entries=tuple(
                entry
                for own, *_ in shown
                for entry in entries_of(own, self.settings, reference)
            ),
            content=preview_content((encoded, key) for _, encoded, key in shown),
            settings=self.settings,
            reference=reference,
            files=tuple(
                one for own, *_ in shown for one in getattr(own, "attachments", ())
            ),
        )

    def _posting(self, batch: Batch, reference: Reference) -> Posting:
        return Posting(
            batch,
            self.records,
            self.ids,
            self.settings,
            reference,
            self.checker(reference),
        )

    # ---- reading

    def load(self) -> Plan[Reference]:
        """Read accounts, taxes, parties, items, options and what is open."""
        known = yield from Reading(self.service, self.settings).known()
        self.ids = known.ids
        self.reference: Reference | None = known.reference
        return known.reference

    def describe(self, kind: str, max_age: dt.timedelta) -> Plan[Model]:
        """Return what is needed for a kind of document, from what was read lately."""
        now = yield from Now()
        known = self.reference
        age = None if known is None else known.age(now)
        if known is None or age is None or age >= max_age:
            known = yield from self.load()
        return describe(kind, known, self.settings)

    def _loaded(self) -> Plan[Reference]:
        return self.reference or (yield from self.load())

    def _decoding(self, reference: Reference) -> Decoding:
        return Decoding(Names.of(self.ids), self.settings, reference)

    def read(self, seat: str, id: str) -> Plan[Document]:
        """Return the document with Sage's id.

        Raises:
            NotFoundError: There is none.
        """
        self.capabilities.require(seat, Verb.READ)
        reference = yield from self._loaded()
        kind = BY_SEAT[seat]
        record = yield from self.records.get(kind, id)
        document: Document = self._decoding(reference).document(kind.resource, record)
        return document

    def documents(
        self,
        seat: str,
        *,
        since: date | None,
        party: str,
        open: bool | None,
        bank: str = "",
    ) -> Callable[[], Plan[Page[Any]]]:
        """Return the plan of the first page of a seat's documents, without void ones.

        Args:
            seat: Such as "payments".
            since: Only of this day or later.
            party: Only of this customer or supplier.
            open: Only with (True) or without (False) something left.
            bank: Only on the bank account with this code; for payments.
        """
        self.capabilities.require(seat, Verb.LIST)
        kind = BY_SEAT[seat]

        def accepts(document: Any, record: Any) -> bool:
            # What is left of a payment is on account.
            rest = getattr(record, "payment_on_account", None) or record
            left = getattr(rest, "outstanding_amount", None)
            return (
                status_of(record) != VOID
                and (since is None or document.date is None or document.date >= since)
                and (not party or getattr(document, "party", "") == self._code(party))
                and (open is None or bool(left) is open)
            )

        def first() -> Plan[Page[Any]]:
            reference = yield from self._loaded()
            query: dict[str, object] = {"attributes": "all"}
            if since is not None and kind.by_date:
                query["from_date"] = since
            if party and kind.by_contact:
                query["contact_id"] = self._contact(party)
            if bank:
                query["bank_account_id"] = self.bank(bank)
            page = yield from self.records.pages(kind, **query)()
            return self._decoded(kind, page, reference, accepts)

        return first

    def _decoded(
        self,
        kind: Kind,
        page: Page[Any],
        reference: Reference,
        accepts: Callable[[Any, Any], bool],
    ) -> Page[Any]:
        decoding = self._decoding(reference)
        read = [(decoding.document(kind.resource, one), one) for one in page.items]
        items = tuple(document for document, one in read if accepts(document, one))
        following = page.next
        if following is None:
            return Page(items)

        def after() -> Plan[Page[Any]]:
            page = yield from following()
            return self._decoded(kind, page, reference, accepts)

        return Page(items, after)

    def _code(self, party: str) -> str:
        return self.settings.mapping.parties.get(party, party)

    def _contact(self, party: str) -> str:
        code = self._code(party)
        for side in (CUSTOMER, SUPPLIER):
            id = self.ids.parties.get((side, code))
            if id is not None:
                return id
        raise NotFoundError(f"there is no contact with the reference {code!r}")

    def bank(self, bank: str) -> str:
        """Return Sage's id of a bank account by the caller's code.

        Raises:
            NotFoundError: There is none.
        """
        code = self.settings.mapping.bank_accounts.get(bank, bank)
        id = self.ids.bank(code)
        if id is None:
            raise NotFoundError(f"there is no bank account {code!r}")
        return id

    # ---- posting

    def post(self, items: Sequence[Postable] | Preview) -> Plan[tuple[Outcome[Any], ...]]:
        """Post each item once, in the order of what needs what.

        Raises:
            ConfigurationError: A preview that no longer holds, or no business.
            SageConnectError: The business cannot be read; nothing was posted.
        """
        given = items.documents if isinstance(items, Preview) else tuple(items)
        if not given:
            return ()
        reference = yield from self._loaded()
        if isinstance(items, Preview):
            self._require_fresh(items, reference)
        batch = Batch(given, scope=self.scope, book=BOOK)
        if dummy.is_wanted(given, self.settings, reference):
            reference = yield from self._with_bank(batch, reference)
        posting = self._posting(batch, reference)
        try:
            yield from posting.run()
        finally:
            # Whatever was posted is known from now on.
            self.reference = posting.reference
        return batch.outcomes

    def _with_bank(self, batch: Batch, reference: Reference) -> Plan[Reference]:
        """Return `reference` with a bank account for payments that need one."""
        try:
            reference = yield from dummy.provided(
                self.records, self.settings, self.ids, reference
            )
        except SageConnectError as error:
            for at, item in enumerate(batch.items):
                if dummy.needs_bank(item, self.settings):
                    batch.settle(at, State.FAILED, error=error)
        self.reference = reference
        return reference

    def _require_fresh(self, preview: Preview, reference: Reference) -> None:
        remade = self.preview(preview.documents, reference)
        if preview.settings != self.settings or remade.content != preview.content:
            raise ConfigurationError(
                "the preview no longer holds: settings or books have changed since it was "
                "made; nothing was posted",
                code="SC-PREVIEW-STALE",
                fix="Make the preview again, look at it, and post that.",
            )

    def reconcile(self, key: Key) -> Plan[Receipt[Document | None] | None]:
        """Look a key up by its parts: number or reference, and party.

        A document with a number stands under that, whatever its source id, which Sage has
        no place for: it is found by a key that tells its number, as that of an outcome
        does, or `Key.of(document, scope)`.
        """
        reference = yield from self._loaded()
        places = [kind for made, kind in DOCUMENTS.items() if _type_of(made) == key.kind]
        if not places:
            raise NotFoundError(f"{key.kind} is no document of Sage Accounting")
        if key.kind == BankEntry.type:
            # One that settles what a party owes is a payment.
            places.append(CONTACT_PAYMENTS)
        contact = self._contact(key.party) if key.party else ""
        for kind in places:
            for mark in marks_of(kind, key.number or key.id, contact):
                record = yield from self.records.find(kind, mark, thorough=True)
                if record is not None and status_of(record) != VOID:
                    document = self._decoding(reference).document(kind.resource, record)
                    return receipt_of(key, document, record)
        return None

    # ---- files

    def _kind(self, receipt: Receipt[Any], verb: Verb) -> Kind:
        seat = seat_of(receipt.document)
        self.capabilities.require(seat, verb)
        return BY_SEAT[seat]

    def attach(self, receipt: Receipt[Any], attachment: Attachment) -> Plan[str]:
        """Attach a file to a posted document; return Sage's id of it."""
        kind = self._kind(receipt, Verb.ATTACH)
        return (yield from self.files.attach(kind, receipt.id, attachment))

    def attachments(self, receipt: Receipt[Any]) -> Plan[Sequence[AttachmentInfo]]:
        """Return what is attached to a posted document."""
        kind = self._kind(receipt, Verb.ATTACH)
        return (yield from self.files.listed(kind, receipt.id))

    def attachment(self, receipt: Receipt[Any], id: str) -> Plan[Attachment]:
        """Return an attached file, byte for byte."""
        kind = self._kind(receipt, Verb.ATTACH)
        return (yield from self.files.given_back(kind, receipt.id, id))

    # ---- the company

    def preflight(self) -> Plan[Report]:
        """Report what is right, and what has to be set up before anything can be posted."""
        try:
            reference = yield from self.load()
        except SageConnectError as error:
            return preflight(self.settings, None, broken=error)
        return preflight(self.settings, reference)

    def health(self) -> Plan[Health]:
        """Try the connection, and look at how long the sign-in still lasts."""
        return self.service.health()


def _type_of(kind: Any) -> str:
    name: str = kind.type
    return name
