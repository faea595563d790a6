"""Register files of exactly the published form, with every trap of them."""

from collections.abc import Callable
from io import BytesIO

import pytest

from chainlead.attribution.services.register import RegisterReading, lookup_register_form

CASPS_HEADER = (
    "ae_competentAuthority,ae_homeMemberState,ae_lei_name,ae_lei,ae_lei_cou_code,ae_commercial_name,"
    "ae_address,ae_website,ae_website_platform,ac_authorisationNotificationDate,"
    "ac_authorisationEndDate,ac_serviceCode,ac_serviceCode_cou,ac_comments,ac_lastupdate,"
)
NCASP_HEADER = (
    "ae_competentAuthority,ae_homeMemberState,ae_lei_name,ae_lei,ae_lei_cou_code,ae_commercial_name,"
    "ae_website,ae_infrigment,ae_reason,ae_decision_date,ae_comments,ae_lastupdate"
)


def lines(*rows: str) -> str:
    return "\n".join(rows)


def made_lei(stem: str) -> str:
    """A LEI that nobody has, with right check digits (ISO 7064 mod 97-10)."""
    body = stem.upper().ljust(18, "0")
    number = int("".join(str(int(c, 36)) for c in body) + "00")
    return f"{body}{98 - number % 97:02d}"


KASTELL, LAGUNE = made_lei("KASTELL"), made_lei("LAGUNE")


@pytest.fixture
def leis() -> dict[str, str]:
    return {"kastell": KASTELL, "lagune": LAGUNE}


@pytest.fixture
def casps() -> str:
    """As published: comma, quoted address, pipes in cells, an empty last column."""
    return lines(
        CASPS_HEADER,
        f'Estonian Authority (FI),EE,Kastell OÜ,{KASTELL},EE,Kastell Exchange,"Pikk 1, Tallinn",'
        "https://www.kastell.example,https://app.kastell.example,09/04/2025,,"
        "a. providing custody and administration of crypto-assets on behalf of clients | "
        "c. exchange of crypto-assets for funds,BE|BG|EL|SE,,18/04/2025,",
        f"Estonian Authority (FI),EE,Kastell OÜ,{KASTELL},EE,Kastell,,kastell.example,,"
        "2025-09-01,,e. execution of orders,SE,second authorisation,2025-09-02,",
        "Maltese Authority,MT,Lagune Ltd,,,Lagune|Lagune Pay,,www.lagune.example,,01/02/2025,"
        "30/06/2026,b. operation of a trading platform,MT,NO,01/07/2026,",
    )


@pytest.fixture
def ncasp() -> str:
    """As published: the misspelt column, no LEI, many sites in one cell."""
    return lines(
        NCASP_HEADER,
        "Italian Authority,IT,Dobobo,,,Dobobo,"
        "https://dobobo.example|https://dobobo1.example|https://www.dobobo2.example/x,No,None,"
        "12/02/2025,,18/02/2025",
        "Belgian Authority,BE,Bank Bot,,BE,Bank Bot,www.bank-bot.example,Yes,"
        '"Offers services, without being allowed to",29/06/2026,warning,07/09/2026',
    )


@pytest.fixture
def read() -> Callable[..., RegisterReading]:
    def reading(name: str, content: str | bytes, wanted=lambda lei, name: True) -> RegisterReading:
        raw = content.encode() if isinstance(content, str) else content
        form = lookup_register_form(name, raw[:65536])
        assert form is not None, f"{name} is not recognised"
        return form.read(name, BytesIO(raw), wanted)

    return reading
