import subprocess
import sys
from pathlib import Path

from chainlead.codecs import FORMS

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "address-forms.md"


def test_every_row_is_complete_and_sits_under_its_name():
    for name, form in FORMS.items():
        assert form.name == name
        assert form.chains
        assert all((form.looks_like, form.check, form.false_positive_rate))


def test_the_printed_table_is_up_to_date():
    command = [sys.executable, "-m", "cogapp", "--check", str(PAGE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=PAGE.parents[2])
    assert done.returncode == 0, done.stdout + done.stderr
    page = PAGE.read_text("utf-8")
    assert all(f"| {name} |" in page for name in FORMS)
