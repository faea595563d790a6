"""Writes the practice world to a folder: exhibit, block files, tag packs, an answer, and the truth."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from chainlead.codecs import address_from_script
from chainlead.guide.practice.answer import PracticeAnswer, build_answer
from chainlead.guide.practice.exhibit import Exhibit, build_exhibit
from chainlead.guide.practice.story import KASTELL, LAGUNE, SHOP, Exchange, PracticeWorld
from chainlead.model import Chain, Network

XOR_KEY = bytes.fromhex("5c1f9a0273e4b86d")
SERVICES = {
    KASTELL: ("kastell", "EE", "kastell.example"),
    LAGUNE: ("lagune", "AE", "lagune.example"),
}


@dataclass(frozen=True, slots=True)
class PracticeFiles:
    """Where the parts of the world were written; `answer` is what the first exchange will send."""

    exhibit: Path
    blocks: Path
    tag_packs: Path
    services: Path
    rates: Path
    truth: Path
    answer: Path


def write_world(world: PracticeWorld, folder: Path) -> PracticeFiles:
    """Write all parts below a folder that does not exist yet; the same world gives the same bytes."""
    exhibit = build_exhibit(world)
    answer = build_answer(world)
    files = PracticeFiles(
        folder / "exhibit",
        folder / "blocks",
        folder / "tag packs",
        folder / "services.yaml",
        folder / "rates.csv",
        folder / "truth.json",
        folder / "answers" / answer.name,
    )
    for name, content in exhibit.files.items():
        _write(files.exhibit / name, content)
    _write_blocks(world, files.blocks)
    _write(files.tag_packs / "practice.tagpack.yaml", _tag_pack(world).encode())
    _write(files.tag_packs / "practice.actorpack.yaml", _actor_pack().encode())
    _write(files.services, _service_table().encode())
    _write(files.rates, world.rates.to_csv().encode())
    _write(files.answer, answer.content)
    truth = json.dumps(truth_of(world, exhibit, answer), indent=1, sort_keys=True)
    _write(files.truth, truth.encode())
    return files


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _write_blocks(world: PracticeWorld, folder: Path) -> None:
    """Two block files as a node keeps them: XORed, the second with an unwritten tail of zeros."""
    blocks = world.economy.blocks
    half = len(blocks) * 2 // 3
    _write(folder / "xor.dat", XOR_KEY)
    for number, part in enumerate((blocks[:half], blocks[half:])):
        plain = b"".join(block.framed for block in part)
        mask = (XOR_KEY * (len(plain) // len(XOR_KEY) + 1))[: len(plain)]
        masked = bytes(a ^ b for a, b in zip(plain, mask, strict=True))
        _write(folder / f"blk{number:05d}.dat", masked + bytes(4096 if number else 0))


def _service_table() -> str:
    """The invented services as `chainlead scan --services` reads them."""
    lines = ["services:"]
    for name, (_actor, _country, host) in SERVICES.items():
        lines += [
            f'  - name: "{name}"',
            f"    domains: [{host}]",
            f'    mail_senders: ["no-reply@{host}"]',
            "    confidence: invented for practice",
            "    source: chainlead practice world",
            '    date: "2024-01-15"',
        ]
    return "\n".join(lines) + "\n"


def _tag_pack(world: PracticeWorld) -> str:
    lines = [
        "title: Practice tags",
        "creator: chainlead practice world",
        "description: Invented services of the practice case",
        "currency: BTC",
        "confidence: service_data",
        "category: exchange",
        "lastmod: 2024-01-15",
        "tags:",
    ]
    for exchange in world.exchanges.values():
        actor, _, host = SERVICES[exchange.name]
        lines += [
            f"- address: {_hot_address(exchange)}",
            f"  label: {exchange.name} hot wallet",
            f"  actor: {actor}",
            "  is_cluster_definer: true",
            f"  source: https://{host}/proof-of-reserves",
        ]
    kastell = _hot_address(world.exchanges[KASTELL])
    lines += [
        f"- address: {kastell}",
        "  label: Castle Trading",
        "  confidence: web_crawl",
        "  lastmod: 2021-06-01",
        "  source: https://forum.example/thread/88",
    ]
    return "\n".join(lines) + "\n"


def _hot_address(exchange: Exchange) -> str:
    address = address_from_script(exchange.hot_script, Chain.BITCOIN, Network.REGTEST)
    assert address is not None
    return address


def _actor_pack() -> str:
    lines = [
        "title: Practice actors",
        "creator: chainlead practice world",
        "description: Invented services of the practice case",
        "lastmod: '2024-01-15'",
        "actors:",
    ]
    for name, (actor, country, host) in SERVICES.items():
        lines += [
            f"- id: {actor}",
            f"  label: {name}",
            "  categories:",
            "  - exchange",
            "  jurisdictions:",
            f"  - {country}",
            f"  uri: {host}",
        ]
    return "\n".join(lines) + "\n"


def truth_of(world: PracticeWorld, exhibit: Exhibit, answer: PracticeAnswer) -> dict[str, Any]:
    """What a right investigation finds: for the tests and for the person who practised."""
    spent = world.spent_outpoints()
    cold = max(world.transaction("peel 5").made, key=lambda coin: coin.amount_sat)
    return {
        "seed": world.seed,
        "origin": next(p.value for p in exhibit.planted if p.what == "the shop's static address"),
        "planted": [asdict(planted) for planted in exhibit.planted],
        "unreadable": exhibit.unreadable,
        "exhibit_files": len(exhibit.files),
        "blocks": len(world.economy.blocks),
        "transactions": len(world.transactions) + 1,
        "tip_height": world.economy.height,
        "tip_hash": world.economy.blocks[-1].hash_wire[::-1].hex(),
        "deposits": {
            exchange: [
                {"outpoint": coin.outpoint, "address": coin.address, "amount_sat": coin.amount_sat}
                for coin in world.deposits_of(exchange, SHOP)
            ]
            for exchange in (KASTELL, LAGUNE)
        },
        "mix": world.transaction("mix").txid,
        "settlement": world.transaction("settlement").txid,
        "paid_at_price": [coin.outpoint for coin in world.paid_at_price()],
        "cold": {
            "outpoint": cold.outpoint,
            "amount_sat": cold.amount_sat,
            "unspent": cold.outpoint not in spent,
        },
        "answer": answer.truth,
        "story": {name: world.transaction(name).txid for name in sorted(world.story)},
    }
