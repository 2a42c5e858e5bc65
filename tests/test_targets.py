"""Targets by name: what opens, and what each wrong one is told."""

import asyncio
import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

import sage_connect
from sage_connect import (
    ConfigurationError,
    Customer,
    Line,
    Sage100Settings,
    SalesInvoice,
    Tax,
)
from sage_connect.accounting import rules as accounting
from sage_connect.accounting.settings import AccountingSettings
from sage_connect.ledger import Mapping
from sage_connect.model.fields import FrozenMap
from sage_connect.sage100 import rules as sage100
from sage_connect.sage100.settings import Accounts
from sage_connect.targets import every_rule
from sage_connect.testing.demo import export_bytes, faulty, month, settings, settings_toml

DAY = dt.date(2026, 9, 15)
MISPLACED = SalesInvoice(
    number="1", date=DAY, party="A", currency="GBP", lines=(), entity="LEEDS"
)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "company.txt").write_bytes(export_bytes())
    (tmp_path / "sage_connect.toml").write_text(settings_toml(), "utf-8")
    return tmp_path


def test_a_workspace_opens_with_its_settings(workspace: Path) -> None:
    with sage_connect.connect(f"sage100:{workspace}") as ledger:
        outcomes = ledger.documents.post_all(month())

    assert all(outcome.posted for outcome in outcomes)


def test_a_workspace_opens_for_an_event_loop(workspace: Path) -> None:
    async def post() -> list[str]:
        async with sage_connect.connect_async(f"sage100:{workspace}") as ledger:
            outcomes = await ledger.documents.post_all(month())
            return [outcome.state.value for outcome in outcomes]

    assert set(asyncio.run(post())) == {"HANDED_OVER"}


def test_memory_opens_in_both_modes() -> None:
    customer = Customer(code="C1", name="Dupont")

    async def upsert() -> str:
        async with sage_connect.connect_async("memory:") as ledger:
            (outcome,) = await ledger.customers.upsert([customer])
            return outcome.state.value

    with sage_connect.connect("memory:") as ledger:
        (outcome,) = ledger.customers.upsert([customer])
    assert (outcome.state.value, asyncio.run(upsert())) == ("CREATED", "CREATED")


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("", "expected a target such as sage100:FOLDER"),
        ("sage100", r"expected a colon .* Write 'sage100:FOLDER'\."),
        ("memory", r"Write 'memory:'\."),
        ("sage100:", "expected a folder"),
        ("sage10:x", "Did you mean sage100"),
        ("sage200:x", "expected a target such as sage100:FOLDER"),
    ],
)
def test_an_unknown_target_is_told(target: str, told: str) -> None:
    with pytest.raises(ConfigurationError, match=told):
        sage_connect.connect(target)
    with pytest.raises(ConfigurationError, match=told):
        sage_connect.connect_async(target)


@pytest.mark.requirement("S1")
@pytest.mark.parametrize(
    ("name", "content", "product"),
    [
        ("SETUP.DTA", b"\x00\x01", "Sage 50"),
        ("ADDRESS.DAT", b"\x00\x01", "Sage 50"),
        ("XIMPORT.TXT", b"", "Ciel"),
    ],
)
def test_a_folder_of_another_product_is_told(
    tmp_path: Path, name: str, content: bytes, product: str
) -> None:
    (tmp_path / name).write_bytes(content)

    with pytest.raises(ConfigurationError, match=product) as told:
        sage_connect.connect(f"sage100:{tmp_path}")

    assert told.value.code == "SC-S100-EDITION"
    assert told.value.fix


