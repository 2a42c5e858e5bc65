"""`guide`: the steps to set a product up, with the caller's own values."""

import os
from collections.abc import Sequence
from importlib import import_module
from typing import Any, Literal, TypeAlias

from ..accounting.client import profile_named as accounting_profile
from ..drive import BlockingDriver
from ..intacct.client import profile_named as intacct_profile
from ..sage100.workspace import Workspace
from ..targets import connect
from ..validation.guide import Guide, ToldStep, values_of

Product: TypeAlias = Literal["sage100", "accounting", "intacct"]
PRODUCTS: tuple[Product, ...] = ("sage100", "accounting", "intacct")


def guide_of(product: Product) -> Guide:
    """Return the guide to a product."""
    guide: Guide = import_module(f"..{product}.guide", __package__).GUIDE
    return guide


def told(
    product: Product, profile: str | None, language: str, *, looks: bool = False
) -> Sequence[ToldStep]:
    """Return the steps as a person reads them.

    Args:
        product: Which.
        profile: Name of a profile; of Sage 100 a workspace. None for no values.
        language: "en" or "fr".
        looks: True to ask the product which steps are done.

    Raises:
        SageConnectError: No such profile, or wrong settings.
    """
    guide = guide_of(product)
    values = {} if profile is None else values_of(_settings(product, profile))
    if not looks:
        return guide.told(values, language=language)
    with connect(f"{product}:{profile or ''}") as ledger:
        report = ledger.company.preflight()
    return guide.told(values, language=language, report=report)


def _settings(product: Product, profile: str) -> object:
    if product == "sage100":
        return BlockingDriver().drive(Workspace(profile).settings(os.environ))
    if product == "accounting":
        return accounting_profile(profile)
    return intacct_profile(profile)


def rows(steps: Sequence[ToldStep], language: str) -> list[dict[str, Any]]:
    """Return the steps for a program."""
    return [
        {
            "number": one.number,
            "step": one.name,
            "title": one.title,
            "where": one.where,
            "text": one.text,
            "enter": [{"label": label, "value": value} for label, value in one.entries],
            "checks": list(one.checks),
            "done": one.done and one.done.value,
            "findings": [
                {
                    "code": found.code,
                    "severity": found.severity.value,
                    "message": found.message(language),
                    "fix": found.fix(language),
                }
                for found in one.findings
            ],
        }
        for one in steps
    ]
