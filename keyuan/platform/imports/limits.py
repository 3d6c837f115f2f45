"""How large a file may be before it is refused by name: an import must not be able to exhaust the machine."""

MIB = 1024 * 1024

#: Of the file as it is sent.
MAX_FILE_BYTES = 512 * MIB
#: Of what comes out of a gzip stream or of all parts of a workbook.
MAX_PLAIN_BYTES = 4096 * MIB
MAX_WORKBOOK_BYTES = 768 * MIB
MAX_WORKBOOK_FILE_BYTES = 128 * MIB
MAX_WORKBOOK_ENTRIES = 5_000
#: A part of a workbook that shrinks more than this is no table but an attack.
MAX_WORKBOOK_RATIO = 400
RATIO_COUNTS_FROM = 16 * MIB
MAX_ROWS = 5_000_000
MAX_COLUMNS = 500
#: A cell beyond this refuses its row …
MAX_CELL = 32_767
#: … and one beyond this the file: no spreadsheet makes it, and an unclosed quotation mark does.
HARD_CELL = 131_072
MAX_LINE = 4 * MIB
