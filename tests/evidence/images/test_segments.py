from itertools import islice

from chainlead.evidence.images.segments import first_segments, later_segments


def test_segments_of_e01_go_on_with_letters():
    names = list(islice(later_segments("disk.E01"), 1500))
    assert names[:2] == ["disk.E02", "disk.E03"]
    assert names[97:100] == ["disk.E99", "disk.EAA", "disk.EAB"]
    assert "disk.EZZ" in names
    assert names[names.index("disk.EZZ") + 1] == "disk.FAA"
    assert next(later_segments("disk.e01")) == "disk.e02"


def test_segments_of_raw_images_keep_their_width():
    assert list(islice(later_segments("d.000"), 2)) == ["d.001", "d.002"]
    assert next(later_segments("d.001")) == "d.002"
    assert not list(later_segments("d.E02"))
    assert not list(later_segments("d.txt"))


def test_a_later_raw_segment_knows_its_first():
    assert first_segments("d.002") == ("d.000", "d.001")
    assert first_segments("d.001") == ("d.000",)
    assert first_segments("d.000") == ()
    assert first_segments("d.txt") == ()
