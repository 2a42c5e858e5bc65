"""Documents that Intacct carries out later: queued now, settled by a callback."""

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any

import attrs

from ..errors import (
    BrokenReplyError,
    ConfigurationError,
    OutcomeUnknownError,
    SageConnectError,
    UnsupportedError,
)
from ..ledger import Outcome, Receipt, State
from ..model import Document
from ..model.fields import FrozenMap
from ..plan import Now, Plan
from .call import Call, call_of
from .callback import Callback
from .codec.encoded import Encoded
from .gateway import ECHO
from .posting import Posting
from .wire.function import Function


@attrs.frozen(kw_only=True)
class Queued:
    """What became of documents that were to be queued.

    Attributes:
        outcomes: One for each, in input order: HANDED_OVER where Intacct has queued it, and
            nothing is known yet of what comes of it.
        waiting: The documents that a callback will tell of, by its control id. Keep it, or
            what finds them again: a callback is settled against its documents.
    """

    outcomes: tuple[Outcome[Any], ...]
    waiting: Mapping[str, tuple[Document, ...]]


def require_documents(items: Sequence[Any]) -> None:
    """Refuse what cannot wait: documents need the records of those before them."""
    for one in items:
        if not isinstance(one, Document):
            raise UnsupportedError(
                f"{one.type} cannot be queued: documents need it before they are sent",
                fix="Post master data at once, with `documents.post_all`.",
            )


class Queueing(Posting):
    """A batch on its way into the queue, or out of it."""

    def queue(self, policy_id: str) -> Plan[Mapping[str, tuple[Document, ...]]]:
        """Queue what passes the rules; return what waits, by control id."""
        yield from self._sift()
        waiting: dict[str, tuple[Document, ...]] = {}
        size = max(1, min(self._settings.policy.batch, 100))
        for group in self._batch.groups(size, self._together):
            encoded = yield from self._prepared(group, self._reference)
            if encoded:
                call = self._call(encoded, policy_id)
                yield from self._queue(encoded, call, policy_id)
                if any(
                    self._batch.outcome(at).state is State.HANDED_OVER for at in encoded
                ):
                    own: Any = tuple(self._batch.items[at] for at in encoded)
                    waiting[call.control_id] = own
        return waiting

    def _queue(self, encoded: dict[int, Encoded], call: Call, policy_id: str) -> Plan[None]:
        functions, whole = self._functions(encoded)
        first = next(iter(encoded))
        try:
            yield from self._records.service.queue(
                functions,
                control_id=call.control_id,
                policy_id=policy_id,
                transaction=whole,
                entity=encoded[first].entity,
                unique=True,
                key=self._batch.keys[first].digest if len(encoded) == 1 else "",
            )
        except OutcomeUnknownError as error:
            for at in encoded:
                item: Any = self._batch.items[at]
                unknown = OutcomeUnknownError(
                    f"whether it was queued is not known: {error.message}",
                    key=self._batch.keys[at],
                    document=item,
                )
                unknown.__cause__ = error
                self._batch.settle(at, State.UNKNOWN, error=unknown)
            return
        except SageConnectError as error:
            # Nothing was queued; requests before this one may have been.
            for at in encoded:
                self._batch.settle(at, State.NOT_RUN, error=error)
            return
        for at, one in encoded.items():
            self._batch.settle(
                at,
                State.HANDED_OVER,
                receipt=Receipt(
                    key=self._batch.keys[at],
                    id=one.number,
                    document=self._batch.items[at],
                    posted_at=self._began,
                    details=FrozenMap({"control_id": call.control_id}),
                ),
            )

    def settle(self, callback: Callback) -> Plan[None]:
        """Settle every document of the batch by what a callback says.

        Raises:
            BrokenReplyError: It tells of others.
            SageConnectError: What payments settle could not be looked up; nothing is
                settled, and it can be tried again.
        """
        self._began = yield from Now()
        encoded = {at: self._encoded(at, self._reference) for at in self._batch.pending}
        call = self._call(encoded, "")
        if callback.control_id != call.control_id:
            raise BrokenReplyError(
                "the callback tells of other documents than it is held against",
                code=ECHO,
                fix="Find the documents by the callback's control id, as `queue` gave it.",
            )
        # By now what payments settle may be paid: only open documents are known.
        yield from self._find_settled()
        encoded = {at: self._encoded(at, self._reference) for at in encoded}
        repeat = self._settings.conventions.repeat
        yield from self._conclude(encoded, callback.answers(call, repeat))

    def _call(self, encoded: dict[int, Encoded], policy_id: str) -> Call:
        functions, whole = self._functions(encoded)
        call = call_of(functions, transaction=whole, unique=True, policy_id=policy_id)
        return attrs.evolve(call, control_id=_control_id(functions))


def _control_id(functions: Sequence[Function]) -> str:
    """Return what a request is told apart by: the same for the same documents."""
    ids = "\0".join(sorted(str(one.control_id) for one in functions))
    return f"sc-{blake2b(ids.encode(), digest_size=16).hexdigest()}"


def require_policy(policy_id: str) -> None:
    """Refuse to queue without a transport policy, before anything is looked at.

    Raises:
        ConfigurationError: There is none.
    """
    if not policy_id:
        raise ConfigurationError(
            "documents are queued under a transport policy, and none is named",
            code="SC-IN-POLICY",
            fix="Have one made by Sage's support, and name it in policy_id.",
        )
