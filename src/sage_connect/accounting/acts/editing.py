"""Changing a posted document, with what settles it taken off and put on again."""

import datetime as dt
import json
from collections.abc import Container, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import attrs

from ...errors import (
    DocumentRejectedError,
    NotFoundError,
    OutcomeUnknownError,
    RefusedError,
    RemoteError,
    TransportError,
    UnsupportedError,
)
from ...ledger import Outcome, State, Verb
from ...ledger.batch import Batch, content_digest
from ...plan import Exclusively, Plan
from ..codec import Codec
from ..codec.encoded import Encoded
from ..compare import NOTHING, Difference, differences
from ..ids import CUSTOMER
from ..kinds import (
    CONTACT_ALLOCATIONS,
    CONTACT_PAYMENTS,
    KINDS,
    PURCHASE_INVOICES,
    SALES_INVOICES,
    Kind,
)
from ..marks import Mark
from ..posting import VOID, own_of, receipt_of, status_of
from ..rules import BOOK
from ..settings import LinesOnUpdate
from ..turns import TURNS
from .documents import DocumentActs
from .removing import removed
from .settled import CERTAIN, TRIES, ZERO, Settlement, Share, allocated, named, never

_RESOURCES: Final = {one.resource: one for one in (CONTACT_PAYMENTS, CONTACT_ALLOCATIONS)}
_NOTES: Final = 2000
"""Characters that the notes of a draft take."""
_MARK: Final = 20
"""Characters of an id in the reference of a draft, which takes 25."""
# What a document no longer says is written over with this.
_CLEARED: Final[Mapping[str, Any]] = {
    "notes": "",
    "shipping_net_amount": ZERO,
    "vat_reverse_charge": False,
}
_LINES: Final = ("invoice_lines", "credit_note_lines")
# Of a line, where it had one and is to have none: text is unset, a discount is nothing.
_LINE_CLEARED: Final[Mapping[str, Any]] = {
    "product": None,
    "service": None,
    "discount_amount": ZERO,
}


@attrs.frozen(kw_only=True)
class Trail:
    """What is kept in Sage of an edit under way: a draft that says what was taken off.

    Attributes:
        id: Of the draft.
        kind: Of the draft.
        taken: What is to be put on again.
    """

    id: str
    kind: Kind
    taken: tuple[Settlement, ...]


