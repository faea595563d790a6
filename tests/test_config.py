import pytest

from chainlead.config import checked_settings
from chainlead.errors import ConfigError


@pytest.mark.parametrize("code", ["SE", "GB", "US", "AE", "XK"])
def test_a_country_is_one_of_the_standard(code):
    assert checked_settings({"country": code})["country"] == code


@pytest.mark.parametrize("code", ["ZZ", "EU", "UK", "se", "SWE", "", "001", "S\u0415"])
def test_what_is_no_country_is_refused(code):
    with pytest.raises(ConfigError, match="country"):
        checked_settings({"country": code})


@pytest.mark.parametrize("code", ["XYZ", "BTC", "eur", "", "EURO"])
def test_what_is_no_currency_is_refused(code):
    with pytest.raises(ConfigError, match="currency"):
        checked_settings({"currency": code})


def test_a_setting_that_nobody_declared_is_refused():
    with pytest.raises(ConfigError, match="no setting named"):
        checked_settings({"colour": "blue"})
