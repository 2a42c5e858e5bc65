"""How a company of Sage 100 is set up for a program: the steps of the guide."""

from typing import Final

from ..validation.guide import Guide, Step
from .rules.book import HOME

GUIDE: Final = Guide(
    home=HOME,
    product="Sage 100 Comptabilité",
    steps=(
        Step(
            name="export",
            where="Fichier > Exporter > Format Sage",
            faults=("SC-S100-NO-EXPORT", "SC-S100-EXPORT-UNREADABLE"),
            proofs=("SC-S100-OK-EXPORT",),
        ),
        Step(
            name="company",
            where="Fichier > Paramètres société > Identification",
            entries=(("Raison sociale", "{name}"),),
            faults=("SC-COMPANY-MISMATCH", "SC-S100-COMPANY-SPELLING"),
            proofs=("SC-S100-OK-COMPANY",),
        ),
        Step(
            name="company_file",
            entries=(("company_file", "{company_file}"),),
            faults=(
                "SC-S100-PATH-FOLDER",
                "SC-S100-PATH-MODULE",
                "SC-S100-PATH-EXTENSION",
                "SC-S100-PATH-MISSING",
                "SC-S100-PATH-UNREADABLE",
                "SC-S100-FILE-IN-USE",
            ),
            proofs=("SC-S100-OK-COMPANY-FILE",),
            needs="company_file",
        ),
        Step(
            name="journals",
            where="Structure > Codes journaux",
            entries=(
                ("journals.sales", "{journals.sales}"),
                ("journals.purchases", "{journals.purchases}"),
                ("journals.bank", "{journals.bank}"),
            ),
            faults=("SC-S100-JOURNAL-UNKNOWN", "SC-S100-JOURNAL-TYPE"),
            proofs=("SC-S100-OK-JOURNAL",),
        ),
        Step(
            name="accounts",
            where="Structure > Plan comptable",
            entries=(
                ("accounts.customers", "{accounts.customers}"),
                ("accounts.suppliers", "{accounts.suppliers}"),
                ("accounts.sales", "{accounts.sales}"),
                ("accounts.purchases", "{accounts.purchases}"),
                ("accounts.shipping", "{accounts.shipping}"),
            ),
            faults=(
                "SC-MAP-ACCOUNT",
                "SC-MAP-ACCOUNT-UNSET",
                "SC-S100-MAP-ACCOUNT-CLOSED",
                "SC-S100-CONTROL-ACCOUNT-KIND",
            ),
            proofs=("SC-S100-OK-ACCOUNTS",),
        ),
        Step(
            name="taxes",
            where="Structure > Taux de taxes",
            faults=("SC-S100-MAP-TAX", "SC-S100-TAXES-NONE", "SC-S100-TAX-ACCOUNT"),
            proofs=("SC-S100-OK-TAXES",),
        ),
        Step(
            name="analytics",
            where="Structure > Plan analytique; Fichier > Paramètres société > Analytique",
            entries=(
                ("analytics.plan", "{analytics.plan}"),
                ("analytics.level", "{analytics.level}"),
            ),
            faults=(
                "SC-S100-PLAN-UNKNOWN",
                "SC-S100-PLAN-FREE-VALUES",
                "SC-S100-LEVEL-UNKNOWN",
            ),
            proofs=("SC-S100-OK-PLAN", "SC-S100-OK-LEVEL"),
            needs="analytics.plan",
        ),
        Step(
            name="years",
            where="Fichier > Paramètres société > Initialisation",
            entries=(("period_start", "{period_start}"),),
            faults=("SC-S100-YEARS-NONE",),
            proofs=("SC-S100-OK-YEARS",),
        ),
    ),
)
