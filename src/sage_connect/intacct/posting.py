"""A batch on its way into a company: recognised, judged, sent once, compared."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from ..errors import (
    AuthenticationError,
    CodecError,
    DuplicateError,
    PermissionDeniedError,
    RefusedError,
    RemoteError,
    SageConnectError,
)
from ..ledger import State
from ..ledger.batch import merged
from ..model import (
    Document,
    Reference,
)
from ..plan import Now, Plan
from .attached import has_files
from .codec.decoding import text_of
from .codec.encoded import Encoded
from .codec.masters import object_of
from .compare import NOTHING, differences
from .outcomes import Answer, Became
from .recognition import Recognition
from .resolve import entity_of
from .standing import (
    change_of,
    failed_of,
    id_field_of,
    id_of,
    is_done,
    made_by,
    overlaid,
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


class Posting(Recognition):
    """A batch that is sent: all that is needed for it is given as for `Recognition`."""

    def shown(self) -> Iterator[tuple[Any, Encoded]]:
        """Give what may go, in Intacct's codes and as sent. Sends nothing."""
        known = merged(self._reference, [self.own[at] for at in self._batch.pending])
        for at in self._batch:
            try:
                yield self.own[at], self._encoded(at, known)
            except (CodecError, ArithmeticError) as error:
                self._unwritable(at, error)

    def run(self) -> Plan[None]:
        """Settle every item of the batch."""
        yield from self._sift()
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

    def _sift(self) -> Plan[None]:
        """Settle what stands already, what breaks a rule, and what may not be sent."""
        self._began = yield from Now()
        yield from self._learn_settled()
        yield from self._recognise()
        self.judge()
        for at, error in self._unread.items():
            # What is wrong with it says more than that it could not be looked up.
            if at in self._batch.pending:
                self._batch.settle(at, State.NOT_RUN, error=error)

    def _together(self, at: int) -> tuple[Any, ...]:
        """Return what must be the same for two items to go out in one request."""
        item = self._batch.items[at]
        if not isinstance(item, Document):
            return (_MASTERS, object_of(self.own[at]))
        # Files and their document stand or fall together.
        alone = at if has_files(item) else -1
        return (entity_of(self.own[at], self._settings), alone)

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
                if isinstance(error, AuthenticationError):
                    self._stopped = error
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
