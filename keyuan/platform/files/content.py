"""What a file is, by its content and not by its name (PLT-16)."""

from dataclasses import dataclass
from pathlib import PurePath

from keyuan.kernel.errors import Refused

HEAD_BYTES = 4096
ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class FileType:
    """A kind of file that may be kept: how it begins, and what its name ends in."""

    content_type: str
    suffixes: tuple[str, ...]
    magic: tuple[bytes, ...] = ()
    offset: int = 0


#: The allow-list. Documents that carry programs (HTML, SVG, scripts, macros) are not on it.
TYPES = (
    FileType("application/pdf", (".pdf",), (b"%PDF-",)),
    FileType("image/jpeg", (".jpg", ".jpeg"), (b"\xff\xd8\xff",)),
    FileType("image/png", (".png",), (b"\x89PNG\r\n\x1a\n",)),
    FileType("image/gif", (".gif",), (b"GIF87a", b"GIF89a")),
    FileType("image/bmp", (".bmp",), (b"BM",)),
    FileType("image/tiff", (".tif", ".tiff"), (b"II*\x00", b"MM\x00*")),
    FileType("image/webp", (".webp",), (b"WEBP",), offset=8),
    FileType("image/heic", (".heic",), (b"ftypheic", b"ftypheix", b"ftypmif1"), offset=4),
    FileType("audio/wav", (".wav",), (b"WAVE",), offset=8),
    FileType("audio/mpeg", (".mp3",), (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")),
    FileType("audio/ogg", (".ogg", ".opus"), (b"OggS",)),
    FileType("video/mp4", (".mp4", ".m4a"), (b"ftypisom", b"ftypmp42", b"ftypM4A ", b"ftypavc1", b"ftypiso"), offset=4),
    FileType("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (".xlsx",), (ZIP,)),
    FileType("application/vnd.openxmlformats-officedocument.wordprocessingml.document", (".docx",), (ZIP,)),
    FileType("application/vnd.openxmlformats-officedocument.presentationml.presentation", (".pptx",), (ZIP,)),
    FileType("application/vnd.ms-excel", (".xls",), (OLE,)),
    FileType("application/msword", (".doc",), (OLE,)),
    FileType("application/zip", (".zip",), (ZIP,)),
    FileType("application/gzip", (".gz",), (b"\x1f\x8b",)),
    FileType("text/csv", (".csv", ".tsv")),
    FileType("text/plain", (".txt",)),
)
#: Types that a browser may show in its own window; everything else is saved.
SHOWN = frozenset({"application/pdf", "image/jpeg", "image/png", "image/gif", "image/webp"})


def recognised(name: str, head: bytes) -> FileType:
    """Return the kind of the file called ``name`` that begins with ``head``.

    Raises Refused ``file.type`` for a kind that is not kept and ``file.content`` when content and name disagree.
    """
    suffix = PurePath(name.lower()).suffix
    kinds = [kind for kind in TYPES if suffix in kind.suffixes]
    if not kinds:
        raise Refused("file.type", field="file", suffix=suffix[:10] or "?")
    for kind in kinds:
        if _begins(kind, head):
            return kind
    raise Refused("file.content", field="file", suffix=suffix[:10])


def _begins(kind: FileType, head: bytes) -> bool:
    if not kind.magic:
        # Text has no mark of its own: no zero bytes, unless it is UTF-16 and says so.
        return b"\x00" not in head or head[:2] in (b"\xff\xfe", b"\xfe\xff")
    return any(head[kind.offset :].startswith(magic) for magic in kind.magic)


def safe_name(name: str) -> str:
    """Return the file's own name without any path and without signs that would break a header or a page."""
    own = PurePath(name.replace("\\", "/")).name
    clean = "".join(sign for sign in own if sign.isprintable() and sign not in '"<>|*?:')
    return clean[-200:].strip(" .") or "file"
