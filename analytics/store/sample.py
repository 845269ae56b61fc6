"""The sample branch that comes with the product."""

from pathlib import Path

from analytics.errors import RequestError
from analytics.language import _
from analytics.store.loading import Progress, load
from analytics.store.report import LoadReport

SAMPLE_FOLDER = Path(__file__).parents[2] / "sample_data"


def load_sample(folder: str | Path, *, progress: Progress | None = None) -> LoadReport:
    """Load the sample's files into the store in `folder`; loading them again changes nothing."""
    files = sorted(p for p in SAMPLE_FOLDER.glob("*") if p.name.endswith((".csv.gz", ".csv", ".parquet")))
    if not files:
        raise RequestError(
            _("The sample's files are not there; `python sample_data/generate.py` writes them.")
        )
    return load(files, folder, progress=progress)
