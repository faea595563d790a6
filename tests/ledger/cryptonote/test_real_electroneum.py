"""The one real transaction of Electroneum at hand, and the one real block, spelled out in its explorer's docs.

Source: electroneum/electroneum-blockchain-explorer, docs/explorer-rpc-documentation.md, the examples of
`rawtransaction`, `transaction` and `rawblock` (facts of the public ledger).
"""

import copy
import json

import pytest

from chainlead.errors import LedgerSourceError
from chainlead.ledger.cryptonote.material import LooseOpen, RingKeys, read_open_material
from chainlead.ledger.cryptonote.open_block import OpenBlock
from chainlead.ledger.cryptonote.open_transaction import RingInput, parse_open_transaction
from chainlead.ledger.cryptonote.ring_signature import ring_holds
from chainlead.ledger.source import Skipped
from chainlead.model import Chain

TXID = "1f55eb09895fbc0a7c77bd5e22ac13c0c9fa5fc53191a5d9cb2f84b0b7120681"
BLOCK_ID = "7b1d9e308897f0c7c3718fd1ad61afe7381fadf9154cb751eee03d1720ead87b"
INPUTS = [
    (
        7,
        1223162,
        "9ce8b2a080ea27e1d2fcfbf98797b6917fe6906fbbf359f260f61b2cf3b29813",
        "3822b16c1c042c7f41d7c60b68e272a631b3a49bd18a4fa86bc6c3e5948d813c",
        (
            "5bfc1683c954b8e892a7eaefd749301bee5deb4bd5ce366b87e9981981faac07"
            "5a7f893d83b9c67d79d3568d860e45f2f98cafd542151410f8cf3d2c4c111c01"
        ),
    ),
    (
        70,
        1048250,
        "71d589a445061d01bf84d40465ca30178bcd7f73f95cbada5ebd24d368392396",
        "d9656e587548cdb5340d0e35ba8a98e2802ee62f464c5c78f8037a48e3f1b912",
        (
            "68237f2401096892164a2022cc0fd1001853adb20d957e950fbbf84ebea0bb04"
            "e0444596b72c165a44f6373fc3e498670a0556483105f837df8adb866deac302"
        ),
    ),
    (
        10,
        1981952,
        "ab99b79f79ac693adec03c6a6b3ea327c603298ea9eef60bad0d97cea7d1de9e",
        "dbedb18820d8e80d4a39f072fa4fedcda9fc46c2bb00e36c94f39626a50dfbb4",
        (
            "f90b2d0004331bba283cf9998166b269f7831811d3914601ec5b5bdfefa8540e"
            "a459da47ba1bcd027983ff9bcf3eb2cbbe6e1df152c65a2c90e0b6ad5b19cc04"
        ),
    ),
    (
        100,
        2833319,
        "84cac888135e823358bc0c3845497b2484774921caf26b3b49de7c87fe1e7f99",
        "7f2471a40cc63aa161de98ca1fcf3841016f441196d10cfef674397bece33a5f",
        (
            "b7c7ea55f29a250e031b40486f55d02484fe7df4f633632614c561093982a10e"
            "4db3e039cf818b43282a6f0e88e2c0cf0f845be55499688e6b900d3b84e70309"
        ),
    ),
    (
        70,
        1060008,
        "c0b1ac3af63a89f18d453c68820c4f060f10aeb8c8bbe28cb23017ad254d48fb",
        "c137e3322931614f784cf8c85db0c96b64c0c0538360c68116f7d6ab6c46094d",
        (
            "16cfeae590d1511635e102d8c613f8626d1cda4957902ba58198d7413320070b"
            "713dc0e8cb141519886ee9c7a8c3f6ab810f4f94ed766f9b6f307320a369cf0f"
        ),
    ),
    (
        1000,
        9550930,
        "f495fd648b03cbf6a9b22c1ed8069a1fb61cd10f48b35dc8caf794ea9884e5d6",
        "7b2f246d83828ebadb735e94d21d597f3ad83aea9dac66cf79af6869318c907c",
        (
            "8745d9e24684a96429954d52a77c301419291cb21ef96b05a425a44f47c43808"
            "de6ed532439a943bd29157a22114dbb3a65664fbbf47846195f202db17efcf06"
        ),
    ),
]
"""Amount, number, key image, key of the ring's one member, signature."""
OUTPUTS = [
    (100, "3d153cc512fde16188109151a99f567e59ac98a33a0f134452cff2d557cf4710"),
    (90, "9c9b921da326ae033a278704d555a57b5a2b684d6f2bd83bd3b40633400d8ad6"),
    (1000, "c5cc22df60c811ef91f56067c2cf172a55dd1ab8ac07beb8a64b4bbfc23df855"),
    (50, "dc4aa3cab7e8ee46ac9f646a213ba6d12dd4b7ebbbbd7ce5dc86bbced4a60f4f"),
    (7, "a93ead6a693dad06ab24efa777d55ca82e62a54e5c8ae6505bae3f14a10c5c8b"),
]
EXTRA = "01ababd7cb58c8ce9a2f18a0e0127af98ebe91958c1c64d5cb567d965648dcfa55"
BLOCK = {
    "major_version": 1,
    "minor_version": 1,
    "nonce": 5679,
    "prev_id": "69dcb927657f4d27f734f2e31d467b971ee4bd25652a5d832fc3e26c2955555d",
    "timestamp": 1515225206,
    "miner_tx": {
        "extra": list(
            bytes.fromhex(
                "01c1d1c86f5cb27fdc4c278c658662c05284e75e9ed2ddab5276155cf30a3411"
                "8102080000000193f8aae8"
            )
        ),
        "signatures": [],
        "unlock_time": 100017,
        "version": 1,
        "vin": [{"gen": {"height": 99999}}],
        "vout": [
            {
                "amount": 6,
                "target": {
                    "key": "339c95c9d298a2201cfe3fb3da45d43d295db307d62ceefc5aedc52fecd5ee5c"
                },
            },
            {
                "amount": 70,
                "target": {
                    "key": "b1c696b2e78e0db2524444e3c3458622c6c23bac13b7fdb795f04db496cb288f"
                },
            },
            {
                "amount": 500,
                "target": {
                    "key": "2ea254ffa551012fd985918d94d1f27569a43bd94dbd2cdeda849088e3839b09"
                },
            },
            {
                "amount": 8000,
                "target": {
                    "key": "1526e586fee2984cde1e2abfdcbe3389046e720b3c88cedec1e2bc16b83b5308"
                },
            },
            {
                "amount": 20000,
                "target": {
                    "key": "1036d7b4920d89516c173e4655108d8d1ba1f57cbc83c7f4ce3a72010b9fcd5b"
                },
            },
            {
                "amount": 700000,
                "target": {
                    "key": "934aa1f14965e9bd6e65647491f7123ab2733a24ca339b90b7ac8200bb50c5fc"
                },
            },
        ],
    },
    "tx_hashes": [
        "07d70f15407982a5ab666285c5fe098f434fdcd54249a9ba41f1a98d1f3e8840",
        "68fd41a6a90fd29cefff66a79d723f094027e18407cf7c8c05b2e49b0382c12e",
        "07187718fcb32fde83192ba7ee87d859339d8a18ef1e3d841030683d1256eb91",
        "14c7cc05daf3df1e179b17601fe1599dc5d3aee6b39faa9c4bf5530500bd417e",
        "dc30bb08dbd59f3ba43590424957300ae91cf132a4c3ce136aba623f334860e3",
        "383ae69feef1ed5988a8ef87013e828ca5e2178db5f76bcae9481f939fce66d5",
        "f087c67ae9a68ddf4b53305e036fa8f071143c5d022c087555e3d633734bf3d8",
        "d9b28580b629f66bfd13b69b74f8592682eb03ace3d3dee05ee6722266cd2e3c",
        "18d199abe4aae30fa75d715a319fe4830f14bdae0c6b89063d820f64dbbdcf63",
        "04d464a384da79bcb2c41e2c140ec0761288c3461ee3d90f04cba8c620498c14",
        "bdb0c4bad4a1244f49816497e0a73f7f52d8d17cd7adc4718a9c624703576fd6",
        "62389e820dfc0bed2aafa886ff84ba1c61fd4f12ea2e325a5319299d114521a8",
        "c0e409cbe3c87a86330522270d8325f0ce838915e2d38a9d97be094ed243d58b",
        "f42fbcd1bc112ef1394c3413053f7f38c1cde9c709a009b4802593fbf8a23acf",
        "c87b8e8892a4f833051e24c8d5d92d099784849b5f44e2692d73e5c425d9b243",
        "8a21463b10990aa3d51600c55f1b67057554465aea3903d2b2a34e5b72d91fa5",
        "c79ae3ec43fd2f031630f3f25daf622359bb9b1a7c745f761ce928ebaac44bca",
        "8a546173426b92eae1706bfc7414da15e12a06536479f0e52f2a968c57936d80",
        "497835c503249998ff0a31d88717144cf703de98f72b07adb7075bf3d22d56c0",
        "c3056ab817a11dd54e76597c8336c11d4604c7d3d3893ae197c473005ff15ead",
        "88969b12d61dc3473c48565eaeb7e91afb0bcefa89e2297ed4a4bdb687cc4a06",
    ],
}


