"""What the links of a run carry: users and gateways through weather and jamming, block by block."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from skyhold.jamming.emitters import Interference
from skyhold.jamming.field import NOTHING, Field
from skyhold.links import gateway_links, modcod, user_links
from skyhold.simulate.weather import GATEWAY_ELEVATION_RAD, inverse_sine
from skyhold.times import Instants

if TYPE_CHECKING:
    from skyhold.simulate.service import ServiceLine

Floats = NDArray[np.float32]
Satellites = NDArray[np.integer[Any]]
EVERY_ROW = slice(None)
SILENCE = Interference(np.ones(1), np.zeros((1, 1, 1, 1), np.float32))


@dataclass(frozen=True, eq=False)
class UserLinks:
    """The user links of a block: instants (T,), xyz (T, S, 3) m, satellites and elevations (T, R, K) of the rows."""

    line: ServiceLine
    instants: Instants
    xyz: Floats
    satellite: Satellites
    elevation_rad: Floats

    @cached_property
    def inverse_sine(self) -> Floats:
        """(T, R, K) length of the path through the air over the zenith's."""
        return inverse_sine(self.elevation_rad)

    @cached_property
    def rain_down_db(self) -> Floats:
        """(T, R, K) dB, or one number that broadcasts."""
        return self.line.weather.users_down.rain.at(self.instants, self.elevation_rad)

    @cached_property
    def rain_up_db(self) -> Floats:
        """(T, R, K) dB, or one number that broadcasts."""
        return self.line.weather.users_up.rain.at(self.instants, self.elevation_rad)

    @cached_property
    def gas_down_db(self) -> Floats:
        """(T, R, K) dB."""
        return self.line.weather.users_down.zenith_db[:, None] * self.inverse_sine

    @cached_property
    def gas_up_db(self) -> Floats:
        """(T, R, K) dB."""
        return self.line.weather.users_up.zenith_db[:, None] * self.inverse_sine

    def efficiency(self) -> tuple[Floats, Floats]:
        """(T, R, K) bit/s/Hz of the downlinks as they come true, and without jammers: one array where none reach."""
        table = user_links.down(self.line.field.calm)
        clear = table.efficiency(
            self.elevation_rad, self.rain_down_db, None, np.float32(0.0), self.gas_down_db
        )
        back = self._way_back(EVERY_ROW, lambda field: SILENCE)
        answered = np.asarray(np.minimum(clear, back), np.float32)
        jammed = np.minimum(self._under_jammers(clear), back) if len(self.line.hit) else answered
        return self._with_a_way_back(jammed), answered

    def _under_jammers(self, clear: Floats) -> Floats:
        """Downlinks of the rows that jammers reach; the others are not touched."""
        hit, field = self.line.hit, self.line.field
        table, least = user_links.down(field.calm), least_bit_s_hz(field)
        elevation = np.ascontiguousarray(self.elevation_rad[:, hit])
        rain = self._rows(self.rain_down_db, hit)
        unsteady = field.pointing_loss_db(self.instants)[:, hit, None].astype(np.float32)
        loss = self.gas_down_db[:, hit] + unsteady
        jam = field.down_j_over_n(self.instants, hit, self.xyz, self.satellite[:, hit])
        efficiency = clear.copy()
        efficiency[:, hit] = jam.mean(
            lambda j: decoded(table.efficiency(elevation, rain, None, j, loss), j, least)
        )
        return efficiency

    def _with_a_way_back(self, down: Floats) -> Floats:
        """Downlinks of the rows whose uplinks jammers reach, as far as these can answer."""
        hit = self.line.hit_up
        if not len(hit):
            return down
        heard = self.satellite[:, hit]
        back = self._way_back(hit, lambda field: field.up_j_over_n(self.instants, hit, self.xyz, heard))
        answered = down.copy()
        answered[:, hit] = np.minimum(down[:, hit], back)
        return answered

    def _way_back(
        self, rows: NDArray[np.integer[Any]] | slice, jam: Callable[[Field], Interference]
    ) -> Floats:
        """(T, N, K) bit/s/Hz down that uplinks of some rows can answer: `uplink_share` of every bit down goes up.

        A narrow uplink is used only where it carries more than the whole channel.
        """
        elevation = np.ascontiguousarray(self.elevation_rad[:, rows])
        rain, gas = self._rows(self.rain_up_db, rows), self.gas_up_db[:, rows]

        def answered(field: Field) -> Floats:
            table, least = user_links.up(field.calm), least_bit_s_hz(field)
            up = jam(field).mean(lambda j: decoded(table.efficiency(elevation, rain, None, j, gas), j, least))
            width = table.payload_hz / user_links.down(field.hardened).payload_hz
            return np.asarray(up * np.float32(width / self.line.uplink_share), np.float32)

        return np.asarray(np.maximum.reduce([answered(field) for field in self.line.ways_back]))

    def _rows(self, values: Floats, rows: NDArray[np.integer[Any]] | slice) -> Floats:
        return values if values.size == 1 else np.broadcast_to(values, self.elevation_rad.shape)[:, rows]


