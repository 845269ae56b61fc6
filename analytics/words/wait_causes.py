"""What long days have in common and what happened around the longest waits, in words."""

from datetime import date

from analytics.diagnosis.causes import LEAST_DAYS, Causes
from analytics.diagnosis.day_replay import DayReplay
from analytics.language import _
from analytics.words import numbers
from analytics.words.changes import lowered, whom


def title(result: Causes) -> str:
    """The cause that most of the ups and downs goes with."""
    top = result.causes[result.causes["cause"] != "unexplained"].iloc[0]
    if not top["low"] > 0.05:
        return _("None of these causes stands out from day to day")
    return {
        "load": _("Waits rise and fall mostly with the number of customers"),
        "timing": _("Waits rise and fall mostly with how customers crowd"),
        "staff": _("Waits rise and fall mostly with the people on duty"),
        "mix": _("Waits rise and fall mostly with what customers ask for"),
        "slow": _("Waits rise and fall mostly with how fast the work goes"),
    }[top["cause"]]


def caption(result: Causes) -> str:
    """What the shares are of, interval and n."""
    return _(
        "{who}: share of the ups and downs of the daily mean wait that goes with each cause; all add up to 100%. "
        "95% interval over days · {n} days. What goes together need not be the cause."
    ).format(who=whom(result.group), n=numbers.count(result.n_days))


def cause_sentence(row: dict) -> str:
    """The cause, and how many minutes a day above its usual waits longer."""
    names = {
        "load": _("More customers than usual"),
        "timing": _("More of them at the same time"),
        "staff": _("More hours on duty"),
        "mix": _("More services that take long"),
        "slow": _("Slower work at the same services"),
        "unexplained": _("Not explained by these"),
    }
    name = names[row["cause"]]
    if row["cause"] == "unexplained":
        return name
    return _("{name}: {minutes} on a day well above the usual").format(
        name=name, minutes=numbers.with_unit(row["per_step_min"], "min", signed=True)
    )


def too_few() -> str:
    return _("What drives waiting shows from {n} days with waits on.").format(n=LEAST_DAYS)


def day_name(on: date) -> str:
    return f"{numbers.weekday(on.isoweekday())}, {numbers.day(on)}"


def replay_title(result: DayReplay) -> str:
    """The longest wait of the day."""
    if result.longest.empty:
        return _("Nobody was called on {day}").format(day=day_name(result.day_on))
    top = result.longest.iloc[0]
    return _("The longest wait on {day}: {minutes} from {time}").format(
        day=numbers.day_short(result.day_on),
        minutes=numbers.minutes(top["wait_min"]),
        time=clock(top["arrived_min"]),
    )


def replay_caption(result: DayReplay) -> str:
    return _(
        "Customers waiting and counters serving by minute, all customers · {n}. Below: the longest waits, from ticket to "
        "call, with how many were ahead and how many came later and were called first"
    ).format(n=_tickets(result.n))


def _tickets(n: int) -> str:
    return _("{n} tickets").format(n=numbers.count(n))


def clock(minute: float) -> str:
    """Minutes since midnight as time of day: 545 -> 9:05."""
    return f"{int(minute) // 60}:{int(minute) % 60:02d}"


def minute_hover(row: dict) -> str:
    """What a minute of the day looked like, with who was called."""
    text = _("{time}: {waiting} waiting, {busy} counters serving").format(
        time=clock(row["minute"]), waiting=numbers.count(row["n_waiting"]), busy=numbers.count(row["n_busy"])
    )
    return f"{text}<br>{_('called: {tickets}').format(tickets=row['called'])}" if row["called"] else text


def customer_line(row: dict) -> str:
    """«B017 63.2 min»: of a long ticket number its last part, the day is known."""
    ticket = str(row["ticket_id"])
    ticket = ticket if len(ticket) <= 8 else ticket.rsplit("-", 1)[-1][-8:]
    return f"<b>{ticket}</b> {numbers.minutes(row['wait_min'])}"


def around(row: dict) -> str:
    """Who was ahead, who overtook."""
    return _("{ahead} ahead, {later} overtook").format(
        ahead=numbers.count(row["n_ahead"]), later=numbers.count(row["n_overtook"])
    )


def nobody_waited(group: str) -> str:
    return _("No {who} were called in this period.").format(who=lowered(whom(group)))
