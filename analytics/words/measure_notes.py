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
    if kind not in entries:
        return ""
    touches, needs, heuristic = entries[kind]
    name = _("Redesign heuristic: {name} (Reijers and Limam Mansar).").format(name=heuristic)
    return numbers.sentences([touches, needs, name])
