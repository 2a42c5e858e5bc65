"""Each program of `docs/integrations` does what it says: the books have it afterwards.

They run as a vendor runs them: as processes, on an export, with a `sage_connect.toml`.
"""

import csv
import datetime as dt
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

import attrs
import httpx
import pytest

from sage_connect import Customer, Line, SageAccounting, SalesInvoice, Tax, connect
from sage_connect.accounting import SignIn
from sage_connect.testing import AccountingSimulator
from sage_connect.testing.demo import export_bytes
from sage_connect.testing.importer import Sage100Importer
from sage_connect.testing.intacct import IntacctSimulator
from sage_connect.testing.simulated import app_of, credentials_of

ROOT = Path(__file__).parents[2]
PROGRAMS = ROOT / "docs" / "integrations"
DATA = PROGRAMS / "data"
LIMIT = 150
DAY_OF_703 = dt.date(2026, 9, 9)


@attrs.frozen
class Run:
    """How a program ended, and what it wrote."""

    code: int
    said: str
    rows: list[dict[str, str]]

    @property
    def states(self) -> Mapping[str, int]:
        # One row for each document, even of one with several findings.
        return Counter({(row["document"]): row["state"] for row in self.rows}.values())

    def codes_of(self, document: str) -> set[str]:
        return {row["code"] for row in self.rows if row["document"] == document}


