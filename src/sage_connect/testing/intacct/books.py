"""What stands in the books, read past HTTP: for those who check a client's work."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from . import facts, ledger, owned, values
from .company import Company


class Books:
    """The records of the company, counted independently of any answer.

    Args:
        company: Whose they are.
    """

    def __init__(self, company: Company) -> None:
        self._company = company

    def all(self, name: str) -> Sequence[Mapping[str, str]]:
        """Return the records of an object, each with the fields that are filled.

        Args:
            name: Such as "ARINVOICE"; its lines are those of "ARINVOICEITEM".
        """
        company, known = self._company, facts.facts_of(name)
        if known is None:
            raise ValueError(f"{name!r} is no object")
        home = facts.home_of(known.name)
        with company.store.guard:
            rows = owned.virtual(company, home) or company.store.all(home)
            return [
                {
                    field: text
                    for field in dict.fromkeys((*known.fields, *row))
                    if not field.startswith("_")
                    and (text := values.value(company, known, row, field))
                }
                for row in rows
            ]

    def count(self, name: str) -> int:
        """Return how many records an object has."""
        with self._company.store.guard:
            return len(self._company.store.table(facts.home_of(name)).rows)

    def balances(self) -> Mapping[str, Decimal]:
        """Return what each account stands at in the base currency, debit positive.

        Accounts that stand at nothing are left out.
        """
        found = dict[str, Decimal]()
        with self._company.store.guard:
            for move in ledger.movements(self._company):
                found[move.account] = found.get(move.account, values.ZERO) + move.amount
        return {account: value for account, value in sorted(found.items()) if value}

    def is_balanced(self) -> bool:
        """Whether the debits equal the credits, in every document."""
        sums = dict[str, Decimal]()
        with self._company.store.guard:
            for move in ledger.movements(self._company):
                sums[move.key] = sums.get(move.key, values.ZERO) + move.amount
        return not any(sums.values())
