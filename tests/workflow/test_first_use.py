import subprocess
import sys

from chainlead.evidence import Item, Layer
from chainlead.findings import scan_items
from chainlead.model import Provenance, Step
from chainlead.workflow.first_use import is_search_compiled


def test_after_a_search_it_is_known_as_compiled():
    here = Provenance("E1", (Step("file", "x"),))
    scan_items([Item(here, b"x" * 5000, "bytes", "", Layer.RAW, "")], case_key=bytes(32))
    assert is_search_compiled()


def test_asking_loads_no_compiler():
    code = (
        "import sys\nfrom chainlead.workflow.first_use import is_search_compiled\n"
        "is_search_compiled()\nassert not {'numba', 'numpy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
