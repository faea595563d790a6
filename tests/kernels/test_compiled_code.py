import pytest

from chainlead.kernels import compiled_code


def test_without_a_folder_to_write_code_is_kept_for_this_run_and_it_is_said(monkeypatch):
    monkeypatch.setattr(compiled_code, "_can_write", lambda folder: False)
    monkeypatch.setattr(compiled_code.config, "CACHE_DIR", "")
    monkeypatch.setattr(compiled_code.config, "DISABLE_JIT", 0)
    with pytest.warns(RuntimeWarning, match="NUMBA_CACHE_DIR"):
        compiled_code.keep_compiled_code()
    assert "chainlead-kernels-" in compiled_code.config.CACHE_DIR


def test_a_folder_that_can_be_written_is_numbas_own_choice(monkeypatch, tmp_path):
    monkeypatch.setattr(compiled_code, "_HERE", tmp_path)
    monkeypatch.setattr(compiled_code.config, "CACHE_DIR", "")
    compiled_code.keep_compiled_code()
    assert compiled_code.config.CACHE_DIR == ""
