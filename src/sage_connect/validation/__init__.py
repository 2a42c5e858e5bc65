"""Whether documents are acceptable: pure rules, and the reports they make."""

from typing import TYPE_CHECKING

from .._lazy import attach
from .carried import Uncarried, uncarried
from .engine import Checker
from .finding import Fault, Finding, Mark, Owner, Severity, fault
from .registry import Case, Check, Rule, RuleBook
from .render import describe
from .report import Report, Unchecked

if TYPE_CHECKING:
    from .book import COMMON as COMMON
    from .identifiers import (
        Identifier as Identifier,
        IdFault as IdFault,
        bic as bic,
        iban as iban,
        tax_id as tax_id,
    )
    from .schemes import IdKind as IdKind
else:
    # Every ledger imports this package for its reports; the rules only when it checks.
    __getattr__, __dir__ = attach(
        __name__,
        {
            "book": ("COMMON",),
            "identifiers": ("IdFault", "Identifier", "bic", "iban", "tax_id"),
            "schemes": ("IdKind",),
        },
    )

__all__ = (
    "COMMON",
    "Case",
    "Check",
    "Checker",
    "Fault",
    "Finding",
    "IdFault",
    "IdKind",
    "Identifier",
    "Mark",
    "Owner",
    "Report",
    "Rule",
    "RuleBook",
    "Severity",
    "Uncarried",
    "Unchecked",
    "bic",
    "describe",
    "fault",
    "iban",
    "tax_id",
    "uncarried",
)
