"""A bank account that stands in for a real one, where a business has none."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import attrs

from ..ledger import translated
from ..model import Account, AccountKind, Payment, Reference
from ..model.fields import FrozenMap
from ..plan import Plan
from .ids import Ids
from .kinds import BANK_ACCOUNTS
from .known import bank_account_of, nominal_of
from .records import Records
from .resolve import BANK_TYPE, bank_of
from .service import Request, path_id
from .settings import AccountingSettings
from .wire.shapes import decode_ledger_account

_TYPE: Final = "CHECKING"


def is_wanted(
    items: Iterable[Any], settings: AccountingSettings, reference: Reference
) -> bool:
    """Return whether payments of a batch need a bank account that is not there."""
    if not settings.policy.dummy_bank or reference.bank_accounts != {}:
        return False
    return any(needs_bank(one, settings) for one in items)


def needs_bank(item: Any, settings: AccountingSettings) -> bool:
    """Return whether an item is a payment that says nowhere where its money goes."""
    return (
        isinstance(item, Payment)
        and not bank_of(translated(item, settings.mapping), settings).code
    )


def provided(
    records: Records, settings: AccountingSettings, ids: Ids, reference: Reference
) -> Plan[Reference]:
    """Create the bank account once, and return `reference` with it.

    Its name marks it. The key is made of the business alone, so that workers who come to it
    at the same time make one; later ones read it with the other bank accounts.

    Raises:
        RemoteError: Sage does not let it be created.
    """
    name = settings.policy.dummy_bank
    fields = {
        "bank_account_type_id": _TYPE,
        "bank_account_details": {"account_name": name},
    }
    key = f"dummy bank of {records.service.business}"
    bank = yield from records.create(BANK_ACCOUNTS, fields, key)
    request = Request(
        method="GET",
        path=f"/ledger_accounts/{path_id(bank.ledger_account.id)}",
        repeatable=True,
    )
    account = yield from records.service.record(request, decode_ledger_account)
    code = nominal_of(account)
    ids.banks[code], ids.accounts[code] = bank.id, account.id
    own = Account(code=code, name=name, kind=AccountKind.BANK)
    company = reference.company
    if company is not None:
        options: Mapping[str, str] = {**company.own, f"{BANK_TYPE}{code}": _TYPE}
        company = attrs.evolve(company, own=FrozenMap(options))
    return reference.with_parts(
        company=company,
        accounts={**(reference.accounts or {}), code: own},
        bank_accounts={code: bank_account_of(bank, code)},
    )
