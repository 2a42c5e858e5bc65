"""Texts: what code page, length and one line of the file leave of them."""

import re
from collections.abc import Iterator
from functools import partial
from typing import Final, TypeAlias

from ...model import BankEntry, Customer, DimensionValue, JournalEntry, Payment, Supplier
from ...validation import Case, Fault, Mark, RuleBook, Severity, fault
from ...validation.finding import visible
from ...validation.registry import Faults
from ..labels import (
    LABEL_LENGTH,
    line_label,
    movement_label,
    piece_label,
    settling_label,
    spelled,
    written,
)
from ..pieces import invoice_number
from ..resolve import BOOKED, ENTERED, TRADE, Booked, Entered, Trade, parts
from ..settings import Policy
from ..wire.values import encodable
from .book import HOME, NOTHING, PRODUCTS, THIRD_PARTIES, settings_of
from .parties import ThirdParty

TEXTS: Final = RuleBook(HOME)
_rule: Final = partial(TEXTS.rule, products=PRODUCTS)

_Written: TypeAlias = Booked | ThirdParty | DimensionValue
_WRITTEN: Final = (*BOOKED, *THIRD_PARTIES, DimensionValue)

NAME_LENGTH: Final = 69
ADDRESS_LINES: Final = 2
_LINE: Final = 35
TAX_CODE_LENGTH: Final = 5

# Fields of a customer that are written as they are, and their lengths.
_RAW: Final = {"tax_number": 25, "registration": 14, "phone": 21, "email": 69}
_ADDRESS: Final = {"city": _LINE, "region": 25, "country": _LINE}


# Every character that the file holds as it is, controls apart.
_PRINTED: Final = "".join(
    one for one in bytes(range(32, 256)).decode("cp850") if one != "\x7f"
)
_KEPT: Final = re.compile(f"[{re.escape(_PRINTED)}]*")


def _is_easy(text: str) -> bool:
    return (text.isascii() and text.isprintable()) or bool(_KEPT.fullmatch(text))


def _loose(document: Booked) -> Iterator[tuple[str, str]]:
    """Yield place and text of everything that stands in a label only."""
    yield "/reference", document.reference
    yield "/reverses", document.reverses
    match document:
        case JournalEntry():
            yield "/description", document.description
            for at, movement in enumerate(document.movements):
                yield f"/movements/{at}/description", movement.description
        case BankEntry():
            yield "/description", document.description
            yield "/settles", document.settles
        case Payment():
            for at, part in enumerate(document.allocations):
                yield f"/allocations/{at}/number", part.number
        case _:
            if invoice_number(document) != document.number:
                yield "/number", document.number
            for at, line in enumerate(document.lines):
                yield f"/lines/{at}/description", line.description
                yield f"/lines/{at}/item", line.item
            for at, charge in enumerate(document.charges):
                yield f"/charges/{at}/description", charge.description


def _numbered(document: Booked) -> tuple[str, str]:
    """Return place and text of the number that is written as it is."""
    number = invoice_number(document)
    return ("/number" if number == document.number else "/party_number"), number


def _spelt_of_party(customer: ThirdParty) -> Iterator[tuple[str, str, int]]:
    """Yield place, text and length of each field that is spelt as labels are."""
    yield "/name", customer.name, NAME_LENGTH
    if customer.address is not None:
        for at, street in enumerate(customer.address.lines):
            yield f"/address/lines/{at}", street, _LINE
        for name, length in _ADDRESS.items():
            yield f"/address/{name}", getattr(customer.address, name), length


def _raw_of_party(customer: ThirdParty) -> Iterator[tuple[str, str, int]]:
    """Yield place, text and length of each field that is written as it is."""
    for name, length in _RAW.items():
        yield f"/{name}", getattr(customer, name), length
    if customer.address is not None:
        yield "/address/postal_code", customer.address.postal_code, 9


def _is_all_easy(subject: _Written) -> bool:
    """Return whether no text needs a second look. The fast way out."""
    if isinstance(subject, (*ENTERED, *THIRD_PARTIES, DimensionValue)):
        return all(_is_easy(text) for _, text, _ in _texts(subject))
    for line in subject.lines:
        if not _is_easy(line.description) or (line.item and not _is_easy(line.item)):
            return False
    for charge in subject.charges:
        if not _is_easy(charge.description):
            return False
    heads = (subject.number, subject.reference, subject.reverses, subject.party_number)
    return all(not one or _is_easy(one) for one in heads)


def _texts(subject: _Written) -> Iterator[tuple[str, str, bool]]:
    """Yield place and text, and whether it may be spelt in other characters."""
    match subject:
        case DimensionValue():
            yield "/name", subject.name, True
        case Customer() | Supplier():
            for place, text, _ in _spelt_of_party(subject):
                yield place, text, True
            for place, text, _ in _raw_of_party(subject):
                yield place, text, False
        case _:
            yield *_numbered(subject), False
            for place, text in _loose(subject):
                yield place, text, True


