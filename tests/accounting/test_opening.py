"""A business opened by name: simulators that the ledger owns, and profiles of a file."""

import asyncio
import datetime as dt
import socket
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import sage_connect
from sage_connect import (
    AccountingSettings,
    AsyncSageAccounting,
    ConfigurationError,
    Customer,
    Line,
    SageAccounting,
    SalesInvoice,
    Tax,
)
from sage_connect.accounting import AccountingProfile, SignIn
from sage_connect.drive import MemoryTokens
from sage_connect.ledger.settings import descriptions, schema_of
from sage_connect.testing import SimulatedAccounting
from sage_connect.testing.accounting import AccountingSimulator
from sage_connect.testing.simulated import app_of, tokens_of, write_profile

DAY = dt.date(2026, 9, 15)


@pytest.fixture
def simulator() -> Iterator[AccountingSimulator]:
    with AccountingSimulator() as simulator:
        yield simulator


def invoice(number: str = "F1") -> SalesInvoice:
    line = Line(
        description="Bolts",
        quantity=Decimal(3),
        unit_price=Decimal("10.33"),
        account="4000",
        taxes=[Tax("GB_STANDARD", Decimal(20))],
    )
    return SalesInvoice(number=number, date=DAY, party="ABLE", currency="GBP", lines=[line])


def listens(url: str) -> bool:
    try:
        socket.create_connection((urlsplit(url).hostname, urlsplit(url).port), 1).close()
    except OSError:
        return False
    return True


def test_a_simulator_lives_as_long_as_its_ledger() -> None:
    with sage_connect.connect("simulator:accounting") as ledger:
        assert isinstance(ledger, SimulatedAccounting)
        url = ledger.simulator.base_url
        ledger.customers.upsert([Customer(code="ABLE", name="Able")])
        receipt = ledger.sales_invoices.post(invoice())
        during = listens(url)

    assert (during, listens(url)) == (True, False)
    assert receipt.id
    ledger.close()


def test_a_simulator_lives_as_long_as_its_awaited_ledger() -> None:
    async def post() -> tuple[list[str], str]:
        target = "simulator:accounting?country=ie&edition=start"
        async with sage_connect.connect_async(target) as ledger:
            outcomes = await ledger.customers.upsert([Customer(code="ABLE", name="Able")])
            reference = await ledger.company.load()
            assert reference.company is not None
            told = [reference.company.country, reference.company.edition]
            assert isinstance(ledger, AsyncSageAccounting)
            return [outcomes[0].state.value, *told], ledger.scope

    told, scope = asyncio.run(post())

    assert told == ["CREATED", "IE", "start"]
    assert scope


def test_what_a_state_file_holds_is_there_the_next_time(tmp_path: Path) -> None:
    target = f"simulator:accounting?state={tmp_path / 'state.db'}"

    with sage_connect.connect(target) as ledger:
        ledger.customers.upsert([Customer(code="ABLE", name="Able")])
        first = ledger.documents.post_all([invoice()])
    with sage_connect.connect(target) as ledger:
        second = ledger.documents.post_all([invoice()])

    assert [one.state.value for one in (*first, *second)] == ["CREATED", "UNCHANGED"]


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("simulator:sage200", "simulator:accounting"),
        ("simulator:accounting?country=fr", "country: gb, ie, ca"),
        ("simulator:accounting?edition=pro", "edition: plus, standard, start"),
        ("simulator:accounting?colour=red", "country, edition, seed, state"),
    ],
)
def test_a_simulator_that_cannot_be_is_told(target: str, told: str) -> None:
    with pytest.raises(ConfigurationError, match=told):
        sage_connect.connect(target)
    with pytest.raises(ConfigurationError, match=told):
        sage_connect.connect_async(target)


def test_a_state_of_another_country_is_told(tmp_path: Path) -> None:
    target = f"simulator:accounting?state={tmp_path / 'state.db'}&country="
    sage_connect.connect(f"{target}gb").close()

    with pytest.raises(ConfigurationError, match="the state is of 'gb', not of 'ie'"):
        sage_connect.connect(f"{target}ie")


