"""Measures of a process that change how long a step takes or waits to be begun."""

from dataclasses import replace

import numpy as np

from analytics.errors import RequestError
from analytics.language import _
from analytics.redesign import parameters as given
from analytics.redesign.parameters import Context, Measure, unknown
from analytics.redesign.process_lookup import step_of, takes_time
from analytics.simulation.model import frozen
from analytics.simulation.process.model import ProcessModel


def shorten(model: ProcessModel, m: Measure, context: Context) -> ProcessModel:
    factor = given.number(m, "factor", 0.05, 3.0)
    if m.get("service") is not None or m.get("teller") is not None:
        raise RequestError(
            _("shorten with service or teller belongs to the hall; a process knows activity and resource."),
            field="service" if m.get("service") is not None else "teller",
        )
    if (m.get("activity") is None) == (m.get("resource") is None):
        raise RequestError(_("shorten needs an activity or a resource, not both."), field="activity")
    if m.get("resource") is not None:
        name = given.named(str(m["resource"]), model.resource_factor, context, "resource", _("resource"))
        mine = [w for w, worker in enumerate(model.workers) if name in dict(worker.resources)]
        if mine and not takes_time(model, np.asarray(model.serves[mine].any(axis=0))):
            raise RequestError(
                _("The log does not show how long this person takes, so nobody can be quicker there."),
                field="resource",
            )
        factors = {**model.resource_factor, name: model.resource_factor[name] * factor}
        return replace(model, resource_factor=factors)
    step = step_of(model, m["activity"])
    if not takes_time(model, step):
        raise RequestError(
            _("The log does not show how long «{activity}» takes, so nothing can be shortened there.").format(
                activity=m["activity"]), field="activity")  # fmt: skip
    table = model.duration_min.copy()
    table[step] *= factor
    return replace(model, duration_min=frozen(table))


def automate(model: ProcessModel, m: Measure, context: Context) -> ProcessModel:
    """For a share of the cases a machine does the step in so many minutes, at any hour of work, without a queue."""
    step = step_of(model, m["activity"])
    share, minutes = given.number(m, "share", 0.0, 1.0), given.number(m, "minutes", 0.0, 100_000.0)
    if not takes_time(model, step):
        raise RequestError(
            _("The log does not show how long «{activity}» takes, so what a machine would save is not known.").format(
                activity=m["activity"]), field="activity")  # fmt: skip
    if np.isnan(model.auto_min[step]):
        if share < 1:
            raise RequestError(
                _("The log names nobody for «{activity}»: automate all of it (share 1) or none.").format(
                    activity=m["activity"]), field="share")  # fmt: skip
    elif model.auto_share[step] > 0:
        raise RequestError(
            _("«{activity}» is automated twice: give one measure.").format(activity=m["activity"]),
            field="activity",
        )
    shares, all_minutes = model.auto_share.copy(), model.auto_min.copy()
    shares[step], all_minutes[step] = share, minutes
    return replace(model, auto_share=frozen(shares), auto_min=frozen(all_minutes))


def end_batching(model: ProcessModel, m: Measure, context: Context) -> ProcessModel:
    step = step_of(model, m["activity"])
    if model.windows[step] is None:
        batched = [s.activity for s, rule in zip(model.steps, model.windows, strict=True)
                   if rule is not None and s.process == model.process]  # fmt: skip
        if batched:
            raise unknown(_("activity done in batches"), str(m["activity"]), batched, "activity")
        raise RequestError(
            _("The log shows no batches at «{activity}», so there are none to end.").format(
                activity=m["activity"]
            ),
            field="activity",
        )
    return replace(model, windows=tuple(None if i == step else rule for i, rule in enumerate(model.windows)))
