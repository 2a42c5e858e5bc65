"""People of a contact beside the main one: each is a record of its own, at its address."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from ..model import Party, Person
from ..plan import Plan
from .codec.decoding import person_of
from .kinds import CONTACT_PERSONS
from .records import Records

_KIND: Final = "ACCOUNTS"
"""What a new person is for; the model has no place for it."""


class People:
    """People of the contacts of one business.

    Args:
        records: Of the business.
    """

    def __init__(self, records: Records) -> None:
        self._records: Records = records

    def kept(self, party: Party, contact: Any, key: str) -> Plan[bool]:
        """Have a contact's people be those of `party`; return whether anything changed.

        They are told apart by their names. Others stay as they are: whoever was entered in
        Sage is not ours to remove. Nothing is done for a contact without an address.

        Args:
            party: With its people.
            contact: Its record, with its address.
            key: What the requests stand under.
        """
        others = [*others_of(party.people)]
        address = contact.main_address
        if not others or address is None:
            return False
        listed = yield from self._records.all(
            CONTACT_PERSONS, attributes="all", contact_id=contact.id
        )
        known = {one.name: one for one in listed if not one.is_main_contact}
        changed = False
        for person in others:
            found = known.get(person.name)
            told = _fields(person)
            own = f"{key}:person:{person.name}"
            if found is None:
                fields = {
                    "address_id": address.id,
                    "contact_person_type_ids": [_KIND],
                    "is_main_contact": False,
                    **{name: text for name, text in told.items() if text},
                }
                yield from self._records.create(CONTACT_PERSONS, fields, own)
                changed = True
                continue
            differing = {
                name: text
                for name, text in told.items()
                if text != (getattr(found, name) or "")
            }
            if differing:
                own = f"{own}:{found.updated_at}:{differing!r}"
                yield from self._records.update(CONTACT_PERSONS, found.id, differing, own)
                changed = True
        return changed


def others_of(people: Iterable[Person]) -> Iterator[Person]:
    """Yield the people beside the main one, who is the first where none is marked."""
    given = tuple(people)
    main = next((one for one in given if one.main), given[0] if given else None)
    return (one for one in given if one is not main)


def by_address(records: Iterable[Any]) -> Mapping[str, list[Person]]:
    """Return the people beside the main ones, by the id of the address they stand at."""
    found: dict[str, list[Person]] = {}
    for one in records:
        if one.address is not None and not one.is_main_contact and one.name:
            found.setdefault(one.address.id, []).append(person_of(one))
    return found


def _fields(person: Person) -> dict[str, str]:
    return {
        "name": person.name,
        "job_title": person.job_title,
        "email": person.email,
        "telephone": person.phone,
        "mobile": person.mobile,
    }
