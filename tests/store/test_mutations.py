"""Two thousand spoiled files: each is loaded with every row accounted for, or refused in a sentence."""

import pytest

from tests.store.mutations import run


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_spoiled_files_are_loaded_or_refused(seed):
    outcomes = run(250, seed)
    assert outcomes.total() == 250
    assert min(outcomes["loaded"], outcomes["refused"]) > 25
