import numpy as np
import pytest

from skyhold.errors import SkyholdError
from skyhold.links import budgets, gateway_links, laser, user_links
from skyhold.links.modcod import dvb_mode
from skyhold.nouns.noun import between
from skyhold.nouns.radio import Laser, Payload, RadioSpec
from skyhold.scenario.library import library_radio, radio, radio_names
from skyhold.units import DEG

RADIO = RadioSpec()
WAYS = (
    (budgets.user_down, user_links.down),
    (budgets.user_up, user_links.up),
    (budgets.gateway_up, gateway_links.up),
    (budgets.gateway_down, gateway_links.down),
)


@pytest.mark.parametrize("name", radio_names())
@pytest.mark.parametrize(("budget", "table"), WAYS)
def test_ledger_agrees_with_the_block(name, budget, table):
    spec = radio(name)
    for elevation, wet, jam, gas in ((26.03, 0.0, 0.0, 0.0), (51.77, 7.0, 3.0, 0.4)):
        ledger = budget(spec, elevation * DEG, wet, jam, gas)
        one = table(spec)
        assert ledger.ratio_db == pytest.approx(
            10 * np.log10(one.ratio(elevation * DEG, wet, None, jam, gas)), abs=1e-3
        )
        bits = one.efficiency(elevation * DEG, wet, None, jam, gas)
        assert ledger.rate_bit_s == pytest.approx(bits * one.payload_hz, rel=1e-3)


def test_lines_add_up():
    ledger = budgets.user_down(RADIO, 40 * DEG, 2.0, 0.1, 0.3)
    flux_to_carrier = (
        ledger.value("satellite EIRP")
        + ledger.value("free-space loss")
        + ledger.value("gases")
        + ledger.value("rain and cloud")
        + ledger.value("terminal gain")
        + ledger.value("scan loss")
    )
    assert flux_to_carrier == pytest.approx(ledger.value("carrier"), abs=1e-9)
    assert ledger.value("C/N") == pytest.approx(ledger.value("carrier") - ledger.value("noise"))
    assert ledger.value("C/(N+I)") == ledger.ratio_db
    assert ledger.value("rate") * 1e6 == pytest.approx(ledger.rate_bit_s)


def test_margins_tell_which_modes_hold():
    ledger = budgets.user_down(RADIO, 40 * DEG)
    held = [margin for margin in ledger.margins() if margin.margin_db >= 0]
    assert held[-1].mode == "16QAM 3/4"
    assert held[-1].rate_bit_s <= ledger.rate_bit_s


def test_a_terminal_sends_its_share_of_the_time():
    ledger = budgets.user_up(RADIO, 40 * DEG)
    assert ledger.value("sustained rate") * 1e6 == pytest.approx(0.11 * ledger.rate_bit_s)


def test_no_such_line():
    with pytest.raises(SkyholdError, match="no line 'G/T' in the budget"):
        budgets.user_down(RADIO, 40 * DEG).value("G/T")


@pytest.mark.parametrize(
    "sky", [(float("nan"),), (-0.1,), (2.0,), (0.7, -1.0), (0.7, 0.0, -1.0), (0.7, 0.0, float("nan"))]
)
@pytest.mark.parametrize("budget", [way[0] for way in WAYS])
def test_skies_that_cannot_be(budget, sky):
    with pytest.raises(SkyholdError, match="cannot be"):
        budget(RADIO, *sky)


def test_noise_of_both_legs_adds_in_a_transparent_payload():
    bent = RADIO.model_copy(update={"payload": Payload(transparent=True)})
    decoded, through = (budgets.user_down(one, 40 * DEG) for one in (RADIO, bent))
    feeder = through.value("C/(N+I) of the feeder link")
    both = -10 * np.log10(10 ** (-decoded.ratio_db / 10) + 10 ** (-feeder / 10))
    assert through.ratio_db == pytest.approx(both)
    assert budgets.user_up(bent, 40 * DEG).ratio_db < budgets.user_up(RADIO, 40 * DEG).ratio_db


def test_sensitivity_is_the_strongest_first_and_at_the_ends():
    def budget(one):
        return budgets.user_down(one, 40 * DEG)

    rows = budgets.sensitivity(budget, RADIO)
    assert rows[0].parameter == "user_down.pfd_dbw_m2_mhz"
    assert [row.swing for row in rows] == sorted((row.swing for row in rows), reverse=True)
    louder = budgets.with_value(RADIO, ("user_down", "pfd_dbw_m2_mhz"), -120.0)
    assert rows[0].rate_high == budget(louder).rate_bit_s
    assert not [row for row in rows if row.parameter.startswith(("gateway", "laser", "payload"))]


def test_published_rates_of_del_portillo():
    spec = radio("del-portillo-spacex")
    down, up = budgets.user_down(spec, 40 * DEG, gas_db=0.53), budgets.gateway_up(spec, 40 * DEG, gas_db=2.9)
    assert down.rate_bit_s / 1e6 == pytest.approx(674.3, abs=0.1)
    assert up.rate_bit_s / 1e6 == pytest.approx(2682.1, abs=0.2)
    assert down.efficiency == dvb_mode("16APSK 3/4").efficiency


def test_library_systems_name_their_sources():
    assert radio("starlink-v1-2022") == RADIO
    for name in radio_names():
        found = library_radio(name)
        assert all(source.startswith("[") for source in found.sources)
        assert found.description
    with pytest.raises(SkyholdError, match="Did you mean oneweb"):
        radio("onewb")


def test_light_falls_with_the_square_of_range_up_to_the_cap():
    spec = Laser(cap_gbit_s=1e6)
    near, far = laser.rate_bit_s(spec, np.array([1e6, 2e6]))
    assert near == pytest.approx(4 * far)
    assert laser.rate_bit_s(Laser(), 1e5) == 100e9
    ledger = budgets.laser(RADIO, 2e6)
    assert ledger.rate_bit_s == 100e9
    parts = (
        "transmit power",
        "transmit telescope",
        "free-space loss",
        "receive telescope",
        "optics",
        "pointing",
    )
    assert sum(ledger.value(part) for part in parts) + 30 == pytest.approx(ledger.value("received power"))
    assert ledger.margins() == ()


def test_light_needs_a_range():
    with pytest.raises(SkyholdError, match="range of the light"):
        budgets.laser(RADIO, 0.0)


def test_operators_longest_link_is_inside_the_priors():
    best = Laser(
        **{key: getattr(Laser(), key).high for key in ("power_w", "aperture_m")},
        **{
            key: getattr(Laser(), key).low
            for key in ("optics_loss_db", "pointing_loss_db", "photons_per_bit")
        },
    )
    assert laser.rate_bit_s(best, 5.4e6) == 100e9
    assert isinstance(best.power_w, type(between(1, 1, 1)))


def test_the_gap_of_the_waveform_and_the_gateways_interference_are_doubted():
    names = [
        row.parameter for row in budgets.sensitivity(lambda r: budgets.user_down(r, 40 * DEG), RadioSpec())
    ]
    assert "waveform.gap_db" in names[:3]
    through = radio("oneweb")
    feeder = [row.parameter for row in budgets.sensitivity(lambda r: budgets.user_down(r, 55 * DEG), through)]
    assert "gateway_up.interference_db" in feeder


def test_every_prior_says_where_its_range_is_from():
    for path, prior in budgets.priors(RadioSpec()):
        words = prior.source.replace("[I]", "").replace("[mem]", "").replace("[RE]", "").replace("[L]", "")
        assert words.strip(), f"{'.'.join(path)}: {prior.source!r}"
