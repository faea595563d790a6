"""The seized folder of the practice case: what lay on a phone and a laptop.

Everything is written byte by byte with fixed times, so the exhibit has one digest everywhere.
"""

import base64
import io
import json
import quopri
import tarfile
import zipfile
import zlib
from dataclasses import dataclass

from chainlead.codecs import (
    RIPPLE_ALPHABET,
    CryptoNoteAddress,
    Secret,
    to_base58check,
    to_cryptonote_address,
    to_eip55,
    to_mnemonic,
)
from chainlead.guide.practice.dice import Dice
from chainlead.guide.practice.economy import Coin
from chainlead.guide.practice.fat_image import fat_image
from chainlead.guide.practice.qr_picture import qr_bitmap
from chainlead.guide.practice.sqlite_bytes import database_with_wal
from chainlead.guide.practice.story import KASTELL, LAGUNE, SHOP, PracticeWorld
from chainlead.model import NATIVE, Amount, Chain, moment_from_unix, moment_to_text

FIXED_TIME = (2024, 2, 4, 12, 0, 0)
FIXED_UNIX = 1_707_048_000


@dataclass(frozen=True, slots=True)
class Planted:
    """One trace that was put into the exhibit. `value` is None for a secret."""

    kind: str
    value: str | None
    file: str
    what: str


@dataclass(frozen=True, slots=True)
class Exhibit:
    """Files by path, what was planted, and which files cannot be read."""

    files: dict[str, bytes]
    planted: tuple[Planted, ...]
    unreadable: dict[str, str]


def build_exhibit(world: PracticeWorld) -> Exhibit:
    """Write every file of the seized folder in memory."""
    return _Packer(world).pack()


