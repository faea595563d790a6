"""Contacts lead to whoever keeps the account behind them; what nobody keeps is no lead."""

import json

from hypothesis import given
from hypothesis import strategies as st

from chainlead.attribution import LeadTrack, NamedContact, derive_provider_leads, lead_document

PAGE = "ab" * 32


def contact(kind: str, value: str, page: str = PAGE) -> NamedContact:
    return NamedContact(kind, value, page, "shop.html, line 3")


def test_mail_addresses_of_one_provider_are_one_lead_by_its_registrable_domain() -> None:
    leads = derive_provider_leads(
        [
            contact("mail", "one@mx.mail.example"),
            contact("mail", "two@mail.example", "cd" * 32),
            contact("mail", "two@mail.example"),
            contact("xmpp", "three@mail.example"),
            contact("matrix", "@four:chat.mail.example"),
            contact("mail", "five@other.example"),
        ]
    )
    assert [(lead.service, lead.uri) for lead in leads] == [
        ("mail.example", "mail.example"),
        ("other.example", "other.example"),
    ]
    handles = {handle.value: handle for handle in leads[0].handles}
    assert set(handles) == {
        "one@mx.mail.example",
        "two@mail.example",
        "three@mail.example",
        "@four:chat.mail.example",
    }
    assert handles["two@mail.example"].found_in == (PAGE, "cd" * 32)
    assert all(lead.track is LeadTrack.PROVIDER for lead in leads)
    assert (leads[0].trace_id, leads[0].chain, leads[0].deposits) == ("", "", ())


def test_a_messenger_is_its_own_provider_with_the_tables_source_and_certainty() -> None:
    (lead,) = derive_provider_leads([contact("telegram", "shopkeeper")])
    assert (lead.service, lead.uri) == ("Telegram", "telegram.org")
    (claim,) = lead.claims
    assert claim.source == "t.me links are Telegram's"
    assert "general" in claim.pack
    assert not any("registrar" in sentence for sentence in lead.missing)


def test_what_nobody_keeps_and_what_is_no_name_of_a_provider_is_no_lead() -> None:
    nobody = [
        contact("tox", "0" * 76),
        contact("session", "05" + "0" * 64),
        contact("onion", "a" * 56 + ".onion"),
        contact("pgp_fingerprint", "0" * 40),
        contact("something new", "x"),
        contact("mail", "no address"),
        contact("mail", "a@localhost"),
        contact("mail", "a@127.0.0.1"),
        contact("mail", ""),
    ]
    assert derive_provider_leads(nobody) == ()


@given(
    st.lists(
        st.tuples(st.sampled_from(["mail", "matrix", "xmpp", "telegram", "tox"]), st.text()),
        max_size=8,
    )
)
def test_no_text_from_a_page_breaks_it_and_the_order_of_contacts_changes_nothing(
    found: list[tuple[str, str]],
) -> None:
    contacts = [contact(kind, value) for kind, value in found]
    leads = derive_provider_leads(contacts)
    again = derive_provider_leads(reversed(contacts))
    assert [lead.lead_id for lead in leads] == [lead.lead_id for lead in again]
    for lead in leads:
        json.dumps(lead_document(lead))
        assert lead.handles
