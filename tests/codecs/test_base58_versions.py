from chainlead.codecs import FORMS, VERSIONS
from chainlead.codecs.base58_versions import WRITTEN
from chainlead.model import Network


def test_every_version_names_a_form_and_only_its_chains():
    for version in VERSIONS.values():
        assert {c.chain for c in version.candidates} <= set(FORMS[version.form].chains)
        assert all(candidate.reason for candidate in version.candidates)


def test_every_version_that_is_written_is_read_back_as_its_ledger():
    for (chain, is_main), pair in WRITTEN.items():
        for version, form in zip(pair, ("p2pkh", "p2sh"), strict=True):
            known = VERSIONS[version]
            assert known.form == form
            networks = {c.network for c in known.candidates if c.chain is chain}
            assert networks
            assert (networks == {Network.MAIN}) == is_main


def test_no_version_mixes_money_and_test_networks():
    for version in VERSIONS.values():
        assert len({candidate.network is Network.MAIN for candidate in version.candidates}) == 1