@pytest.fixture
def raw_transaction():
    """As the explorer's `rawtransaction` answers."""
    data = {
        "extra": list(bytes.fromhex(EXTRA)),
        "signatures": [one[4] for one in INPUTS],
        "unlock_time": 0,
        "version": 1,
        "vin": [
            {"key": {"amount": amount, "k_image": image, "key_offsets": [number]}}
            for amount, number, image, _, _ in INPUTS
        ],
        "vout": [{"amount": amount, "target": {"key": key}} for amount, key in OUTPUTS],
    }
    return {"data": data, "status": "success"}


@pytest.fixture
def summary():
    """As the explorer's `transaction` answers, as far as rings go."""
    inputs = [
        {"amount": amount, "key_image": image, "mixins": [{"block_no": 340253, "public_key": key}]}
        for amount, _, image, key, _ in INPUTS
    ]
    return {"data": {"tx_hash": TXID, "inputs": inputs}, "status": "success"}


def read(document):
    return list(read_open_material(json.dumps(document).encode(), Chain.ELECTRONEUM))


def test_a_real_transaction_gives_its_id_from_its_fields(raw_transaction):
    (found,) = read(raw_transaction)
    assert isinstance(found, LooseOpen)
    assert found.transaction.txid.hex() == TXID
    assert found.transaction.is_proved
    assert sum(output.amount_units for output in found.transaction.outputs) == 1247


