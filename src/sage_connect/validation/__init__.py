"""Whether documents are acceptable: pure rules, and the reports they make."""

from .engine import Checker
from .finding import Fault, Finding, Mark, Owner, Severity, fault
from .registry import Case, Rule, RuleBook
from .report import Report, Unchecked

__all__ = (
    "Case",
    "Checker",
    "Fault",
    "Finding",
    "Mark",
    "Owner",
    "Report",
    "Rule",
    "RuleBook",
    "Severity",
    "Unchecked",
    "fault",
)
