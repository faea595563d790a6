"""The face of `crossings`: its refusals and its help."""

import pytest
from typer.testing import CliRunner

from chainlead.cli import crossings_cmd
from chainlead.errors import TraceError


def test_a_case_without_both_ledgers_is_refused_by_name(case):
    case.close()
    shown = CliRunner().invoke(crossings_cmd.app, [str(case.folder), "bitcoin", "litecoin"])
    assert isinstance(shown.exception, TraceError)


@pytest.mark.parametrize("wrong", [["bitcoin", "gold"], ["bitcoin", "litecoin", "--less", "1000"]])
def test_an_unknown_ledger_or_a_share_of_everything_is_a_usage_error(case, wrong):
    shown = CliRunner().invoke(crossings_cmd.app, [str(case.folder), *wrong])
    assert shown.exit_code == 2
