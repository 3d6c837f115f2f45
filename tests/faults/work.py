"""What people and operators do while the system is being killed; each write is acknowledged in the ledger.

Every writer owns what it changes, so that the end can be told exactly.
"""

import hashlib
import json
import random
import re
import subprocess
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from secrets import token_hex
from zoneinfo import ZoneInfo

import httpx

from tests.faults.browser import Browser, TooQuick, Unexpected
from tests.faults.ledger import Ledger
from tests.faults.system import ROOT, System

SHANGHAI = ZoneInfo("Asia/Shanghai")
#: A share of the forms is sent twice at the same moment.
DOUBLE = 0.25
HTMX = {"HX-Request": "true"}
SAVED = (httpx.codes.NO_CONTENT, httpx.codes.FOUND, httpx.codes.SEE_OTHER)
#: Digits of phone numbers that the demo book does not use.
PREFIX = "1999"
#: Seconds between two uploads and two exports of a person: the system takes 60 and 30 of them in ten minutes.
UPLOADS, EXPORTS = (8.0, 18.0), (20.0, 35.0)
MAPPING = {
    "target": "policies",
    "source": "faults",
    "fields": {
        "policy_key": {"column": "no"},
        "customer_key": {"column": "who"},
        "product_code": {"constant": "X"},
        "status": {"constant": "IN_FORCE"},
        "annual_premium": {"column": "premium"},
    },
    "options": {"create_products": True},
}


