"""A store that speaks S3: an object appears when its upload is complete."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

import boto3
from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from keyuan.platform.backup.destinations.base import Destination
from keyuan.platform.backup.faults import Unreachable

MIB = 1024 * 1024
#: Few at once and large: 10,000 pieces of 16 MiB are more than a volume ever is.
TRANSFER = TransferConfig(multipart_threshold=32 * MIB, multipart_chunksize=16 * MIB, max_concurrency=2)
GONE = {"404", "NoSuchKey", "NotFound"}
MOST_AT_ONCE = 1000


class S3Destination(Destination):
    """Objects of one bucket below a prefix."""

    kind = "s3"

    def __init__(self, name: str, options: Mapping[str, Any]) -> None:
        super().__init__(name, options)
        self._bucket = str(options["bucket"])
        prefix = str(options.get("prefix", "")).strip("/")
        self._prefix = f"{prefix}/" if prefix else ""
        with self._speaking():
            self._client = boto3.session.Session().client(
                "s3",
                endpoint_url=options.get("endpoint"),
                region_name=options.get("region", "us-east-1"),
                aws_access_key_id=str(options["access_key"]),
                aws_secret_access_key=Path(options["secret_file"]).read_text(encoding="utf-8").strip(),
                verify=options.get("ca_file"),
                config=Config(
                    connect_timeout=15,
                    read_timeout=120,
                    retries={"max_attempts": 5, "mode": "standard"},
                    # Stores other than Amazon's know neither host names for buckets nor the newer check sums.
                    s3={"addressing_style": "path"} if options.get("endpoint") else {},
                    request_checksum_calculation="when_required",
                    response_checksum_validation="when_required",
                ),
            )

    def sizes(self, prefix: str) -> dict[str, int]:
        """Return key → bytes below ``prefix``."""
        with self._speaking():
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=self._prefix + prefix
            )
            return {
                entry["Key"].removeprefix(self._prefix): int(entry["Size"])
                for page in pages
                for entry in page.get("Contents", [])
            }

    def put(self, key: str, source: Path) -> None:
        """Send ``source``, large ones in pieces that the store joins at the end."""
        with self._speaking():
            self._client.upload_file(str(source), self._bucket, self._prefix + key, Config=TRANSFER)

    def read(self, key: str) -> IO[bytes]:
        """Open an object."""
        try:
            with self._speaking():
                body = self._client.get_object(Bucket=self._bucket, Key=self._prefix + key)["Body"]
        except Unreachable as error:
            if isinstance(error.__cause__, ClientError) and error.__cause__.response["Error"]["Code"] in GONE:
                raise FileNotFoundError(key) from error
            raise
        return cast(IO[bytes], _Body(body, self.name))

    def remove(self, keys: Iterable[str]) -> None:
        """Delete objects."""
        wanted = [{"Key": self._prefix + key} for key in keys]
        with self._speaking():
            for start in range(0, len(wanted), MOST_AT_ONCE):
                batch = wanted[start : start + MOST_AT_ONCE]
                self._client.delete_objects(Bucket=self._bucket, Delete={"Objects": batch, "Quiet": True})

    def clear(self) -> None:
        """Abort uploads that were never completed: stores keep their pieces, and bill them."""
        with self._speaking():
            pages = self._client.get_paginator("list_multipart_uploads").paginate(
                Bucket=self._bucket, Prefix=self._prefix
            )
            for upload in [upload for page in pages for upload in page.get("Uploads", [])]:
                self._client.abort_multipart_upload(Bucket=self._bucket, Key=upload["Key"], UploadId=upload["UploadId"])

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        with speaking(self.name):
            yield


@contextmanager
def speaking(place: str) -> Iterator[None]:
    """Turn what the client library raises into `Unreachable`."""
    try:
        yield
    except (OSError, BotoCoreError, ClientError, Boto3Error) as error:
        raise Unreachable(place, error) from error


class _Body:
    """A body that says whose fault it is when reading fails."""

    def __init__(self, body: Any, place: str) -> None:
        self._body, self._place = body, place

    def read(self, size: int = -1) -> bytes:
        with speaking(self._place):
            return bytes(self._body.read(size if size >= 0 else None))

    def close(self) -> None:
        self._body.close()

    def __enter__(self) -> "_Body":
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()