def _foreign(text: str) -> int:
    """Return the position of the first character that the file cannot hold; -1 for none."""
    if _is_easy(text):
        return -1
    for at, character in enumerate(text):
        if character < " " or character == "\x7f" or not encodable(character):
            return at
    return -1


@_rule(
    "SC-S100-TEXT-ENCODING",
    on=_WRITTEN,
    source="library#flat-envelope",
    mark=Mark.OBSERVED,
)
def text_encoding(subject: _Written, case: Case) -> Faults:
    """Every character that is written exists in the file's code page."""
    if _is_all_easy(subject):
        return None
    policy = settings_of(case).policy
    found: list[Fault] = []
    for place, text, spelt in _texts(subject):
        left = spelled(text, policy) if spelt else text
        at = _foreign(left)
        if at >= 0:
            character = left[at]
            shown = character if character.isprintable() else NOTHING
            found.append(
                fault(
                    place,
                    text=visible(text),
                    character=shown,
                    point=f"U+{ord(character):04X}",
                    position=at + 1,
                )
            )
    return found or None


@_rule(
    "SC-S100-TEXT-SPELT",
    on=_WRITTEN,
    source="library#flat-envelope",
    mark=Mark.OURS,
    severity=Severity.NOTE,
)
def text_spelt(subject: _Written, case: Case) -> Faults:
    """A text is written in plainer characters, where the policy allows it."""
    policy = settings_of(case).policy
    if not policy.transliterate:
        return None
    if _is_all_easy(subject):
        return None
    plain = Policy(transliterate=False)
    found: list[Fault] = []
    for place, text, spelt in _texts(subject):
        if spelt and not text.isascii():
            left = spelled(text, policy)
            if left != spelled(text, plain):
                found.append(fault(place, text=text, written=left))
    return found or None


@_rule(
    "SC-S100-TEXT-ONE-LINE",
    on=_WRITTEN,
    source="library#flat-envelope",
    mark=Mark.OURS,
    severity=Severity.NOTE,
)
def text_one_line(subject: _Written, case: Case) -> Faults:
    """Line breaks and tabs of a text are written as a blank: a field is one line."""
    if _is_all_easy(subject):
        return None
    policy = settings_of(case).policy
    found: list[Fault] = []
    for place, text, spelt in _texts(subject):
        if spelt and any(one.isspace() and not is_kept_blank(one) for one in text):
            found.append(fault(place, written=spelled(text, policy)))
    return found or None


def is_kept_blank(character: str) -> bool:
    """Return whether a blank is written as it is, not a break that ends the field."""
    return character >= " " and encodable(character)


@_rule(
    "SC-S100-TEXT-LENGTH",
    on=(*BOOKED, *THIRD_PARTIES),
    source="doc#lengths",
    mark=Mark.DOCUMENTED,
)
def text_length(subject: Booked | ThirdParty, case: Case) -> Faults:
    """A text is no longer than its field; a label that may be cut is another rule's."""
    policy = settings_of(case).policy
    if isinstance(subject, Customer | Supplier):
        fields = [
            *(
                (place, spelled(text, policy), n)
                for place, text, n in _spelt_of_party(subject)
            ),
            *_raw_of_party(subject),
        ]
        return [
            fault(place, text=text, length=len(text), limit=limit)
            for place, text, limit in fields
            if len(text) > limit
        ]
    found = _long_tax_codes(subject)
    if not policy.cut_labels:
        for place, text in _long_labels(subject, policy):
            found.append(fault(place, text=text, length=len(text), limit=LABEL_LENGTH))
    return found or None


def _long_tax_codes(document: Booked) -> list[Fault]:
    if isinstance(document, ENTERED):
        codes = [
            (f"/movements/{at}/tax_code", one.tax_code)
            for at, one in enumerate(getattr(document, "movements", ()))
        ]
    else:
        wholes = (document, *document.lines, *document.charges)
        if not any(len(tax.code) > TAX_CODE_LENGTH for one in wholes for tax in one.taxes):
            return []
        codes = [
            (f"{place}/taxes/{at}/code", tax.code)
            for place, part in (("", document), *parts(document))
            for at, tax in enumerate(part.taxes)
        ]
    return [
        fault(place, text=code, length=len(code), limit=TAX_CODE_LENGTH)
        for place, code in codes
        if len(code) > TAX_CODE_LENGTH
    ]


