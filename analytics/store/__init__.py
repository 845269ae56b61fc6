"""The store: what the bank's files hold, in immutable versions, and the ledger of what people decided."""

from analytics.store.ledger import IssuedForecast, Ledger, Scenario
from analytics.store.loading import load
from analytics.store.mapping import Mapping
from analytics.store.pseudonym import pseudonym
from analytics.store.quality import Preview, coverage, preview, rejects
from analytics.store.reader import Store
from analytics.store.report import LoadReport
from analytics.store.sample import load_sample

__all__ = [
    "IssuedForecast",
    "Ledger",
    "LoadReport",
    "Mapping",
    "Preview",
    "Scenario",
    "Store",
    "coverage",
    "load",
    "load_sample",
    "preview",
    "pseudonym",
    "rejects",
]
