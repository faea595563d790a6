import gc

import pytest

from chainlead.store import long_pass


def test_the_collector_pauses_and_works_again_also_after_an_error_and_when_nested():
    assert gc.isenabled()
    with long_pass():
        assert not gc.isenabled()
        with long_pass():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(ValueError, match="stop"), long_pass():
        raise ValueError("stop")
    assert gc.isenabled()


def test_a_collector_that_somebody_switched_off_stays_off():
    gc.disable()
    try:
        with long_pass():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
