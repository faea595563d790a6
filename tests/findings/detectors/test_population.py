"""Every detector says what it finds, how it proves it, where it fails, and by which document."""

import importlib

import pytest

from chainlead.findings.detector import Detector
from chainlead.registry import resident_modules, residents

MODULES = resident_modules("chainlead.findings.detectors")
DETECTORS = residents("chainlead.findings.detectors", Detector)


@pytest.mark.parametrize("module", MODULES)
def test_each_file_says_found_in_proof_limits_and_spec(module):
    text = importlib.import_module(module).__doc__ or ""
    for word in ("Found in:", "Proof:", "Limits:", "Spec:"):
        assert word in text, f"{module} does not say {word}"


def test_each_file_has_one_detector_with_its_own_name():
    assert len(DETECTORS) == len(MODULES)
    assert len({detector.name for detector in DETECTORS}) == len(DETECTORS)


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda detector: detector.name)
def test_each_detector_looks_at_runs_or_at_views(detector):
    overrides = {name for name in ("check", "find") if name in vars(type(detector))}
    inherits_check = type(detector).check is not Detector.check
    assert overrides or inherits_check
    assert bool(detector.shapes) == (type(detector).check is not Detector.check)


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda detector: detector.name)
def test_shapes_are_runs_that_the_search_can_see(detector):
    for shape in detector.shapes:
        assert shape.first.isascii()
        assert shape.first.isalnum()
        assert 25 <= min(shape.lengths) <= max(shape.lengths) <= 127
