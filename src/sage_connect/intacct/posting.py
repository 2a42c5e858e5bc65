"""A batch on its way into a company: recognised, judged, sent once, compared."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from ..errors import (
    AuthenticationError,
    BrokenReplyError,
    CodecError,
    DuplicateError,
    OutcomeUnknownError,
    PermissionDeniedError,
    RateLimitedError,
    RefusedError,
    RemoteError,
    SageConnectError,
    TransportError,
)
from ..ledger import State
from ..ledger.batch import Batch, checked, merged, open_document
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
from ..plan import Now, Plan
from ..validation import Checker, Report
from .attached import attached, files_id, has_files
from .codec import Codec
from .codec.decoding import amount_of, text_of
from .codec.encoded import Encoded
from .codec.masters import object_of
from .compare import NOTHING, Difference, differences
from .fitting import as_given, given_path, own_of
from .ids import Ids
from .kinds import AR_ADVANCE, AR_PAYMENT, Kind, stands
from .opened import settled
from .outcomes import Answer, Became
from .records import Records
from .resolve import entity_of, number_of
from .settings import IntacctSettings, otherwise
from .standing import (
    change_of,
    failed_of,
    id_field_of,
    id_of,
    is_done,
    made_by,
    match,
    overlaid,
    receipt_of,
    refusals_of,
    used_for,
)
from .wire.encoding import encode
from .wire.function import Function
from .wire.record import Record

_MASTERS: Final = "masters"
# What has to be looked for. Nobody has published how a repeat is refused, and another may
# have posted the same since it was looked for: so is what was refused for any reason.
_DOUBTFUL: Final = frozenset(Became) - {Became.DONE, Became.NOT_RUN}
# The same of a request that was turned away as a whole, by an answer that was understood.
_REFUSED: Final = (DuplicateError, PermissionDeniedError, RefusedError)
# Errors after which nobody knows what the company would have said.
_LOST: Final = (BrokenReplyError, RateLimitedError, TransportError)
_CREDITS: Final = (SalesCreditNote, PurchaseCreditNote)


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
        # Why nobody is let in any more: asking again and again might lock the user.
        self._stopped: AuthenticationError | None = None
        self._unread: dict[int, SageConnectError] = {}
        self._began: dt.datetime = dt.datetime.min.replace(tzinfo=dt.UTC)
        self.own: list[Any] = [own_of(one, settings, reference) for one in batch.items]

    # ---- what needs no step

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

    def shown(self) -> Iterator[tuple[Any, Encoded]]:
        """Give what may go, in Intacct's codes and as sent. Sends nothing."""
        known = merged(self._reference, [self.own[at] for at in self._batch.pending])
        for at in self._batch:
            try:
                yield self.own[at], self._encoded(at, known)
            except (CodecError, ArithmeticError) as error:
                self._unwritable(at, error)

    def _encoded(
        self, at: int, known: Reference, settings: IntacctSettings | None = None
    ) -> Encoded:
        codec = Codec(self._ids, settings or self._settings, known)
        digest = self._batch.keys[at].digest
        item = self._batch.items[at]
        files = files_id(digest) if has_files(item) else ""
        encoded = codec.encode(self.own[at], digest, files)
        return attached(encoded, item, digest, self._settings)

    # ---- all of it

    def run(self) -> Plan[None]:
        """Settle every item of the batch."""
        self._began = yield from Now()
        yield from self._learn_settled()
        yield from self._recognise()
        self.judge()
        for at, error in self._unread.items():
            # What is wrong with it says more than that it could not be looked up.
            if at in self._batch.pending:
                self._batch.settle(at, State.NOT_RUN, error=error)
        coming = [self.own[at] for at in self._batch.pending]
        known, changed = merged(self._reference, coming), 0
        size = max(1, min(self._settings.policy.batch, 100))
        for group in self._batch.groups(size, self._together):
            if len(self._new) != changed:
                # Documents are written with what their items are by now.
                known, changed = overlaid(known, self._new), len(self._new)
            if self._stopped is None:
                yield from self._post(group, known)
                continue
            for at in group:
                self._batch.settle(at, State.NOT_RUN, error=self._stopped)

    def _together(self, at: int) -> tuple[Any, ...]:
        """Return what must be the same for two items to go out in one request."""
        item = self._batch.items[at]
        if not isinstance(item, Document):
            return (_MASTERS, object_of(self.own[at]))
        # Files and their document stand or fall together.
        alone = at if has_files(item) else -1
        return (entity_of(self.own[at], self._settings), alone)

    # ---- what the company has already

    def _learn_settled(self) -> Plan[None]:
        """Look up what payments settle: others may have posted it, or paid it."""
        pending = {at: self.own[at] for at in self._batch.pending}
        payments = {at: one for at, one in pending.items() if isinstance(one, Payment)}
        try:
            found = yield from settled(self._records, payments.values(), self._ids)
        except SageConnectError as error:
            for at in payments:
                self._unrecognised(at, error)
            return
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
            self._find(at, code, one.path, **values)

    # ---- what is new

    def _post(self, group: Sequence[int], known: Reference) -> Plan[None]:
        encoded = yield from self._prepared(group, known)
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
            failed = failed_of(own)
            if failed is None:
                state = self._state_of(at)
                made[at] = (one, made_by(own[-1]), state)
            elif failed.became in _DOUBTFUL or isinstance(failed.error, _REFUSED):
                doubtful[at] = (one, failed)
            else:
                self._failed(at, one, failed)
        yield from self._look_again(doubtful)
        yield from self._read_back(made)

    def _prepared(self, group: Sequence[int], known: Reference) -> Plan[dict[int, Encoded]]:
        """Return what of a group is to be sent; the rest is settled."""
        is_master = not isinstance(self._batch.items[group[0]], Document)
        standing: Mapping[str, Record] = {}
        if is_master:
            try:
                standing = yield from self._standing(group, known)
            except SageConnectError as error:
                for at in group:
                    self._batch.settle(at, State.NOT_RUN, error=error)
                return {}
        encoded: dict[int, Encoded] = {}
        for at in group:
            one = self._written(at, known)
            if one is None or self._lacks(at, one):
                continue
            if is_master and not self._is_change(at, one, standing):
                continue
            encoded[at] = one
        return encoded

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

    def _written(self, at: int, known: Reference) -> Encoded | None:
        """Return what posts an item; None where that cannot be written, and is refused.

        What one document cannot be written for must not hold back the others.
        """
        try:
            encoded = self._encoded(at, known)
            for function in encoded.functions:
                encode(function)
        except (CodecError, ArithmeticError) as error:
            self._unwritable(at, error)
            return None
        return encoded

    def _standing(self, group: Sequence[int], known: Reference) -> Plan[dict[str, Record]]:
        """Return the master data of a group as it stands now, by its code.

        Others create, change and delete it, too: what was loaded may be old.
        """
        object = object_of(self.own[group[0]])
        fields: dict[str, None] = {}
        id_field = id_field_of(object, "")
        for at in group:
            try:
                one = self._encoded(at, known)
            except (CodecError, ArithmeticError):
                continue
            id_field = id_field or next(iter(one.header))
            fields |= dict.fromkeys((*one.header, *one.places, "WHENMODIFIED"))
        codes = [self.own[at].code for at in group]
        records = yield from self._records.named(object, id_field, codes, [*fields])
        found = {text_of(record, id_field): record for record in records}
        for code in codes:
            name = (object, "", code)
            self._ids.masters.pop(name, None)
            if code in found:
                self._ids.masters[name] = text_of(found[code], "RECORDNO")
        return found

    def _is_change(self, at: int, one: Encoded, standing: Mapping[str, Record]) -> bool:
        """Return whether master data is to be sent; settle what stands as it should."""
        record = standing.get(self.own[at].code)
        if record is None:
            return True
        differing = differences(one, record)
        if not differing:
            self._remember(at, one, record)
            self._settle(at, State.UNCHANGED, one, record)
            return False
        suffix = change_of(record, differing)
        for function in one.functions:
            function.control_id = f"{function.control_id}-{suffix}"
        return True

    # ---- what became of it

    def _failed(self, at: int, encoded: Encoded, answer: Answer) -> None:
        error = answer.error
        if answer.became is Became.ROLLED_BACK:
            self._find(at, "SC-IN-ROLLED-BACK")
        elif isinstance(error, RemoteError):
            self._explain(at, encoded, answer, error)
        if answer.became is Became.NOT_RUN:
            if isinstance(error, AuthenticationError):
                self._stopped = error
            self._batch.settle(at, State.NOT_RUN, error=error)
            return
        self._batch.settle(at, State.FAILED, error=error)

    def _explain(
        self, at: int, encoded: Encoded, answer: Answer, error: RemoteError
    ) -> None:
        """Note what Intacct says, at the places of the caller's own document."""
        for one in refusals_of(encoded, answer, error):
            self._find(at, "SC-IN-REFUSED", one.path, **one.values)

    def _look_again(self, doubtful: dict[int, tuple[Encoded, Answer]]) -> Plan[None]:
        """Look up what may have been posted: by this batch, or by another meanwhile."""
        kinds = {one.kind.object: one.kind for one, _ in doubtful.values() if one.kind}
        groups = [
            {at: it for at, it in doubtful.items() if it[0].kind is kind}
            for kind in kinds.values()
        ]
        groups.extend({at: it} for at, it in doubtful.items() if it[0].kind is None)
        for group in groups:
            encoded = {at: one for at, (one, _) in group.items()}
            try:
                found = yield from self._there(encoded)
            except SageConnectError as error:
                for at, (one, answer) in group.items():
                    if answer.became is Became.NOT_RUN:
                        self._failed(at, one, answer)
                    else:
                        self._unknown(at, answer, error)
                continue
            for at, (one, answer) in group.items():
                self._looked_up(at, one, answer, found.get(at))

    def _there(
        self, group: dict[int, Encoded]
    ) -> Plan[dict[int, tuple[Record, list[Record] | None]]]:
        """Return the records, with their lines, that stand for what is of one kind."""
        at, first = next(iter(group.items()))
        kind = first.kind
        if kind is None:
            record = yield from self._master(at, first)
            return {} if record is None else {at: (record, None)}
        numbers = [one.number for one in group.values()]
        records = yield from self._records.numbered(kind, numbers)
        matched = {at: used_for(one, records) for at, one in group.items()}
        found = {at: record for at, record in matched.items() if record is not None}
        ids = [record[kind.id] for record in found.values()]
        lines = yield from self._records.lines(kind, ids)
        return {at: (one, lines.get(one[kind.id])) for at, one in found.items()}

    def _looked_up(
        self,
        at: int,
        encoded: Encoded,
        answer: Answer,
        found: tuple[Record, list[Record] | None] | None,
    ) -> None:
        if found is not None and is_done(encoded, *found):
            record, _ = found
            state = self._state_of(at)
            self._remember(at, encoded, record)
            self._settle(at, state, encoded, record)
        elif answer.became not in {Became.REPEATED, Became.UNKNOWN}:
            self._failed(at, encoded, answer)
        elif found is None or encoded.reverses or answer.became is Became.UNKNOWN:
            self._unknown(at, answer)
        else:
            # What was carried out under this key is another content.
            record, lines = found
            self._find(at, "SC-KEY-CONFLICT", id=id_of(encoded, record))
            self._tell(at, "SC-IN-DIFFERS", differences(encoded, record, lines))
            self._batch.settle(at, State.REFUSED)

    def _master(self, at: int, encoded: Encoded) -> Plan[Record | None]:
        own = self.own[at]
        object = object_of(own)
        field = id_field_of(object, next(iter(encoded.header)))
        found = yield from self._records.named(object, field, [own.code], [*encoded.header])
        return found[0] if found else None

    def _unknown(
        self, at: int, answer: Answer, failure: SageConnectError | None = None
    ) -> None:
        """Settle what may have been posted, and for which reason that is not known."""
        reason = answer.error.message if answer.error is not None else "no answer"
        if failure is not None:
            reason = f"{reason} Whether it stands could not be looked up: {failure.message}"
        self._doubt(at, reason, answer.error)

    def _read_back(self, made: dict[int, tuple[Encoded, str, State]]) -> Plan[None]:
        """Read what was just made, and tell where it is not what was sent."""
        found: dict[tuple[str, str], tuple[Record, list[Record] | None]] = {}
        if self._settings.policy.verify:
            kinds = {one.kind.object: one.kind for one, _, _ in made.values() if one.kind}
            for kind in kinds.values():
                own = {at: one for at, one in made.items() if one[0].kind is kind}
                ids = [id for one, id, _ in own.values() if id and not one.reverses]
                try:
                    found |= yield from self._records.as_it_stands(kind, ids)
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
