"""The process of `branch_process` as Prosimos reads it (BPMN and JSON), and its runs in an environment of its own.

Prosimos needs older releases than the product does: it is installed into a virtual environment, made in a temporary
folder or kept where PROSIMOS_VENV points. Only its simulation is timed, not the start of Python nor the installation.
"""

import json
import os
import random
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import quoteattr

from benchmarks.branch_process import (
    ARRIVE_H,
    CASES_PER_DAY,
    FLOW,
    MONDAY,
    PAIR,
    POOLS,
    STEPS,
    Hours,
    arrivals,
)
from benchmarks.hand_made import Source

RELEASE = "prosimos==2.0.6"
WEEKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
LONGEST_S = 1e9
RUN = """
import json, sys, time
import numpy as np
from prosimos.simulation_engine import SimDiffSetup, SimBPMEnv, execute_full_process, parse_datetime
bpmn, model, start = sys.argv[1:]
for line in sys.stdin:
    seed, comes = json.loads(line)
    np.random.seed(seed)
    setup = SimDiffSetup(bpmn, model, False, len(comes))
    setup.set_starting_datetime(parse_datetime(start, True))
    begun = time.process_time()
    env = SimBPMEnv(setup, None, None)
    execute_full_process(env, comes)
    seconds = time.process_time() - begun
    signing = [i for i, e in setup.bpmn_graph.element_info.items() if e.name == "signing"][0]
    cycles = []
    for trace in env.log_info.trace_list:
        events = trace.event_list
        if any(e.task_id == signing for e in events):
            first, last = min(e.started_datetime for e in events), max(e.completed_datetime for e in events)
            cycles.append((last - first).total_seconds() / 3600)
    print(json.dumps([seconds, float(np.mean(cycles))]), flush=True)
"""


def python(folder: Path) -> Path:
    """The interpreter of an environment that has Prosimos."""
    home = Path(os.environ.get("PROSIMOS_VENV") or folder / "prosimos")
    found = home / ("Scripts" if os.name == "nt" else "bin") / "python"
    if not found.exists():
        venv.create(home, with_pip=True)
        subprocess.run([found, "-m", "pip", "install", "--quiet", RELEASE], check=True)
    return found


class Prosimos:
    """A running interpreter that simulates the process once for each seed it is given."""

    def __init__(self, folder: Path) -> None:
        bpmn, model, script = folder / "process.bpmn", folder / "process.json", folder / "run.py"
        bpmn.write_text(_bpmn(), encoding="utf-8")
        model.write_text(json.dumps(_parameters()), encoding="utf-8")
        script.write_text(RUN, encoding="utf-8")
        self.process = subprocess.Popen(
            [python(folder), script, bpmn, model, f"{MONDAY}T00:00:00+00:00"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=sys.stderr, text=True, cwd=folder,
        )  # fmt: skip

    def run(self, seed: int) -> tuple[float, int, float]:
        """(seconds of processor time, cases, mean cycle time in hours of those won) of one simulation.

        The cases come when they are told to: its own law moves those that would come by night to the next opening.
        """
        comes = [60 * at for at in arrivals(random.Random(seed))]
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps([seed, comes]) + "\n")
        self.process.stdin.flush()
        seconds, cycle_h = json.loads(self.process.stdout.readline())
        return seconds, len(comes), cycle_h

    def close(self) -> None:
        self.process.communicate()


def _flows() -> Iterator[tuple[str, str, float]]:
    """(from element, to element, probability); a choice or a pair goes through a gateway of its own."""
    after: dict[Source, str] = {PAIR: "join", "start": "start", **{name: _id(name) for name in STEPS}}
    before: dict[Source, str] = {
        PAIR: "split",
        "won": "end",
        "lost": "end",
        **{name: _id(name) for name in STEPS},
    }
    for source, targets in FLOW.items():
        here = after[source]
        if len(targets) > 1:
            yield here, f"choice_{here}", 1.0
            here = f"choice_{here}"
        for target, p in targets.items():
            yield here, before[target], p
    for step in PAIR:
        yield "split", _id(step), 1.0
        yield _id(step), "join", 1.0


def _id(step: str) -> str:
    return "task_" + step.replace(" ", "_")


def _bpmn() -> str:
    flows = list(_flows())
    inner = ['<startEvent id="start"/>', '<endEvent id="end"/>']
    inner += [f"<task id={quoteattr(_id(name))} name={quoteattr(name)}/>" for name in STEPS]
    inner += ['<parallelGateway id="split"/>', '<parallelGateway id="join"/>']
    inner += [
        f'<exclusiveGateway id="{g}"/>'
        for g in dict.fromkeys(source for source, _, _ in flows if source.startswith("choice"))
    ]
    inner += [
        f'<sequenceFlow id="{source}__{target}" sourceRef="{source}" targetRef="{target}"/>'
        for source, target, _ in flows
    ]
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="definitions">'
        f'<process id="process" isExecutable="true">{"".join(inner)}</process></definitions>'
    )


def _periods(week: Hours) -> list[dict[str, str]]:
    def clock(hour: float) -> str:
        return f"{int(hour):02d}:{round(hour % 1 * 60):02d}:00"

    return [
        {"from": WEEKDAYS[d], "to": WEEKDAYS[d], "beginTime": clock(a), "endTime": clock(b)}
        for days, spans in week.items() for d in days for a, b in spans
    ]  # fmt: skip


def _parameters() -> dict:
    def law(name: str, mean_min: float, cv: float) -> dict:
        mean = mean_min * 60
        spread = [mean] if name == "exponential" else [mean, (cv * mean) ** 2]
        return {
            "distribution_name": {"exponential": "expon", "lognormal": "lognorm"}[name],
            "distribution_params": [{"value": x} for x in [*spread, 0.0, LONGEST_S]],
        }

    choices: dict[str, list[dict]] = {}
    for source, target, p in _flows():
        if source.startswith("choice"):
            choices.setdefault(source, []).append({"path_id": f"{source}__{target}", "value": p})
    first_h, last_h = ARRIVE_H
    return {
        "resource_profiles": [
            {
                "id": role, "name": role,
                "resource_list": [
                    {"id": role, "name": role, "cost_per_hour": 0, "amount": n, "calendar": role,
                     "assignedTasks": [_id(name) for name, step in STEPS.items() if step[0] == role]}
                ],
            }
            for role, (n, _) in POOLS.items()
        ],
        "resource_calendars": [
            {"id": role, "name": role, "time_periods": _periods(week)} for role, (_, week) in POOLS.items()
        ],
        "arrival_time_distribution": law("exponential", 60 * (last_h - first_h) / CASES_PER_DAY, 1.0),
        "arrival_time_calendar": _periods({(0, 1, 2, 3, 4): [ARRIVE_H]}),
        "gateway_branching_probabilities": [
            {"gateway_id": gateway, "probabilities": paths} for gateway, paths in choices.items()
        ],
        "task_resource_distribution": [
            {"task_id": _id(name), "resources": [{"resource_id": role, **law(kind, mean, cv)}]}
            for name, (role, kind, mean, cv) in STEPS.items()
        ],
        "event_distribution": [],
        "batch_processing": [],
        "case_attributes": [],
        "prioritisation_rules": [],
    }  # fmt: skip