class Editing:
    """Changes documents of one seat.

    What settles a document has to come off before it is changed, and Sage then knows no
    longer what it was. So a draft is created first that says it: an edit that was broken
    off, wherever and however, is carried on from it when it is repeated.

    Args:
        acts: Of the seat.
    """

    def __init__(self, acts: DocumentActs) -> None:
        self._acts: DocumentActs = acts
        self._books = acts.books
        self._records = acts.books.records
        self._settlements = acts.settlements

    def edit(
        self, document: Any, *, id: str, unallocate: bool, key: str
    ) -> Plan[Outcome[Any]]:
        """Make what is posted say what `document` says."""
        self._books.capabilities.require(self._acts.seat, Verb.UPDATE)
        reference = self._books.reference or (yield from self._books.load())
        batch = Batch((document,), scope=self._books.scope, book=BOOK)
        batch.judge(self._books.check((document,), self._acts.open.without(id)))
        if not batch.pending:
            raise DocumentRejectedError(batch.report)
        own = own_of(document, self._books.settings, reference)
        encoded = Codec(self._books.ids, self._books.settings, reference).encode(own)
        for lacking in encoded.missing:
            values = {"what": lacking.kind, "value": lacking.code or NOTHING}
            batch.find(0, "SC-SA-RECORD-UNKNOWN", lacking.path, **values)
        if encoded.missing:
            raise DocumentRejectedError(batch.report)
        kind = KINDS[encoded.resource]
        if not id:
            mark = Mark.of(kind, encoded)
            found = yield from self._records.find(kind, mark, thorough=True)
            if found is None:
                name = mark.number or mark.party_number or mark.reference
                raise NotFoundError(f"{kind.resource}: there is no {name!r} to edit")
            id = found.id
        one = _Edit(
            kind=kind,
            id=id,
            batch=batch,
            encoded=encoded,
            key=key or f"{batch.keys[0].digest}:{content_digest(document)}",
        )
        # One after the other: the second would carry on what the first is about.
        name = f"edit {self._books.scope} {id}"
        return (
            yield from Exclusively(
                TURNS, name, lambda: self._carried_out(one, unallocate=unallocate)
            )
        )

    def _carried_out(self, one: "_Edit", *, unallocate: bool) -> Plan[Outcome[Any]]:
        record, standing = yield from self._settlements.on(one.kind, one.id)
        if status_of(record) == VOID or record.deleted_at is not None:
            raise RefusedError(
                f"{named(record)} is void, and stays so. Nothing was changed",
                code="SC-SA-STATUS",
                fix="Post a new document instead.",
            )
        changes = self._changes(one.encoded, record)
        trail = yield from self._trail(record)
        if trail is None and not changes:
            return self._outcome(one, State.UNCHANGED, record)
        if trail is None and standing and not unallocate:
            raise allocated(record, standing)
        if "contact_id" in changes and (standing or trail):
            raise RefusedError(
                f"{named(record)} is settled, and by nothing of another contact's. Nothing "
                "was changed",
                code="SC-SA-ALLOCATED",
                fix="Void it, and post it anew to the other contact.",
            )
        try:
            if trail is None and not standing:
                record = yield from self._changed(one, record, changes)
            else:
                record = yield from self._around(one, record, trail)
        except TransportError as error:
            raise _broken_off(error, record) from error
        except RemoteError as error:
            if not isinstance(error, CERTAIN):
                error.fix = f"{error.fix} {_repeat(record)}".strip()
            raise
        yield from self._acts.open.look([(one.kind, one.id)])
        return self._outcome(one, State.UPDATED, record)

    def _outcome(self, one: "_Edit", state: State, record: Any) -> Outcome[Any]:
        (key,), (document,) = one.batch.keys, one.batch.items
        one.batch.settle(0, state, receipt=receipt_of(key, document, record))
        return one.batch.outcomes[0]

    # ---- with what settles it off

    def _around(self, one: "_Edit", record: Any, trail: Trail | None) -> Plan[Any]:
        """Take off, change, put on again; each as far as it is not done already."""
        refusal: Exception | None = None
        if self._changes(one.encoded, record):
            trail = yield from self._noted(one, record, trail)
            try:
                key = f"{one.key}:{trail.id}"
                taken = trail.taken
                yield from self._settlements.cleared(one.kind, one.id, key, taken)
                record = yield from self._records.get(one.kind, one.id)
                changes = self._changes(one.encoded, record)
                record = yield from self._changed(one, record, changes)
            except CERTAIN as error:
                # All of it is put on again, as if nothing had been tried.
                refusal = error
        if trail is not None:
            lost = yield from self._on_again(one, record, trail)
            yield from removed(self._records, trail.kind, trail.id)
            if lost:
                currency: str = getattr(one.batch.items[0], "currency", "")
                one.batch.find(0, "SC-SA-EDIT-REST", amount=lost, currency=currency)
        if refusal is not None:
            raise refusal
        return (yield from self._records.get(one.kind, one.id))

    def _on_again(self, one: "_Edit", record: Any, trail: Trail) -> Plan[Decimal]:
        """Put on again what was taken off; return what no longer fits."""
        key = f"{one.key}:{trail.id}"
        try:
            return (
                yield from self._settlements.restored(one.kind, one.id, trail.taken, key)
            )
        except CERTAIN as error:
            raise RefusedError(
                f"not everything that settled {named(record)} could be put on again: "
                f"{error.message}",
                status=error.status,
                reply=error.reply,
                request_id=error.request_id,
                code="SC-SA-ALLOCATED",
                fix=f"The draft {_mark_of(record)} in Sage keeps what it was. Put in order "
                "what stands in the way and repeat the edit; or allocate the rest "
                "yourself, and delete the draft.",
            ) from error

    def _trail(self, record: Any) -> Plan[Trail | None]:
        """Return what an earlier edit of a document has left; None when it is through."""
        kind = self._keeper
        mark = _mark_of(record)
        query = {"contact_id": record.contact.id, "status_id": "DRAFT"}
        told = f"{kind.told},notes"
        drafts = yield from self._records.all(kind, attributes=told, **query)
        for draft in drafts:
            if draft.reference == mark:
                whole = yield from self._records.get(kind, draft.id)
                taken = _settlements_in(whole.notes or "")
                return Trail(id=draft.id, kind=kind, taken=taken)
        return None

    def _noted(self, one: "_Edit", record: Any, trail: Trail | None) -> Plan[Trail]:
        """Keep in Sage what will be taken off; return that."""
        _, standing = yield from self._settlements.on(one.kind, one.id, names=False)
        taken = {each.id: each for each in (trail.taken if trail else ())}
        kept = set(taken)
        for each in standing:
            if each.id not in taken:
                settlement = yield from self._settlements.loosenable(each)
                if settlement is not None:
                    _replace_renewed(taken, settlement, {other.id for other in standing})
                    taken[each.id] = settlement
        if trail is not None and set(taken) == kept:
            return trail
        whole = tuple(taken.values())
        notes = _notes_of(named(record), one.id, whole)
        if len(notes) > _NOTES:
            raise UnsupportedError(
                f"{named(record)} is settled by {len(whole)} payments and allocations: "
                "more than can be kept in Sage while it is changed. Nothing was changed",
                fix="Take most of them off with `unallocate` and allocate them yourself.",
            )
        key = f"{one.key}:trail:{record.updated_at}"
        if trail is not None:
            notes_only = {"notes": notes}
            yield from self._records.update(trail.kind, trail.id, notes_only, key)
            return attrs.evolve(trail, taken=whole)
        kind = self._keeper
        draft = _draft(one, record, notes)
        # The same key may be answered with the draft of an edit that is through.
        made = yield from self._records.create(kind, draft, key, fits=never)
        return Trail(id=made.id, kind=kind, taken=whole)

    @property
    def _keeper(self) -> Kind:
        sale = self._acts.kind.side == CUSTOMER
        return SALES_INVOICES if sale else PURCHASE_INVOICES

    # ---- the document itself

    def _changed(self, one: "_Edit", record: Any, changes: Mapping[str, Any]) -> Plan[Any]:
        """Send what differs and look at what stands then."""
        left: Sequence[Difference] = ()
        for attempt in range(TRIES):
            if not changes:
                return record
            key = f"{one.key}:edit:{record.updated_at}:{attempt}"
            answer = yield from self._records.update(one.kind, one.id, changes, key)
            record = yield from self._records.get(one.kind, one.id)
            left = differences(one.encoded, record)
            if left == differences(one.encoded, answer):
                break
            # An old answer to the same key: nothing was done.
            changes = self._changes(one.encoded, record)
        self._check_lines(one, record)
        for each in left if self._books.settings.policy.verify else ():
            values = {"field": each.pointer[1:], "sent": each.sent, "found": each.found}
            place = one.encoded.place(each.pointer)
            one.batch.find(0, "SC-SA-READ-BACK", place, **values)
        return record

    def _changes(self, encoded: Encoded, record: Any) -> dict[str, Any]:
        """Return the fields that have to be sent."""
        body = encoded.body
        names = {one.pointer.split("/")[1] for one in differences(encoded, record)}
        changes = {name: body[name] for name in body if name in names}
        changes |= {
            name: nothing
            for name, nothing in _CLEARED.items()
            if name not in body and getattr(record, name, None)
        }
        for name in _LINES:
            if name in changes:
                changes[name] = self._lines(body[name], getattr(record, name), record)
        return changes

    def _lines(self, sent: Sequence[Any], had: Sequence[Any], record: Any) -> list[Any]:
        """Return all lines, with the ids of those that they take the place of.

        Raises:
            UnsupportedError: Some would have to go, and Sage is said to keep them.
        """
        if self._books.settings.conventions.lines is LinesOnUpdate.MERGED:
            _check_fewer(sent, had, record)
        lines: list[dict[str, Any]] = []
        for at, line in enumerate(sent):
            whole = dict(line)
            if at < len(had):
                whole["id"] = had[at].id
                for name, nothing in _LINE_CLEARED.items():
                    own = name if name.endswith("amount") else f"{name}_id"
                    discounted = name == "discount_amount" and "discount_percentage" in line
                    if getattr(had[at], name, None) and own not in line and not discounted:
                        whole[own] = nothing
            lines.append(whole)
        return lines

    def _check_lines(self, one: "_Edit", record: Any) -> None:
        for name in _LINES:
            sent = one.encoded.body.get(name)
            if sent is not None and len(getattr(record, name)) > len(sent):
                raise RefusedError(
                    f"{named(record)} was changed, but Sage has kept lines that it was to "
                    f"lose: it has {len(getattr(record, name))}, not {len(sent)}",
                    code="SC-SA-LINES-KEPT",
                    fix='Set conventions.lines to "merged", and void the document or '
                    "remove the lines in Sage.",
                )


