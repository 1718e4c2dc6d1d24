"""The parts of the chapter on a station, in the order in which somebody who decides asks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from skyhold.drawing import numerals, palette
from skyhold.drawing.numerals import NBSP
from skyhold.drawing.page import Figure, Legend, Section, View, variant_label
from skyhold.results.station import StationResult
from skyhold.station_chapter import bars, figures, ground, maps, tables, text
from skyhold.station_chapter import findings as found

LINES = (palette.BLUE, *palette.VARIANTS, palette.BLACK, "#7b8696")
FAN_LEGEND = [
    (palette.BLUE, "median"),
    (figures.INNER, "even chances"),
    (figures.BAND, "nine chances in ten"),
]


@dataclass(frozen=True)
class Side:
    """A run beside the others: what it is called, whether it holds, and what becomes of the station."""

    name: str
    title: str
    verdict: str
    good: str
    sentence: str


def sections(result: StationResult) -> list[Section]:
    """All parts that this run can fill."""
    made = [lifetime(result), holding(result), configuration(result), sun(result)]
    made += [deorbit(result, name) for name in found.deorbits(result)]
    made += [risk(result), crew(result)]
    return [section for section in made if section.figures or section.tables]


def sides(result: StationResult) -> list[Side]:
    """The baseline and its variants, each with its verdict and its sentence."""
    found_sides = []
    for name in ("", *result.variants):
        run = result.variants[name] if name else result
        word, good = text.verdict_of(run)
        mark = "depends" if good is None else "true" if good else "false"
        clause = text.variant_clause(result, name)
        title = text.variant_title(result, name) if name else "All partners together"
        found_sides.append(Side(name or "baseline", title, word, mark, clause[:1].upper() + clause[1:] + "."))
    return found_sides


def lifetime(result: StationResult) -> Section:
    """How high it is over time, when it comes down, and the variants in one frame."""
    run = found.unpushed(result)
    shown = []
    if run is not None:
        title = f"If nobody pushes from {numerals.date(run.scenario.start_utc)} on"
        shown.append(_figure(title, figures.fan(run), FAN_LEGEND, _fan_note(run)))
    shown.append(_variants(result))
    views = tables.when_down(run) if run is not None else []
    lead = (
        "Each line is an ensemble of possible futures: the Sun, the air and the station’s own drag are uncertain, so "
        "is the day. Bands count the members that are already down as lowest."
    )
    return Section("station-life", "How long it stays up", lead, _some(shown), views)


def _fan_note(run: StationResult) -> str:
    table = run.tables.get("altitude")
    if table is None or "share_up" not in table.columns:
        return ""
    share = float(np.asarray(table["share_up"], float)[-1])
    return (
        f"At the end of the run {numerals.share(share, 1.0)} of the members are still up."
        if share > 0
        else ""
    )


def _variants(result: StationResult) -> Figure | None:
    """The medians of all runs; runs whose lines lie on each other share a colour and a name."""
    merged: dict[bytes, tuple[list[str], StationResult]] = {}
    for name, run in {"": result, **result.variants}.items():
        if found.has(run, "altitude") and run.scenario.deorbit is None:
            line = np.round(np.nan_to_num(np.asarray(run.tables["altitude"]["p50_km"], float)), 1).tobytes()
            merged.setdefault(line, ([], run))[0].append(variant_label(name) if name else "Baseline")
    if len(merged) < 2:
        return None
    drawn = [("; ".join(names), LINES[i % len(LINES)], run) for i, (names, run) in enumerate(merged.values())]
    legend = Legend("", [(colour, label) for label, colour, _ in drawn], shape="line")
    picture = figures.lives(drawn)
    return Figure("If nobody pushes: the variants", picture, legend, wide=True) if picture else None


def holding(result: StationResult) -> Section:
    """Who could hold it, with what, by which plan, and down to where the attitude is held."""
    plan = result if found.has(result, "reboosts") else None
    shown = []
    if plan is not None:
        entries = list(_colours_of(plan))
        kg = found.propellant_kg(plan)
        note = f"{numerals.whole(kg)}{NBSP}kg of propellant with avoidance and attitude; the band to hold is shaded."
        shown.append(_figure("The plan of reboosts", bars.reboosts(plan), entries, note))
    names = ", ".join(one.name for one in figures.thresholds(result))
    shown.append(_figure("Down to where the attitude can be held", bars.attitude(result), (),
                         f"Dot: middle estimate; bar: low to high. Lines: {names}."))  # fmt: skip
    views = [
        tables.holders(result),
        tables.marginal(result),
        tables.vehicles(result),
        tables.attitude(result),
    ]
    views += [tables.reboosts(plan)] if plan is not None else []
    lead = "To hold it takes propellant, flights that bring it, a port, and thrusters that keep the attitude meanwhile."
    return Section("station-hold", "Who could hold it", lead, _some(shown), _some(views))


def _colours_of(run: StationResult) -> list[tuple[str, str]]:
    return [(colour, name) for name, colour in bars.vehicle_colours(run).items()]


def configuration(result: StationResult) -> Section:
    """Who owns what, and what it weighs."""
    rows = [row for row in found.rows(result, "parts") if found.yes(row["present"])]
    owners = list(dict.fromkeys(str(row["owner"]) for row in rows))
    names = found.partner_names(result)
    entries = [(colour, names.get(owner, owner)) for owner, colour in bars.owner_colours(owners).items()]
    shown = [_figure("Mass by segment and who runs it, tonnes", bars.masses(result), entries)]
    views = _some([tables.masses(result), tables.parts(result)])
    return Section("station-what", "What it is, and whose", _who_owns(result), _some(shown), views)


def _who_owns(result: StationResult) -> str:
    """Share of the Russian segment, what each segment gives, and what one owns and another runs."""
    rows = [
        row for row in found.rows(result, "parts") if found.yes(row["present"]) and row["kind"] == "module"
    ]
    whole = found.total([row["mass_kg"] for row in rows])
    kg = found.total([row["mass_kg"] for row in rows if str(row["segment"]) == "russian"])
    if not kg:
        return ""
    return (
        f"The Russian segment is {100 * kg / whole:.0f}{NBSP}% of the mass of the modules. It has the thrusters that "
        f"turn and push; the US segment has the gyroscopes and nearly all the power. {_run_by_others(result)}"
    ).strip()


def _run_by_others(result: StationResult) -> str:
    """Modules whose owner is not who runs them."""
    spec, names = found.spec_of(result), found.partner_names(result)
    modules = [one for one in spec.modules if one.run_by != one.owner] if spec else []
    told = [f"{one.name} belongs to {names[one.owner]} and is run by {names[one.run_by]}" for one in modules]
    return "; ".join(told) + ("." if told else "")


def sun(result: StationResult) -> Section:
    """What drives the air's density."""
    kinds = {
        "climatology": "drawn from past cycles at this phase",
        "forecast": "as forecast",
        "as-observed": "as it then was",
    }
    kind = kinds.get(result.scenario.space_weather.kind, "")
    entries = [(palette.BLUE, "median"), (figures.BAND, "percentiles 5 to 95")]
    shown = [
        Figure(title, picture, Legend("", list(entries)))
        for title, picture in (
            ("Solar flux", figures.drivers(result)),
            ("Geomagnetic storms", figures.storms(result)),
        )
        if picture
    ]
    lead = (
        f"A stronger Sun makes the air denser and the life shorter. In this run it is {kind}." if kind else ""
    )
    return Section("station-sun", "The Sun and the air", lead, shown)


