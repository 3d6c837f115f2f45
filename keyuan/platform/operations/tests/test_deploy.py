"""The examples in ``deploy/`` are well-formed, and alert on figures that exist (PLT-13)."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from keyuan.platform import clock
from keyuan.platform.operations import metrics, scrape

ROOT = Path(__file__).resolve().parents[4]
DEPLOY = ROOT / "deploy"
#: A certificate of a day, for `nginx -t` alone.
MAKE_CERTIFICATE = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=crm.example.cn"


def needed(program):
    """Return the path of a program; without it the test is left out."""
    found = shutil.which(program, path="/usr/sbin:/sbin:/usr/bin:/bin")
    if found is None:
        pytest.skip(f"{program} is not installed here")
    return found


@pytest.mark.parametrize("unit", ["keyuan.service", "keyuan.socket", "keyuan-worker.service"])
def test_systemd_takes_the_units(unit, tmp_path):
    program = needed("systemd-analyze")
    for file in (DEPLOY / "systemd").glob("keyuan*"):
        text = file.read_text(encoding="utf-8").replace("/opt/keyuan/.venv/bin/keyuan", sys.executable)
        (tmp_path / file.name).write_text(text, encoding="utf-8")

    done = subprocess.run(
        [program, "verify", "--man=no", str(tmp_path / unit)], capture_output=True, text=True, check=False
    )

    own = [line for line in done.stderr.splitlines() if "keyuan" in line]
    assert (done.returncode, own) == (0, [])


def test_nginx_takes_the_example(tmp_path):
    program, openssl = needed("nginx"), needed("openssl")
    key, certificate = tmp_path / "key.pem", tmp_path / "fullchain.pem"
    words = [*MAKE_CERTIFICATE.split(), "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([openssl, *words], capture_output=True, check=True)
    text = (DEPLOY / "nginx" / "keyuan.conf").read_text(encoding="utf-8").replace("/etc/keyuan/tls", str(tmp_path))
    (tmp_path / "keyuan.conf").write_text(text, encoding="utf-8")
    main = (
        f"pid {tmp_path}/pid; error_log stderr; events {{}} http {{ access_log off; include {tmp_path}/keyuan.conf; }}"
    )
    (tmp_path / "nginx.conf").write_text(main, encoding="utf-8")

    done = subprocess.run(
        [program, "-t", "-c", str(tmp_path / "nginx.conf")], capture_output=True, text=True, check=False
    )

    assert (done.returncode, "syntax is ok" in done.stderr) == (0, True), done.stderr


@pytest.mark.django_db
def test_alerts_ask_for_figures_that_exist():
    metrics.count_request(route="r", method="GET", status=500, seconds=0.1)
    metrics.count_sign_in_failure("wrong")
    families = text_string_to_metric_families(scrape.exposition(clock.wall()).decode())
    known = {sample.name for family in families for sample in family.samples}
    known |= {family.name for family in text_string_to_metric_families(scrape.exposition(clock.wall()).decode())}

    asked = set(re.findall(r"\bkeyuan_\w+", (DEPLOY / "prometheus" / "alerts.yml").read_text(encoding="utf-8")))

    assert asked - known == set()
    assert len(asked) >= 12
