"""Lines that the tests of this folder share."""

from skyhold.experience.series import Experience, LineModel, experience
from skyhold.experience.slots import Slots
from skyhold.times import Epoch, slot_instants

START = Epoch(2_459_638.5, 0.0)


def slots(minutes=10.0, rtt_s=0.05, down=1e8, up=1e7, changed=True) -> Slots:
    return Slots.of(slot_instants(START, 60.0 * minutes), rtt_s, down, up, changed)


def line(minutes=10.0, seed=1, step_s=0.1, model: LineModel | None = None, **values) -> Experience:
    return experience(slots(minutes, **values), step_s=step_s, model=model, seed=seed)
