"""The words that entries are given, and what the file leaves of them."""

from decimal import Decimal

import attrs
import pytest

from sage_connect.model import Charge, SalesCreditNote, SalesInvoice
from sage_connect.sage100.labels import (
    LABEL_LENGTH,
    line_label,
    movement_label,
    piece_label,
    quantity_written,
    spelled,
    written,
)
from sage_connect.sage100.settings import Policy

from .company import BANK, CREDIT, ENTRY, INVOICE, LINE, LONG

STRICT = Policy()
PLAIN = Policy(transliterate=True)


@pytest.mark.parametrize(
    ("document", "label"),
    [
        (INVOICE, "Facture FA-1"),
        (CREDIT, "Avoir AV-1 / FA-1"),
        (attrs.evolve(CREDIT, reference="commande 7"), "Avoir AV-1 / FA-1 commande 7"),
        (attrs.evolve(INVOICE, number="", reference="commande 7"), "Facture commande 7"),
    ],
)
def test_a_piece_is_called_by_what_it_is_and_its_numbers(
    document: SalesInvoice | SalesCreditNote, label: str
) -> None:
    assert piece_label(document) == label


@pytest.mark.parametrize(
    ("description", "item", "label"),
    [
        ("Étude", "", "Étude"),
        (" Étude ", "ART", "ART Étude"),
        ("", "ART", "ART"),
        (" ", "", "Facture FA-1"),
        ("\u200b\xa0", "", "Facture FA-1"),
    ],
)
def test_a_line_is_called_by_item_and_description_or_by_its_piece(
    description: str, item: str, label: str
) -> None:
    line = attrs.evolve(LINE, description=description, item=item)

    assert line_label(line, INVOICE) == label


@pytest.mark.parametrize("nothing", ["", " ", "\u200b", "\xa0\u200b"])
def test_money_and_movements_that_show_no_words_are_called_by_their_piece(
    nothing: str,
) -> None:
    bank = attrs.evolve(BANK, description=nothing)
    entry = attrs.evolve(ENTRY, description=nothing)
    movement = attrs.evolve(ENTRY.movements[0], description=nothing)

    assert piece_label(bank) == "Banque B-1"
    assert movement_label(movement, entry) == "Écriture OD-1"


def test_a_charge_without_a_description_is_called_by_its_piece() -> None:
    assert line_label(Charge(amount=Decimal(5)), INVOICE) == "Facture FA-1"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Cœur d\u2019Œuvre \u2013 10 €", "Coeur d'OEuvre - 10 EUR"),
        ("Ÿ Łódź ﬁn …", "Y Lódz fin ..."),
        ("Été «déjà» ²", "Été «déjà» ²"),
        ("a\u202fb\u200bc", "a bc"),
        ("Дом ☃", "Дом ☃"),
    ],
)
def test_a_text_is_spelt_in_plainer_characters_where_that_is_allowed(
    text: str, plain: str
) -> None:
    assert spelled(text, PLAIN) == plain


def test_no_character_is_replaced_where_that_is_not_allowed() -> None:
    assert spelled("Cœur €", STRICT) == "Cœur €"


def test_accents_that_stand_apart_are_composed() -> None:
    assert spelled("e\u0301te\u0301", STRICT) == "été"


def test_a_text_is_one_line_without_blanks_around() -> None:
    assert spelled(" Lot 1 \r\n\tLot 2\u2028fin ", STRICT) == "Lot 1 Lot 2 fin"


def test_a_label_is_cut_only_where_that_is_allowed() -> None:
    assert written(LONG, STRICT) == LONG
    assert written(LONG, Policy(cut_labels=True)) == LONG[:LABEL_LENGTH].rstrip()


@pytest.mark.parametrize("quantity", ["1", "-0.25", "1.500", "1E3", "9999999999.99"])
def test_a_quantity_that_fits_is_written(quantity: str) -> None:
    assert quantity_written(Decimal(quantity)) == Decimal(quantity)


@pytest.mark.parametrize("quantity", ["1.375", "1E-9", "10000000000", "-1E11"])
def test_a_quantity_that_does_not_fit_is_never_rounded(quantity: str) -> None:
    assert quantity_written(Decimal(quantity)) is None
