"""Keys or recovery phrases were found: value can be lost within minutes."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts
from chainlead.guide.place import some_findings
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency
from chainlead.model import Sentence

_NAMES = {
    "mnemonic": (Sentence("{count} recovery phrase"), Sentence("{count} recovery phrases")),
    "private_key": (Sentence("{count} private key"), Sentence("{count} private keys")),
    "extended_key": (
        Sentence("{count} extended private key"),
        Sentence("{count} extended private keys"),
    ),
    "descriptor": (
        Sentence("{count} descriptor with a private key"),
        Sentence("{count} descriptors with private keys"),
    ),
    "wallet": (
        Sentence("{count} wallet file with keys"),
        Sentence("{count} wallet files with keys"),
    ),
}
_OTHER = (Sentence("{count} other secret"), Sentence("{count} other secrets"))


class SecretsFound(NextStepRule):
    """Whoever knows the secret can take the money, from anywhere."""

    name: ClassVar[str] = "secrets"

    def steps(self, facts: CaseFacts) -> Iterator[Step]:
        """Seal, two persons, ask the prosecutor."""
        if not facts.secrets:
            return
        listed = Sentence.joined(
            (
                Sentence.counted(number, *_NAMES.get(kind, _OTHER))
                for kind, number in sorted(facts.secrets.items())
            ),
            ", ",
        )
        yield self.step(
            Sentence(
                "Protect the secrets that were found: {listed}",
                listed=listed,
            ),
            Sentence(
                "Anybody who reads them can take the money. Do not type or photograph "
                "them, and never enter them on a device that is on-line. Seal the "
                "exhibit; work on it only two persons together, and note it. Somebody "
                "outside may hold a copy: ask the prosecutor today whether the value is "
                "to be secured, and by whom. `chainlead findings seal` puts a secret "
                "into an encrypted file without showing it; `chainlead findings "
                "addresses` derives a phrase's addresses unseen."
            ),
            command(facts, "findings"),
            Urgency.NOW,
            place=some_findings(kind=min(facts.secrets)),
        )