@_rule(
    "SC-S100-LABEL-CUT",
    on=BOOKED,
    source="doc#lengths",
    mark=Mark.DOCUMENTED,
    severity=Severity.WARNING,
)
def label_cut(document: Booked, case: Case) -> Faults:
    """A label is cut, where the policy allows it."""
    policy = settings_of(case).policy
    if not policy.cut_labels:
        return None
    return [
        fault(place, length=len(text), limit=LABEL_LENGTH, written=written(text, policy))
        for place, text in _long_labels(document, policy)
    ]


def _long_labels(document: Booked, policy: Policy) -> Iterator[tuple[str, str]]:
    """Yield place and text of each label that is longer than its field, uncut."""
    if isinstance(document, ENTERED):
        spelt = ((place, spelled(label, policy)) for place, label in _labels(document))
        yield from ((place, label) for place, label in spelt if len(label) > LABEL_LENGTH)
    else:
        yield from _long_trade_labels(document, policy)


def _long_trade_labels(document: Trade, policy: Policy) -> Iterator[tuple[str, str]]:
    # What stands between the parts of a label: "Facture ", " / ", " ".
    between = 26
    whole = f"{document.number}{document.reverses}{document.reference}"
    if _may_be_long(f"{whole}{document.party_number}", between, policy):
        label = spelled(piece_label(document), policy)
        if len(label) > LABEL_LENGTH:
            yield ("/reference" if document.reference else "/reverses"), label
    for at, line in enumerate(document.lines):
        if _may_be_long(line.description, len(line.item) + 1, policy):
            label = spelled(line_label(line, document), policy)
            if len(label) > LABEL_LENGTH:
                yield f"/lines/{at}/description", label
    for at, charge in enumerate(document.charges):
        if _may_be_long(charge.description, 0, policy):
            label = spelled(line_label(charge, document), policy)
            if len(label) > LABEL_LENGTH:
                yield f"/charges/{at}/description", label


def _labels(document: Entered) -> Iterator[tuple[str, str]]:
    match document:
        case JournalEntry():
            for at, movement in enumerate(document.movements):
                yield f"/movements/{at}/description", movement_label(movement, document)
        case Payment():
            yield "/reference", piece_label(document)
            for at, part in enumerate(document.allocations):
                place = f"/allocations/{at}/number"
                yield place, settling_label(document, part.number)
        case BankEntry():
            yield "/description", piece_label(document)


def _may_be_long(text: str, more: int, policy: Policy) -> bool:
    # Spelt in plainer characters a text may grow: "€" becomes "EUR".
    if len(text) + more > LABEL_LENGTH:
        return True
    return policy.transliterate and not text.isascii()


@_rule(
    "SC-S100-TEXT-BLANKS",
    on=(*BOOKED, *THIRD_PARTIES),
    source="ex#flat-values",
    mark=Mark.OBSERVED,
)
def text_blanks(subject: Booked | ThirdParty, _: Case) -> Faults:
    """What is written as it is has no blanks around: Sage would take another value."""
    if isinstance(subject, Customer | Supplier):
        return [
            fault(place, text=text)
            for place, text, _ in _raw_of_party(subject)
            if text != text.strip()
        ]
    place, number = _numbered(subject)
    if number == number.strip():
        return None
    return fault(place, text=number)


@_rule(
    "SC-S100-TEXT-HASH",
    on=_WRITTEN,
    source="library#flat-envelope",
    mark=Mark.OBSERVED,
)
def text_hash(subject: _Written, _: Case) -> Faults:
    """No text begins with a backslash and a number sign: the backslash would be lost.

    The file writes a number sign that begins a text with a backslash before it.
    """
    if isinstance(subject, TRADE) and _has_no_hash(subject):
        return None
    return [
        fault(place, text=text)
        for place, text, _ in _texts(subject)
        if text.lstrip().startswith("\\#")
    ]


def _has_no_hash(document: Trade) -> bool:
    for line in document.lines:
        if "\\#" in line.description or "\\#" in line.item:
            return False
    charges = (charge.description for charge in document.charges)
    numbers = (document.number, document.party_number)
    return not any("\\#" in one for one in (*numbers, *charges))


@_rule(
    "SC-S100-ADDRESS-LINES",
    on=THIRD_PARTIES,
    source="doc#third-parties",
    mark=Mark.DOCUMENTED,
)
def address_lines(party: ThirdParty, _: Case) -> Faults:
    """An address has two street lines."""
    lines = party.address.lines if party.address else ()
    if len(lines) <= ADDRESS_LINES:
        return None
    return fault("/address/lines", count=len(lines), limit=ADDRESS_LINES)


@_rule(
    "SC-S100-NAME-MISSING",
    on=THIRD_PARTIES,
    source="doc#third-parties",
    mark=Mark.DOCUMENTED,
)
def name_missing(party: ThirdParty, case: Case) -> Faults:
    """A third party has a name, also as it is written."""
    if spelled(party.name, settings_of(case).policy):
        return None
    return fault("/name", party=party.code)
