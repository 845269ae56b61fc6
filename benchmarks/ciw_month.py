"""The branch month in Ciw: arrivals by half hour, priorities, reneging, and a lunch dip."""

import ciw
import numpy as np

from benchmarks.branch_month import (
    CLOSES_MIN,
    COUNTERS,
    DAYS,
    LOG_MEAN,
    LOG_SD,
    LUNCH,
    LUNCH_COUNTERS,
    OPENS_MIN,
    PATIENCE_MEAN_MIN,
    TARGET_MIN,
    VIP_SHARE,
    per_half_hour,
)


def ciw_month(seed: int) -> dict[str, float]:
    """One replication of the month in Ciw: the metrics and the number of tickets. Times count from opening."""
    ciw.seed(seed)
    length = CLOSES_MIN - OPENS_MIN
    waits: list[float] = []
    n_tickets = 0
    for _ in DAYS:
        day = ciw.Simulation(_network(length))
        day.simulate_until_max_time(length + 240)
        records = [r for r in day.get_all_records() if r.customer_class != "lunch"]
        waits += [r.waiting_time for r in records if r.record_type == "service"]
        n_tickets += len(records)
    called = np.array(waits)
    return {
        "wait_mean_min": float(called.mean()),
        "wait_p90_min": float(np.quantile(called, 0.9)),
        "within_target_share": float((called <= TARGET_MIN).sum() / n_tickets),
        "abandon_share": 1 - len(called) / n_tickets,
        "n_tickets": n_tickets,
    }


def _network(length: float):
    ends = [30.0 * (k + 1) for k in range(len(per_half_hour()))]

    def poisson(share: float):
        rates = [expected * share / 30 for expected in per_half_hour()]
        # A last, empty piece keeps customers from coming after closing.
        return ciw.dists.PoissonIntervals(
            rates=[*rates, 1e-12], endpoints=[*ends, length + 1e6], max_sample_date=length + 1e6
        )

    service = ciw.dists.Lognormal(LOG_MEAN, LOG_SD)
    patience = ciw.dists.Exponential(1 / PATIENCE_MEAN_MIN)
    return ciw.create_network(
        arrival_distributions={
            "lunch": [ciw.dists.Sequential([LUNCH[0] - OPENS_MIN, 1e9])],
            "VIP": [poisson(VIP_SHARE)],
            "ordinary": [poisson(1 - VIP_SHARE)],
        },
        batching_distributions={
            "lunch": [ciw.dists.Deterministic(COUNTERS - LUNCH_COUNTERS)],
            "VIP": [ciw.dists.Deterministic(1)],
            "ordinary": [ciw.dists.Deterministic(1)],
        },
        service_distributions={"lunch": [Lunch()], "VIP": [service], "ordinary": [service]},
        number_of_servers=[COUNTERS],
        priority_classes={"lunch": 0, "VIP": 1, "ordinary": 2},
        reneging_time_distributions={"lunch": [None], "VIP": [patience], "ordinary": [patience]},
    )


class Lunch(ciw.dists.Distribution):
    """Counters at lunch are customers of the highest priority who stay until lunch is over: at a change of Ciw's own
    schedules the counters that leave and those that come would serve at once."""

    def sample(self, t=None, ind=None):
        return max(LUNCH[1] - OPENS_MIN - t, 0.0)