def run(folder: Path, program: str, *arguments: str | Path, report: str = "r.csv") -> Run:
    done = subprocess.run(
        [sys.executable, "-W", "error", PROGRAMS / program, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    path, rows = folder / report, []
    if path.exists():
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [*csv.DictReader(file)]
    assert "Traceback" not in done.stderr, done.stderr
    return Run(done.returncode, done.stdout + done.stderr, rows)


def test_no_program_is_longer_than_it_has_to_be() -> None:
    lengths = {
        path.name: len(path.read_text("utf-8").splitlines())
        for path in PROGRAMS.glob("*.py")
    }

    assert sorted(lengths) == [
        *("dmo.py", "gas_engineer.py", "ooti.py", "spendesk.py", "vtiger.py"),
    ]
    assert {name: lines for name, lines in lengths.items() if lines >= LIMIT} == {}


@pytest.mark.parametrize("path", sorted(PROGRAMS.glob("*.py")), ids=lambda one: one.stem)
def test_every_program_stands_on_a_page_of_its_own(path: Path) -> None:
    name = path.stem.replace("_", "-")
    page = (ROOT / "docs" / "how-to" / f"build-{name}.md").read_text("utf-8")

    assert f"\n<!-- program-{name} -->\n" in page
    assert f"\n<!-- program-settings-{name} -->\n" in page
    assert f"(../integrations/data/{path.stem}" in page


@pytest.mark.parametrize("path", sorted(PROGRAMS.glob("*.py")), ids=lambda one: one.stem)
def test_nothing_is_done_where_there_is_nothing_to_connect_to(
    path: Path, tmp_path: Path
) -> None:
    export = DATA / path.stem
    source = export if export.is_dir() else export.with_suffix(".json")
    target = ["--profile", "none"] if path.stem == "dmo" else ["--to", "sage101:none"]

    found = run(tmp_path, path.name, source, *target)

    assert found.code == 2
    assert found.said.startswith("ConfigurationError: ")


@pytest.mark.parametrize("path", sorted(PROGRAMS.glob("*.py")), ids=lambda one: one.stem)
def test_an_export_that_cannot_be_read_is_told_in_a_line(
    path: Path, tmp_path: Path
) -> None:
    target = ["--profile", "none"] if path.stem == "dmo" else ["--to", "memory:"]

    found = run(tmp_path, path.name, tmp_path / "missing", *target)

    assert (found.code, found.said.count("\n")) == (2, 1)


# ------------------------------------------------------------------------ Sage 100
def workspace(folder: Path, program: str) -> str:
    company = folder / "company"
    (company / "exports").mkdir(parents=True)
    (company / "exports" / "company.txt").write_bytes(export_bytes())
    shutil.copy(DATA / f"{program}.toml", company / "sage_connect.toml")
    return "sage100:company"


def imports(folder: Path) -> list[Path]:
    return sorted((folder / "company" / "imports").glob("*.txt"))


def imported(folder: Path) -> Sage100Importer:
    (file,) = imports(folder)
    sage = Sage100Importer(export_bytes())
    result = sage.import_file(file.read_bytes())
    assert result.messages == ()
    return sage


@pytest.mark.requirement("S2", "S9", "S18", "S25", "S31", "S33", "S34", "S35", "S36")
def test_ooti_hands_over_what_a_team_has_invoiced(tmp_path: Path) -> None:
    target = workspace(tmp_path, "ooti")
    arguments = ("ooti.py", DATA / "ooti.json", "--to", target, "--report", "r.csv")

    checked = run(tmp_path, *arguments, "--check")
    assert (checked.code, imports(tmp_path)) == (1, [])
    # The code that a client without one could have.
    assert "COMITEDESF" in checked.said
    first = run(tmp_path, *arguments)
    again = run(tmp_path, *arguments)

    sage = imported(tmp_path)
    books = sage.balances()
    pieces = {one.piece: one for one in sage.pieces()}
    assert set(pieces) == {"FO2026101", "FO2026102", "FO2026103", "AO2026011"}
    # 5400.00 and 120.00 and 1100.00, less 600.00.
    assert books.third_parties == {
        "DUPONT": Decimal("4800.00"),
        "ROUSSEL": Decimal("1220.00"),
    }
    assert {one: books.accounts[one] for one in ("706000", "704000", "445710")} == {
        "706000": Decimal("-4100.00"),
        "704000": Decimal("-1000.00"),
        "445710": Decimal("-820.00"),
    }
    # A hundred over three projects, to the cent.
    assert books.sections == {
        (1, "P2026-001"): Decimal("-4033.34"),
        (1, "P2026-021"): Decimal("-1033.33"),
        (1, "P2026-022"): Decimal("-33.33"),
    }
    assert sage.customers()["ROUSSEL"] == "SCI Roussel"
    assert sage.sections("PROJET")["P2026-021"] == "Maison Roussel"

    assert (first.code, first.states["HANDED_OVER"]) == (1, 7)
    assert first.codes_of("FO2026104") == {"SC-TAX-UNKNOWN"}
    assert first.codes_of("FO2026105") == {"SC-CUST-CODE-MISSING"}
    assert first.codes_of("FO2026106") == {"SC-DRAFT"}
    assert first.codes_of("FO2026088") == {"SC-PERIOD-BEFORE-START"}
    assert "FO2026104, ligne 1," in first.said
    assert "Le code taxe TVA85 n'existe pas dans Sage." in first.said
    # The blue mark is set by OOTI's own identity.
    marks = {row["source_id"] for row in first.rows if row["state"] == "HANDED_OVER"}
    assert "ORG-812/TOURS/9001" in marks
    assert (again.code, again.states["HANDED_OVER"]) == (1, 0)
    assert again.states["UNCHANGED"] == 8


@pytest.mark.requirement("S38", "S39")
def test_what_ooti_changes_after_the_handing_over_is_refused(tmp_path: Path) -> None:
    target = workspace(tmp_path, "ooti")
    run(tmp_path, "ooti.py", DATA / "ooti.json", "--to", target)
    changed = tmp_path / "changed.json"
    export = (DATA / "ooti.json").read_text("utf-8")
    changed.write_text(
        export.replace('"1000.00", "vat": "TVA10"', '"1100.00", "vat": "TVA10"').replace(
            '"total_incl": "1100.00"', '"total_incl": "1210.00"'
        ),
        "utf-8",
    )

    found = run(tmp_path, "ooti.py", changed, "--to", target, "--report", "r.csv")

    assert found.codes_of("FO2026103") == {"SC-KEY-CONFLICT"}
    assert len(imports(tmp_path)) == 1


@pytest.mark.requirement("S34")
def test_ooti_makes_no_file_of_nothing(tmp_path: Path) -> None:
    target = workspace(tmp_path, "ooti")
    empty = tmp_path / "empty.json"
    empty.write_text('{"org_id": "1", "clients": [], "projects": [], "invoices": []}')

    found = run(tmp_path, "ooti.py", empty, "--to", target)

    assert (found.code, imports(tmp_path)) == (0, [])


@pytest.mark.requirement("S103", "S104", "S105", "S106", "S107", "S108", "S109", "S110")
@pytest.mark.requirement("S111", "S112", "S113", "S114", "S115", "S116", "S118", "S123")
def test_spendesk_hands_over_purchases_then_their_bank_entries(tmp_path: Path) -> None:
    target = workspace(tmp_path, "spendesk")
    arguments = ("spendesk.py", DATA / "spendesk", "--to", target, "--reports", ".")

    first = run(tmp_path, *arguments, report="achats.csv")
    bank = run(tmp_path, *arguments, report="banque.csv")

    sage = imported(tmp_path)
    journals = Counter(one.journal for one in sage.pieces())
    assert journals == {"ACH": 5, "BQ": 4}
    books = sage.balances()
    # Paid in full, but for the credit note that nobody has used yet.
    assert {name: left for name, left in books.third_parties.items() if left} == {
        "PAPETERIE": Decimal("120.00"),
    }
    # Out 72.00, 110.00 and 1380.00, in 12.00.
    assert books.accounts["512000"] == Decimal("-1550.00")
    assert books.sections == {
        (1, "P2026-001"): Decimal("560.00"),
        (1, "P2026-002"): Decimal("440.00"),
        (1, "P2026-003"): Decimal("50.00"),
        (1, "P2026-004"): Decimal("100.00"),
        (2, "ETUDES"): Decimal("1100.00"),
        (2, "ATELIER"): Decimal("50.00"),
    }
    kept = {path.name: path for path in (tmp_path / "company/receipts").rglob("*.pdf")}
    original = DATA / "spendesk" / "receipts" / "station-0709.pdf"
    assert len(kept) == 5
    assert kept["ACH_SPK1002_station-0709.pdf"].read_bytes() == original.read_bytes()

    assert (first.code, bank.code) == (1, 1)
    assert first.codes_of("SPK1006") == {"SC-SUPPLIER-UNKNOWN"}
    assert first.codes_of("SPK1007") == {"SC-S100-RECEIPT-MISSING"}
    assert first.codes_of("SPK1008") == {"SC-S100-DEFERRAL"}
    assert bank.codes_of("SPT5006") == {"SC-BANK-BEFORE-PURCHASE"}
    assert {row["type"] for row in bank.rows} == {"bank_entry"}
    assert bank.states == {"UNCHANGED": 4, "REFUSED": 2}
    assert len(imports(tmp_path)) == 1


# ----------------------------------------------------------------- Sage Accounting
@pytest.fixture
def business() -> Iterator[AccountingSimulator]:
    with AccountingSimulator(seed="empty") as sage:
        yield sage


def signed_in(
    folder: Path,
    program: str,
    sage: AccountingSimulator,
    monkeypatch: pytest.MonkeyPatch,
    **changes: str,
) -> str:
    """Write the program's own settings, and sign in as a person does."""
    app, name = app_of(sage), program.replace("_", "-")
    settings = (DATA / f"{program}.toml").read_text("utf-8")
    for old, new in changes.items():
        settings = settings.replace(old, new)
    hosts = [f'{key} = "{url}"' for key, url in attrs.asdict(app.hosts).items()]
    path = folder / "sage_connect.toml"
    path.write_text("\n".join([settings, f'["accounting:{name}".hosts]', *hosts]), "utf-8")
    monkeypatch.setenv("SAGE_CONNECT_CONFIG", str(path))
    monkeypatch.setenv("SAGE_CLIENT_ID", app.client_id)
    monkeypatch.setenv("SAGE_CLIENT_SECRET", app.client_secret.reveal())
    with SignIn.open(name) as sign_in:
        request = sign_in.begin(country="gb")
        back = httpx.get(request.url, follow_redirects=False).headers["location"]
        sign_in.finish(request, back)
    return f"accounting:{name}"


def writes(sage: AccountingSimulator) -> list[str]:
    return [f"{one.method} {one.path}" for one in sage.calls if one.method != "GET"]


def invoices(sage: AccountingSimulator, field: str) -> dict[str, Decimal]:
    return {
        one["displayed_as"]: Decimal(one[field])
        for one in sage.books().all("sales_invoices")
    }


@pytest.mark.requirement("S43", "S50", "S59", "S71", "S82", "S83", "S84", "S85", "S87")
@pytest.mark.requirement("S88", "S89", "S90", "S91", "S92")
def test_vtiger_posts_what_sage_accounting_can_take(
    tmp_path: Path, business: AccountingSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = signed_in(tmp_path, "vtiger", business, monkeypatch)
    with SageAccounting.open("vtiger") as ledger:
        rate = Decimal("0.8547")
        ledger.api.business_exchange_rates.create({"currency_id": "EUR", "rate": rate})
    arguments = ("vtiger.py", DATA / "vtiger.json", "--to", target, "--report", "r.csv")

    first = run(tmp_path, *arguments)
    before = len(writes(business))
    again = run(tmp_path, *arguments)

    assert invoices(business, "total_amount") == {
        "INV901": Decimal("1060.50"),
        "INV902": Decimal("240.00"),
    }
    books = business.books()
    people = {one["name"] for one in books.all("contact_persons")}
    assert {"Mary Oakes", "Tom Oakes"} <= people
    assert (books.count("products"), books.count("services")) == (1, 1)
    assert books.is_balanced()

    assert (first.code, first.states) == (1, {"CREATED": 6, "REFUSED": 7, "NOT_RUN": 1})
    reasons = {
        "PRO502": "SC-ITEM-DESCRIPTION-REQUIRED",
        "INV903": "SC-INV-CURRENCY-MISMATCH",
        "INV904": "SC-INV-GROUP-MODE",
        "INV905": "SC-LINE-MULTIPLE-TAXES",
        "INV906": "SC-INV-ADJUSTMENT",
        "INV907": "SC-INV-RATE-MISMATCH",
        "INV908": "SC-DEPENDENCY",
        "INV909": "SC-INV-DATE-REQUIRED",
    }
    assert {name: code in first.codes_of(name) for name, code in reasons.items()} == (
        dict.fromkeys(reasons, True)
    )
    assert (again.code, again.states["CREATED"]) == (1, 0)
    assert writes(business)[before:] == []


@pytest.mark.requirement("S127", "S128", "S134", "S136", "S137", "S138", "S151")
def test_gas_engineers_are_paid_in_sage_accounting_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with AccountingSimulator(seed="empty", edition="start") as business:
        target = signed_in(tmp_path, "gas_engineer", business, monkeypatch)
        arguments = ("gas_engineer.py", DATA / "gas_engineer.json", "--to", target)

        first = run(tmp_path, *arguments, "--report", "r.csv")
        before = len(writes(business))
        again = run(tmp_path, *arguments, "--report", "r.csv")

        assert invoices(business, "outstanding_amount") == {
            "GES-0701": Decimal(0),
            "GES-0702": Decimal("116.00"),
            "GES-0703": Decimal("4250.00"),
            "GES-0705": Decimal("48.00"),
        }
        folded = business.books().all("sales_invoices")[1]["invoice_lines"][0]
        assert folded["description"] == "3 x Landlord gas safety record"
        assert business.books().balances()["1200"] == Decimal("206.80")
        assert business.books().is_balanced()
        assert writes(business)[before:] == []

    assert (first.code, first.states) == (1, {"CREATED": 9, "REFUSED": 2, "NOT_RUN": 1})
    assert first.codes_of("GES-0704") == {"SC-SA-CIS-NOT-SET", "SC-SA-CIS-CUSTOMER"}
    assert first.codes_of("pay_33") == {"SC-PAY-OVERPAID"}
    assert again.states == {"UNCHANGED": 9, "REFUSED": 2, "NOT_RUN": 1}


@pytest.mark.requirement("S141")
def test_what_was_typed_into_sage_by_hand_is_not_doubled(
    tmp_path: Path, business: AccountingSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = signed_in(tmp_path, "gas_engineer", business, monkeypatch)
    typed = SalesInvoice(
        number="SI-17",
        date=DAY_OF_703,
        party="C1043",
        currency="GBP",
        lines=[
            Line(
                description="Heat pump",
                unit_price=Decimal(4250),
                account="4000",
                taxes=[Tax("0", Decimal(0))],
            )
        ],
    )
    customer = Customer(code="C1043", name="Hilltop Lettings Ltd")
    with connect(target) as ledger:
        for one in ledger.documents.post_all([customer, typed]):
            one.unwrap()

    arguments = ("gas_engineer.py", DATA / "gas_engineer.json", "--to", target)
    found = run(tmp_path, *arguments, "--report", "r.csv")

    assert found.codes_of("GES-0703") == {"SC-DUP-EXISTING"}
    assert "GES-0703" not in invoices(business, "total_amount")


@pytest.mark.requirement("S133")
def test_gas_engineers_are_told_of_a_bank_account_that_is_not_there(
    tmp_path: Path, business: AccountingSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes = {'bank_account = "1200"': 'bank_account = "1299"'}
    target = signed_in(tmp_path, "gas_engineer", business, monkeypatch, **changes)
    before = len(writes(business))

    found = run(tmp_path, "gas_engineer.py", DATA / "gas_engineer.json", "--to", target)

    assert (found.code, "1299" in found.said) == (2, True)
    assert writes(business)[before:] == []


# -------------------------------------------------------------------- Sage Intacct
@pytest.mark.requirement("S202", "S208", "S209", "S210", "S215", "S227", "S231", "S242")
@pytest.mark.requirement("S245", "S246", "S248", "S249", "S250")
def test_operations_reach_intacct_with_their_stock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds = ("CUSTOMER", "VENDOR", "ITEM", "ARINVOICE", "ARADJUSTMENT", "APBILL", "GLBATCH")
    path = tmp_path / "sage_connect.toml"
    monkeypatch.setenv("SAGE_CONNECT_CONFIG", str(path))
    with IntacctSimulator() as gateway:
        given = credentials_of(gateway)
        for name in ("sender_id", "company_id", "user_id"):
            monkeypatch.setenv(f"INTACCT_{name.upper()}", getattr(given, name))
        for name in ("sender_password", "user_password"):
            monkeypatch.setenv(f"INTACCT_{name.upper()}", getattr(given, name).reveal())
        head = '["intacct:dmo"]\n'
        settings = (DATA / "dmo.toml").read_text("utf-8")
        path.write_text(
            settings.replace(head, f'{head}gateway = "{gateway.endpoint}"\n'), "utf-8"
        )
        books = gateway.books()
        empty = {kind: books.count(kind) for kind in kinds}

        first = run(tmp_path, "dmo.py", DATA / "dmo.json", "--report", "r.csv")
        counts = {kind: books.count(kind) - empty[kind] for kind in kinds}
        balances = books.balances()
        again = run(tmp_path, "dmo.py", DATA / "dmo.json", "--report", "r.csv")

        assert counts == dict(zip(kinds, (1, 1, 2, 1, 1, 1, 3), strict=True))
        assert {kind: books.count(kind) - empty[kind] for kind in kinds} == counts
        assert books.balances() == balances
        (sold,) = books.all("ARINVOICE")
        assert sold["MEGAENTITYID"] == "200"
        (item,) = (one for one in books.all("ITEM") if one["ITEMID"] == "BOLT-M8")
        assert item["ITEMTYPE"] == "Non-Inventory"
    # Goods received and shipped are billed in full: nothing is left on either account.
    assert balances == {
        "1001": Decimal("-210.00"),
        "1100": Decimal("672.00"),
        "2100": Decimal("-134.40"),
        "2200": Decimal("-112.00"),
        "2201": Decimal("22.40"),
        "4000": Decimal("-560.00"),
        "5000": Decimal("310.00"),
        "5050": Decimal("12.00"),
    }
    assert "SIN-3001: 696 due, 0 prepaid" in first.said
    assert (first.code, first.states) == (1, {"CREATED": 10, "REFUSED": 1})
    assert first.codes_of("SIN-3002") == {"SC-IN-DIMENSION-VALUE"}
    assert again.states == {"UNCHANGED": 10, "REFUSED": 1}
