"""A batch on its way into a business: recognised, judged, sent once, compared."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import attrs

from ..errors import (
    BrokenReplyError,
    CodecError,
    DuplicateError,
    OutcomeUnknownError,
    RateLimitedError,
    RemoteError,
    SageConnectError,
    TransportError,
)
from ..ledger import Key, Receipt, State, translated
from ..ledger.batch import Batch, checked, merged, order
from ..model import (
    Attachment,
    Customer,
    DimensionValue,
    Item,
    OpenDocument,
    Party,
    Payment,
    Reference,
    Supplier,
    TradeDocument,
    totals,
)
from ..model.fields import FrozenMap
from ..plan import Now, Plan
from ..validation import Checker, Report
from .acts.refunding import Refunds, gives_back
from .attached import Files
from .codec import Codec
from .codec.encoded import CATEGORY, DOCUMENT, ITEM, Encoded, Missing
from .compare import NOTHING, Difference, differences, settles_less
from .crediting import Crediting
from .faults import faults_in, pointer
from .fitting import capped, fitted
from .ids import SIDES, Ids, known_id, learn
from .kinds import CONTACTS, DOCUMENTS, KINDS, Kind
from .marks import IDENTITY, Mark
from .outstanding import Outstanding
from .people import People
from .records import Records, Seen
from .service import path_id
from .settings import AccountingSettings, Overpayment

VOID: Final = "VOID"
_LOST: Final = (TransportError, BrokenReplyError, RateLimitedError)
"""What is met where contact is lost, whatever is asked."""


class Posting:
    """A batch, and all that is needed to post it.

    Args:
        batch: What to post.
        records: The way to the business's records.
        ids: What Sage calls what documents name; grows while the batch is posted.
        settings: How the business is posted to.
        reference: What is known of it.
        checker: Its rules.
    """

    def __init__(  # noqa: PLR0917 - all are needed, each is of its own kind
        self,
        batch: Batch,
        records: Records,
        ids: Ids,
        settings: AccountingSettings,
        reference: Reference,
        checker: Checker,
    ) -> None:
        self._batch: Batch = batch
        self._records: Records = records
        self._ids: Ids = ids
        self._settings: AccountingSettings = settings
        self._checker: Checker = checker
        self._files: Files = Files(records.service)
        self._seen: Seen = Seen(records)
        self._crediting: Crediting = Crediting(records)
        self._began: dt.datetime = dt.datetime.max.replace(tzinfo=dt.UTC)
        # What showed that Sage counts exchange rates the other way round; {} so far.
        self._turned: Mapping[str, object] = {}
        self._reference: Reference = reference
        # What of it changes while the batch is posted.
        self._outstanding: Outstanding = Outstanding(reference.open_documents)
        self._new: list[Any] = []
        self.own: dict[int, Any] = {
            at: own_of(item, settings, reference) for at, item in enumerate(batch.items)
        }

    def run(self) -> Plan[None]:
        """Settle every item of the batch."""
        self._began = yield from Now()
        for at in order(self._batch.items):
            try:
                yield from self._recognise(at)
            except SageConnectError as error:
                self._unrecognised(at, error)
        self.judge()
        known = merged(self.reference, [self.own[at] for at in self._batch.pending])
        for at in self._batch:
            yield from self._post(at, known)

    @property
    def reference(self) -> Reference:
        """What is known now: the next batch starts from it."""
        known = merged(self._reference, self._new) if self._new else self._reference
        opened = self._outstanding.documents
        if opened is known.open_documents:
            return known
        return known.with_parts(open_documents=opened)

    @property
    def report(self) -> Report:
        """What was found so far."""
        return self._batch.report

    def judge(self) -> None:
        """Apply the rules to what is pending."""
        pending = [self.own[at] for at in self._batch.pending]
        self._batch.judge(checked(self._checker, pending, self.reference))

    def shown(self) -> Iterator[tuple[Any, Encoded, Key]]:
        """Give what may go: in Sage's codes, as sent, and its key. Sends nothing."""
        known = merged(self._reference, [self.own[at] for at in self._batch.pending])
        self._outstanding = Outstanding(known.open_documents)
        given: set[tuple[str, str]] = set()
        for at in self._batch:
            try:
                encoded = self._encoded(at, known)
            except (CodecError, ArithmeticError) as error:
                self._unwritable(at, error)
                continue
            # What the batch itself makes is a placeholder for a person to see, and so is
            # everything before the business was read.
            lacking = [one for one in encoded.missing if (one.kind, one.code) not in given]
            if self._ids.read and self._names_unknown(at, lacking):
                continue
            given.add(_given(self.own[at]))
            self._take(at)
            yield self.own[at], encoded, self._batch.keys[at]

    def _encoded(self, at: int, known: Reference) -> Encoded:
        """Return what stands for an item, with payments of no more than is left."""
        return Codec(self._ids, self._settings, known).encode(self._capped(at))

    def _capped(self, at: int) -> Any:
        own = self.own[at]
        if isinstance(own, Payment):
            return capped(own, self._settings, self._outstanding)
        return own

    def _take(self, at: int) -> None:
        """Note what a payment settles."""
        paid = self._capped(at)
        if isinstance(paid, Payment):
            self._outstanding.take(paid)

    # ---- what the business has already

    def _recognise(self, at: int) -> Plan[None]:
        """Settle a document that was posted before: UNCHANGED, or refused as another."""
        item, key = self._batch.items[at], self._batch.keys[at]
        if type(item) not in DOCUMENTS or not key.id:
            return
        try:
            # As it was to be posted first: what is left of what it settles is less now.
            codec = Codec(self._ids, self._settings, self._reference)
            encoded = codec.encode(self.own[at])
        except (CodecError, ArithmeticError):
            # The rules say what is wrong with it.
            return
        if any(one.path == "/party" for one in encoded.missing):
            # The business has nothing of a party that it does not have.
            return
        kind = KINDS[encoded.resource]
        record = yield from self._found(kind, Mark.of(kind, encoded))
        if record is not None:
            yield from self._known(at, kind, encoded, record)

    def _unrecognised(self, at: int, error: SageConnectError) -> None:
        """Settle a document of which is not known whether it was posted before.

        It must not be sent, and it must not be said that nothing stands either.
        """
        if not isinstance(error, _LOST):
            self._batch.settle(at, State.NOT_RUN, error=error)
            return
        document: Any = self._batch.items[at]
        unknown = OutcomeUnknownError(
            f"whether it was posted before cannot be told, and it was not sent now: "
            f"{error.message}",
            key=self._batch.keys[at],
            document=document,
        )
        unknown.__cause__ = error
        self._batch.settle(at, State.UNKNOWN, error=unknown)

    def _known(self, at: int, kind: Kind, encoded: Encoded, record: Any) -> Plan[bool]:
        """Settle a document that stands already; return whether it is this one.

        It is UNCHANGED then; another is refused.
        """
        self._remember(at, record)
        found = differences(encoded, record)
        if status_of(record) == VOID:
            void = Difference(pointer="/status_id", sent=NOTHING, found=VOID)
            found = (void, *found)
        lowered = self._settings.policy.overpayment is Overpayment.ON_ACCOUNT
        if any(not settles_less(one, record, lowered=lowered) for one in found):
            self._conflict(at, encoded, record, found)
            return False
        self._tell(at, "SC-SA-DIFFERS", encoded, found)
        yield from self._attach_rest(at, kind, record.id)
        self._settle(at, State.UNCHANGED, record)
        return True

    def _files_of(self, at: int) -> Sequence[Attachment]:
        found: Sequence[Attachment] = getattr(self._batch.items[at], "attachments", ())
        return found

    def _attach_rest(self, at: int, kind: Kind, id: str) -> Plan[None]:
        """Attach what did not arrive when a document was posted, or came to it since."""
        files = self._files_of(at)
        try:
            files = yield from self._files.lacking(kind, id, files)
        except SageConnectError as error:
            values = {"name": files[0].name, "reason": error.message}
            self._batch.find(at, "SC-SA-ATTACHMENT", "/attachments", **values)
            return
        yield from self._attach(at, kind, id, files)

    def _tell(
        self, at: int, code: str, encoded: Encoded, found: Iterable[Difference]
    ) -> None:
        for one in found:
            path = encoded.place(one.pointer)
            values = {"field": one.pointer[1:], "sent": one.sent, "found": one.found}
            self._batch.find(at, code, path, where=path or one.pointer, **values)

    def _found(self, kind: Kind, mark: Mark) -> Plan[Any]:
        """Return the record that was posted before under `mark`, or None.

        What escapes here is held back by Sage itself: numbers of sales are unique, and for
        seven days a repeated key gives what was made of it first.
        """
        record = yield from self._seen.find(kind, mark)
        if record is None and mark.party_number and mark.day is not None:
            # Nothing keeps a purchase from being entered twice: one typed by hand may
            # carry the supplier's number alone.
            theirs = attrs.evolve(mark, own="", reference="")
            record = yield from self._records.find(kind, theirs, day=mark.day)
        return record

    def _conflict(
        self, at: int, encoded: Encoded, record: Any, found: Sequence[Difference]
    ) -> None:
        kind = KINDS[encoded.resource]
        link = link_of(kind, record.id)
        self._batch.find(at, "SC-KEY-CONFLICT", id=record.id, link=link)
        self._tell(at, "SC-SA-DIFFERS", encoded, found)
        self._batch.settle(at, State.REFUSED)

    # ---- what is new

    def _post(self, at: int, known: Reference) -> Plan[None]:
        try:
            encoded = self._encoded(at, known)
        except (CodecError, ArithmeticError) as error:
            self._unwritable(at, error)
            return
        if self._names_unknown(at, encoded.missing):
            return
        if self._turned and "currency_id" in encoded.body:
            self._batch.find(at, "SC-SA-RATE-DIRECTION", "/exchange_rate", **self._turned)
            self._batch.settle(at, State.NOT_RUN)
            return
        kind = KINDS[encoded.resource]
        if (yield from self._over_credits(at, kind, encoded)):
            return
        try:
            if gives_back(self.own[at]):
                yield from self._give_back(at, kind, known)
            elif type(self._batch.items[at]) in DOCUMENTS:
                yield from self._create(at, kind, encoded)
            else:
                yield from self._upsert(at, kind, encoded)
        except DuplicateError as error:
            yield from self._taken(at, kind, encoded, error)
        except OutcomeUnknownError as error:
            document: Any = self._batch.items[at]
            error.key, error.document = self._batch.keys[at], document
            self._batch.settle(at, State.UNKNOWN, error=error)
        except SageConnectError as error:
            self._explain(at, encoded, error)
            self._batch.settle(at, State.FAILED, error=error)

    def _over_credits(self, at: int, kind: Kind, encoded: Encoded) -> Plan[bool]:
        """Refuse what takes back more than is left; return whether it does, or may."""
        mark = Mark.of(kind, encoded)
        try:
            excess = yield from self._crediting.excess(self.own[at], mark)
        except SageConnectError as error:
            # Nothing was sent.
            self._batch.settle(at, State.NOT_RUN, error=error)
            return True
        if excess:
            self._batch.find(at, "SC-OVER-CREDITED", "/reverses", **excess)
            self._batch.settle(at, State.REFUSED)
        return bool(excess)

    def _give_back(self, at: int, kind: Kind, known: Reference) -> Plan[None]:
        """Free a payment of what it settles, and post the refund that takes it back."""
        refunds = Refunds(self._records, self._ids)
        freed = yield from refunds.freed(self.own[at])
        encoded = self._encoded(at, known)
        # The next refund of the same payment has to see again what is left of it.
        refunds.forget(self.own[at])
        try:
            done = yield from self._create(at, kind, encoded)
        except RemoteError:
            yield from refunds.restored(freed)
            raise
        if not done:
            yield from refunds.restored(freed)

    def _unwritable(self, at: int, error: Exception) -> None:
        # The rules should have said so; whatever it is, it stops this one only.
        place = error.path if isinstance(error, CodecError) else ""
        path = place if place.startswith("/") else ""
        self._batch.find(at, "SC-SA-REFUSED", path, message=str(error))
        self._batch.settle(at, State.REFUSED)

    def _names_unknown(self, at: int, lacking: Sequence[Missing]) -> bool:
        """Refuse what names something that the business lacks; return whether it does."""
        for one in lacking:
            values = {"what": one.kind, "value": one.code or NOTHING}
            self._batch.find(at, "SC-SA-RECORD-UNKNOWN", one.path, **values)
        if lacking:
            self._batch.settle(at, State.REFUSED)
        return bool(lacking)

    def _create(self, at: int, kind: Kind, encoded: Encoded) -> Plan[bool]:
        """Create a record, or find the one whose answer was lost; settle its document.

        Returns whether the document stands.
        """
        digest = self._batch.keys[at].digest
        try:
            made = self._records.made(
                kind,
                encoded.body,
                digest,
                self._began,
                fits=lambda record: not differences(encoded, record),
            )
            record, known = yield from made
        except OutcomeUnknownError:
            record = yield from self._perhaps(kind, Mark.of(kind, encoded))
            if record is None:
                raise
            known = yield from self._records.is_older(record, self._began)
        if known:
            return (yield from self._known(at, kind, encoded, record))
        return (yield from self._compared(at, kind, encoded, record))

    def _perhaps(self, kind: Kind, mark: Mark, *, anywhere: bool = False) -> Plan[Any]:
        """Return the record that carries `mark`; None when that cannot be told now."""
        day = None if anywhere else mark.day
        try:
            return (yield from self._records.find(kind, mark, thorough=True, day=day))
        except SageConnectError:
            return None

    def _compared(self, at: int, kind: Kind, encoded: Encoded, record: Any) -> Plan[bool]:
        """Settle a document that Sage has answered with `record`; return if it stands."""
        found = differences(encoded, record)
        if any(one.pointer in IDENTITY for one in found):
            # A repeated key is answered with what was made of it first: another document.
            self._conflict(at, encoded, record, found)
            return False
        if self._settings.policy.verify:
            self._tell(at, "SC-SA-READ-BACK", encoded, found)
        turned = _turned_rate(self.own[at], record, self._reference)
        if turned:
            self._turned = turned
            self._batch.find(at, "SC-SA-RATE-DIRECTION", "/exchange_rate", **turned)
        self._remember(at, record)
        self._take(at)
        self._seen.add(kind, Mark.of(kind, encoded), record.id)
        self._crediting.add(kind, record)
        yield from self._attach(at, kind, record.id, self._files_of(at))
        self._settle(at, State.CREATED, record)
        return True

    def _attach(
        self, at: int, kind: Kind, id: str, files: Sequence[Attachment]
    ) -> Plan[None]:
        """Attach files to a document; what does not arrive is told."""
        every = self._files_of(at)
        for one in files:
            try:
                yield from self._files.attach(kind, id, one)
            except SageConnectError as error:
                place = f"/attachments/{every.index(one)}"
                values = {"name": one.name, "reason": error.message}
                self._batch.find(at, "SC-SA-ATTACHMENT", place, **values)

    def _upsert(self, at: int, kind: Kind, encoded: Encoded) -> Plan[None]:
        """Create master data, or change what differs in what is there."""
        item = self._batch.items[at]
        own = self.own[at]
        id = known_id(self._ids, own)
        digest = self._batch.keys[at].digest
        if id is None:
            record = yield from self._records.create(kind, encoded.body, digest)
            learn(self._ids, own, record.id)
            # The documents of a later call may name it.
            self._new.append(own)
            yield from self._with_people(at, State.CREATED, record)
            return
        record = yield from self._records.get(kind, id)
        changed = {one.pointer.split("/")[1] for one in differences(encoded, record)}
        if not changed:
            yield from self._with_people(at, State.UNCHANGED, record)
            return
        fields = {name: encoded.body[name] for name in changed}
        # Under a key of its own: what was asked before under this one was another change.
        key = f"{digest}:{record.updated_at}:{sorted(changed)}:{item!r}"
        record = yield from self._records.update(kind, id, fields, key)
        yield from self._with_people(at, State.UPDATED, record)

    def _with_people(self, at: int, state: State, record: Any) -> Plan[None]:
        """Settle master data once a contact's people are kept too."""
        own = self.own[at]
        if isinstance(own, Party):
            key = self._batch.keys[at].digest
            try:
                changed = yield from People(self._records).kept(own, record, key)
            except SageConnectError as error:
                values = {"reason": error.message}
                self._batch.find(at, "SC-SA-PERSON-LEFT", "/people", **values)
            else:
                state = State.UPDATED if changed and state is State.UNCHANGED else state
        self._settle(at, state, record)

    def _taken(
        self, at: int, kind: Kind, encoded: Encoded, error: DuplicateError
    ) -> Plan[None]:
        """Tell our own earlier post under a number from a stranger's."""
        mark = attrs.evolve(Mark.of(kind, encoded), contact="")
        record = yield from self._perhaps(kind, mark, anywhere=True)
        if record is not None and not differences(encoded, record):
            self._remember(at, record)
            self._settle(at, State.UNCHANGED, record)
            return
        if error.code == "SC-SA-NUMBER-TAKEN":
            holder = NOTHING if record is None else record.id
            place = encoded.place(f"/{kind.number}") if kind.number else ""
            values = {"value": mark.number or mark.reference, "id": holder}
            if record is not None:
                values["link"] = link_of(kind, record.id)
            self._batch.find(at, error.code, place, **values)
        else:
            self._explain(at, encoded, error)
        self._batch.settle(at, State.FAILED, error=error)

    def _explain(self, at: int, encoded: Encoded, error: SageConnectError) -> None:
        """Note what Sage says, at the places of the caller's own document."""
        if not isinstance(error, RemoteError):
            return
        wrap = KINDS[encoded.resource].wrap
        for fault in faults_in(error.reply.encode()):
            place = encoded.place(pointer(fault.source, wrap, encoded.body))
            meant = fault.meaning(error.status or 0).code
            values = {"said": fault.message or fault.code, "field": fault.source or NOTHING}
            contact: str = encoded.body.get("contact_id", "")
            if contact:
                # A document that is refused is nowhere: whose it is, is.
                values["link"] = link_of(CONTACTS, contact)
            self._batch.find(at, meant, place, **values)

    def _settle(self, at: int, state: State, record: Any) -> None:
        receipt = receipt_of(self._batch.keys[at], self._batch.items[at], record)
        self._batch.settle(at, state, receipt=receipt)

    def _remember(self, at: int, record: Any) -> None:
        """Let later documents settle this one."""
        own = self.own[at]
        if not isinstance(own, TradeDocument):
            return
        number = own.number or own.source_id
        kind = self._batch.keys[at].kind
        self._ids.artefacts[kind, own.party, number] = record.id
        left = record.outstanding_amount
        sums = totals(own)
        posted = OpenDocument(
            number=number,
            kind=kind,
            party=own.party,
            currency=own.currency,
            total=sums.gross,
            outstanding=sums.due if left is None else left,
            date=own.date,
        )
        self._outstanding.put(posted, record.id)


