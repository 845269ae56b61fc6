"""The ordered logit equals statsmodels' OrderedModel, and says nothing where the data do not."""

import numpy as np
import pytest
from statsmodels.miscmodels.ordinal_model import OrderedModel

from analytics.methods.ordered import ordered_logit


def ratings(n: int, p: int, seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, p)) * np.arange(1, p + 1) + 4
    latent = x @ (0.5 / np.arange(1, p + 1)) + rng.logistic(size=n)
    return 1.0 + np.searchsorted(np.quantile(latent, [0.05, 0.2, 0.5, 0.85]), latent), x


@pytest.mark.parametrize("p", [1, 4])
def test_slopes_and_robust_errors_as_statsmodels(p):
    y, x = ratings(900, p)
    found = ordered_logit(y, x, np.arange(900))
    model = OrderedModel(y, x, distr="logit")
    fitted = model.fit(method="bfgs", disp=0, maxiter=500)
    assert found.slope == pytest.approx(fitted.params[:p], abs=2e-4)
    # Errors robust to rows, from statsmodels' own numerical scores and information.
    score, inverse = model.score_obs(fitted.params), np.linalg.inv(model.hessian(fitted.params))
    errors = np.sqrt(np.diag(inverse @ score.T @ score @ inverse))[:p]
    assert (found.high - found.low) / (2 * 1.959964) == pytest.approx(errors, rel=2e-3)


def test_customers_who_answer_alike_four_times_double_the_interval():
    y, x = ratings(400, 2)
    once = ordered_logit(y, x, np.arange(400))
    four = ordered_logit(np.repeat(y, 4), np.repeat(x, 4, axis=0), np.repeat(np.arange(400), 4))
    assert four.slope == pytest.approx(once.slope)
    assert four.high - four.low == pytest.approx(once.high - once.low)
    as_if_apart = ordered_logit(np.repeat(y, 4), np.repeat(x, 4, axis=0), np.arange(1600))
    assert as_if_apart.high - as_if_apart.low == pytest.approx((once.high - once.low) / 2)


def test_what_cannot_be_told():
    y, x = ratings(300, 2)
    assert ordered_logit(np.full(300, 4.0), x, np.arange(300)) is None
    assert ordered_logit(y, np.column_stack([x, x[:, 0]]), np.arange(300)) is None, "one predictor twice"
    assert ordered_logit(np.where(x[:, 0] > 4, 5.0, 1.0), x, np.arange(300)) is None, (
        "told apart without error"
    )
    assert ordered_logit(y, np.column_stack([x[:, 0], np.ones(300)]), np.arange(300)) is None
