"""Encodings, compression and faults of files as they arrive (PLT-9)."""

import gzip
import io

import pytest

from keyuan.kernel.errors import Refused
from keyuan.platform.imports import streams
from keyuan.platform.imports.tests.samples import gzipped, large_opener, opener

TEXT = "姓名,备注\r\n曾乐,保险金山\r\n"


@pytest.mark.parametrize(
    "_case, data, encoding",
    [
        ("utf-8", TEXT.encode(), "utf-8"),
        ("utf-8 with mark", TEXT.encode("utf-8-sig"), "utf-8-sig"),
        ("gb18030", TEXT.encode("gb18030"), "gb18030"),
        ("gbk with a rare sign", "𠀀,龘\r\n".encode("gb18030"), "gb18030"),
        ("unicode text of Excel", TEXT.encode("utf-16"), "utf-16"),
        ("plain ascii", b"a,b\r\n1,2\r\n", "utf-8"),
        ("packed", gzipped(TEXT.encode("gb18030")), "gb18030"),
    ],
)
def test_the_encoding_is_found(_case, data, encoding):
    assert streams.find_encoding(opener(data)) == encoding


def test_an_encoding_that_fails_late_in_the_file_is_not_taken():
    data = b"a,b\r\n" * 200_000 + "曾".encode("gb18030") + b",1\r\n"

    assert streams.find_encoding(large_opener(data)) == "gb18030"


def test_a_file_in_no_known_encoding_is_refused_with_the_place():
    with pytest.raises(Refused) as refusal:
        streams.find_encoding(opener(b"name\r\nG\xff\xffttingen\r\n"))

    assert refusal.value.code == "import.encoding"
    assert refusal.value.params["byte"] == 7


@pytest.mark.parametrize("cut", [1, 8, 20])
def test_a_truncated_gzip_is_named(cut):
    packed = gzipped(TEXT.encode() * 50)

    with pytest.raises(Refused) as refusal:
        opener(packed[:-cut])().read()

    assert refusal.value.code == "import.gzip_truncated"


def test_a_damaged_gzip_is_named():
    packed = bytearray(gzip.compress(bytes(range(256)) * 50))
    packed[40] ^= 0xFF

    with pytest.raises(Refused) as refusal:
        opener(bytes(packed))().read()

    assert refusal.value.code == "import.gzip_broken"


def test_a_gzip_that_explodes_is_stopped():
    packed = gzipped(b"a" * 1_000_000)

    with pytest.raises(Refused) as refusal:
        io.BufferedReader(streams.Unpacked(io.BytesIO(packed), limit=999_999)).read()

    assert refusal.value.code == "import.too_large"


@pytest.mark.parametrize(
    "head, code",
    [(b"", "import.empty"), (streams.OLE, "import.old_excel"), (b"%PDF-1.7", "import.format")],
)
def test_what_is_no_table_is_refused_by_name(head, code):
    with pytest.raises(Refused) as refusal:
        streams.kind_of(head)

    assert refusal.value.code == code
