"""A batch on its way into a company: recognised, judged, sent once, compared."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any, Final

import attrs

from ..errors import (
    CodecError,
    OutcomeUnknownError,
    RemoteError,
    SageConnectError,
)
from ..ledger import Key, Receipt, State
from ..ledger.batch import Batch, checked, merged, open_document
from ..model import (
    Document,
    MasterData,
    OpenDocument,
    Payment,
    Reference,
    TradeDocument,
)
from ..model.fields import FrozenMap
from ..plan import Now, Plan
from ..validation import Checker, Report
from .attached import attached, files_id, has_files
from .codec import Codec
from .codec.decoding import text_of
from .codec.encoded import Encoded
from .codec.masters import NAME_OF, object_of
from .compare import NOTHING, Difference, differences
from .fitting import as_given, given_path, own_of
from .ids import Ids
from .kinds import AP_BILL, AR_INVOICE, Kind
from .outcomes import Answer, Became
from .records import Records
from .resolve import entity_of, is_received, is_refund, number_of
from .settings import IntacctSettings
from .wire.function import Function
from .wire.record import Record

_MASTERS: Final = "masters"
_REVERSED: Final = frozenset({"V", "REVERSED", "VOIDED", "VOID"})


class Posting:
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
        self._began: dt.datetime = dt.datetime.min.replace(tzinfo=dt.UTC)
        self.own: list[Any] = [own_of(one, settings, reference) for one in batch.items]

    # ---- what needs no step

    @property
    def reference(self) -> Reference:
        """What is known now: the next batch starts from it."""
        known = merged(self._reference, self._new) if self._new else self._reference
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

    def shown(self) -> Iterator[tuple[Any, Encoded]]:
        """Give what may go, in Intacct's codes and as sent. Sends nothing."""
        known = merged(self._reference, [self.own[at] for at in self._batch.pending])
        for at in self._batch:
            try:
                yield self.own[at], self._encoded(at, known)
            except (CodecError, ArithmeticError) as error:
                self._unwritable(at, error)

    def _encoded(self, at: int, known: Reference) -> Encoded:
        codec = Codec(self._ids, self._settings, known)
        digest = self._batch.keys[at].digest
        item = self._batch.items[at]
        files = files_id(digest) if has_files(item) else ""
        encoded = codec.encode(self.own[at], digest, files)
        return attached(encoded, item, digest, self._settings)

    # ---- all of it

    def run(self) -> Plan[None]:
        """Settle every item of the batch."""
        self._began = yield from Now()
        yield from self._find_settled()
        yield from self._recognise()
        self.judge()
        known = merged(self._reference, [self.own[at] for at in self._batch.pending])
        size = max(1, min(self._settings.policy.batch, 100))
        for group in self._batch.groups(size, self._together):
            yield from self._post(group, known)

    def _together(self, at: int) -> tuple[Any, ...]:
        """Return what must be the same for two items to go out in one request."""
        item = self._batch.items[at]
        if not isinstance(item, Document):
            return (_MASTERS, object_of(self.own[at]))
        # Files and their document stand or fall together.
        alone = at if has_files(item) else -1
        return (entity_of(self.own[at], self._settings), alone)

    # ---- what the company has already

    def _find_settled(self) -> Plan[None]:
        """Look up what payments settle, and what is not open any more."""
        sought: dict[str, tuple[Kind, set[str]]] = {}
        for at in self._batch.pending:
            own = self.own[at]
            if not isinstance(own, Payment) or is_refund(own):
                continue
            received = is_received(own)
            kind = AR_INVOICE if received else AP_BILL
            for part in own.allocations:
                if self._ids.settled(own.party, part.number, received=received) is None:
                    sought.setdefault(kind.object, (kind, set()))[1].add(part.number)
        for kind, numbers in sought.values():
            try:
                records = yield from self._records.called(kind, sorted(numbers))
            except SageConnectError:
                # It is told where it matters: where the payment itself is looked for.
                continue
            for record in (one for one in records if stands(kind, one)):
                party = text_of(record, kind.party)
                for name in numbers:
                    if kind.is_called(record, name):
                        self._ids.documents[kind.object, party, name] = record[kind.id]

    def _recognise(self) -> Plan[None]:
        """Settle documents that were posted before: UNCHANGED, or refused as others."""
        sought: dict[str, tuple[Kind, dict[int, Encoded]]] = {}
        for at in self._batch.pending:
            if not isinstance(self._batch.items[at], Document) or not number_of(
                self.own[at]
            ):
                continue
            try:
                encoded = self._encoded(at, self._reference)
            except (CodecError, ArithmeticError):
                # The rules say what is wrong with it.
                continue
            kind = encoded.kind
            if kind is not None:
                sought.setdefault(kind.object, (kind, {}))[1][at] = encoded
        for kind, each in sought.values():
            try:
                yield from self._recognise_kind(kind, each)
            except SageConnectError as error:
                for at in each:
                    self._unrecognised(at, error)

    def _recognise_kind(self, kind: Kind, each: dict[int, Encoded]) -> Plan[None]:
        numbers = [encoded.number for encoded in each.values()]
        records = yield from self._records.numbered(kind, numbers)
        standing: dict[int, Record] = {}
        for at, encoded in each.items():
            record = _match(encoded, records)
            if record is None:
                continue
            if encoded.reverses:
                self._to_take_back(at, encoded, record)
            else:
                standing[at] = record
        ids = [record[kind.id] for record in standing.values()]
        lines = yield from self._records.lines(kind, ids)
        for at, record in standing.items():
            self._known(at, each[at], record, lines.get(record[kind.id]))

    def _to_take_back(self, at: int, encoded: Encoded, record: Record) -> None:
        """Settle a refund whose payment is taken back already, or not what it says."""
        kind = encoded.kind
        if kind is None:
            return
        self._ids.documents[kind.object, self.own[at].party, encoded.number] = _id(
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
        if isinstance(error, RemoteError) and error.code:
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
            self._find(at, "SC-KEY-CONFLICT", id=_id(encoded, record))
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
            self._find(at, code, one.path, **values)

    # ---- what is new

    def _post(self, group: Sequence[int], known: Reference) -> Plan[None]:
        encoded = self._ready(group, known)
        if encoded and not isinstance(self._batch.items[group[0]], Document):
            encoded = yield from self._changed(encoded)
        if not encoded:
            return
        functions, whole = self._functions(encoded)
        answers = yield from self._records.service.batches(
            functions,
            transaction=whole,
            entity=next(iter(encoded.values())).entity,
            key=self._batch.keys[group[0]].digest if len(group) == 1 else "",
        )
        yield from self._conclude(encoded, answers)

    def _ready(self, group: Sequence[int], known: Reference) -> dict[int, Encoded]:
        """Return what of a group can be sent, by position; the rest is settled."""
        encoded: dict[int, Encoded] = {}
        for at in group:
            try:
                one = self._encoded(at, known)
            except (CodecError, ArithmeticError) as error:
                self._unwritable(at, error)
                continue
            if not self._lacks(at, one):
                encoded[at] = one
        return encoded

    def _functions(self, encoded: dict[int, Encoded]) -> tuple[list[Function], bool]:
        """Return what is sent of a group, and whether it stands or falls together."""
        functions = [one for each in encoded.values() for one in each.functions]
        return functions, self._settings.policy.transaction or len(functions) > len(encoded)

    def _conclude(
        self, encoded: dict[int, Encoded], answers: Sequence[Answer]
    ) -> Plan[None]:
        """Settle a group by what Intacct says of each of its functions."""
        told = {answer.control_id: answer for answer in answers}
        made: dict[int, tuple[Encoded, str, State]] = {}
        doubtful: dict[int, tuple[Encoded, Answer]] = {}
        for at, one in encoded.items():
            own = [told[str(function.control_id)] for function in one.functions]
            failed = next((it for it in own if it.became is not Became.DONE), None)
            if failed is None:
                state = self._state_of(at)
                made[at] = (one, _made(own[-1]), state)
            elif failed.became in {Became.REPEATED, Became.UNKNOWN}:
                doubtful[at] = (one, failed)
            else:
                self._failed(at, one, failed)
        yield from self._look_again(doubtful)
        yield from self._read_back(made)

    def _state_of(self, at: int) -> State:
        item = self._batch.items[at]
        if isinstance(item, Document):
            return State.CREATED
        name = (object_of(self.own[at]), "", self.own[at].code)
        return State.UPDATED if name in self._ids.masters else State.CREATED

    def _lacks(self, at: int, encoded: Encoded) -> bool:
        """Refuse what names something that the company lacks; return whether it does."""
        for one in encoded.missing:
            values = {"what": one.kind, "value": one.code or NOTHING}
            self._find(at, "SC-IN-RECORD-UNKNOWN", one.path, **values)
        if encoded.missing:
            self._batch.settle(at, State.REFUSED)
        return bool(encoded.missing)

    def _unwritable(self, at: int, error: Exception) -> None:
        # The rules should have said so; whatever it is, it stops this one only.
        place = error.path if isinstance(error, CodecError) else ""
        path = place if place.startswith("/") else ""
        values = {"message": str(error), "field": place or NOTHING}
        self._find(at, "SC-IN-REFUSED", path, **values)
        self._batch.settle(at, State.REFUSED)

    def _changed(self, encoded: dict[int, Encoded]) -> Plan[dict[int, Encoded]]:
        """Settle master data that stands as it should; return the rest."""
        standing = {
            at: one for at, one in encoded.items() if self._state_of(at) is State.UPDATED
        }
        if not standing:
            return encoded
        object = object_of(self.own[next(iter(standing))])
        by = next(iter(next(iter(standing.values())).header))
        fields = dict.fromkeys(name for one in standing.values() for name in one.header)
        fields |= dict.fromkeys(name for one in standing.values() for name in one.places)
        id_field = _id_field(object, by)
        codes = [self.own[at].code for at in standing]
        try:
            records = yield from self._records.named(
                object, id_field, codes, [*dict.fromkeys([*fields, "WHENMODIFIED"])]
            )
        except SageConnectError as error:
            for at in standing:
                self._batch.settle(at, State.FAILED, error=error)
            return {at: one for at, one in encoded.items() if at not in standing}
        found = {text_of(record, id_field): record for record in records}
        rest = dict(encoded)
        for at, one in standing.items():
            record = found.get(self.own[at].code)
            if record is None:
                continue
            if not differences(one, record):
                del rest[at]
                self._settle(at, State.UNCHANGED, one, record)
                continue
            # Under a key of its own: what was asked before under this one was another
            # change, and the gateway would take this for its repeat.
            for function in one.functions:
                function.control_id = (
                    f"{function.control_id}-{text_of(record, 'WHENMODIFIED')}"
                )
        return rest

    # ---- what became of it

    def _failed(self, at: int, encoded: Encoded, answer: Answer) -> None:
        error = answer.error
        if answer.became is Became.ROLLED_BACK:
            self._find(at, "SC-IN-ROLLED-BACK")
        elif isinstance(error, RemoteError):
            self._explain(at, encoded, answer, error)
        if answer.became is Became.NOT_RUN:
            self._batch.settle(at, State.NOT_RUN, error=error)
            return
        self._batch.settle(at, State.FAILED, error=error)

    def _explain(
        self, at: int, encoded: Encoded, answer: Answer, error: RemoteError
    ) -> None:
        """Note what Intacct says, at the places of the caller's own document."""
        messages = answer.result.errors if answer.result is not None else ()
        for one in messages:
            field = one.target.get("field", "")
            values = {"message": one.text or one.number, "field": field or NOTHING}
            path = encoded.place(field) if field else ""
            self._find(at, "SC-IN-REFUSED", path, **values)
        if not messages:
            values = {"message": error.message, "field": NOTHING}
            self._find(at, "SC-IN-REFUSED", "", **values)

    def _look_again(self, doubtful: dict[int, tuple[Encoded, Answer]]) -> Plan[None]:
        """Look up what may have been posted: by this batch, or by one before it."""
        for at, (encoded, answer) in doubtful.items():
            kind = encoded.kind
            try:
                if kind is None:
                    record, lines = (yield from self._master(at, encoded)), None
                else:
                    found = yield from self._records.numbered(kind, [encoded.number])
                    record = _match(encoded, found)
                    lines = None
                    if record is not None:
                        read = yield from self._records.lines(kind, [record[kind.id]])
                        lines = read.get(record[kind.id])
            except SageConnectError:
                record, lines = None, None
            differing = () if record is None else differences(encoded, record, lines)
            if record is None or (differing and answer.became is not Became.REPEATED):
                self._unknown(at, answer)
                continue
            if differing:
                # What was carried out under this key is another content.
                self._find(at, "SC-KEY-CONFLICT", id=_id(encoded, record))
                self._tell(at, "SC-IN-DIFFERS", differing)
                self._batch.settle(at, State.REFUSED)
                continue
            self._remember(at, encoded, record)
            self._settle(at, self._state_of(at), encoded, record)

    def _master(self, at: int, encoded: Encoded) -> Plan[Record | None]:
        own = self.own[at]
        object = object_of(own)
        field = _id_field(object, next(iter(encoded.header)))
        found = yield from self._records.named(object, field, [own.code], [*encoded.header])
        return found[0] if found else None

    def _unknown(self, at: int, answer: Answer) -> None:
        document: Any = self._batch.items[at]
        reason = answer.error.message if answer.error is not None else "no answer"
        unknown = OutcomeUnknownError(reason, key=self._batch.keys[at], document=document)
        unknown.__cause__ = answer.error
        self._batch.settle(at, State.UNKNOWN, error=unknown)

    def _read_back(self, made: dict[int, tuple[Encoded, str, State]]) -> Plan[None]:
        """Read what was just made, and tell where it is not what was sent."""
        found: dict[tuple[str, str], tuple[Record, list[Record] | None]] = {}
        if self._settings.policy.verify:
            kinds = {one.kind.object: one.kind for one, _, _ in made.values() if one.kind}
            for kind in kinds.values():
                own = {at: one for at, one in made.items() if one[0].kind is kind}
                ids = [id for one, id, _ in own.values() if id and not one.reverses]
                try:
                    found |= yield from self._as_it_stands(kind, ids)
                except SageConnectError as error:
                    for at in own:
                        self._find(at, "SC-IN-NOT-READ-BACK", reason=error.message)
        for at, (encoded, id, state) in made.items():
            name = (encoded.kind.object if encoded.kind else "", id)
            record, lines = found.get(name, (Record("made", {"RECORDNO": id}), None))
            if name in found:
                self._tell(at, "SC-IN-READ-BACK", differences(encoded, record, lines))
            self._remember(at, encoded, record)
            self._settle(at, state, encoded, record)

    def _as_it_stands(
        self, kind: Kind, ids: Sequence[str]
    ) -> Plan[dict[tuple[str, str], tuple[Record, list[Record] | None]]]:
        records = yield from self._records.whole(kind, ids)
        lines = yield from self._records.lines(kind, ids)
        return {
            (kind.object, id): (record, lines.get(id))
            for record in records
            if (id := record[kind.id])
        }

    def _remember(self, at: int, encoded: Encoded, record: Record) -> None:
        """Let later documents name this one."""
        own = self.own[at]
        id = _id(encoded, record)
        if isinstance(own, TradeDocument):
            document: Any = own
            number = own.number or own.source_id
            if encoded.kind is not None:
                for name in {number, encoded.number}:
                    self._ids.documents[encoded.kind.object, own.party, name] = id
            posted = open_document(document)
            self._opened[own.party, number] = attrs.evolve(posted, number=number)
        elif isinstance(own, MasterData):
            self._ids.masters[object_of(own), "", _code(own)] = id
            self._new.append(own)

    def _settle(self, at: int, state: State, encoded: Encoded, record: Record) -> None:
        item = self._batch.items[at]
        receipt = receipt_of(self._batch.keys[at], item, encoded, record, self._began)
        self._batch.settle(at, state, receipt=receipt)


def stands(kind: Kind, record: Record) -> bool:
    """Return whether a record was not reversed."""
    return not kind.state or text_of(record, kind.state).upper() not in _REVERSED


def _code(own: Any) -> str:
    code: str = own.code
    return code


def _id_field(object: str, default: str) -> str:
    return NAME_OF.get(object, (default,))[0]


def _id(encoded: Encoded, record: Record) -> str:
    kind = encoded.kind
    return text_of(record, "RECORDNO" if kind is None else kind.id)


def _made(answer: Answer) -> str:
    """Return the record number that a function answers with; "" for none."""
    result = answer.result
    if result is None:
        return ""
    if result.key:
        return result.key
    return text_of(result.records[0], "RECORDNO") if result.records else ""


def _match(encoded: Encoded, records: Sequence[Record]) -> Record | None:
    """Return the record that stands under a document's number; None for none.

    A supplier's numbers are unique for him only, payments' for their party, and entries'
    for their journal; those of what we send to customers are unique by themselves.
    """
    kind = encoded.kind
    if kind is None:
        return None
    by = "" if kind.unique else kind.party
    by = by or ("JOURNAL" if "JOURNAL" in kind.fields else "")
    found = [
        record
        for record in records
        if text_of(record, kind.number) == encoded.number
        and (not by or text_of(record, by) == encoded.header.get(by, ""))
    ]
    # What was taken back may have been posted again.
    standing = [record for record in found if stands(kind, record)]
    return next(iter(standing or found), None)


def receipt_of(
    key: Key, document: Any, encoded: Encoded, record: Record, at: dt.datetime
) -> Receipt[Any]:
    """Return the receipt of what stands as `record`."""
    kind = encoded.kind
    details = {
        "object": "" if kind is None else kind.object,
        "number": encoded.number,
        "entity": encoded.entity,
        "state": text_of(record, kind.state) if kind is not None and kind.state else "",
        "due": text_of(record, "TRX_TOTALDUE"),
    }
    return Receipt(
        key=key,
        id=_id(encoded, record) or encoded.number,
        document=document,
        posted_at=at,
        details=FrozenMap({name: text for name, text in details.items() if text}),
    )
