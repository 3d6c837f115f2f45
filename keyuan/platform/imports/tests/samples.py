"""Small files that the tests make themselves."""

import gzip
import io
import zipfile

import xlsxwriter

from keyuan.platform.imports import streams


def opener(data):
    """Return what opens ``data`` as the engine opens a stored file, in blocks of a few bytes."""
    return lambda: streams.opened([data[start : start + 7] for start in range(0, len(data), 7)] or [b""])


def large_opener(data):
    return lambda: streams.opened([data])


def csv_bytes(*rows, encoding="utf-8", delimiter=","):
    return "".join(delimiter.join(row) + "\r\n" for row in rows).encode(encoding)


def gzipped(data):
    return gzip.compress(data, mtime=0)


def workbook(*rows, sheet="Sheet1"):
    stream = io.BytesIO()
    with xlsxwriter.Workbook(
        stream, {"in_memory": True, "default_date_format": "yyyy-mm-dd", "strings_to_formulas": False}
    ) as book:
        page = book.add_worksheet(sheet)
        for place, row in enumerate(rows):
            page.write_row(place, 0, row)
    return stream.getvalue()


def exploding_workbook(megabytes):
    """Return an archive that looks like a workbook and unpacks to ``megabytes`` of nothing."""
    stream = io.BytesIO(workbook(["a"]))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet9.xml", b"\0" * megabytes * 1024 * 1024)
    return stream.getvalue()
