"""Every precondition of the five integrations has a code that says it is not met."""

from pathlib import Path
from typing import Final

import pytest

from sage_connect.accounting import preflight as accounting
from sage_connect.accounting.rules import BOOK as ACCOUNTING
from sage_connect.intacct import preflight as intacct
from sage_connect.intacct.rules import BOOK as INTACCT
from sage_connect.sage100 import preflight as of_sage100
from sage_connect.sage100.rules import BOOK as SAGE100
from sage_connect.validation import Owner, Severity
from sage_connect.validation.text import LANGUAGES, sentences

_PRODUCTS: Final = {
    "S100": (SAGE100, of_sage100),
    "SA": (ACCOUNTING, accounting),
    "IN": (INTACCT, intacct),
}
PRECONDITIONS: Final = {
    "S1": "SC-S100-EDITION",
    "S5": "SC-MAP-ACCOUNT",
    "S20": "SC-S100-JOURNAL-",
    "S21": "SC-S100-PLAN-UNKNOWN",
    "S22": "SC-S100-LEVEL-UNKNOWN",
    # The version of the API is part of every address; what answers otherwise is not Sage.
    "S46": "SC-SA-UNREACHABLE",
    "S47": "SC-SA-COUNTRY",
    # A shared folder is all that files need: there is nothing to install.
    "S123": "SC-S100-NO-EXPORT",
    "S124": "SC-S100-NO-EXPORT",
    "S132": "SC-SA-NO-BUSINESS",
    "S133": "SC-SA-NO-BANK-ACCOUNT",
    "S154": "SC-SA-CIS-NOT-SET",
    "S173": "SC-IN-LEVEL-SINGLE",
    "S174": "SC-IN-RIGHTS",
    "S175": "SC-IN-MODULE-MISSING",
    "S179": "SC-IN-VERSION",
    "S186": "SC-IN-USER-TYPE",
    "S187": "SC-IN-USER-PRIVILEGE",
    "S188": "SC-IN-USER-INACTIVE",
    "S189": "SC-IN-ROLE",
    "S190": "SC-IN-TOP-LEVEL",
    "S191": "SC-IN-SENDER-NOT-AUTHORISED",
}
"""What the preflight finds where a precondition, or a place to look at, is not right.

Of the preconditions left, S155 is one of a customer (a rule of documents), S178 one of a
number; S140, S143, S176 and S177 are of whatever runs a synchronisation.
"""


def _product(code: str) -> str:
    return "S100" if code == "SC-MAP-ACCOUNT" else code.split("-")[1]


@pytest.mark.requirement("S5", "S121", "S133", "S154", "S262")
@pytest.mark.parametrize(("row", "code"), PRECONDITIONS.items())
def test_a_precondition_has_a_code_of_the_preflight(row: str, code: str) -> None:
    book, module = _PRODUCTS[_product(code)]
    source = Path(str(module.__file__)).read_text("utf-8")

    found = [one for one in book if one.startswith(code)]
    assert found, row
    assert f'"{code}"' in source or code.endswith("-"), row
    assert {book[one].severity for one in found} <= {Severity.ERROR, Severity.WARNING}


@pytest.mark.requirement("S122", "S180")
@pytest.mark.parametrize("product", _PRODUCTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_an_owner_and_says_what_to_do(product: str, language: str) -> None:
    book, _ = _PRODUCTS[product]

    for code, rule in book.items():
        assert rule.owner in Owner
        assert sentences(rule.home, language)[code]["fix"]
