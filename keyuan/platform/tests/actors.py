"""Browsers of people who exist in a test only: the platform's pages need an actor, not an account."""

from itertools import count

from django.test import Client

from keyuan.kernel.actor import Actor

HEADER = "HTTP_X_TEST_ACTOR"
MIDDLEWARE = "keyuan.platform.tests.actors.TestActorMiddleware"
_actors: dict[str, Actor] = {}
_numbers = count()


class TestActorMiddleware:
    """Set ``request.actor`` to the actor whom the test's browser belongs to."""

    __test__ = False

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.actor = _actors.get(request.META.get(HEADER, ""))
        return self.get_response(request)


def browser_of(actor: Actor) -> Client:
    """Return a browser in which ``actor`` is signed in."""
    key = str(next(_numbers))
    _actors[key] = actor
    return Client(**{HEADER: key})