def least_bit_s_hz(field: Field) -> float:
    """What the most robust mode carries that is in use under jamming."""
    waveform = modcod.from_spec(field.hardened.waveform)
    return float(waveform.efficiency(waveform.modes[0].threshold_db)) * (1.0 - 1e-6)


def decoded(bit_s_hz: NDArray[np.floating], j_over_n: Floats, least: float) -> NDArray[np.floating]:
    """Where a jammer reaches a link, less than the least mode in use under jamming is nothing."""
    lost = (j_over_n >= NOTHING) & (bit_s_hz < least)
    return np.where(lost, bit_s_hz.dtype.type(0.0), bit_s_hz)


def gateway_link_bit_s(
    line: ServiceLine, instants: Instants, xyz: Floats, reach: NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    """(T, G) what one link of each gateway carries towards the users as it comes true, and without jammers.

    No more than its way back can answer; the same array twice where no jammer is against gateways. `reach` (T, G, S)
    says which satellites stand above each gateway: under jamming it is their mean.
    """
    rain, gas = line.weather.gateways_db(instants, len(line.ground.names))
    shape, field = (len(instants), len(line.ground.names)), line.field
    air, radio, least = (GATEWAY_ELEVATION_RAD, rain[:, :, None]), field.calm, least_bit_s_hz(field)

    def forth(j_over_n: Floats) -> NDArray[np.floating]:
        bits = gateway_links.efficiency_up(radio, *air, j_over_n, gas[:, :, None])
        return decoded(bits, j_over_n, least) * bits.dtype.type(gateway_links.up(radio).payload_hz)

    def back(j_over_n: Floats) -> NDArray[np.floating]:
        bits = gateway_links.efficiency_down(radio, *air, j_over_n, gas[:, :, None])
        width = gateway_links.down(radio).payload_hz / line.uplink_share
        return decoded(bits, j_over_n, least) * bits.dtype.type(width)

    quiet = np.zeros((1, 1, 1), np.float32)
    up, down = (np.broadcast_to(way(quiet)[:, :, 0], shape) for way in (forth, back))
    clear = np.asarray(np.minimum(up, down), np.float32)
    if not len(field.gateway_up.emitters) and not len(field.gateway_down.emitters):
        return clear, clear
    above = _listed(reach)
    jammed_up = _mean(forth, field.gateway_up.interference(instants, xyz, above), up, above)
    jammed_down = _mean(back, field.gateway_down.interference(instants, xyz, above), down, above)
    return np.asarray(np.minimum(jammed_up, jammed_down), np.float32), clear


def _mean(
    capacity: Callable[[Floats], NDArray[np.floating]],
    jam: Interference,
    clear: NDArray[np.floating],
    above: Satellites,
) -> NDArray[np.floating]:
    """(T, G) mean over the satellites above each gateway of what a link to them carries, clear to the bit without J."""
    seen = above >= 0
    lost = np.where(seen, clear[:, :, None] - np.broadcast_to(jam.mean(capacity), above.shape), 0.0)
    return np.asarray(clear - lost.sum(axis=2) / np.maximum(seen.sum(axis=2), 1))


def _listed(reach: NDArray[np.bool_]) -> NDArray[np.int64]:
    """(T, G, K) the satellites above each gateway, -1 pads."""
    most = max(1, int(reach.sum(axis=2).max(initial=1)))
    order = np.argsort(~reach, axis=2, kind="stable")[:, :, :most]
    return np.where(np.take_along_axis(reach, order, axis=2), order, -1)
