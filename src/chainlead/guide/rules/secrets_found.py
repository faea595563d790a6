"""Keys or recovery phrases were found: value can be lost within minutes."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency

_NAMES = {
    "mnemonic": ("recovery phrase", "recovery phrases"),
    "private_key": ("private key", "private keys"),
    "extended_key": ("extended private key", "extended private keys"),
    "descriptor": ("descriptor with a private key", "descriptors with private keys"),
    "wallet": ("wallet file with keys", "wallet files with keys"),
}


class SecretsFound(NextStepRule):
    """Whoever knows the secret can take the money, from anywhere."""

    name: ClassVar[str] = "secrets"

    def steps(self, facts: CaseFacts) -> Iterator[Step]:
        """Seal, two persons, ask the prosecutor."""
        if not facts.secrets:
            return
        listed = ", ".join(
            f"{number} {_NAMES.get(kind, (kind, kind))[number != 1]}"
            for kind, number in sorted(facts.secrets.items())
        )
        yield self.step(
            f"Protect the secrets that were found: {listed}",
            "Anybody who reads them can take the money. Do not type or photograph them, and never "
            "enter them on a device that is on-line. Seal the exhibit; work on it only two persons "
            "together, and note it. Somebody outside may hold a copy: ask the prosecutor today "
            "whether the value is to be secured, and by whom. `chainlead findings seal` puts a secret "
            "into an encrypted file without showing it; `chainlead findings addresses` derives a "
            "phrase's addresses unseen.",
            command(facts, "findings"),
            Urgency.NOW,
        )