@pytest.mark.parametrize("place", ["missing", "file"])
def test_a_workspace_that_is_no_folder_is_told(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(ConfigurationError, match=place) as told:
        sage_connect.connect(f"sage100:{tmp_path / place}")

    assert told.value.code == "SC-S100-WORKSPACE"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file"]


def test_documents_are_checked_without_any_ledger() -> None:
    documents = [one.document for one in faulty()]
    line = Line(
        description="Étude",
        unit_price=Decimal(100),
        account="706000",
        taxes=(Tax("C20", Decimal(20)),),
    )
    sound = SalesInvoice(
        number="F1", date=DAY, party="DUPONT", currency="EUR", lines=(line,)
    )
    # What an export would tell, settings tell too.
    accounts = Accounts(customers="411000", taxes={"C20": "445710"})
    own = Sage100Settings(accounts=accounts)

    common = sage_connect.check(documents)
    sage100 = sage_connect.check(documents, target="sage100")

    codes = {one.code for one in sage100}
    assert sage_connect.check([sound]).ok
    assert sage_connect.check([sound], target="sage100", settings=own).ok
    assert "SC-DRAFT" in {one.code for one in common} & codes
    assert "SC-S100-TEXT-ENCODING" in codes
    assert "SC-S100-NO-EXPORT" not in codes
    unchecked = {one.code for one in sage100.unchecked}
    assert unchecked >= {"SC-TAX-UNKNOWN", "SC-ACCOUNT-UNKNOWN"}


def test_the_rules_of_an_unknown_product_are_not_guessed() -> None:
    with pytest.raises(ConfigurationError, match=r"found 'sage200'.*Did you mean sage100"):
        sage_connect.check([], target="sage200")
    with pytest.raises(ConfigurationError, match=r"found 'sage200'.*Did you mean sage100"):
        sage_connect.repairs([], target="sage200")


def test_documents_are_checked_for_sage_accounting() -> None:
    report = sage_connect.check([MISPLACED], target="accounting", country="gb")

    assert not report.ok
    assert "SC-SA-NOT-CARRIED" in report.by_code


def test_an_unknown_edition_is_not_taken_for_one_without_limits() -> None:
    with pytest.raises(ConfigurationError, match="found 'premium'") as told:
        sage_connect.check([], target="accounting", edition="premium")

    assert "start, standard, plus" in str(told.value.fix)


@pytest.mark.parametrize("target", ["sage100", "accounting"])
def test_settings_of_another_product_are_refused(target: str) -> None:
    other = AccountingSettings() if target == "sage100" else Sage100Settings()

    with pytest.raises(ConfigurationError, match=r"expected \w+Settings, found"):
        sage_connect.check([], target=target, settings=other)


def test_codes_are_translated_by_the_settings_before_they_are_looked_up() -> None:
    accounts = Accounts(customers="411000", taxes={"C20": "445710"})
    mapping = Mapping(parties=FrozenMap({"c/42": "DUPONT"}))
    line = Line(
        description="Étude",
        unit_price=Decimal(100),
        account="706000",
        taxes=(Tax("C20", Decimal(20)),),
    )
    document = SalesInvoice(
        number="F1", date=DAY, party="c/42", currency="EUR", lines=(line,)
    )

    report = sage_connect.check(
        [document],
        target="sage100",
        settings=Sage100Settings(accounts=accounts, mapping=mapping),
    )

    assert report.ok


@pytest.mark.requirement("S172")
def test_every_rule_of_every_product_is_told_once() -> None:
    told = every_rule()

    assert {"SC-TAX-UNKNOWN", "SC-S100-JOURNAL-UNKNOWN", "SC-SA-COUNTRY"} <= set(told)
    assert set(accounting.BOOK) | set(sage100.BOOK) <= set(told)
    assert told["SC-COMPANY-MISMATCH"] is sage100.RULES["SC-COMPANY-MISMATCH"]


@pytest.mark.requirement("S8", "S12")
def test_settings_of_a_file_equal_those_made_by_hand(workspace: Path) -> None:
    with sage_connect.Sage100.open(workspace) as ledger:
        ledger.company.load()
        preview = ledger.documents.preview([])

    assert preview.settings == settings()
