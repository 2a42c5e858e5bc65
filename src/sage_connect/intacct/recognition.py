"""A batch before it is sent: what the company has of it already, and what the rules say."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

import attrs

from ..errors import (
    AuthenticationError,
    BrokenReplyError,
    CodecError,
    OutcomeUnknownError,
    RateLimitedError,
    SageConnectError,
    TransportError,
)
from ..ledger import State
from ..ledger.batch import Batch, checked, open_document
from ..model import (
    Document,
    MasterData,
    OpenDocument,
    Payment,
    PurchaseCreditNote,
    Reference,
    SalesCreditNote,
    TradeDocument,
)
from ..plan import Plan
from ..validation import Checker, Report
from .attached import attached, files_id, has_files
from .codec import Codec
from .codec.decoding import amount_of, text_of
from .codec.encoded import Encoded
from .codec.masters import object_of
from .compare import Difference, differences
from .fitting import as_given, given_path, own_of
from .ids import Ids
from .kinds import AR_ADVANCE, AR_PAYMENT, Kind, stands
from .opened import settled
from .records import Records
from .resolve import number_of
from .settings import IntacctSettings, otherwise
from .standing import (
    id_of,
    match,
    overlaid,
    receipt_of,
)
from .wire.record import Record

# Errors after which nobody knows what the company would have said.
_LOST: Final = (BrokenReplyError, RateLimitedError, TransportError)
_CREDITS: Final = (SalesCreditNote, PurchaseCreditNote)


class Recognition:
    """A batch, and all that is needed to post it.

    Args:
        batch: What to post.
        records: The way to the company's records.
        ids: Record numbers of what documents name; grows while the batch is posted.
        settings: How the company is posted to.
        reference: What is known of it.
        checker: Its rules.
    """

    def __init__(  # noqa: PLR0917 - all are needed, each is of its own kind
        self,
        batch: Batch,
        records: Records,
        ids: Ids,
        settings: IntacctSettings,
        reference: Reference,
        checker: Checker,
    ) -> None:
        self._batch: Batch = batch
        self._records: Records = records
        self._ids: Ids = ids
        self._settings: IntacctSettings = settings
        self._checker: Checker = checker
        self._reference: Reference = reference
        self._opened: dict[tuple[str, str], OpenDocument] = {}
        self._new: list[Any] = []
        # Why nobody is let in any more: asking again and again might lock the user.
        self._stopped: AuthenticationError | None = None
        self._unread: dict[int, SageConnectError] = {}
        self._began: dt.datetime = dt.datetime.min.replace(tzinfo=dt.UTC)
        self.own: list[Any] = [own_of(one, settings, reference) for one in batch.items]

    @property
    def reference(self) -> Reference:
        """What is known now: the next batch starts from it."""
        known = overlaid(self._reference, self._new) if self._new else self._reference
        if not self._opened or known.open_documents is None:
            return known
        return known.with_parts(open_documents={**known.open_documents, **self._opened})

    @property
    def report(self) -> Report:
        """What was found so far."""
        return self._batch.report

    def judge(self) -> None:
        """Apply the rules to what is pending."""
        places = self._batch.pending
        pending = [self.own[at] for at in places]
        report = checked(self._checker, pending, self._reference)
        given = [self._batch.items[at] for at in places]
        self._batch.judge(as_given(report, given, pending))

    def _encoded(
        self, at: int, known: Reference, settings: IntacctSettings | None = None
    ) -> Encoded:
        codec = Codec(self._ids, settings or self._settings, known)
        digest = self._batch.keys[at].digest
        item = self._batch.items[at]
        files = files_id(digest) if has_files(item) else ""
        encoded = codec.encode(self.own[at], digest, files)
        return attached(encoded, item, digest, self._settings)

    def _learn_settled(self) -> Plan[None]:
        """Look up what payments settle; those of which that fails are not recognised."""
        try:
            yield from self._find_settled()
        except SageConnectError as error:
            for at in self._payments():
                self._unrecognised(at, error)

    def _payments(self) -> dict[int, Payment]:
        pending = {at: self.own[at] for at in self._batch.pending}
        return {at: one for at, one in pending.items() if isinstance(one, Payment)}

    def _find_settled(self) -> Plan[None]:
        """Look up what payments settle: others may have posted it, or paid it."""
        payments = self._payments().values()
        found = yield from settled(self._records, payments, self._ids)
        opened = self._reference.open_documents
        if found and opened is not None:
            known = {**opened, **found}
            self._reference = self._reference.with_parts(open_documents=known)

    def _recognise(self) -> Plan[None]:
        """Settle documents that were posted before: UNCHANGED, or refused as others."""
        pending = [at for at in self._batch.pending if self._is_numbered(at)]
        yield from self._recognise_as(pending, self._settings)
        # The policy may have been another one when a credit note was posted.
        rest = [at for at in self._batch.pending if isinstance(self.own[at], _CREDITS)]
        yield from self._recognise_as(
            [at for at in rest if self._is_numbered(at)], otherwise(self._settings)
        )

    def _is_numbered(self, at: int) -> bool:
        return isinstance(self._batch.items[at], Document) and bool(number_of(self.own[at]))

    def _recognise_as(
        self, pending: Sequence[int], settings: IntacctSettings
    ) -> Plan[None]:
        sought: dict[str, tuple[Kind, dict[int, Encoded]]] = {}
        for at in pending:
            try:
                encoded = self._encoded(at, self._reference, settings)
            except (CodecError, ArithmeticError):
                # The rules say what is wrong with it.
                continue
            kind = encoded.kind
            if kind is not None:
                sought.setdefault(kind.object, (kind, {}))[1][at] = encoded
        # Credit stands below zero, and its number may be an invoice's as well.
        below = settings is not self._settings
        for kind, each in sought.values():
            try:
                if self._stopped is not None:
                    raise self._stopped
                yield from self._recognise_kind(kind, each, below_zero=below)
            except SageConnectError as error:
                for at in each:
                    self._unrecognised(at, error)

    def _recognise_kind(
        self, kind: Kind, each: dict[int, Encoded], *, below_zero: bool = False
    ) -> Plan[None]:
        numbers = [encoded.number for encoded in each.values()]
        records = yield from self._records.numbered(kind, numbers)
        if below_zero:
            total = "TRX_TOTALENTERED"
            records = tuple(one for one in records if amount_of(one, total) < 0)
        standing: dict[int, Record] = {}
        for at, encoded in each.items():
            record = match(encoded, records)
            if record is None:
                if encoded.reverses and kind is AR_PAYMENT:
                    yield from self._refuse_advance(at, encoded)
                continue
            if encoded.reverses:
                self._to_take_back(at, encoded, record)
            else:
                standing[at] = record
        ids = [record[kind.id] for record in standing.values()]
        lines = yield from self._records.lines(kind, ids)
        for at, record in standing.items():
            self._known(at, each[at], record, lines.get(record[kind.id]))

    def _refuse_advance(self, at: int, encoded: Encoded) -> Plan[None]:
        """Refuse a refund of an advance: the gateway has no function for that."""
        found = yield from self._records.numbered(AR_ADVANCE, [encoded.number])
        party = self.own[at].party
        if any(text_of(record, AR_ADVANCE.party) == party for record in found):
            self._find(at, "SC-IN-REFUND-ADVANCE", "/reverses", number=encoded.number)
            self._batch.settle(at, State.REFUSED)

    def _to_take_back(self, at: int, encoded: Encoded, record: Record) -> None:
        """Settle a refund whose payment is taken back already, or not what it says."""
        kind = encoded.kind
        if kind is None:
            return
        self._ids.documents[kind.object, self.own[at].party, encoded.number] = id_of(
            encoded, record
        )
        found = differences(encoded, record)
        if found:
            self._tell(at, "SC-IN-DIFFERS", found)
            self._find(at, "SC-IN-REFUND-AMOUNT", "/amount")
            self._batch.settle(at, State.REFUSED)
        elif not stands(kind, record):
            self._settle(at, State.UNCHANGED, encoded, record)

    def _unrecognised(self, at: int, error: SageConnectError) -> None:
        """Settle a document of which is not known whether it was posted before.

        It must not be sent, and it must not be said that nothing stands either.
        """
        if isinstance(error, AuthenticationError):
            self._stopped = error
        if not isinstance(error, _LOST):
            self._unread[at] = error
            return
        reason = "whether it was posted before cannot be told, and it was not sent now"
        self._doubt(at, f"{reason}: {error.message}", error)

    def _doubt(self, at: int, reason: str, cause: SageConnectError | None) -> None:
        document: Any = self._batch.items[at]
        unknown = OutcomeUnknownError(reason, key=self._batch.keys[at], document=document)
        unknown.__cause__ = cause
        self._batch.settle(at, State.UNKNOWN, error=unknown)

    def _known(
        self, at: int, encoded: Encoded, record: Record, lines: list[Record] | None
    ) -> bool:
        """Settle a document that stands already; return whether it is this one."""
        self._remember(at, encoded, record)
        found = differences(encoded, record, lines)
        kind = encoded.kind
        if kind is not None and not stands(kind, record):
            self._find(at, "SC-IN-TAKEN-BACK", state=text_of(record, kind.state))
        if found:
            self._find(at, "SC-KEY-CONFLICT", id=id_of(encoded, record))
            self._tell(at, "SC-IN-DIFFERS", found)
            self._batch.settle(at, State.REFUSED)
            return False
        self._settle(at, State.UNCHANGED, encoded, record)
        return True

    def _find(self, at: int, code: str, path: str = "", **values: object) -> None:
        """Add a finding, at the place of what was given."""
        place = given_path(self._batch.items[at], self.own[at], path)
        self._batch.find(at, code, place, **values)

    def _tell(self, at: int, code: str, found: Sequence[Difference]) -> None:
        for one in found:
            values = {"field": one.field, "sent": one.sent, "found": one.found}
            where = one.path or one.field
            self._find(at, code, one.path, where=where, **values)

    def _remember(self, at: int, encoded: Encoded, record: Record) -> None:
        """Let later documents name this one."""
        own = self.own[at]
        id = id_of(encoded, record)
        if isinstance(own, TradeDocument):
            document: Any = own
            number = own.number or own.source_id
            if encoded.kind is not None:
                for name in {number, encoded.number}:
                    self._ids.documents[encoded.kind.object, own.party, name] = id
            posted = attrs.evolve(open_document(document), number=number)
            if record.get("TRX_TOTALDUE"):
                # Something may have been paid on it already.
                left = abs(amount_of(record, "TRX_TOTALDUE"))
                posted = attrs.evolve(posted, outstanding=left)
            self._opened[own.party, number] = posted
        elif isinstance(own, MasterData):
            self._ids.masters[object_of(own), "", own.code] = id
            self._new.append(own)

    def _settle(self, at: int, state: State, encoded: Encoded, record: Record) -> None:
        item = self._batch.items[at]
        receipt = receipt_of(self._batch.keys[at], item, encoded, record, self._began)
        self._batch.settle(at, state, receipt=receipt)
