"""The shape of a fixture of a rule."""

from typing import NamedTuple

from sage_connect.intacct.rules import BOOK, severities
from sage_connect.intacct.settings import IntacctSettings
from sage_connect.model import Reference
from sage_connect.validation import Checker, Report, RuleBook

from .company import INVOICE, REFERENCE, SETTINGS


class Fixture(NamedTuple):
    """What a rule finds something in, and what it lets pass.

    Documents are one, or a tuple of them. What passes is checked as what fails is, but for
    what is given anew.
    """

    code: str
    path: str
    bad: object
    good: object = INVOICE
    settings: IntacctSettings = SETTINGS
    reference: Reference = REFERENCE
    country: str = "GB"
    edition: str = ""
    good_settings: IntacctSettings | None = None
    good_reference: Reference | None = None
    good_country: str = ""
    good_edition: str | None = None


def checked(  # noqa: PLR0917 - all that a check depends on
    documents: object,
    settings: IntacctSettings = SETTINGS,
    reference: Reference = REFERENCE,
    country: str = "GB",
    edition: str = "",
    book: RuleBook = BOOK,
) -> Report:
    """Return what `book` says of one document, or of a tuple of them."""
    checker = Checker(
        book=book,
        target="intacct",
        country=country,
        edition=edition,
        settings=settings,
        severities=severities(settings) if "SC-IN-NOT-CARRIED" in book else {},
    )
    batch = documents if isinstance(documents, tuple) else (documents,)
    return checker.check(batch, reference=reference)


def of_bad(one: Fixture, book: RuleBook = BOOK) -> Report:
    """Return what is said of what fails."""
    return checked(one.bad, one.settings, one.reference, one.country, one.edition, book)


def of_good(one: Fixture, book: RuleBook = BOOK) -> Report:
    """Return what is said of what passes."""
    return checked(
        one.good,
        one.settings if one.good_settings is None else one.good_settings,
        one.reference if one.good_reference is None else one.good_reference,
        one.good_country or one.country,
        one.edition if one.good_edition is None else one.good_edition,
        book,
    )
