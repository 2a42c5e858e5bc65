"""What a business answers to documents as they are, whatever our rules say of them.

The codec writes the body, and the native API posts it: no rule is asked. What a document
names and the business lacks goes as an id that leads nowhere.
"""

import copy
from typing import Any, Final, NamedTuple

from sage_connect.accounting import SageAccounting
from sage_connect.accounting.codec import Codec
from sage_connect.accounting.ids import known_id, learn
from sage_connect.accounting.kinds import DOCUMENTS
from sage_connect.accounting.posting import own_of
from sage_connect.accounting.resolve import TRADE
from sage_connect.errors import CodecError, RemoteError
from sage_connect.ledger.batch import merged, order

NOWHERE: Final = "0" * 32
TAKEN: Final = ""
UNWRITABLE: Final = "nothing can be written of it"


class Answer(NamedTuple):
    """What became of a document.

    Attributes:
        at: Its position.
        refusal: Sage's words; `TAKEN` where it was taken, `UNWRITABLE` where nothing can be
            written of it.
    """

    at: int
    refusal: str


class Sending:
    """Sends documents past the rules.

    Args:
        sage: The ledger whose business is asked.
    """

    def __init__(self, sage: SageAccounting) -> None:
        self._sage = sage
        self._ids = sage._books.ids
        self._settings = sage._books.settings

    def answers(self, batch: list[Any]) -> list[Answer]:
        """Send a batch in the order of posting; take back what would stay for others.

        What pays a document that was refused is not sent.
        """
        reference = self._sage._books.reference
        assert reference is not None
        known = merged(reference, [own_of(one, self._settings, reference) for one in batch])
        # What is learnt on the way is forgotten again.
        ids = copy.deepcopy(self._ids)
        answers: list[Answer] = []
        stopped: set[tuple[str, str]] = set()
        undo: list[tuple[str, str]] = []
        for at in order(batch):
            own = own_of(batch[at], self._settings, reference)
            if stopped & {
                (own.party, one.number) for one in getattr(own, "allocations", ())
            }:
                continue
            try:
                encoded = Codec(ids, self._settings, known).encode(own)
                body = _complete(encoded.body)
                resource: Any = getattr(self._sage.api, encoded.resource)
                id = None if type(own) in DOCUMENTS else known_id(ids, own)
                made = resource.create(body) if id is None else resource.update(id, body)
            except (CodecError, ArithmeticError):
                answers.append(Answer(at, UNWRITABLE))
                stopped |= _named(own)
            except RemoteError as error:
                answers.append(Answer(at, error.reply or str(error)))
                stopped |= _named(own)
            else:
                answers.append(Answer(at, TAKEN))
                undo.append((encoded.resource, made.id))
                if isinstance(own, TRADE):
                    name = own.number or own.source_id
                    ids.artefacts[own.type, own.party, name] = made.id
                elif type(own) not in DOCUMENTS:
                    learn(ids, own, made.id)
        for resource, id in reversed(undo):
            self._take_back(resource, id)
        return answers

    def _take_back(self, resource: str, id: str) -> None:
        if resource in {"contact_payments", "other_payments", "journals"}:
            getattr(self._sage.api, resource).delete(id)


def _named(own: Any) -> set[tuple[str, str]]:
    return {(own.party, own.number)} if isinstance(own, TRADE) else set()


def _complete(value: Any) -> Any:
    """Return a body with an id that leads nowhere for each that is lacking."""
    if isinstance(value, dict):
        return {name: _complete(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_complete(each) for each in value]
    if isinstance(value, str) and value.startswith("{") and value.endswith("}"):
        return NOWHERE
    return value
