"""What a demo business has besides: customers, suppliers, products, services."""

from .company import Company


def seed_demo(company: Company) -> None:
    """Give a business people to trade with and things to sell."""
    del company
