"""Countries and regions are those of Sage's lists, which the simulator serves."""

import pytest

from sage_connect.accounting.regions import COUNTRIES, REGIONS, region_id
from sage_connect.accounting.wire.facts import facts
from sage_connect.testing.accounting.company import entries


def test_countries_are_sages() -> None:
    assert frozenset(entries("countries")) == COUNTRIES


def test_regions_are_sages() -> None:
    ours = {f"{country}-{code}" for country, known in REGIONS.items() for code in known}

    assert ours == set(entries("address_regions"))
    assert "tax_address_region_id" in facts().bodies["SalesInvoiceCreate"]


@pytest.mark.parametrize(
    ("region", "country", "id"),
    [
        ("ON", "CA", "CA-ON"),
        (" ca-qc", "CA", "CA-QC"),
        ("Québec", "CA", "CA-QC"),
        ("new york", "US", "US-NY"),
        ("CA", "US", "US-CA"),
        ("Ontario", "US", ""),
        ("", "CA", ""),
        ("Yorkshire", "GB", ""),
    ],
)
def test_a_region_is_known_by_code_id_and_name(region: str, country: str, id: str) -> None:
    assert region_id(region, country) == id
