"""A pytest plugin that keeps the small streams which other tests read, as seeds for fuzzing.

`FUZZ_SEEDS=folder PYTHONPATH=tests/fuzz pytest -m "not real" -p collect_seeds tests/evidence tests/findings/wallets`

`make seeds` does so into `tests/fuzz/seeds`: what tests built themselves, never a file of others.
"""

import hashlib
import json
import os
from pathlib import Path

from chainlead.evidence.walk import Walk
from chainlead.findings.detectors import wallet_files

_FOLDER = Path(os.environ["FUZZ_SEEDS"])
_LARGEST_BYTES = int(os.environ.get("FUZZ_SEED_BYTES", str(256 << 10)))
_PER_READER = int(os.environ.get("FUZZ_SEEDS_EACH", "12"))
_real_source_of = Walk._source_of
_real_hits = wallet_files._hits


def _store(folder, content):
    """Keep it, unless there are enough: then only in place of a larger one."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / hashlib.sha256(content).hexdigest()[:16]
    if path.exists():
        return None
    kept = sorted(
        (p for p in folder.iterdir() if p.suffix != ".json"), key=lambda p: p.stat().st_size
    )
    if len(kept) >= _PER_READER:
        if kept[-1].stat().st_size <= len(content):
            return None
        kept[-1].unlink()
    path.write_bytes(content)
    return path


def _keep_stream(self, place, source_name):
    source = _real_source_of(self, place, source_name)
    if source is not None and 64 <= place.stream.size_bytes <= _LARGEST_BYTES:
        _store(_FOLDER / source.name, place.stream.read_all())
    return source


def _keep_wallet(wallet, recognised, view):
    if len(view.data) <= _LARGEST_BYTES:
        folder = _FOLDER / "wallets" / wallet.name
        path = _store(folder, view.data)
        if path is not None:
            index = folder / "paths.json"
            paths = json.loads(index.read_text("utf-8")) if index.exists() else {}
            paths[path.name] = wallet_files.WalletFile(view).path
            index.write_text(json.dumps(paths, indent=1, sort_keys=True), "utf-8")
    yield from _real_hits(wallet, recognised, view)


Walk._source_of = _keep_stream
wallet_files._hits = _keep_wallet
