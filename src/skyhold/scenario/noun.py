"""What every scenario noun is: a frozen pydantic model that forbids keys it does not know."""

from pydantic import BaseModel, ConfigDict


class Noun(BaseModel):
    """A frozen part of a scenario; unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, str_strip_whitespace=True)