@attrs.frozen(kw_only=True)
class _Edit:
    kind: Kind
    id: str
    batch: Batch
    encoded: Encoded
    key: str


def _check_fewer(sent: Sequence[Any], had: Sequence[Any], record: Any) -> None:
    if len(sent) < len(had):
        raise UnsupportedError(
            f"{named(record)} has {len(had)} lines and is to have {len(sent)}, but an "
            "update keeps those that it does not name (conventions.lines). Nothing was "
            "changed",
            fix="Void it and post it anew, or remove the lines in Sage.",
        )


def _repeat(record: Any) -> str:
    return (
        f"The edit of {named(record)} may not be through. Repeat it: it goes on where it "
        "stopped, and what settled the document is kept until then."
    )


def _broken_off(error: TransportError, record: Any) -> OutcomeUnknownError:
    return OutcomeUnknownError(f"{error.message.rstrip('.')}. {_repeat(record)}")


def _replace_renewed(
    taken: dict[str, Settlement], renewed: Settlement, standing: Container[str]
) -> None:
    """Forget an allocation that was put on again: it stands under another id."""
    for id, one in taken.items():
        same = one.kind is renewed.kind is CONTACT_ALLOCATIONS
        if same and one.artefacts == renewed.artefacts and id not in standing:
            del taken[id]
            return