def test_each_real_ring_of_one_was_signed_for_the_key_that_the_explorer_names(
    raw_transaction, summary
):
    (found,) = read(raw_transaction)
    keys = {event.named: event.keys for event in read(summary) if isinstance(event, RingKeys)}
    others = [bytes.fromhex(key) for _, key in OUTPUTS]
    for spent in found.transaction.inputs:
        assert isinstance(spent, RingInput)
        named = keys[spent.key_image]
        prefix = found.transaction.prefix_hash
        assert ring_holds(prefix, spent.key_image, named, spent.signatures)
        assert not ring_holds(prefix, spent.key_image, others[:1], spent.signatures)


@pytest.mark.parametrize("change", ["amount", "key", "number", "signature", "extra"])
def test_a_changed_field_gives_another_id_so_it_is_left_out_where_the_id_stands_beside(
    raw_transaction, change
):
    data = copy.deepcopy(raw_transaction["data"])
    if change == "amount":
        data["vout"][0]["amount"] = 101
    elif change == "key":
        data["vout"][0]["target"]["key"] = OUTPUTS[1][1]
    elif change == "number":
        data["vin"][0]["key"]["key_offsets"] = [5]
    elif change == "signature":
        data["signatures"][0] = data["signatures"][1]
    else:
        data["extra"][5] ^= 1
    (found,) = read({"tx_hash": TXID, "data": data})
    assert isinstance(found, Skipped)
    assert TXID in found.reason


def test_a_real_block_gives_its_id_from_its_fields():
    (found,) = read({"data": BLOCK, "status": "success"})
    assert isinstance(found, OpenBlock)
    assert (found.height, found.block_id.hex(), len(found.txids)) == (99_999, BLOCK_ID, 21)


@pytest.mark.parametrize("version", [0, 4, -1, "1", 1 << 70])
def test_a_version_that_no_ledger_has_is_refused_with_its_reason(raw_transaction, version):
    raw_transaction["data"]["version"] = version
    events = read(raw_transaction)
    assert all(isinstance(event, Skipped) for event in events)


def test_real_bytes_cut_anywhere_are_refused(raw_transaction):
    from chainlead.ledger.cryptonote.spelled_out import spell_transaction

    (raw,) = spell_transaction(raw_transaction["data"])
    assert len(raw) == 824  # the explorer's `tx_size`
    for end in range(0, len(raw), 7):
        with pytest.raises(LedgerSourceError):
            parse_open_transaction(raw[:end], Chain.ELECTRONEUM)
