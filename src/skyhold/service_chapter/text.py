"""Who is served, how fast, who is not and why, and what would help most: in words, from the tables of a run."""

from __future__ import annotations

import math
from collections.abc import Iterable

from skyhold.coverage_chapter import findings as coverage
from skyhold.drawing import numerals
from skyhold.drawing.numerals import NBSP
from skyhold.drawing.page import variant_label
from skyhold.results.results import BroadbandResult
from skyhold.service.reasons import Reason
from skyhold.service_chapter import findings as found
from skyhold.service_chapter.findings import Standing

SMALL_PERCENT = 0.05
SHORT_PERCENT = 5.0  # of what is asked: so much not carried is what lacks first [A]
BETTER = 1.02  # a plan that serves so much more than what is there is worth telling
THEY = {
    Reason.PARTLY_SERVED: "get less than they ask",
    Reason.NO_SATELLITE: "have no satellite in view",
    Reason.SKY_NOT_ALLOWED: "see satellites only where the antenna may not look",
    Reason.NO_GATEWAY: "have no gateway in reach of their satellites",
    Reason.NO_ANTENNA: "find no antenna free at the gateways",
    Reason.NO_BEAM: "find no beam free",
    Reason.SATELLITE_FULL: "share a satellite that is full",
    Reason.GATEWAY_FULL: "share a gateway link that is full",
    Reason.RAIN: "are behind rain",
    Reason.JAMMED: "are jammed",
    Reason.NO_TERMINAL: "have no terminal",
    Reason.NO_POWER: "have a terminal without power",
}
"""Reasons as what people are said to have."""


def people(count: float) -> str:
    """A number of people to about three figures: 315, 74,800, 9.1 million."""
    if math.isnan(count):
        return numerals.NONE
    for size, words in ((1e9, "billion"), (1e6, "million")):
        if count >= 0.9995 * size:
            return f"{numerals.decimal(count / size, 1 if count < 100 * size else 0)}{NBSP}{words}"
    return numerals.whole(count if count < 1000 else round(count, 2 - math.floor(math.log10(count))))


def rate(mbit_s: float) -> str:
    """A rate to about three figures, in the unit that suits."""
    if math.isnan(mbit_s):
        return numerals.NONE
    for size, unit in ((1e6, "Tbit/s"), (1e3, "Gbit/s")):
        if mbit_s >= size:
            return f"{_three(mbit_s / size)}{NBSP}{unit}"
    return f"{_three(mbit_s)}{NBSP}Mbit/s"


def _three(value: float) -> str:
    return numerals.decimal(value, 0 if value >= 99.5 or value == 0 else 1 if value >= 0.95 else 2)


def headline(result: BroadbandResult) -> str:
    """Who is served and how fast, who is not and why, what would help most: three sentences at most."""
    now = found.standing(result)
    when = _when(result)
    if now.users < 0.5:
        return f"{when} nobody in {_area(result)} had service by satellite: {_nobody(now)}.{_help(result)}"
    fast = f", and a busy one was offered {rate(now.offered_mbit_s)}" if now.offered_mbit_s > 0 else ""
    first = (
        f"{when} {_counted(now.terminals)} in {_area(result)} gave service to {people(now.served)} of the "
        f"{people(now.dependents)} people without another network{fast}."
    )
    return f"{first}{_others(now)}{_help(result)}"


def _when(result: BroadbandResult) -> str:
    clock = result.scenario.clock
    span = numerals.period(clock.start_utc, clock.duration_h)
    return f"From {span}," if " to " in span and "," not in span else f"On {span},"


def _area(result: BroadbandResult) -> str:
    return coverage.area_name(result) or "the area"


def _counted(terminals: float) -> str:
    return f"{people(terminals)} terminal{'' if round(terminals) == 1 else 's'}"


def _nobody(now: Standing) -> str:
    return f"{people(now.dependents)} people without another network {THEY.get(now.main, 'ask for nothing')}"


def _others(now: Standing) -> str:
    """Those who lack something, by the two reasons that count most."""
    worst = sorted(now.lacking.items(), key=lambda item: -item[1])
    said = [f"{people(count)} {THEY[reason]}" for reason, count in worst if count >= 0.005 * now.dependents][
        :2
    ]
    return f" Of the others, {numerals.listed(said)}." if said else ""


def _help(result: BroadbandResult) -> str:
    """What would help most: from the plan where it serves more than what is there, else from the variants.

    Where those who have terminals lack much of what they ask, that comes first: more terminals would not help them.
    """
    now, short = found.standing(result), ""
    if now.unserved_percent >= SHORT_PERCENT:
        lost = numerals.share(now.unserved_percent, 100.0)
        short = (
            f" Those behind terminals do not get {lost} of what they ask, mostly for this reason: "
            f"{now.main_on_air.words}; more terminals alone would not change that."
        )
    return short + (_planned_help(result) or _variant_help(result))


def _planned_help(result: BroadbandResult) -> str:
    if not coverage.has(result, "plan") or not coverage.has(result, "plan_worth"):
        return ""
    best = next(row for row in result.tables["plan"].rows() if row["way"] == "plan")
    rows = result.tables["plan_worth"].rows()
    gains = [row for row in rows if row["people"] >= 0.5]
    if not gains:
        return ""
    helping = {kind(str(row["one_more"])) for row in gains}
    idle = list(dict.fromkeys(kind(str(row["one_more"])) for row in rows if row["people"] < 0.5))
    idle = [word for word in idle if word not in helping]
    first = kind(str(gains[0]["one_more"]))
    if best["people_served"] <= BETTER * found.standing(result).served:
        return ""
    placed, served = people(best["terminals_placed"]), people(best["people_served"])
    planned = f"{placed}, placed by the plan, would serve {served} in all, "
    more = f"{_one_more(gains[0])} after them {people(gains[0]['people'])} more"
    none = f"; one more {_or(idle)} would serve nobody more" if idle else ""
    return f" What would help most is more {first}s: {planned}{more}{none}."


