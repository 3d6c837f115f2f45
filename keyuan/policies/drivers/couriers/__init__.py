"""Couriers behind one interface: what they say of parcels (POL-8). Nothing here writes to the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Parcel:
    """One parcel that is on its way."""

    tracking_no: str
    sent_on: date


@dataclass(frozen=True, slots=True)
class Told:
    """What a courier says of a parcel: DELIVERED, RETURNED or LOST, on which day, in its own words."""

    tracking_no: str
    state: str
    on: date
    words: str = ""


class Courier(Protocol):
    """One way to ask a courier. ``track`` answers for those parcels of which there is news; it may take seconds."""

    @property
    def key(self) -> str:
        """The courier's code."""
        ...

    def track(self, parcels: Sequence[Parcel], today: date) -> list[Told]:
        """Return the news. Raises OSError when the courier cannot be asked now."""
        ...
