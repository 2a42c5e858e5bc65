"""Repairs: what would make a refused document acceptable, tried before it is offered."""

from .engine import Search
from .offer import Change, Repair, Repairs
from .remedy import Instead, Remedies, Remedy, joined, remedy

__all__ = (
    "Change",
    "Instead",
    "Remedies",
    "Remedy",
    "Repair",
    "Repairs",
    "Search",
    "joined",
    "remedy",
)
