"""What the inventory says of bandwidth tests: the servers to measure against, and what they may cost."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ByteSize, ConfigDict, Field

from kontum_netcheck.probes.bandwidth import BandwidthParams

PER_DAY_BYTES, PER_RUN_BYTES = 2_000_000_000, 1_000_000_000
"""Of all lines together, where the inventory doesn't say (this project's own policy)."""


def _whole_form(value: object) -> object:
    return {"bandwidth": value} if isinstance(value, str) else value


SpeedServer = Annotated[BandwidthParams, BeforeValidator(_whole_form)]
"""As typed: a URL, or `{bandwidth: URL, …}` with the parameters of an end point."""


class LineBudget(BaseModel):
    """What tests of one line may cost."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    per_day: ByteSize | None = Field(None, description="Bytes of a day, whoever measures: 200MB.")


class Budget(BaseModel):
    """What all tests together may cost; a line may say less for itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    per_run: ByteSize = Field(
        default=ByteSize(PER_RUN_BYTES), description="Bytes of one run of the program: 1GB."
    )
    per_day: ByteSize = Field(default=ByteSize(PER_DAY_BYTES), description="Bytes of a day: 2GB.")
