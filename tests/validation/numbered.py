"""For each rule on numbers of parties, parties that pass and parties that fail."""

from collections.abc import Sequence
from typing import Final

from sage_connect.model import Address, Customer, PartyBank, Supplier

from .trials import Trial, trial

_GERMAN: Final = Address(country="DE")

NUMBERS: Final[dict[str, Sequence[Trial]]] = {
    "SC-TAXID-INVALID": [
        trial(
            Customer(code="A", tax_number="DE 129273399", address=_GERMAN),
            "/tax_number",
            Customer(code="B", tax_number="DE129273398", address=_GERMAN),
            Customer(code="C", tax_number="129 273 398", address=_GERMAN),
            Customer(code="D", tax_number="FR44732829320", address=_GERMAN),
            Customer(code="E", tax_number="anything", address=Address(country="AQ")),
            Customer(code="F", tax_number="732829320"),
            Customer(code="G", address=_GERMAN),
        ),
        trial(Supplier(code="A", tax_number="IT12345670018"), "/tax_number"),
        trial(Supplier(code="A", tax_number="732829321"), "/tax_number"),
        trial(
            Supplier(code="A", tax_number="00-0000000", address=Address(country="us")),
            "/tax_number",
        ),
    ],
    "SC-TAXID-COUNTRY": [
        trial(
            Supplier(code="A", tax_number="FR44732829320", address=_GERMAN),
            "/tax_number",
            Supplier(code="B", tax_number="FR44732829320"),
            Supplier(code="C", tax_number="FR44732829320", address=Address(country="RE")),
            Supplier(code="D", tax_number="XI123456727", address=Address(country="GB")),
            Supplier(code="E", tax_number="EL123456783", address=Address(country="GR")),
            Supplier(code="F", tax_number="FR00732829320", address=_GERMAN),
        )
    ],
    "SC-REGISTRATION-INVALID": [
        trial(
            Customer(code="A", registration="123456784", address=Address(country="NO")),
            "/registration",
            Customer(code="B", registration="123456785", address=Address(country="NO")),
            Customer(code="C", registration="HRB 1", address=_GERMAN),
            # A SIRET of a French company has a rule of its own.
            Customer(code="D", registration="73282932000075"),
            Customer(code="E"),
        ),
    ],
    "SC-IBAN-INVALID": [
        trial(
            Customer(
                code="A", banks=(PartyBank(), PartyBank(iban="GB29NWBK60161331926818"))
            ),
            "/banks/1/iban",
            Customer(code="B", banks=(PartyBank(iban="GB29 NWBK 6016 1331 9268 19"),)),
            Customer(code="C", banks=(PartyBank(number="30006 00001"),)),
            Customer(code="D"),
        ),
        trial(Supplier(code="A", banks=(PartyBank(iban="n/a"),)), "/banks/0/iban"),
    ],
    "SC-BIC-INVALID": [
        trial(
            Supplier(code="A", banks=(PartyBank(bic="AGRIFRPP8"),)),
            "/banks/0/bic",
            Supplier(code="B", banks=(PartyBank(bic="AGRIFRPP"), PartyBank())),
            Supplier(code="C", banks=(PartyBank(bic="agrifrpp882"),)),
            Supplier(code="D"),
        ),
    ],
}
