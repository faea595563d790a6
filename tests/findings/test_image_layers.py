import pytest

from chainlead.evidence import Item, Layer
from chainlead.findings import scan_items
from chainlead.model import Provenance, Step

ADDRESS = b"12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S"
VOLUME = (Step("file", "d.raw"), Step("image", "raw"), Step("volume", "NTFS"))


def _places(*last):
    items = [
        Item(
            provenance=Provenance("E1", (*VOLUME, Step(kind, name))),
            data=b"pay to " + ADDRESS + b" now",
            encoding="bytes",
            media_type="application/octet-stream",
            layer=Layer.RAW,
            stream_sha256="ab" * 32,
        )
        for kind, name in last
    ]
    found = scan_items(items, case_key=bytes(32))
    return [str(finding.provenance.steps[-1]) for finding in found]


@pytest.mark.parametrize("kind", ["file", "deleted", "unallocated"])
def test_structures_give_way_to_any_other_place_in_the_image(kind):
    assert _places((kind, "a"), ("structures", "own")) == [f"{kind}:a"]


def test_free_space_gives_way_to_a_deleted_file_but_not_to_a_living_one():
    assert _places(("deleted", "a"), ("unallocated", "free")) == ["deleted:a"]
    assert _places(("file", "a"), ("unallocated", "free")) == ["file:a", "unallocated:free"]


def test_what_lies_in_structures_only_is_reported():
    assert _places(("structures", "own")) == ["structures:own"]
