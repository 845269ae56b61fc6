"""Measures of a process: each a pure function ProcessModel -> ProcessModel, checked against what the log shows."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from analytics.errors import RequestError
from analytics.language import _
from analytics.redesign import parameters as given
from analytics.redesign import process_flow, process_people, process_times
from analytics.redesign.parameters import Context, Measure, unknown
from analytics.simulation.model import frozen
from analytics.simulation.process.model import ProcessModel


def apply_all(
    model: ProcessModel, measures: Sequence[Measure], context: Context | None = None
) -> ProcessModel:
    """The model with the measures in force, in their order. Raises RequestError naming measure and parameter."""
    for i, measure in enumerate(measures):
        if measure["measure"] == "end_batching" and measure in measures[:i]:
            continue  # piles end once; asked again, the log would seem to have shown none
        model = APPLY[measure["measure"]](model, measure, context or Context())
    return model


def _demand(model: ProcessModel, m: Measure, context: Context) -> ProcessModel:
    if m.get("service") is not None:
        raise RequestError(_("demand with a service belongs to the hall."), field="service")
    factor = given.number(m, "factor", 0.0, 5.0)
    names = [s.name for s in model.segments]
    chosen = list(range(len(names)))
    if m.get("segment") is not None:
        chosen = [i for i, name in enumerate(names) if name == m["segment"]]
        if not chosen:
            raise unknown(_("segment"), str(m["segment"]), names, "segment")
    rates = model.rates.copy()
    rates[:, :, chosen, model.processes.index(model.process)] *= factor
    return replace(model, rates=frozen(rates))


APPLY: dict[str, Callable[[ProcessModel, Measure, Context], ProcessModel]] = {
    "add_staff": process_people.add_staff,
    "move_staff": process_people.move_staff,
    "shorten": process_times.shorten,
    "remove_activity": process_flow.remove_activity,
    "merge_activities": process_flow.merge_activities,
    "parallelise": process_flow.parallelise,
    "automate": process_times.automate,
    "reduce_rework": process_flow.reduce_rework,
    "empower": process_flow.empower,
    "end_batching": process_times.end_batching,
    "reassign": process_people.reassign,
    "demand": _demand,
}
