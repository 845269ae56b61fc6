"""The kernel gives the same numbers with and without compilation."""

import os
import subprocess
import sys

SCRIPT = """
import numpy as np
from analytics.simulation.engine import simulate
from analytics.simulation.model import Uncertainty
from benchmarks.branch_month import DAYS, engine_model
model = engine_model()
runs = simulate([model], Uncertainty.none(model), DAYS[:2], 2, 5, 10.0)[0]
print(runs.sums.tobytes().hex(), runs.staff.tobytes().hex(), runs.slot_wait.tobytes().hex())
"""


def numbers(disable_jit: str) -> str:
    env = {**os.environ, "NUMBA_DISABLE_JIT": disable_jit}
    done = subprocess.run([sys.executable, "-c", SCRIPT], env=env, capture_output=True, text=True, check=True)
    return done.stdout


def test_same_numbers_with_and_without_compilation() -> None:
    compiled, plain = numbers("0"), numbers("1")
    assert len(compiled) > 100
    assert compiled == plain
