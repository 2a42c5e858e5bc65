"""What is filled and not carried is found, wherever it stands."""

import datetime as dt

import pytest

from sage_connect.model import (
    Address,
    Attachment,
    Charge,
    Customer,
    Instalment,
    JournalEntry,
    Percent,
    SalesInvoice,
    Withholding,
)
from sage_connect.validation import uncarried

from .documents import DAY, D, entry, invoice, line, shares

USUAL = {
    *("number", "date", "party", "currency"),
    *("lines.unit_price", "lines.account", "lines.description"),
    *("lines.taxes.code", "lines.taxes.rate"),
}


def test_a_document_of_carried_fields_only_loses_nothing() -> None:
    assert uncarried(SalesInvoice, USUAL)(invoice()) == []


@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        ({"notes": "x"}, ["/notes"]),
        ({"charges": (Charge(amount=D(1)),)}, ["/charges"]),
        ({"attachments": (Attachment(name="a", content=b""),)}, ["/attachments"]),
        ({"withholding": Withholding(rate=D(1), base=D(1))}, ["/withholding"]),
        ({"due": DAY}, ["/due"]),
        ({"due": ((DAY, D(1)),)}, ["/due"]),
        ({"prices_include_tax": True}, ["/prices_include_tax"]),
        ({"lines": (line(), line(quantity=D(2)))}, ["/lines/1/quantity"]),
        ({"lines": (line(quantity=D("1.00")),)}, []),
        ({"lines": (line(discount=Percent(D(0))),)}, ["/lines/0/discount"]),
        ({"lines": (line(dimensions={"1": "P"}),)}, ["/lines/0/dimensions"]),
        ({"lines": (line(analytic=shares(None)),)}, ["/lines/0/analytic"]),
        ({"net": D(0)}, ["/net"]),
    ],
)
def test_a_filled_field_that_is_not_carried_is_found(
    changes: dict[str, object], pointers: list[str]
) -> None:
    assert uncarried(SalesInvoice, USUAL)(invoice(**changes)) == pointers


def test_a_part_is_looked_into_where_some_of_it_is_carried() -> None:
    find = uncarried(
        SalesInvoice, {*USUAL, "lines.analytic.value", "lines.analytic.weight"}
    )

    found = find(invoice(lines=(line(analytic=shares(None, "40")),)))

    assert found == ["/lines/0/analytic/1/amount"]


@pytest.mark.parametrize("beside", [set(), {"lines.analytic"}])
def test_naming_a_field_of_parts_beside_its_own_fields_changes_nothing(
    beside: set[str],
) -> None:
    find = uncarried(SalesInvoice, {*USUAL, *beside, "lines.analytic.value"})

    found = find(invoice(lines=(line(analytic=shares("40")),)))

    assert found == ["/lines/0/analytic/0/amount"]


def test_a_field_of_parts_is_carried_whole_where_nothing_below_it_is_named() -> None:
    find = uncarried(SalesInvoice, {*USUAL, "lines.analytic", "due"})

    found = find(invoice(due=((DAY, D(1)),), lines=(line(analytic=shares("40")),)))

    assert found == []


def test_naming_every_field_of_a_part_carries_it_whole() -> None:
    names = ("value", "dimension", "weight", "amount")
    find = uncarried(SalesInvoice, {*USUAL, *(f"lines.analytic.{name}" for name in names)})

    assert find(invoice(lines=(line(analytic=shares("40", None)),))) == []


def test_instalments_are_told_from_a_single_day() -> None:
    find = uncarried(SalesInvoice, {*USUAL, "due.due"})

    assert find(invoice(due=dt.date(2026, 4, 1))) == []
    assert find(invoice(due=(Instalment(DAY, D(1)),))) == ["/due/0/amount"]


def test_an_optional_part_is_looked_into() -> None:
    find = uncarried(Customer, {"code", "address.city"})

    assert find(Customer(code="A")) == []
    assert find(Customer(code="A", address=Address(city="Lyon", region="R"))) == [
        "/address/region"
    ]


def test_a_required_field_that_is_not_carried_is_always_found() -> None:
    assert uncarried(JournalEntry, {"number", "date", "currency", "movements"})(
        entry()
    ) == ["/journal"]


@pytest.mark.parametrize("path", ["nubmer", "lines.taxes.amout", "number.code"])
def test_a_path_that_does_not_exist_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match=rf"SalesInvoice has no {path}"):
        uncarried(SalesInvoice, {path})
