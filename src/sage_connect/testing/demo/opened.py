"""Simulated books that the month goes into, ready for a look: for notebooks and trials."""

import tempfile
from pathlib import Path
from typing import Final, Literal, TypeAlias

from typing_extensions import override

from ...errors import ConfigurationError
from ...ledger import Postable
from ...sage100 import Sage100
from ..accounting import AccountingSimulator
from ..importer import Sage100Importer
from ..intacct import IntacctSimulator
from ..simulated import SimulatedAccounting, SimulatedIntacct
from . import books, british, british_intacct
from .company import export_bytes, settings, settings_toml

Product: TypeAlias = Literal["sage100", "accounting", "intacct"]

_EXPORT: Final = "company.txt"


class DemoSage100(Sage100):
    """`Sage100` on a folder of its own, which goes when the ledger is closed.

    Attributes:
        folder: The workspace.
    """

    def __init__(self) -> None:
        self._place = tempfile.TemporaryDirectory(prefix="sage-connect-")
        self.folder: Path = Path(self._place.name)
        (self.folder / "exports").mkdir()
        (self.folder / "exports" / _EXPORT).write_bytes(export_bytes())
        (self.folder / "sage_connect.toml").write_text(settings_toml(), "utf-8")
        super().__init__(self.folder, settings())

    def imported(self) -> bytes:
        """Let a simulated Sage import everything that was handed over, and export it.

        The export also stands in the workspace, as if a person had made it.

        Raises:
            ConfigurationError: Sage refused a file.
        """
        sage = Sage100Importer(export_bytes())
        for path in sorted((self.folder / "imports").glob("*.txt")):
            result = sage.import_file(path.read_bytes())
            if not result.accepted:
                raise ConfigurationError(f"the simulated Sage refused {path.name}")
        (self.folder / "exports" / _EXPORT).write_bytes(sage.export())
        return sage.export()

    @override
    def close(self) -> None:
        """Remove the folder too. May be called twice."""
        super().close()
        self._place.cleanup()


def opened_sage100() -> tuple[DemoSage100, list[Postable]]:
    """Return a company of Sage 100 in a folder of its own, and the month for it."""
    return DemoSage100(), books.month()


def opened_accounting() -> tuple[SimulatedAccounting, list[Postable]]:
    """Return a business of Sage Accounting that has its parties, and the month for it.

    What its edition cannot carry, such as instalments, is refused as it would be there.
    """
    simulator = AccountingSimulator(seed="empty")
    ledger = SimulatedAccounting(simulator, british.settings())
    # The statement in dollars needs its bank account, which an accountant would open.
    ledger.api.bank_accounts.create(
        {
            "bank_account_type_id": "CHECKING",
            "nominal_code": int(british.DOLLAR_BANK),
            "currency_id": "USD",
            "bank_account_details": {"account_name": "Dollars"},
        }
    )
    ledger.company.load()
    for one in ledger.documents.post_all(british.records()):
        one.unwrap()
    return ledger, british.month()


def opened_intacct() -> tuple[SimulatedIntacct, list[Postable]]:
    """Return a company of Sage Intacct that has its parties, and the month for it."""
    simulator = IntacctSimulator(seed="empty")
    ledger = SimulatedIntacct(simulator, british_intacct.settings())
    ledger.company.load()
    for one in ledger.documents.post_all(british.records()):
        one.unwrap()
    return ledger, british_intacct.month()