# ---- the draft that keeps what was taken off


def _mark_of(record: Any) -> str:
    return f"edit-{record.id[:_MARK]}"


def _notes_of(name: str, document: str, taken: Sequence[Settlement]) -> str:
    told = (
        f"sage_connect is changing {name}. Do not release or delete this draft: it keeps "
        "what settled the document, and goes when the change is made. Repeat the change "
        "if it was broken off."
    )
    return "\n".join([told, *(_line_of(document, one) for one in taken)])


def _line_of(document: str, one: Settlement) -> str:
    payment = not one.contact or one.kind.resource == "contact_payments"
    shares = [
        [share.artefact, str(share.amount), str(share.discount)]
        for share in one.shares
        # Of a payment only its own part comes off; of an allocation all may.
        if not payment or share.artefact == document
    ]
    told = [one.kind.resource, one.id, one.type, one.contact, str(one.date or ""), shares]
    return json.dumps(told, separators=(",", ":"))


def _settlements_in(notes: str) -> tuple[Settlement, ...]:
    found: list[Settlement] = []
    for line in notes.splitlines():
        if line.startswith('["'):
            resource, id, type_, contact, day, shares = json.loads(line)
            found.append(
                Settlement(
                    kind=_RESOURCES[resource],
                    id=id,
                    name=id,
                    type=type_,
                    contact=contact,
                    date=dt.date.fromisoformat(day) if day else None,
                    shares=tuple(
                        Share(
                            artefact=artefact,
                            amount=Decimal(amount),
                            discount=Decimal(discount),
                        )
                        for artefact, amount, discount in shares
                    ),
                )
            )
    return tuple(found)


def _draft(one: "_Edit", record: Any, notes: str) -> dict[str, Any]:
    """Return a draft of nothing, on the account and with the tax of the first line."""
    body = one.encoded.body
    lines = next(body[name] for name in _LINES if name in body)
    kept = ("ledger_account_id", "tax_rate_id", "eu_goods_services_type_id")
    line = {name: value for name, value in lines[0].items() if name in kept}
    line |= {
        "description": f"Change of {named(record)}",
        "quantity": Decimal(1),
        "unit_price": ZERO,
    }
    if "tax_rate_id" in line:
        line["tax_amount"] = ZERO
    names = ("contact_id", "date", "currency_id", "exchange_rate", "tax_address_region_id")
    fields = {name: body[name] for name in names if name in body}
    if one.kind.side != CUSTOMER:
        fields |= {"due_date": body["date"], "vendor_reference": _mark_of(record)}
    return {
        **fields,
        "contact_id": record.contact.id,
        "status_id": "DRAFT",
        "reference": _mark_of(record),
        "notes": notes,
        "invoice_lines": [line],
    }
