from chainlead.codecs import KEY_FORMS


def test_every_row_is_complete_and_sits_under_its_name():
    for name, form in KEY_FORMS.items():
        assert form.name == name
        assert all((form.looks_like, form.check, form.false_positive_rate))


def test_only_the_extended_public_key_is_no_secret():
    assert [name for name, form in KEY_FORMS.items() if not form.is_secret] == [
        "extended public key"
    ]