class _Packer:
    def __init__(self, world: PracticeWorld) -> None:
        self.world = world
        self.dice = Dice(world.seed + " exhibit")
        self.files: dict[str, bytes] = {}
        self.planted: list[Planted] = []
        self.unreadable: dict[str, str] = {}

    def pack(self) -> Exhibit:
        self._chat()
        self._mailbox()
        self._browser()
        self._notes()
        self._pages()
        self._wallet_file()
        self._backup()
        self._other_coins()
        self._memory_stick()
        self._picture()
        self._unreadable()
        return Exhibit(self.files, tuple(self.planted), self.unreadable)

    def _plant(self, kind: str, value: str | None, file: str, what: str) -> str:
        self.planted.append(Planted(kind, value, file, what))
        return value or ""

    def _address(self, script: bytes) -> str:
        coin = Coin(bytes(32), 0, 0, script, "", "", 0)
        return coin.address

    @property
    def _shop_address(self) -> str:
        return self._address(self.world.shop_script)

    def _chat(self) -> None:
        file = "phone/chat/messages.json"
        order = self.world.transaction("order 1")
        price = Amount(NATIVE[Chain.BITCOIN], 1_250_000).decimal
        shop = self._plant("address", self._shop_address, file, "the shop's static address")
        uri = f"bitcoin:{shop}?amount={price}&label=Order%207731"
        self._plant("payment_uri", uri, file, "payment request in a chat")
        self._plant("txid", order.txid, file, "transaction id sent by a customer")
        first = self.world.order_scripts[0]
        single = self._plant("address", self._address(first), file, "per-order address")
        lines = [
            ("hej", "do you still have the blue ones?"),
            ("nord", f"yes. pay here: {uri}"),
            ("hej", f"sent. txid: {order.txid}"),
            ("nord", "seen, ships tomorrow"),
            ("vera", "need a fresh address for a bigger order"),
            ("nord", f"{single}  this one is only for you"),
        ]
        messages = [
            {"id": n, "from": who, "sent_at": moment_to_text(moment_from_unix(FIXED_UNIX + 60 * n)),
             "text": text}
            for n, (who, text) in enumerate(lines)
        ]  # fmt: skip
        export = {"app": "chat", "about": "export of one conversation", "messages": messages}
        self.files[file] = json.dumps(export, ensure_ascii=False, indent=1).encode()

    def _mailbox(self) -> None:
        file = "laptop/Mail/Inbox"
        deposit = self.world.deposits_of(KASTELL, SHOP)[0]
        inbox = self._plant("address", deposit.address, file, "deposit address at Kastell Exchange")
        body = (
            "Hello nordlicht,\n\nyour deposit has arrived.\n\n"
            f"Amount: {Amount(NATIVE[Chain.BITCOIN], deposit.amount_sat)}\n"
            f"Address: {inbox}\nTransaction: {deposit.outpoint.partition(':')[0]}\n\n"
            "Kastell Exchange, customer 4471-08\n"
        )
        self._plant("exchange_mail", "no-reply@kastell.example", file, "sender of the mail")
        self._plant(
            "txid", deposit.outpoint.partition(":")[0], file, "deposit transaction in a mail"
        )
        rows = "time,asset,amount,address,txid\n" + "".join(
            f"{moment_to_text(moment_from_unix(self._mined_at(coin)))},BTC,"
            f"{Amount(NATIVE[Chain.BITCOIN], coin.amount_sat).decimal},{coin.address},"
            f"{coin.outpoint.partition(':')[0]}\n"
            for coin in self.world.deposits_of(KASTELL, SHOP)
        )
        plain = quopri.encodestring(body.encode()).decode()
        attached = base64.encodebytes(rows.encode()).decode()
        lunch = "See you at twelve, usual place?\n"
        self.files[file] = (
            "From no-reply@kastell.example Sat Feb  3 10:00:00 2024\n"
            "From: Kastell Exchange <no-reply@kastell.example>\n"
            "To: nordlicht@post.example\nSubject: Deposit received\n"
            "Date: Sat, 03 Feb 2024 10:00:00 +0000\nMessage-ID: <1@kastell.example>\n"
            "MIME-Version: 1.0\n"
            'Content-Type: multipart/mixed; boundary="edge"\n\n'
            "--edge\nContent-Type: text/plain; charset=utf-8\n"
            f"Content-Transfer-Encoding: quoted-printable\n\n{plain}\n"
            '--edge\nContent-Type: text/csv; name="history.csv"\n'
            'Content-Disposition: attachment; filename="history.csv"\n'
            f"Content-Transfer-Encoding: base64\n\n{attached}\n--edge--\n\n"
            "From friend@post.example Sun Feb  4 08:00:00 2024\n"
            "From: A friend <friend@post.example>\nTo: nordlicht@post.example\n"
            "Subject: lunch\nDate: Sun, 04 Feb 2024 08:00:00 +0000\n\n"
            f"{lunch}\n"
        ).encode()

    def _mined_at(self, coin: Coin) -> int:
        return next(
            sent.mined_at_unix
            for sent in self.world.transactions
            if sent.wire.txid_wire == coin.txid_wire
        )

    def _browser(self) -> None:
        file = "laptop/Browser/History"
        gather = self.world.transaction("gather")
        settled = [
            ("https://weather.example/today", "Weather", FIXED_UNIX),
            ("https://kastell.example/account/deposits", "Kastell Exchange - deposits", FIXED_UNIX),
            (f"https://mempool.space/signet/tx/{gather.txid}", "Transaction", FIXED_UNIX + 60),
        ]
        self._plant("txid", gather.txid, file, "looked up in a block explorer")
        deposit = self.world.deposits_of(LAGUNE, SHOP)[0]
        address = self._plant("address", deposit.address, file, "only in the write-ahead log")
        self._plant("exchange_domain", "kastell.example", file, "pages of the customer's account")
        late = [(f"https://lagune.example/send?to={address}", "Lagune", FIXED_UNIX + 120)]
        database, log = database_with_wal(
            "urls",
            "id INTEGER PRIMARY KEY, url TEXT, title TEXT, last_visit_time INTEGER",
            settled,
            late,
            self.dice.bytes(8),
        )
        self.files[file] = database
        self.files[file + "-wal"] = log

    def _notes(self) -> None:
        file = "laptop/Notes/plan.txt"
        cold = max(self.world.transaction("peel 5").made, key=lambda coin: coin.amount_sat)
        rest = self._plant("address", cold.address, file, "cold storage, in a UTF-16 note")
        phrase = to_mnemonic(Secret(self.dice.bytes(16)), "english")
        self._plant("mnemonic", None, file, "recovery phrase of the cold wallet")
        text = (
            "do this after the weekend\r\n- 4 parcels to the post office\r\n"
            f"- rest stays at {rest}\r\n- words: {' '.join(phrase)}\r\n"
        )
        self.files[file] = b"\xff\xfe" + text.encode("utf-16-le")

    def _pages(self) -> None:
        shop = "laptop/Pages/shop.html"
        self._plant("address", self._shop_address, shop, "payment address on the saved shop page")
        self.files[shop] = _page(
            "Nordlicht Shop",
            [
                ("Blue, pack of 10", "0.0125 BTC"),
                ("Green, pack of 25", "0.031 BTC"),
                ("Red, pack of 10", "7 500 SEK"),
                ("Red, pack of 20", "12 000 SEK"),
            ],
            f'<p>Pay to <code id="pay">{self._shop_address}</code>, then write to '
            '<a href="mailto:orders@nordlicht.example">orders@nordlicht.example</a></p>',
        )
        decoy = "laptop/Pages/decoy.html"
        never_paid = self._address(self.world.decoy_script)
        self._plant("address", never_paid, decoy, "address of a decoy page that nobody ever paid")
        self.files[decoy] = _page(
            "Super Shop",
            [("Everything", "0.5 BTC")],
            f"<p>Send to {never_paid} and mail your order to super@mail.example</p>",
        )

    def _wallet_file(self) -> None:
        file = "laptop/Wallet/default_wallet"
        shop = self.world.economy.wallets[SHOP]
        received = [self._address(script) for script in shop.scripts]
        change = [self._address(script) for script in shop.change_scripts]
        for address in (*received, *change):
            self._plant("address", address, file, "address of the wallet file's owner")
        self._plant("wallet", None, file, "Electrum wallet file")
        wallet = {
            "addresses": {"receiving": received, "change": change},
            "keystore": {"type": "bip32", "xpub": self._account_key(file), "xprv": None},
            "labels": {received[0]: "front page"},
            "seed_version": 18,
            "use_encryption": True,
            "wallet_type": "standard",
        }
        self.files[file] = json.dumps(wallet, indent=4).encode()

    def _account_key(self, file: str) -> str:
        """The public account key at m/84'/1'/0' (SLIP-0132 version of native segwit, test)."""
        account = self.world.economy.wallets[SHOP].account
        assert account is not None
        path = self.dice.bytes(4) + (0x80000000).to_bytes(4, "big")
        key = to_base58check(
            bytes.fromhex("045f1cf6") + b"\x03" + path + account.chain_code + account.public_key
        )
        return self._plant("extended_key", key, file, "public account key of the wallet file")

    def _backup(self) -> None:
        file = "laptop/Backup/old-phone.zip"
        key = to_base58check(b"\xef" + self.dice.bytes(32) + b"\x01")
        self._plant("private_key", None, file, "private key in an archive in an archive")
        deposit = self.world.deposits_of(LAGUNE, SHOP)[0].address
        self._plant("address", deposit, file, "address in an archive in an archive")
        note = f"lagune: {deposit}\nimport this one: {key}\n".encode()
        inner = io.BytesIO()
        with tarfile.open(fileobj=inner, mode="w", format=tarfile.USTAR_FORMAT) as tar:
            entry = tarfile.TarInfo("keys/readme.txt")
            entry.size, entry.mtime = len(note), FIXED_UNIX
            tar.addfile(entry, io.BytesIO(note))
        packed = _gzip(inner.getvalue())
        self.files[file] = _zip({"keys.tar.gz": packed, "list.txt": b"nothing here\n"})

    def _other_coins(self) -> None:
        file = "laptop/Documents/other coins.txt"
        value = self.dice.bytes
        ripple = to_base58check(b"\x00" + value(20), RIPPLE_ALPHABET)
        monero = to_cryptonote_address(CryptoNoteAddress(18, value(32), value(32), b""))
        electroneum = to_cryptonote_address(CryptoNoteAddress(18018, value(32), value(32), b""))
        found = {
            "litecoin": to_base58check(b"\x30" + value(20)),
            "dash": to_base58check(b"\x4c" + value(20)),
            "ethereum": to_eip55(value(20)),
            "xrp": ripple,
            "monero": monero,
            "electroneum": electroneum,
        }
        for coin, address in found.items():
            self._plant("address", address, file, f"{coin} address in a list")
        typo = found["litecoin"][:-1] + ("2" if found["litecoin"][-1] != "2" else "3")
        lines = [f"{coin}: {address}" for coin, address in found.items()]
        lines[3] += " (destination tag 48213)"
        lines.append(f"litecoin, typed by hand, wrong: {typo}")
        self.files[file] = ("\n".join(lines) + "\n").encode("cp1252")

    def _memory_stick(self) -> None:
        file = "laptop/memory stick.img"
        single = self._address(self.world.order_scripts[1])
        self._plant("address", single, file, "per-order address in a file of a disk image")
        gathered = self.world.transaction("gather").made[0].address
        self._plant("address", gathered, file, "address in a deleted file of a disk image")
        self.files[file] = fat_image(
            {"ORDERS.TXT": f"big order, pays to {single}\r\n".encode()},
            {"OLDPLAN.TXT": f"first bring it all together at {gathered}\r\n".encode()},
        )

    def _picture(self) -> None:
        """A payment code as wallets show it: upper case, which makes the code smaller."""
        file = "phone/pictures/pay.bmp"
        third = self._address(self.world.order_scripts[2]).upper()
        self._plant("address", third, file, "per-order address in a QR picture, upper case")
        self.files[file] = qr_bitmap(third)

    def _unreadable(self) -> None:
        self.files["laptop/empty.dat"] = b""
        self.unreadable["laptop/empty.dat"] = "empty"
        locked = bytearray(_zip({"secret.txt": b"cannot be read without the password\n"}))
        for mark, flag_at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            locked[locked.index(mark) + flag_at] |= 1
        self.files["laptop/Backup/locked.zip"] = bytes(locked)
        self.unreadable["laptop/Backup/locked.zip"] = "encrypted"
        broken = _gzip(b"half of this is gone " * 40)
        self.files["laptop/Backup/half.txt.gz"] = broken[: len(broken) // 2]
        self.unreadable["laptop/Backup/half.txt.gz"] = "damaged"


def _zip(members: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, FIXED_TIME)
            info.create_system = 3
            archive.writestr(info, content)
    return made.getvalue()


def _gzip(content: bytes) -> bytes:
    """One stored block (RFC 1951, 1952): a compressor would make other bytes in each version."""
    length = len(content)
    head = b"\x1f\x8b\x08\x00" + FIXED_UNIX.to_bytes(4, "little") + b"\x00\xff"
    block = b"\x01" + length.to_bytes(2, "little") + (length ^ 0xFFFF).to_bytes(2, "little")
    tail = zlib.crc32(content).to_bytes(4, "little") + length.to_bytes(4, "little")
    return head + block + content + tail


def _page(title: str, goods: list[tuple[str, str]], foot: str) -> bytes:
    rows = "".join(f"<tr><td>{name}</td><td>{price}</td></tr>\n" for name, price in goods)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"</head>\n<body><h1>{title}</h1>\n<table>\n{rows}</table>\n{foot}\n</body></html>\n"
    ).encode()
