"""One array type for every kernel: else numba compiles each of them twice."""

from typing import Any


def as_stretch(data: Any) -> Any:
    """The same bytes as an array that cannot be written, whoever owns them.

    Args:
        data: array of uint8, contiguous.
    """
    if not data.flags.writeable:
        return data
    view = data.view()
    view.flags.writeable = False
    return view
