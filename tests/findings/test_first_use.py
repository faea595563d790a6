import subprocess
import sys

from chainlead.findings import is_search_compiled, scan_items


def test_after_a_search_it_is_known_as_compiled(pages):
    scan_items(pages(b"x" * 5000), case_key=bytes(32))
    assert is_search_compiled()


def test_asking_loads_no_compiler():
    code = (
        "import sys\nfrom chainlead.findings import is_search_compiled\n"
        "is_search_compiled()\nassert 'numba' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