def deorbit(result: StationResult, name: str) -> Section:
    """One way to bring it down on purpose: burns, propellant, debris."""
    run = result.variants[name] if name else result
    shown = [_figure("Height after each burn", bars.descent(run), ENDS), _footprint(run)]
    views = [
        ground.quantities(run, "deorbit", "The descent in numbers"),
        ground.burns(run),
        ground.failures(run),
    ]
    clause, row = text.variant_clause(result, name), found.fact(run, "deorbit", "feasible")
    problem = row is not None and not found.yes(row["value"]) and row["note"]
    problems = f"What stands against it: {row['note']}. " if row is not None and problem else ""
    lead = (
        f"{clause[:1].upper()}{clause[1:]}. {problems}The perigee is lowered in steps; the last burn aims at the "
        "South Pacific. If that burn fails, an uncontrolled fall follows within days, anywhere under the track."
    )
    title = text.variant_title(result, name)
    return Section(f"station-deorbit-{name}".strip("-"), title, lead, _some(shown), _some(views))


ENDS = ((palette.ORANGE, "apogee"), (palette.BLUE, "perigee"))


def _footprint(run: StationResult) -> Figure | None:
    picture = maps.footprint(run)
    spec = run.scenario.deorbit
    if picture is None or spec is None:
        return None
    entries = [
        *maps.weights(),
        (maps.KEEP_OUT, f"within {spec.keep_out_km:g}{NBSP}km of foreign land"),
        (maps.OWN_KEEP_OUT, f"within {spec.keep_out_own_km:g}{NBSP}km of own land and Antarctica"),
    ]
    near = found.figure(run, "deorbit", "nearest foreign land", "nearest land")
    note = f"Nearest foreign land: {near:,.0f}{NBSP}km. " if np.isfinite(near) else ""
    note += "Distances are computed, not read off the map."
    return Figure("Where debris falls", picture, Legend("", entries, note, "dot"), wide=True)


def risk(result: StationResult) -> Section:
    """Who is under it if nobody brings it down on purpose."""
    run = found.first_with(result, "risk_countries") or result
    scale = maps.share_scale()
    picture = maps.risk(run)
    shown = []
    if picture is not None:
        values = np.array([float(row["casualty_share_percent"]) for row in found.rows(run, "risk_countries")])
        legend = Legend(
            scale.title, [*scale.legend(values[values > 0]), (maps.UNTOUCHED, "not under the track")]
        )
        shown.append(Figure("Whose risk it is", picture, legend, wide=True))
    views = _some(
        [ground.quantities(run, "risk", "An uncontrolled fall in numbers"), ground.limits(run),
         ground.risk_countries(run), ground.risk_cities(run), ground.survivors(run)]
    )  # fmt: skip
    return Section("station-risk", "If it falls uncontrolled", text.ANYWHERE, shown, views)


def crew(result: StationResult) -> Section:
    """Who is aboard and comes home how; who is short of a seat when a partner goes."""
    views = tables.crew(result)
    for name, run in result.variants.items():
        if run.scenario.withdrawals and found.has(run, "crew"):
            views = [*views, *_renamed(tables.crew(run)[:2], text.variant_title(result, name))]
            break
    return Section("station-crew", "Who is aboard, and who comes home", "", (), views)


def _renamed(views: Iterable[View], title: str) -> list[View]:
    return [
        View(f"{title}: {view.caption.lower()}", view.heads, view.align, view.rows, view.note)
        for view in views
    ]


def _figure(
    title: str, picture: object, entries: Iterable[tuple[str, str]], caption: str = ""
) -> Figure | None:
    """A wide figure with its legend; None without a drawing."""
    from markupsafe import Markup

    if not isinstance(picture, Markup):
        return None
    named = list(entries)
    return Figure(title, picture, Legend("", named) if named else None, caption, wide=True)


def _some(things: Iterable[object]) -> list:  # type: ignore[type-arg]
    return [thing for thing in things if thing]
