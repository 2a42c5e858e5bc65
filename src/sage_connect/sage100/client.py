"""Sage 100 as a ledger, blocking and awaiting. The only module here that meets a driver."""

import os
from typing import Self

from ..drive import AwaitingDriver, BlockingDriver
from ..ledger import AsyncClosing, Closing
from ..plan import Async, Sync
from .after import AfterImport
from .resources import Sage100Books
from .settings import Sage100Settings
from .workspace import Workspace


class Sage100(AfterImport[Sync], Closing):
    """A company of Sage 100 Comptabilité (France), posted to by import file.

    Not for use by several threads at once; open one for each.

    Args:
        folder: The workspace: `exports/` holds what Sage exported, `imports/` receives what
            Sage is to import, `receipts/` the attachments, `state/` remembers what was
            handed over.
        settings: Journals, accounts, plan and policies; all have defaults.
    """

    def __init__(
        self, folder: str | os.PathLike[str], settings: Sage100Settings | None = None
    ) -> None:
        books = _books(folder, settings)
        super().__init__(BlockingDriver(), books)

    @classmethod
    def open(cls, folder: str | os.PathLike[str]) -> Self:
        """Open a workspace with the settings of its `sage_connect.toml`, if there is one.

        Raises:
            ConfigurationError: No folder, one of another product, or wrong settings.
        """
        return cls(folder, _settings_in(os.fspath(folder)))


class AsyncSage100(AfterImport[Async], AsyncClosing):
    """`Sage100` for an event loop: the same seats, awaited."""

    def __init__(
        self, folder: str | os.PathLike[str], settings: Sage100Settings | None = None
    ) -> None:
        books = _books(folder, settings)
        super().__init__(AwaitingDriver(), books)

    @classmethod
    def open(cls, folder: str | os.PathLike[str]) -> Self:
        """Open a workspace as `Sage100.open` does; the settings are read at once.

        Raises:
            ConfigurationError: No folder, one of another product, or wrong settings.
        """
        return cls(folder, _settings_in(os.fspath(folder)))


def _settings_in(folder: str) -> Sage100Settings:
    settings: Sage100Settings = BlockingDriver().drive(
        Workspace(folder).settings(os.environ)
    )
    return settings


def _books(
    folder: str | os.PathLike[str], settings: Sage100Settings | None
) -> Sage100Books:
    if not isinstance(settings, Sage100Settings | None):
        raise TypeError(f"settings must be Sage100Settings, not {type(settings).__name__}")
    return Sage100Books(os.fspath(folder), settings or Sage100Settings())
