"""The report on real material: a scan of everything beside the checkout."""

import io

import pytest
from pypdf import PdfReader

from chainlead.workflow.report import build_report

SECRETS = (
    b"abandon abandon abandon",
    b"5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ",
    b"KwDiBf89QgGbjEhKnhXJuH7LrciVrZi3qYjgd9M7rFU73sVHnoWn",
)


@pytest.mark.real
def test_a_report_on_real_evidence_is_whole_and_holds_no_secret(case, shared_data):
    from chainlead.workflow.scan import scan

    scan(case, [shared_data / "evidence" / "vectors"])
    made = build_report(case.projection, case.entries)
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(made["report.pdf"])).pages)
    flat = "".join(text.split()).encode()
    for secret in SECRETS:
        assert secret.replace(b" ", b"") not in flat
        assert not [name for name, content in made.items() if secret in content]
    assert b"Whatcouldnotberead" in flat
    assert case.store.count("findings") > 0
