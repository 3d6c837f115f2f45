"""Destinations of each kind, real ones on loopback."""

import boto3
import pytest

from keyuan.platform.backup.config import Place
from keyuan.platform.tests.sftp_host import USER, sftp_host


@pytest.fixture(scope="session")
def s3_endpoint():
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3_place(s3_endpoint, tmp_path):
    bucket = f"b{abs(hash(tmp_path)) % 10**12}"
    client = boto3.client(
        "s3",
        endpoint_url=s3_endpoint,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    client.create_bucket(Bucket=bucket)
    client.close()
    (tmp_path / "s3-secret").write_text("test\n")
    secret = str(tmp_path / "s3-secret")
    options = {"endpoint": s3_endpoint, "bucket": bucket, "prefix": "keyuan", "access_key": "t", "secret_file": secret}
    return Place("store", "s3", options)


@pytest.fixture
def sftp_place(tmp_path):
    with sftp_host(tmp_path / "sftp") as host:
        yield Place(
            "server",
            "sftp",
            {
                "host": "127.0.0.1",
                "port": host.port,
                "user": USER,
                "path": "/backups/of/keyuan",
                "known_hosts": str(host.known_hosts),
                "password_file": str(host.password_file),
            },
        )


@pytest.fixture
def folder_place(tmp_path):
    return Place("disk", "folder", {"path": str(tmp_path / "disk")})


@pytest.fixture(params=["folder", "sftp", "s3"])
def place(request):
    """Each kind of destination in turn."""
    return request.getfixturevalue(f"{request.param}_place")
