"""Times that an inventory sets apart: quiet ones, and those when somebody works on lines."""

from typing import Self

from pydantic import Field, model_validator

from kontum_netcheck.inventory.fields import Code, LocalTime, Name, Slug, Typed, located
from kontum_netcheck.model import WrongValue, message


class Window(Typed):
    """From a moment to another, in the inventory's local time."""

    start: LocalTime = Field(alias="from", description="Begins: 2024-06-27 07:00.")
    end: LocalTime = Field(alias="to", description="Ends: 2024-06-27 11:00.")

    @model_validator(mode="after")
    def _ends_after_its_start(self) -> Self:
        if self.end <= self.start:
            raise located(
                (
                    ("to",),
                    WrongValue(
                        message("The window ends before it starts."),
                        message("Exchange from and to, or check the day."),
                    ),
                )
            )
        return self


class QuietWindow(Window):
    """No calls, no load tests, in the inventory's local time."""


class Maintenance(Window):
    """Somebody works there: checks go on, and `watch` sends no notice. Without a place it is for everything."""

    site: Slug | None = Field(None, description="Id of the site.")
    district: Code | None = Field(None, description='Code of the district, in quotes: "608".')
    carrier: Slug | None = Field(None, description="Id of the carrier: its lines only.")
    why: Name | None = Field(None, description="What is done; shown beside what it is about.")