def _given(own: Any) -> tuple[str, str]:
    """Return what others may name an item of the batch by: a kind, and a code."""
    match own:
        case Customer() | Supplier():
            return SIDES[type(own)], own.code
        case Item():
            return ITEM, own.code
        case DimensionValue():
            return CATEGORY, own.code
        case _:
            return DOCUMENT, own.number or own.source_id


def _turned_rate(own: Any, record: Any, reference: Reference) -> Mapping[str, object]:
    """Return what shows that Sage took an exchange rate for its inverse; {} for nothing."""
    rate = getattr(own, "exchange_rate", None)
    total: Decimal | None = getattr(record, "total_amount", None)
    base: Decimal | None = getattr(record, "base_currency_total_amount", None)
    home = reference.company.base_currency if reference.company else own.currency
    if not (rate and total and base) or own.currency == home:
        return {}
    if abs(base - total * rate) <= abs(base - total / rate):
        return {}
    return {
        "total": total,
        "currency": own.currency,
        "rate": rate,
        "base_total": base,
        "base": home,
    }


def own_of(item: Any, settings: AccountingSettings, reference: Reference) -> Any:
    """Return `item` in Sage's codes, and as policy has it fitted."""
    return fitted(translated(item, settings.mapping), settings, reference)


def status_of(record: Any) -> str:
    """Return the status of a record; "" where it has none."""
    status = getattr(record, "status", None)
    return "" if status is None else str(status.id)


def link_of(kind: Kind, id: str) -> str:
    """Return the address of a record, below that of the API.

    Sage tells of no address that its pages could be opened by.
    """
    return f"{kind.path}/{path_id(id)}"


def receipt_of(key: Key, document: Any, record: Any) -> Receipt[Any]:
    """Return the receipt of what stands as `record`."""
    transaction = getattr(record, "transaction", None)
    details = {
        "displayed_as": record.displayed_as or "",
        "status": status_of(record),
        "transaction": "" if transaction is None else transaction.id,
        "link": record.path or "",
    }
    return Receipt(
        key=key,
        id=record.id,
        document=document,
        posted_at=record.created_at or dt.datetime.fromtimestamp(0, dt.UTC),
        details=FrozenMap({name: text for name, text in details.items() if text}),
    )
