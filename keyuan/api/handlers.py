"""Listening to everything that other systems may hear of (PLT-14)."""

from collections.abc import Callable

from keyuan.api.events import sources
from keyuan.api.services.webhook_announcing import announce, wanted
from keyuan.platform import clock
from keyuan.platform.events import Event, current_delivery, handles


def listen(source: type[Event]) -> Callable[[Event], None]:
    """Register a handler of one kind of event, under a name of its own."""

    def tell(event: Event) -> None:
        delivery = current_delivery()
        announce(event, key=delivery.key, occurred_at=delivery.emitted_at, now=clock.now(), wall=clock.wall())

    tell.__qualname__ = f"tell_{source.__name__}"
    return handles(source, wanted=wanted)(tell)


for _source in sources():
    listen(_source)
