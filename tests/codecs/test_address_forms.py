from chainlead.codecs import FORMS, KEY_FORMS, VERSIONS


def test_every_row_is_complete_and_sits_under_its_name():
    for name, form in FORMS.items():
        assert form.name == name
        assert form.chains
        assert all((form.looks_like, form.check, form.false_positive_rate))


def test_every_version_names_a_form_and_only_its_chains():
    for version in VERSIONS.values():
        assert {c.chain for c in version.candidates} <= set(FORMS[version.form].chains)


def test_key_rows_are_complete_and_sit_under_their_names():
    for name, form in KEY_FORMS.items():
        assert form.name == name
        assert all((form.looks_like, form.check, form.false_positive_rate))
    assert not KEY_FORMS["extended public key"].is_secret
    assert sum(form.is_secret for form in KEY_FORMS.values()) == len(KEY_FORMS) - 1
