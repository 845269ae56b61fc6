"""What one should know of a kind of measure before choosing it: what it touches, its cost, its conditions, its name."""

from analytics.language import _
from analytics.words import numbers


def about(kind: str) -> str:
    """A few sentences for a tooltip; the last names the redesign heuristic (Reijers and Limam Mansar 2005)."""
    entries = {
        "add_staff": (
            _("Touches the people on duty and their wages."),
            _("Needs trained people and a free counter at those hours."),
            _("extra resources"),
        ),
        "move_staff": (
            _("Touches when people work; the hours stay the same."),
            _("Needs the staff’s consent and breaks that still fit."),
            _("flexible assignment"),
        ),
        "shorten": (
            _("Touches how long a service takes; forms, training or systems may cost once."),
            _("Needs proof that the work is not just moved to someone else."),
            _("integral technology"),
        ),
        "divert": (
            _("Touches who comes to the counter; machines and a guide in the lobby may cost once."),
            _("Needs machines that work, and help for those who cannot use them."),
            _("triage"),
        ),
        "set_priority": (
            _("Touches who waits; it shortens no one’s service and costs nothing."),
            _("Needs the queue system set, and words for those who are passed over."),
            _("order types"),
        ),
        "pool_counters": (
            _("Touches which counters serve whom; it costs nothing."),
            _("Needs tellers who can do all services, and another way to receive VIP."),
            _("specialist–generalist"),
        ),
        "smooth_arrivals": (
            _("Touches when customers come; a booking system may cost once."),
            _("Needs customers who accept another hour."),
            _("interfacing"),
        ),
        "announce_wait": (
            _("Touches how long people are willing to wait; a display may cost once."),
            _("Needs announcements that are right."),
            _("interfacing"),
        ),
    }
    entries |= _of_processes()
    if kind not in entries:
        return ""
    touches, needs, heuristic = entries[kind]
    name = _("Redesign heuristic: {name} (Reijers and Limam Mansar).").format(name=heuristic)
    return numbers.sentences([touches, needs, name])


def _of_processes() -> dict[str, tuple[str, str, str]]:
    return {
        "remove_activity": (
            _("Touches which steps a case takes; it costs nothing, and frees people."),
            _("Needs proof that nobody, the regulator included, relies on the step."),
            _("task elimination"),
        ),
        "merge_activities": (
            _("Touches who does what; hand-overs and their waits fall away."),
            _("Needs people who can do both, and no rule that keeps the two apart."),
            _("task composition"),
        ),
        "parallelise": (
            _("Touches the order of steps; it costs nothing, but work begun may be in vain."),
            _("Needs steps that do not build on one another."),
            _("parallelism"),
        ),
        "automate": (
            _("Touches people’s time; the machine or system costs once."),
            _("Needs rules that a machine can follow, and somebody for the exceptions."),
            _("task automation"),
        ),
        "reduce_rework": (
            _("Touches how often cases go back; check lists and examples cost little."),
            _("Needs to know why they go back, and a check at the first step."),
            _("control relocation"),
        ),
        "empower": (
            _("Touches who decides; it costs nothing and carries more risk."),
            _("Needs limits by amount and kind, and samples checked afterwards."),
            _("empower"),
        ),
        "end_batching": (
            _("Touches when a step is begun; it costs nothing but habits."),
            _("Needs approvers who look at cases through the day."),
            _("case-based work"),
        ),
        "reassign": (
            _("Touches which team does a step, and both teams’ load."),
            _("Needs the right and the skill to do it; it may not approve its own work."),
            _("flexible assignment"),
        ),
    }
