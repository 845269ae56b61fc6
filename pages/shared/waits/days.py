"""Which days were out of the ordinary."""

from analytics.charts import wait_days as charts
from analytics.diagnosis.control import control
from analytics.diagnosis.wait_times import WaitTimes
from analytics.filters import Targets
from analytics.words import wait_days as words
from analytics.words.reading import how
from pages.shared import blocks


def days(result: WaitTimes, targets: Targets) -> None:
    """Days as a control chart."""
    found = control(result.days, result.groups)
    with blocks.card(words.title(found), words.caption(found), how("days")):
        blocks.figure(
            charts.control_chart(found, targets.wait_mean_min), "days", found.days, "days", words.title(found)
        )
