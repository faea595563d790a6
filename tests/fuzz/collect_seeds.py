"""A pytest plugin that keeps the small streams which other tests read, as seeds for `make fuzz`.

`FUZZ_SEEDS=folder PYTHONPATH=tests/fuzz pytest -p collect_seeds tests/evidence`
"""

import hashlib
import os
from pathlib import Path

from chainlead.evidence.walk import Walk

_FOLDER = Path(os.environ["FUZZ_SEEDS"])
_LARGEST_BYTES = 256 << 10
_PER_SOURCE = 12
_real = Walk._source_of


def _keep(self, place, source_name):
    source = _real(self, place, source_name)
    if source is not None and 0 < place.stream.size_bytes <= _LARGEST_BYTES:
        folder = _FOLDER / source.name
        folder.mkdir(parents=True, exist_ok=True)
        content = place.stream.read_all()
        path = folder / hashlib.sha256(content).hexdigest()
        if not path.exists() and len(list(folder.iterdir())) < _PER_SOURCE:
            path.write_bytes(content)
    return source


Walk._source_of = _keep
