"""A person at a browser: signs in, sends forms, and sends them again with the same token when no answer comes."""

import random
import re
import threading
import time
from collections import Counter
from dataclasses import dataclass

import httpx

#: Seconds between two sendings of one form.
PAUSES = (0.2, 1.0)
TIMEOUT = 40.0


@dataclass
class Answer:
    """The answer that came in the end, and at which sending."""

    response: httpx.Response
    tries: int


class Unexpected(Exception):
    """The system refused what it has to take."""


class TooQuick(Exception):
    """The system takes no more for the moment, and everybody goes home."""


class Browser:
    """One signed-in person."""

    def __init__(self, base: str, staff_no: str, password: str, stop: threading.Event) -> None:
        self.base, self.staff_no, self.stop = base, staff_no, stop
        self.chance = random.Random(staff_no)
        self.client = httpx.Client(base_url=base, timeout=TIMEOUT)
        self.unavailable = self.unanswered = 0
        #: Pages that failed as if by a bug: there must be none, whatever is killed.
        self.broken: Counter[str] = Counter()
        self._sign_in(password)

    def _sign_in(self, password: str) -> None:
        self.get("/sign-in/")
        answer = self.post("/sign-in/", {"username": self.staff_no, "password": password})
        if answer.response.status_code != httpx.codes.FOUND:
            raise Unexpected(f"sign-in: {answer.response.status_code}")

    def get(self, path: str, **options) -> httpx.Response:
        """Fetch a page, again and again until there is an answer."""
        return self._sent("GET", path, options).response

    def post(self, path: str, data: dict, *, twice: bool = False, **options) -> Answer:
        """Send a form until it is answered; ``twice`` sends it a second time at the same moment, as a double click."""
        token = next((value for name, value in self.client.cookies.items() if name.endswith("csrftoken")), "")
        headers = {"X-CSRFToken": token, "Origin": self.base, "Referer": self.base + path, **options.pop("headers", {})}
        options |= {"data": data, "headers": headers}
        other = threading.Thread(target=self._blindly, args=(path, dict(options))) if twice else None
        if other:
            other.start()
        answer = self._sent("POST", path, options)
        if other:
            other.join()
        return answer

    def _blindly(self, path: str, options: dict) -> None:
        try:
            with httpx.Client(base_url=self.base, timeout=TIMEOUT, cookies=self.client.cookies) as client:
                answer = client.post(path, **options)
            if answer.status_code == httpx.codes.INTERNAL_SERVER_ERROR:
                self.broken[f"POST {without_numbers(path)}, sent twice at once"] += 1
        except httpx.TransportError:
            self.unanswered += 1

    def _sent(self, method: str, path: str, options: dict) -> Answer:
        tries = 0
        while True:
            tries += 1
            try:
                response = self.client.request(method, path, **options)
            except httpx.TransportError:
                self.unanswered += 1
            else:
                if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
                    # The sending did not count; once everybody stops, there is no point in waiting for its turn.
                    tries -= 1
                    if tries == 0 and self.stop.is_set():
                        raise TooQuick
                elif response.status_code < httpx.codes.INTERNAL_SERVER_ERROR:
                    return Answer(response, tries)
                elif response.status_code == httpx.codes.INTERNAL_SERVER_ERROR:
                    self.broken[f"{method} {without_numbers(path)}"] += 1
                else:
                    self.unavailable += 1
            time.sleep(self.chance.uniform(*PAUSES))


def without_numbers(path: str) -> str:
    """Return an address without what it is about."""
    return re.sub(r"\d+", "N", path)
