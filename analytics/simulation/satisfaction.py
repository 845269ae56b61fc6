"""How satisfaction follows the wait, where answers name their ticket."""

import warnings

import numpy as np
import pandas as pd

from analytics.simulation.history import REST_SEGMENT, REST_SERVICE, History
from analytics.simulation.model import Satisfaction

FEWEST_ANSWERS, MOST_ANSWERS, FEWEST_OF_SERVICE, FEWEST_OF_SCORE = 60, 4000, 20, 15
Z_95 = 1.96
LOOSE = 3.0
"""A coefficient that is not known to within so much says nothing (the scale is that of the latent score)."""

ANSWERS_SQL = """
select
    s.ticket_segment as segment,
    group_of($grouping_kind, $vip_segments, s.ticket_segment, c.is_top_profit) as customer_group,
    s.ticket_service as service, s.overall, wait_of(s.ticket_arrived_at, s.ticket_called_at) as wait_min
from surveys as s
left join customers_latest as c
    on $grouping_kind = 'profit' and c.branch_id = s.branch_id and c.customer_id = s.ticket_customer_id
where
    s.branch_id = $branch_id and s.overall is not null and s.ticket_called_at is not null
    and s.ticket_arrived_at >= $start_on::timestamp and s.ticket_arrived_at < $end_on::timestamp
    and (s.answered_at is null or (s.answered_at >= $start_on::timestamp and s.answered_at < $end_on::timestamp))
order by s.response_id
"""


def estimate(history: History, answers: pd.DataFrame) -> Satisfaction | None:
    """Cumulative-link model (McCullagh 1980) of the score on wait, segment and service; None without named tickets.

    answers: overall of answers that name a served ticket, and the ticket's segment, customer_group, service, wait_min (a
    questionnaire often leaves the segment out). A link is claimed
    only where satisfaction falls with the wait beyond chance (5 %), with the other terms in the model.
    """
    if len(answers) < FEWEST_ANSWERS:
        return None
    known = [f"{s.name}\x00{s.group}" for s in history.segments]
    pairs = answers["segment"] + "\x00" + answers["customer_group"]
    segment = _codes(pairs.where(pairs.isin(known), REST_SEGMENT + "\x00" + answers["customer_group"]), known)
    services = answers["service"]
    service = _codes(services.where(services.isin(history.services), REST_SERVICE), list(history.services))
    overall = answers["overall"].round().to_numpy(float)
    wait = answers["wait_min"].to_numpy(float)
    n_segments, n_services = len(history.segments), len(history.services)
    served = np.bincount(history.segment[history.is_served], minlength=n_segments)
    answered = np.bincount(segment, minlength=n_segments)
    everyone = float(overall.mean())
    observed = np.array(
        [overall[segment == g].mean() if (segment == g).any() else everyone for g in range(n_segments)]
    )
    spread = np.array(
        [
            overall[segment == g].std() if (segment == g).sum() > 1 else overall.std()
            for g in range(n_segments)
        ]
    )
    overall, scores = _merged(overall)
    n_free = n_segments - 1 + n_services - 1
    fitted = _fit(overall, wait, segment, service, n_segments, n_services) if len(scores) > 1 else None
    nothing = (np.zeros(1 + n_free + max(len(scores) - 1, 1)), np.zeros((1, 1)), "logit")
    mean, covariance, law = fitted or nothing
    is_linked = fitted is not None and mean[0] < -Z_95 * covariance[0, 0] ** 0.5
    return Satisfaction(
        is_linked=bool(is_linked), law=law, mean=mean, covariance=covariance, n_answers=len(overall),
        response_share=answered / np.maximum(served, 1), observed_mean=observed, observed_sd=spread,
        scores=tuple(float(s) for s in scores),
    )  # fmt: skip


def _fit(overall, wait, segment, service, n_segments: int, n_services: int):
    """Mean and covariance of all coefficients, zero for those that the answers cannot tell, and the law of the latent
    score, logistic or normal, whichever is likelier (both have as many parameters); None where neither converges."""
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    if len(overall) > MOST_ANSWERS:
        step = np.linspace(0, len(overall) - 1, MOST_ANSWERS).astype(int)
        overall, wait, segment, service = overall[step], wait[step], segment[step], service[step]
    dummies = np.column_stack(
        [wait] + [segment == g for g in range(1, n_segments)] + [service == s for s in range(1, n_services)]
    ).astype(float)
    counts = np.append(np.inf, dummies[:, 1:].sum(axis=0))
    use = (counts >= FEWEST_OF_SERVICE) & (counts != len(overall))
    scale = max(float(wait.std()), 1e-9)
    columns = dummies[:, use] / np.append(scale, np.ones(use.sum() - 1))
    n_cuts = len(np.unique(overall)) - 1
    fits: list[tuple[float, str, np.ndarray, np.ndarray]] = []
    start = None
    for law in ("logit", "probit"):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                result = OrderedModel(overall, columns, distr=law).fit(start, method="bfgs", disp=0)
                covariance = np.asarray(result.cov_params())
        except (np.linalg.LinAlgError, ValueError):
            continue
        if (
            result.mle_retvals["converged"]
            and np.isfinite(covariance).all()
            and covariance.diagonal().max() < LOOSE**2
        ):
            fits.append((float(result.llf), law, np.asarray(result.params), covariance))
            # The normal law's coefficients are the logistic's over 1.7, near enough to start from.
            n_linear = columns.shape[1] + 1
            start = np.append(fits[0][2][:n_linear] / 1.7, fits[0][2][n_linear:] - np.log(1.7))
    if not fits:
        return None
    _, law, params, covariance = max(fits, key=lambda fit: fit[0])
    where = np.append(np.flatnonzero(use), len(use) + np.arange(n_cuts))
    unit = np.append(1 / scale, np.ones(len(where) - 1))
    mean, full = np.zeros(len(use) + n_cuts), np.zeros((len(use) + n_cuts,) * 2)
    mean[where] = params * unit
    full[np.ix_(where, where)] = covariance * np.outer(unit, unit)
    return mean, full, law


def _merged(overall: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The scores with rare ones taken together with their neighbour, at their common mean: a cut that a handful of
    answers hold up has no useful error."""
    groups = [[score] for score in np.unique(overall)]
    while len(groups) > 1:
        sizes = [int(np.isin(overall, g).sum()) for g in groups]
        rare = int(np.argmin(sizes))
        if sizes[rare] >= FEWEST_OF_SCORE:
            break
        neighbour = (
            rare + 1
            if rare + 1 < len(groups) and (rare == 0 or sizes[rare + 1] < sizes[rare - 1])
            else rare - 1
        )
        first, second = sorted((rare, neighbour))
        groups[first : second + 1] = [groups[first] + groups[second]]
    merged = overall.copy()
    for group in groups:
        rows = np.isin(overall, group)
        merged[rows] = overall[rows].mean()
    return merged, np.unique(merged)


def _codes(names: pd.Series, known: list[str]) -> np.ndarray:
    codes = np.asarray(pd.Categorical(names, categories=known).codes, np.int64)
    return np.where(codes < 0, len(known) - 1, codes)