class Work:
    """Everything that goes on beside the killing: one thread for each kind of writer."""

    def __init__(self, system: System, ledger: Ledger, seed: int) -> None:
        self.system, self.ledger, self.seed = system, ledger, seed
        self.stop = threading.Event()
        self.browsers: list[Browser] = []
        self.commands: dict[int, str] = {}
        self.failures: list[str] = []
        self.said: dict[str, str] = {}
        self.facts = json.loads(system.inspect("facts").stdout)
        self._numbers = iter(range(1, 10**6))
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []

    def begin(self, *, quick: bool) -> None:
        """Start every writer; ``quick`` makes files small."""
        self.rows = 600 if quick else 4000
        everyday = [self.edits, self.customers, self.contacts, self.files]
        heavy = [self.bulk, self.batches, self.exports, self.imports, self.rotations]
        for place, kind in enumerate([*everyday, self.contacts, *heavy]):
            thread = threading.Thread(target=self._run, args=(kind, self.seed + place), name=kind.__name__, daemon=True)
            thread.start()
            self._threads.append(thread)

    def end(self, seconds: float) -> None:
        """Let every writer finish what it has begun. Those that cannot are named."""
        self.stop.set()
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        for thread in self._threads:
            if thread.is_alive():
                self.failures.append(f"{thread.name}: no answer in the end; last said {self.said.get(thread.name)!r}")

    def _run(self, kind: Callable[[random.Random], None], seed: int) -> None:
        try:
            kind(random.Random(seed))
        except TooQuick:
            return
        except (Unexpected, LookupError, ValueError, AttributeError) as error:
            self.failures.append(f"{kind.__name__}: {type(error).__name__} {error}")

    def _browser(self, staff_no: str) -> Browser:
        browser = Browser(self.system.base, staff_no, self.system.password(), self.stop)
        self.browsers.append(browser)
        return browser

    def _rest(self, chance: random.Random, seconds: tuple[float, float]) -> None:
        self.stop.wait(chance.uniform(*seconds))

    def _number(self) -> int:
        with self._lock:
            return next(self._numbers)

    # people

    def edits(self, chance: random.Random) -> None:
        """Change single fields of customers whom nobody else changes, one value after the other."""
        browser = self._browser("10482")
        notes = dict.fromkeys(self.facts["edited"], "")
        for customer in notes:
            self._edit(browser, customer, self.facts["notes"][str(customer)], f"n0-{customer}", notes)
        while not self.stop.is_set():
            customer = chance.choice(self.facts["edited"])
            self._edit(browser, customer, notes[customer], f"n{self._number()}-{customer}", notes)
            time.sleep(chance.uniform(0.02, 0.2))

    def _edit(self, browser: Browser, customer: int, seen: str, value: str, notes: dict[int, str]) -> None:
        headers = {**HTMX, "Accept": "application/json"}
        answer = browser.post(f"/customers/{customer}/field/", {"note": value, "version": seen}, headers=headers)
        body = answer.response.json()
        # A second sending meets what the first one left: the page shows that it stands there.
        if answer.response.status_code == httpx.codes.CONFLICT and answer.tries > 1:
            expect(body.get("raw") == value, "an edit met a stranger's value", answer.response)
        else:
            expect(answer.response.status_code == httpx.codes.OK, "an edit", answer.response)
        notes[customer] = value
        self.ledger.acknowledge("edit", answer.tries, customer=customer, value=value)

    def customers(self, chance: random.Random) -> None:
        """Enter customers, each with a phone number to be sealed."""
        browser = self._browser("10006")
        while not self.stop.is_set():
            number = self._number()
            name, phone = f"故障{chinese(number)}", f"{PREFIX}{number:07}"
            form = {"kind": "P", "name": name, "idempotency": token_hex(16), "contacts-rows": "0"}
            form |= {"contacts-0-kind": "MOBILE", "contacts-0-value": phone, "contacts-0-source": "SELF"}
            answer = browser.post("/customers/enter/", form, twice=chance.random() < DOUBLE)
            expect(answer.response.status_code == httpx.codes.FOUND, "entering a customer", answer.response)
            made = int(answer.response.headers["Location"].strip("/").split("/")[-1])
            self.ledger.acknowledge("customer", answer.tries, id=made, name=name, phone=phone)
            time.sleep(chance.uniform(0.05, 0.3))

    def contacts(self, chance: random.Random) -> None:
        """Record contacts and arrange tasks."""
        browser = self._browser("10006")
        while not self.stop.is_set():
            customer, text = chance.choice(self.facts["others"]), f"联系 {token_hex(8)}"
            now = datetime.now(SHANGHAI)
            form = {"kind": "CALL", "direction": "OUT", "occurred_at": f"{now:%Y-%m-%dT00:00}", "summary": text}
            address = f"/customers/{customer}/interactions/add/"
            self._add(browser, chance, "interaction", address, form, text)
            form = {"kind": "VISIT", "title": text, "due_at": f"{now + timedelta(days=2):%Y-%m-%dT18:00}"}
            self._add(browser, chance, "task", f"/customers/{customer}/tasks/add/", form, text)
            time.sleep(chance.uniform(0.05, 0.3))

    def _add(self, browser: Browser, chance: random.Random, kind: str, address: str, form: dict, text: str) -> None:
        form = {**form, "idempotency": token_hex(16)}
        answer = browser.post(address, form, twice=chance.random() < DOUBLE, headers=HTMX)
        expect(answer.response.status_code in SAVED, kind, answer.response)
        self.ledger.acknowledge(kind, answer.tries, text=text)

    def files(self, chance: random.Random) -> None:
        """Keep files with customers."""
        browser = self._browser("10010")
        while not self.stop.is_set():
            customer, name = chance.choice(self.facts["others"]), f"{token_hex(8)}.txt"
            content = chance.randbytes(chance.randrange(1000, 200_000)).hex().encode()
            form = {"kind": "other", "idempotency": token_hex(16)}
            upload = {"file": (name, content, "text/plain")}
            answer = browser.post(f"/customers/{customer}/files/add/", form, files=upload, headers=HTMX)
            expect(answer.response.status_code in SAVED, "a file", answer.response)
            self.ledger.acknowledge("file", answer.tries, name=name, sha256=hashlib.sha256(content).hexdigest())
            self._rest(chance, UPLOADS)

    def bulk(self, chance: random.Random) -> None:
        """Make tasks for many customers: some while one waits, all of them as a job."""
        browser = self._browser("10009")
        while not self.stop.is_set():
            title = f"批量 {token_hex(8)}"
            due = f"{datetime.now(SHANGHAI) + timedelta(days=3):%Y-%m-%d}"
            form = {"title": title, "due_on": due, "idempotency": token_hex(16)}
            if chance.random() < 0.5:
                form |= {"ids": chance.sample(self.facts["others"], 40)}
            else:
                frozen = browser.post("/customers/list/select/", {}, headers=HTMX).response
                expect(frozen.status_code == httpx.codes.OK, "select all", frozen)
                form |= {"selection": self._selection(browser, frozen.text)}
            answer = browser.post("/customers/list/bulk/task/run/", form, twice=chance.random() < DOUBLE, headers=HTMX)
            expect(answer.response.status_code in (*SAVED, httpx.codes.OK), "a bulk action", answer.response)
            self.ledger.acknowledge("bulk", answer.tries, title=title)
            time.sleep(chance.uniform(2, 5))

    def _selection(self, browser: Browser, page: str) -> str:
        """Return the number of a frozen selection; a large one is counted by a job, which the page waits for."""
        while not (found := re.search(r'name="selection" value="(\d+)"', page)):
            time.sleep(1.0)
            page = browser.get(re.search(r'hx-get="([^"]+)"', page).group(1), headers=HTMX).text
        return found.group(1)

    def batches(self, chance: random.Random) -> None:
        """Ask for many identifiers at once."""
        browser = self._browser("10013")
        known = self.facts["numbers"]
        while not self.stop.is_set():
            lines = [*chance.sample(known, min(len(known), 300)), *(f"{PREFIX}9{n:06}" for n in range(300))]
            name = f"名单 {token_hex(8)}"
            form = {"lines": "\n".join(lines), "name": name, "idempotency": token_hex(16)}
            answer = browser.post("/customers/batches/new/", form, twice=chance.random() < DOUBLE)
            expect(answer.response.status_code in SAVED, "a batch query", answer.response)
            matched = len(lines) - 300
            self.ledger.acknowledge("batch", answer.tries, name=name, rows=len(lines), matched=matched)
            self._rest(chance, UPLOADS)

    def exports(self, chance: random.Random) -> None:
        """Take a list away as a file."""
        browser = self._browser("10006")
        while not self.stop.is_set():
            reason = f"故障测试核对 {token_hex(8)}"
            form = {"reason": reason, "file_format": "csv", "columns": ["name"], "idempotency": token_hex(16)}
            answer = browser.post("/customers/list/export/", form, twice=chance.random() < DOUBLE, headers=HTMX)
            if answer.response.status_code == httpx.codes.UNPROCESSABLE_ENTITY and "10,000" in answer.response.text:
                # By now the imports have made the book larger than one export may be.
                return
            expect(answer.response.status_code == httpx.codes.OK, "an export", answer.response)
            self.ledger.acknowledge("export", answer.tries, reason=reason)
            self._rest(chance, EXPORTS)

    # operators

    def _command(self, name: str, *words: str) -> subprocess.CompletedProcess[str]:
        process = subprocess.Popen(
            self.system.keyuan(*words), env=self.system.environment, cwd=ROOT, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        self.commands[process.pid] = name
        out, err = process.communicate()
        self.commands.pop(process.pid, None)
        return subprocess.CompletedProcess(words, process.returncode, out, err)

    def imports(self, chance: random.Random) -> None:
        """Import a file after the other; a command that was killed is given again, as an operator would."""
        mapping = self.system.folder / "mapping.json"
        while not self.stop.is_set():
            key = token_hex(4)
            mapping.write_text(json.dumps({**MAPPING, "source": f"faults-{key}"}), encoding="utf-8")
            book = self.system.folder / f"{key}.csv"
            premiums = [chance.randrange(1, 10**7) for _ in range(self.rows)]
            rows = (f"P{key}{n},C{key}{n // 2},{cents // 100}.{cents % 100:02}" for n, cents in enumerate(premiums))
            book.write_text("no,who,premium\n" + "\n".join(rows) + "\n", encoding="utf-8")
            words = ("import", str(book), "--target", "policies", "--mapping", str(mapping), "--unit", "31")
            tries = self._until_done("import", *words)
            self.ledger.acknowledge("import", tries, key=key, rows=self.rows, total=sum(premiums))
            time.sleep(chance.uniform(1, 3))

    def rotations(self, chance: random.Random) -> None:
        """Rotate the keys, again and again."""
        while not self.stop.wait(chance.uniform(2, 10)):
            tries = self._until_done("rotation", "keys", "rotate")
            self.ledger.acknowledge("rotation", tries)

    def _until_done(self, name: str, *words: str) -> int:
        tries = 0
        while True:
            tries += 1
            done = self._command(name, *words)
            if done.returncode == 0:
                return tries
            self.said[threading.current_thread().name] = f"{done.returncode} {done.stderr[-300:]}"
            # Killed, without database, or refused because the first try still goes on: an operator tries again.
            time.sleep(1.0)


def expect(holds: bool, what: str, response: httpx.Response) -> None:
    """Raise `Unexpected` where an answer is not what the system promises."""
    if not holds:
        raise Unexpected(f"{what}: {response.status_code} {response.text[:300]!r}")


def chinese(number: int) -> str:
    """Return a number in Chinese digits, as part of a name."""
    return "".join("零一二三四五六七八九"[int(digit)] for digit in str(number))