def _or(words: list[str]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def kind(one_more: str) -> str:
    """What kind of thing a row of `plan_worth` adds: "gateway: Kyiv (may open)" is a gateway."""
    words = one_more.partition(":")[0].strip()
    return "terminal" if words.endswith("terminals") else words


def _one_more(row: dict[str, object]) -> str:
    words = str(row["one_more"])
    name = words.partition(":")[2].replace("(may open)", "").strip()
    if words[:1].isdigit():
        return f"the next {words}"
    return f"one more {kind(words)}" + (f" ({name})" if name else "")


def _variant_help(result: BroadbandResult) -> str:
    base = found.standing(result).served
    gains = {name: found.standing(run).served - base for name, run in found.runs(result).items() if name}
    best = max(gains, key=lambda name: gains[name], default=None)
    if best is None or gains[best] < max(1.0, 0.001 * base):
        return ""
    return f" Of what was tried, “{_case_title(result, best)}” helps most: {people(gains[best])} people more."


def supporting_lines(result: BroadbandResult) -> list[str]:
    """A sentence each on what is carried, on sites of priority, on jammers, and on what moves."""
    makers = (_carried_line, _sites_line, _jamming_line, _moving_line)
    return [line for line in (make(result) for make in makers) if line]


def _case_title(result: BroadbandResult, name: str) -> str:
    """A variant as its scenario calls it."""
    return next((one.title for one in result.scenario.variants if one.name == name), variant_label(name))


def _carried_line(result: BroadbandResult) -> str:
    now = found.standing(result)
    if not now.wanted_gbit_s > 0:
        return ""
    asked = rate(1e3 * now.wanted_gbit_s)
    if now.unserved_percent < SMALL_PERCENT:
        return f"Capacity is not what lacks: of the {asked} asked in the busiest hour, all is carried."
    share = numerals.share(100.0 - now.unserved_percent, 100.0)
    return (
        f"Of what is asked ({asked} in the busiest hour) {share} is carried; most of the rest is lost for this reason: "
        f"{now.main_on_air.words}."
    )


def _sites_line(result: BroadbandResult) -> str:
    met = found.sites_met(result)
    if met is None:
        return ""
    return f"Priority sites with what they need from a satellite: {met[0]} of {met[1]}."


def _jamming_line(result: BroadbandResult) -> str:
    one = found.jammed(result)
    if one is None:
        return ""
    where = f" (“{_case_title(result, one.name)}”)" if one.name else ""
    before, after = (found.touched(one, left, found.HALF_PERCENT) for left in (one.bare, one.defended))
    if not before[0]:
        return f"Jammers{where}: no cell loses half of its rate. Every jammer’s power is an estimate."
    defence = f"; with the countermeasures of the scenario {_cells_lose(after)}" if one.defence else ""
    return f"Jammers{where}: {_cells_lose(before)}{defence}. Every jammer’s power is an estimate."


def _cells_lose(many: tuple[int, float]) -> str:
    cells, who = many
    if not cells:
        return "no cell loses half of its rate"
    lived = "" if math.isnan(who) else f", home to {people(who)} people,"
    return f"{numerals.counted(cells, 'cell')}{lived} {'loses' if cells == 1 else 'lose'} half of the rate or more"


def _moving_line(result: BroadbandResult) -> str:
    rows = [
        row
        for run in _baseline_first(result)
        if coverage.has(run, "moving")
        for row in run.tables["moving"].rows()
    ]
    if not rows:
        return ""
    one = rows[0]
    share = numerals.share(float(one["served_percent"]), 100.0)
    gap = float(one["longest_outage_s"])
    longest = f", longest gap {numerals.duration(gap)}" if gap > 0 else ""
    return f"On the move: {one['name']} had service {share} of the way{longest}."


def _baseline_first(result: BroadbandResult) -> Iterable[BroadbandResult]:
    return (result, *result.variants.values())


def variant_clause(before: BroadbandResult, after: BroadbandResult) -> str:
    """What changes in who is served, as a clause; empty where either run has no demand or nothing changes."""
    if not (found.has_service(before) and found.has_service(after)):
        return ""
    one, two = found.standing(before), found.standing(after)
    parts = [_people_change(one.served, two.served)]
    if abs(two.unserved_percent - one.unserved_percent) >= SMALL_PERCENT:
        reason = f" ({two.main_on_air.words})" if two.unserved_percent > one.unserved_percent else ""
        parts.append(
            f"the share of the demand not carried goes from {_percent(one.unserved_percent)} to "
            f"{_percent(two.unserved_percent)}{reason}"
        )
    return "; ".join(part for part in parts if part)


def _people_change(before: float, after: float) -> str:
    if abs(after - before) < max(0.5, 5e-4 * before) or people(before) == people(after):
        return ""
    verb = "rise" if after > before else "fall"
    return f"people with service {verb} from {people(before)} to {people(after)}"


def _percent(value: float) -> str:
    return numerals.share(value, 100.0)
