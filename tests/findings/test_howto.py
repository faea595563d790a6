"""The detector of docs/howto/add-a-detector.md runs as it is printed."""

import re
from pathlib import Path

from chainlead.findings.detector import Run
from chainlead.findings.view import make_views

PAGE = Path(__file__).parents[2] / "docs" / "howto" / "add-a-detector.md"


def test_the_example_detector_finds_the_published_key(pages):
    detector_code, test_code = re.findall(
        r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL
    )
    names: dict[str, object] = {"__name__": "example"}
    exec(compile(detector_code, str(PAGE), "exec"), names)
    exec(compile(test_code, str(PAGE), "exec"), names)
    detector, key = names["MiniKeys"](), str(names["KEY"])
    for text, count in ((key, 1), (key[:-1] + "z", 0)):
        (item,) = pages(text.encode())
        view = next(make_views(item, item.data, at_start=True, is_whole=True))
        assert len(list(detector.check(Run(view, 0, len(text), text)))) == count
    assert all(word in detector_code for word in ("Found in:", "Proof:", "Limits:", "Spec:"))
