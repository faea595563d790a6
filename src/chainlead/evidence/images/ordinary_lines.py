"""The way into a disk image with ordinary tools: The Sleuth Kit, qemu-img, libyal's and the system's.

The lines show how to come to the same bytes; where a password or a mount is needed they say so in a
comment and leave the doing to a person.
"""

import re
from collections.abc import Callable

from chainlead.model import Step

KINDS = frozenset(
    {"image", "partition", "volume", "shadow", "deleted", "unallocated", "structures"}
)
_OFFSET = re.compile(r" offset ([0-9]+)$")
_SECTOR = 512
_TSK = frozenset({"NTFS", "ext", "FAT", "exFAT", "HFS+", "ISO 9660", "UFS"})
_QEMU = {"QCOW2": "qcow2", "VMDK": "vmdk", "VHD": "vpc", "VHDX": "vhdx", "VDI": "vdi", "DMG": "dmg"}
_OPENED = {
    "BitLocker": "cryptsetup open --readonly --type bitlk $(losetup -rf --show -o {at} {disk}) plain",
    "LUKS": "cryptsetup open --readonly $(losetup -rf --show -o {at} {disk}) plain",
}


class ImageLines:
    """Follows the steps inside one image and writes the lines."""

    def __init__(self, quoted: Callable[[str], str]) -> None:
        """Begin before the image; `quoted` writes a name for the shell."""
        self._quoted = quoted
        self._disk = ""
        self._at = 0
        self._system = ""

    @property
    def is_inside(self) -> bool:
        """Whether an image was entered and no file of it yet."""
        return bool(self._disk)

    def follow(self, step: Step, source: str, target: str) -> tuple[list[str], str]:
        """The lines for one step, and the name of what they leave.

        Args:
            step: a step of `KINDS`, or a file inside the image.
            source: what the lines before left.
            target: the name for what these lines leave.
        """
        match step.kind:
            case "image":
                return self._image(step.name, source, target)
            case "partition":
                return self._partition(step, source)
            case "volume":
                return self._volume(step.name, source)
            case "shadow":
                mounted = f"vshadowmount -o {self._at} {self._disk} shadows"
                self._disk, self._at, self._system = f"shadows/{step.name}", 0, "NTFS"
                return [mounted], self._disk
            case "file":
                return self._file(step.name, target)
            case "deleted":
                self._disk, disk = "", self._disk
                found = self._quoted(step.name.rpartition("/")[2])
                return [
                    f"fls -rdp {self._sector()}{disk} | grep -F -- {found}  # shows its number",
                    f"icat {self._sector()}{disk} NUMBER > {target}",
                ], target
            case _:
                return self._bytes(target)

    def _image(self, kind: str, source: str, target: str) -> tuple[list[str], str]:
        self._disk, self._at, self._system = target, 0, ""
        if kind == "E01":
            return [f"img_cat -i ewf {source} > {target}  # all segments follow the first"], target
        if kind in _QEMU:
            return [f"qemu-img convert -f {_QEMU[kind]} -O raw {source} {target}"], target
        segmented = re.fullmatch(r"(.*\.)0*[01]", source)
        if segmented:
            return [f"cat {segmented.group(1)}[0-9]* > {target}"], target
        self._disk = source
        return [], source

    def _partition(self, step: Step, source: str) -> tuple[list[str], str]:
        offset = _OFFSET.search(step.name)
        self._at += int(offset.group(1)) if offset else 0
        sector = self._at // _SECTOR
        return [f"mmls {self._disk}  # {step.name}: sector {sector}"], source

    def _volume(self, name: str, source: str) -> tuple[list[str], str]:
        for kind, line in _OPENED.items():
            if name == kind:
                opened = line.format(at=self._at, disk=self._disk)
                self._disk, self._at = "/dev/mapper/plain", 0
                return [f"{opened}  # asks for the password"], self._disk
        if name.startswith(("LVM ", "CoreStorage ")):
            tool = "vslvmmount" if name.startswith("LVM ") else "fvdemount -p PASSWORD"
            line = f"{tool} -o {self._at} {self._disk} volumes  # {name}"
            self._disk, self._at = "volumes/*", 0
            return [line], self._disk
        self._system = "APFS" if name.startswith("APFS") else name
        return [], source

    def _file(self, name: str, target: str) -> tuple[list[str], str]:
        disk, self._disk = self._disk, ""
        if self._system in _TSK:
            line = f"fcat {self._sector()}{self._quoted('/' + name)} {disk} > {target}"
            return [f"fls -rp {self._sector()}{disk}  # lists it", line], target
        mounted = f"mount -o ro,loop,norecovery,offset={self._at} {disk} mnt"
        if self._system == "APFS":
            mounted = f"fsapfsmount -o {self._at} {disk} mnt"
        return [mounted, f"cat mnt/{self._quoted(name)} > {target}"], target

    def _bytes(self, target: str) -> tuple[list[str], str]:
        """Free space and structures: an offset counts from the volume's first byte."""
        disk, self._disk = self._disk, ""
        if not self._at:
            return [], disk
        return [f"tail -c +{self._at + 1} {disk} > {target}  # the volume"], target

    def _sector(self) -> str:
        return f"-o {self._at // _SECTOR} " if self._at else ""
