"""Rules on the numbers of customers and suppliers: tax, registration, bank accounts.

Nobody has seen Sage refuse a party for a wrong number, so they warn. `severities` in the
settings raise them to errors for whoever wants such parties kept out.
"""

from collections.abc import Iterator
from typing import Final

from ..model import Customer, Supplier
from .finding import Fault, Mark, Severity, fault
from .identifiers import Identifier, IdFault, bic, iban, tax_id
from .registry import Case, RuleBook
from .schemes import IdKind, country_of

PARTIES: Final = RuleBook("sage_connect.validation")

_BOTH: Final = (Customer, Supplier)
# A number of another country, or of none that is known, is not a wrong one.
_NOT_WRONG: Final = frozenset({None, IdFault.COUNTRY, IdFault.NO_SCHEME})
# Where a person's number is a secret of that person, a report shows its end only.
_PRIVATE: Final = frozenset({"US"})
_SHOWN: Final = 4


@PARTIES.rule(
    "SC-TAXID-INVALID",
    on=_BOTH,
    source="stdnum#numbers",
    mark=Mark.OBSERVED,
    severity=Severity.WARNING,
    needs=("taxid",),
    adjustable=True,
)
def tax_number_is_possible(party: Customer | Supplier, case: Case) -> Fault | None:
    """A tax number has the form and the check digits of the party's country."""
    number = party.tax_number
    if not number or number.replace(" ", "").upper().startswith("FR"):
        # French VAT numbers are judged without the extra.
        return None
    found = tax_id(_home(party, case), number)
    return None if found.fault in _NOT_WRONG else _wrong("/tax_number", found)


@PARTIES.rule(
    "SC-TAXID-COUNTRY",
    on=_BOTH,
    source="stdnum#numbers",
    mark=Mark.OBSERVED,
    severity=Severity.NOTE,
    needs=("taxid",),
    adjustable=True,
)
def tax_number_is_of_its_country(party: Customer | Supplier, _case: Case) -> Fault | None:
    """A tax number that is another country's than the party's address is told."""
    if not party.tax_number or party.address is None:
        return None
    found = tax_id(party.address.country, party.tax_number)
    if found.fault is not IdFault.COUNTRY:
        return None
    return fault(
        "/tax_number",
        number=party.tax_number,
        country=found.belongs_to,
        address=found.country,
    )


@PARTIES.rule(
    "SC-REGISTRATION-INVALID",
    on=_BOTH,
    source="stdnum#numbers",
    mark=Mark.OBSERVED,
    severity=Severity.WARNING,
    needs=("taxid",),
    adjustable=True,
)
def registration_is_possible(party: Customer | Supplier, case: Case) -> Fault | None:
    """A registration number has the form and the check digits of the party's country."""
    if not party.registration:
        return None
    home = _home(party, case)
    if home == case.country == "FR":
        # In a French company a SIRET is judged without the extra.
        return None
    found = tax_id(home, party.registration, kind=IdKind.REGISTRATION)
    return None if found.fault in _NOT_WRONG else _wrong("/registration", found)


@PARTIES.rule(
    "SC-IBAN-INVALID",
    on=_BOTH,
    source="iso13616#iban",
    mark=Mark.DOCUMENTED,
    severity=Severity.WARNING,
    needs=("taxid",),
    adjustable=True,
)
def ibans_are_possible(party: Customer | Supplier, _case: Case) -> Iterator[Fault] | None:
    """The account numbers of a party have the length and check digits of their country."""
    if not party.banks:
        return None
    return (
        _wrong(f"/banks/{at}/iban", found)
        for at, bank in enumerate(party.banks)
        if bank.iban and not (found := iban(bank.iban)).valid
    )


@PARTIES.rule(
    "SC-BIC-INVALID",
    on=_BOTH,
    source="iso9362#bic",
    mark=Mark.DOCUMENTED,
    severity=Severity.WARNING,
    needs=("taxid",),
    adjustable=True,
)
def bics_are_possible(party: Customer | Supplier, _case: Case) -> Iterator[Fault] | None:
    """The bank identifiers of a party have eight or eleven characters, and a country."""
    if not party.banks:
        return None
    return (
        _wrong(f"/banks/{at}/bic", found)
        for at, bank in enumerate(party.banks)
        if bank.bic and not (found := bic(bank.bic)).valid
    )


def _home(party: Customer | Supplier, case: Case) -> str:
    """Return the party's country; without one, as invoices do, that of the company."""
    given = party.address.country if party.address else ""
    company = case.reference.company
    return country_of(given or case.country or (company.country if company else ""))


def _wrong(path: str, found: Identifier) -> Fault:
    number = found.value
    if found.country in _PRIVATE:
        number = f"…{number[-_SHOWN:]}" if len(number) > _SHOWN else "…"
    return fault(
        path,
        number=number,
        scheme=found.name,
        country=found.country,
        why=f"id_{found.fault}",
        example=found.example,
    )