def test_a_profile_opens_with_its_settings(
    simulator: AccountingSimulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = 'bank_account = "1210"\nperiod_start = 2026-10-01'
    write_profile(tmp_path, simulator, settings=lines)
    monkeypatch.chdir(tmp_path)

    with sage_connect.connect("accounting:main") as ledger:
        ledger.customers.upsert([Customer(code="ABLE", name="Able")])
        (outcome,) = ledger.documents.post_all([invoice()])
        settings = ledger.documents.preview([]).settings

    assert ledger.scope == simulator.business_id
    assert outcome.state.value == "SKIPPED"
    assert settings == AccountingSettings(
        bank_account="1210", period_start=dt.date(2026, 10, 1)
    )


def test_a_profile_opens_for_an_event_loop_from_a_file_named_elsewhere(
    simulator: AccountingSimulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_profile(tmp_path, simulator)
    monkeypatch.setenv("SAGE_CONNECT_CONFIG", str(path))

    async def load() -> str:
        async with sage_connect.connect_async("accounting:") as ledger:
            await ledger.company.load()
            return ledger.scope

    assert asyncio.run(load()) == simulator.business_id


def test_a_sign_in_of_a_profile_rests_beside_its_file(
    simulator: AccountingSimulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAGE_CONNECT_CONFIG", str(write_profile(tmp_path, simulator)))

    with SignIn.open("main") as sign_in:
        sign_in.revoke()

    with (
        sage_connect.connect("accounting:main") as ledger,
        pytest.raises(sage_connect.AuthenticationError) as told,
    ):
        ledger.company.load()
    assert told.value.code == "SC-SA-REAUTH-NEEDED"


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("", "found nothing there"),
        ('["accounting:other"]\nclient_id = "a"\n', "accounting:other"),
        ('["accounting:main"]\nclient_id = "a"\n', "client_secret"),
        (
            '["accounting:main"]\nclient_id = "a"\nclient_secret = "b"\nbusines = "c"\n',
            'did you mean "business"',
        ),
        (
            '["accounting:main"]\nclient_id = "a"\nclient_secret = { env = "NONE" }\n',
            "no variable NONE",
        ),
    ],
)
def test_a_profile_that_is_wrong_is_told(
    table: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sage_connect.toml").write_text(table, "utf-8")
    monkeypatch.chdir(tmp_path)

    with pytest.raises(ConfigurationError, match=rf"(?i){told}") as error:
        sage_connect.connect("accounting:main")

    assert "sage_connect.toml" in error.value.message


def test_every_setting_of_a_profile_is_described() -> None:
    about = descriptions(AccountingProfile)
    schema = schema_of(AccountingProfile)

    assert [name for name, text in about.items() if not text] == []
    assert schema["required"] == ["client_id", "client_secret"]
    assert schema["properties"]["client_secret"]["writeOnly"] is True


@pytest.mark.requirement("S57")
def test_of_several_businesses_one_has_to_be_chosen() -> None:
    with AccountingSimulator(businesses=3) as simulator:
        app, tokens = app_of(simulator), tokens_of(simulator)
        with SageAccounting(app, tokens) as ledger:
            with pytest.raises(ConfigurationError) as told:
                ledger.company.load()
            others = [one for one in simulator.calls if one.path != "/businesses"]
        businesses = simulator.businesses
        with SageAccounting(app, tokens, businesses[1]) as ledger:
            ledger.company.load()

    assert told.value.code == "SC-SA-BUSINESS"
    assert all(id in told.value.message for id in businesses)
    assert others == []
    # What belongs to the user is asked of no business.
    assert {one.business for one in simulator.calls} == {"", businesses[1]}


@pytest.mark.requirement("S132")
def test_without_any_business_nothing_is_asked() -> None:
    with AccountingSimulator(seed="none") as simulator:
        app, tokens = app_of(simulator), tokens_of(simulator)
        with (
            SageAccounting(app, tokens) as ledger,
            pytest.raises(ConfigurationError) as told,
        ):
            ledger.sales_invoices.post(invoice())

    assert told.value.code == "SC-SA-NO-BUSINESS"
    assert {one.path for one in simulator.calls} == {"/businesses"}


def test_nobody_has_signed_in_to_an_empty_store(simulator: AccountingSimulator) -> None:
    with (
        SageAccounting(app_of(simulator), MemoryTokens()) as ledger,
        pytest.raises(sage_connect.AuthenticationError) as told,
    ):
        ledger.company.load()

    assert told.value.code == "SC-SA-REAUTH-NEEDED"
    assert simulator.calls == []
