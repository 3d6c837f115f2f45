"""Uses a book in every way that logs something, then prints what of its people must stand in no line; see `test_logs`.

Run as a program of its own: what it logs goes to standard error as it does from a server.
"""

import json
import logging
import sys
import threading
from pathlib import Path
from unittest import mock

import django
from django.conf import settings

NAME, PHONE, NUMBER, EMAIL = "欧阳若汐", "13912345678", "11010519491231002X", "ruoxi.ouyang@example.com"
INVENTED = (NAME, PHONE, NUMBER, EMAIL)
TOLD = f"{NAME} {PHONE} {NUMBER} {EMAIL}"


def fail():
    """A job whose error quotes a person, as errors of databases do."""
    raise LookupError(TOLD)


def personal_values():
    """Every name, phone, e-mail, address and identity number of the book, in plain text."""
    from keyuan.customers.models import ContactPoint, Customer, IdentityDocument

    found = set(Customer.objects.values_list("name", flat=True))
    sealed = [value for row in ContactPoint.objects.values_list("phone", "email", "address") for value in row]
    sealed += IdentityDocument.objects.values_list("identity_number", flat=True)
    for value in sealed:
        if value:
            value.satisfies(lambda text: bool(found.add(text)))
    return sorted(text for text in found if len(text) > 1)


def visit_pages(values):
    """Open pages, search for people by what they are known by, ask for what is not there."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    from keyuan.customers.models import Customer

    first = Customer.objects.order_by("pk").values_list("pk", flat=True)[:3]
    for staff_no in ("10482", "10006", "10002"):
        client = Client(raise_request_exception=False, headers={"host": "localhost"})
        user = get_user_model().objects.get_by_natural_key(staff_no)
        client.force_login(user, "django.contrib.auth.backends.ModelBackend")
        for path in (
            "/customers/",
            "/policies/",
            "/claims/",
            "/jobs/",
            "/system/",
            "/audit/",
            "/health/ready",
            "/metrics",
        ):
            client.get(path)
        for word in [*values[:4], *values[-4:], *INVENTED]:
            client.get("/customers/search/", {"q": word})
            client.get("/palette/", {"q": word})
            client.get(f"/customers/{word}/")
        for key in first:
            client.get(f"/customers/{key}/")
            client.post(f"/customers/{key}/edit/", {"name": NAME, "phone": PHONE, "identity_number": NUMBER})
        client.post("/customers/enter/", {"name": NAME, "phone": "x" + PHONE, "identity_number": NUMBER[:-1] + "9"})
        client.post("/sign-in/", {"username": PHONE, "password": NAME})
        with mock.patch("keyuan.platform.jobs.overview.open_jobs", side_effect=RuntimeError(TOLD)):
            assert client.get("/jobs/").status_code in (403, 500)
    Client(raise_request_exception=False, headers={"host": f"{PHONE}.example.cn"}).get("/sign-in/")


def run_jobs():
    """Let jobs fail with an error that quotes a person."""
    from keyuan.platform.jobs import enqueue
    from keyuan.platform.jobs.drain import drain

    enqueue("tests.flows.log_drive.fail")
    drain()


def import_bad_rows(folder):
    """Import rows that are refused for what stands in them."""
    from django.core.management import call_command

    from keyuan.organisation.models import Post

    unit = Post.objects.select_related("unit").order_by("-pk")[0].unit.code
    file = folder / f"{NAME}.csv"
    bad = ((NAME, NUMBER[:-1] + "9", PHONE + "0"), (NAME, NUMBER, "abc" + PHONE), ("", NUMBER, PHONE))
    rows = ["姓名,证件号码,手机号,客户号", *(f"{','.join(row)},K{at}" for at, row in enumerate(bad))]
    file.write_text("\n".join(rows), encoding="utf-8")
    columns = {"name": "姓名", "identity_number": "证件号码", "mobile": "手机号", "customer_key": "客户号"}
    fields = {key: {"column": column} for key, column in columns.items()}
    mapping = folder / "mapping.json"
    mapping.write_text(json.dumps({"target": "customers", "source": "drive", "fields": fields}), encoding="utf-8")
    with mock.patch("sys.stdout"):
        try:
            call_command("import", str(file), "--mapping", str(mapping), "--unit", unit)
        except SystemExit:
            return


def speak_as_libraries():
    """Log what libraries log of requests, and let threads fail."""
    for name in ("httpx", "uvicorn.access", "granian.access", "paramiko.transport", "botocore.endpoint", "django_q"):
        logging.getLogger(name).info("GET /customers/search/?q=%s", PHONE)
        logging.getLogger(name).warning("could not send to %s (%s)", EMAIL, PHONE)
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()


def main():
    django.setup()
    # Every statement counts as slow, however quick the machine.
    settings.SLOW_QUERY_MS = 0

    from keyuan.platform import logs

    logs.take_uncaught()
    values = personal_values()
    visit_pages(values)
    import_bad_rows(Path(sys.argv[1]))
    run_jobs()
    speak_as_libraries()
    print(json.dumps([*values, *INVENTED], ensure_ascii=False))


if __name__ == "__main__":
    main()
