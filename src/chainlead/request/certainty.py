"""How sure a legal statement is: four words, on every line of the tables and in every letter."""

from enum import Enum


class LegalCertainty(Enum):
    """Where a statement about law was read."""

    VERIFIED = "verified"
    SECONDARY = "secondary"
    GENERAL = "general"
    INFERENCE = "inference"

    @property
    def words(self) -> str:
        """The flag, spelled out."""
        return _WORDS[self]

    @property
    def flag(self) -> str:
        """The flag as one letter."""
        return {"verified": "V", "secondary": "S", "general": "G", "inference": "I"}[self.value]


_WORDS = {
    LegalCertainty.VERIFIED: "read in the named source's own text",
    LegalCertainty.SECONDARY: "read in a secondary source only",
    LegalCertainty.GENERAL: "general knowledge, not checked",
    LegalCertainty.INFERENCE: "this project's reasoning, not a rule",
}
