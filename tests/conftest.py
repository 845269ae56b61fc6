"""What tests of several areas share: a store that holds the sample, the folder of real data."""

import os
from pathlib import Path

import pytest

from analytics.store.sample import load_sample


@pytest.fixture(scope="session")
def sample_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that holds the sample branch."""
    folder = tmp_path_factory.mktemp("sample") / "store"
    load_sample(folder)
    return folder


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data that REAL_DATA names; tests of it are skipped elsewhere."""
    named = os.environ.get("REAL_DATA", "")
    if not named or not Path(named).is_dir():
        pytest.skip("REAL_DATA names no folder of real data")
    return Path(named)
