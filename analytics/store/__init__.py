"""The store: what the bank's files hold, in immutable versions, and the ledger of what people decided."""

from analytics.store.ledger import Ledger, Scenario
from analytics.store.loading import load
from analytics.store.pseudonym import pseudonym
from analytics.store.reader import Store

__all__ = ["Ledger", "Scenario", "Store", "load", "pseudonym"]
