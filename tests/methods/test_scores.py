"""Intervals of shares, net promoter scores, means and differences against known values and simulation."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from analytics.methods.estimate import Estimate, unknown
from analytics.methods.resampling import ratio
from analytics.methods.scores import difference, mean, net_promoter, wilson


@pytest.mark.parametrize(("k", "n"), [(0, 10), (7, 10), (10, 10), (663, 800)])
def test_wilson_as_statsmodels(k, n):
    share, low, high = wilson(k, n)
    assert share == k / n
    assert (low, high) == pytest.approx(proportion_confint(k, n, method="wilson"))


def test_wilson_of_nothing_is_unknown():
    assert all(np.isnan(part) for part in wilson(0, 0))


def test_net_promoter_by_hand():
    # 50 promoters, 20 detractors of 100: 30 points. With three answers more (0.75 to either end):
    # p = 50.75 / 103, d = 20.75 / 103, variance (p + d − (p − d)²) / 103.
    score, low, high = net_promoter(50, 20, 100)
    p, d = 50.75 / 103, 20.75 / 103
    half = stats.norm.ppf(0.975) * ((p + d - (p - d) ** 2) / 103) ** 0.5
    assert score == pytest.approx(30)
    assert (low, high) == pytest.approx((100 * (p - d - half), 100 * (p - d + half)))


def test_net_promoter_where_all_agree_still_has_a_width_and_stays_within_100():
    score, low, high = net_promoter(8, 0, 8)
    assert score == 100 and high == 100 and 30 < low < 95
    assert np.isnan(net_promoter(0, 0, 0)[0])


def test_net_promoter_interval_covers():
    rng = np.random.default_rng(3)
    counts = rng.multinomial(60, [0.5, 0.3, 0.2], 4000)
    _score, low, high = net_promoter(counts[:, 0], counts[:, 2], np.full(4000, 60))
    assert ((low <= 30) & (high >= 30)).mean() == pytest.approx(0.95, abs=0.015)


def test_mean_as_scipy():
    x = np.array([4.0, 5, 3, 5, 2, 4])
    value, low, high = mean(x.sum(), (x**2).sum(), len(x))
    expected = stats.t.interval(0.95, 5, x.mean(), stats.sem(x))
    assert value == pytest.approx(x.mean())
    assert (low, high) == pytest.approx(expected)
    assert np.isnan(mean(3.0, 9.0, 1)[1])


def test_difference_of_shares_is_newcombes():
    # Newcombe (1998), method 10, example (a): 56/70 against 48/80: 0.2, interval 0.0524 to 0.3339.
    now, before = (Estimate(*(float(x) for x in wilson(k, n)), n, "share") for k, n in ((56, 70), (48, 80)))
    found = difference(now, before)
    assert (found.value, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)
    assert (found.unit, found.n) == ("pts", 70)
    assert not difference(now, unknown("share")).is_known


def test_bootstrap_of_a_ratio():
    rng = np.random.default_rng(5)
    hours, n = rng.gamma(2, 3, 300), np.ones(300)
    found = ratio(hours, n, "h")
    error = hours.std(ddof=1) / 300**0.5
    assert found.value == pytest.approx(hours.mean())
    assert found.n == 300
    assert found.high - found.low == pytest.approx(2 * 1.96 * error, rel=0.15)
    few = ratio(hours[:2], n[:2], "h")
    assert few.is_known and np.isnan(few.low)
    assert not ratio(hours[:0], n[:0], "h").is_known
