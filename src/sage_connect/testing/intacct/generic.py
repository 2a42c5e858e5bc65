"""create, update and delete of any object."""

from collections.abc import Callable
from typing import Final, TypeAlias

from . import access, refusals
from .company import Company
from .nodes import Node
from .refusals import Complaint, Refused
from .rooms import Room, room_of
from .sent import Sent, sent
from .store import Row
from .written import data, elements

_MOST: Final = 100

Act: TypeAlias = Callable[[Room, Sent], Row]


def create(company: Company, node: Node) -> str:
    """Answer create.

    Raises:
        Refused: An object could not be made.
    """
    return _each(company, node, "create", lambda room, given: room.create(company, given))


def update(company: Company, node: Node) -> str:
    """Answer update.

    Raises:
        Refused: An object could not be changed.
    """
    return _each(company, node, "update", lambda room, given: room.update(company, given))


def delete(company: Company, node: Node) -> str:
    """Answer delete; there is nothing to say but that it was done.

    Raises:
        Refused: An object could not be deleted.
    """
    name = node.value("object")
    room = room_of(name)
    access.check(company, room.known, "DELETE")
    keys = [key.strip() for key in node.value("keys").split(",") if key.strip()]
    if not keys:
        raise refusals.missing("keys", room.name, "keys")
    for key in keys:
        try:
            room.delete(company, key)
        except Refused as refused:
            raise _generally(refused, "delete", room) from None
    return ""


def _each(company: Company, node: Node, action: str, act: Act) -> str:
    children = node.children
    if not 1 <= len(children) <= _MOST:
        raise refusals.business(
            f"{action} takes 1 to {_MOST} records, not {len(children)}."
        )
    done, complaints = list[str](), list[Complaint]()
    for child in children:
        room = room_of(child.tag)
        access.check(company, room.known, action.upper())
        mark = company.store.mark()
        try:
            row = act(room, sent(child, room.known))
        except Refused as refused:
            company.store.back_to(mark)
            complaints += _generally(refused, action, room).complaints
            if not company.options.half_done:
                break
        else:
            done.append(_shown(room, row, child.tag))
    content = data("".join(done), listtype="objects", count=len(done))
    if complaints:
        raise Refused(*complaints, content=content)
    return content


def _shown(room: Room, row: Row, tag: str) -> str:
    pairs = room.shown(row)
    if tag.islower():
        # In small letters if the request was (seen).
        pairs = [(name.lower(), text) for name, text in pairs]
    return f"<{tag.lower()}>{elements(pairs)}</{tag.lower()}>"


def _generally(refused: Refused, action: str, room: Room) -> Refused:
    """Return a refusal that ends with the general error, as refusals of writes do."""
    if refused.complaints[-1].number == refusals.PERMISSION:
        return refused
    return Refused(*refused.complaints, refusals.general(action, room.label))
