"""Name every text of the code that no catalogue translates; status 1 when there is one."""

import sys

from keyuan.config.catalogues import missing

found = missing()
print("\n".join([*found, f"{len(found)} without translation"]))
sys.exit(1 if found else 0)
