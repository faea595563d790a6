"""Money: a whole number of base units of one asset. No float ever touches it."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from chainlead.model.chain import Asset


@dataclass(frozen=True, slots=True, order=False)
class Amount:
    """`units` base units (satoshi, drop, wei …) of an asset."""

    asset: Asset
    units: int

    def __post_init__(self) -> None:
        """Refuse everything that is not a whole number."""
        if type(self.units) is not int:
            raise TypeError(f"an amount is a whole number of base units, not {self.units!r}")

    def _same(self, other: "Amount") -> None:
        if self.asset != other.asset:
            raise TypeError(f"{self.asset} and {other.asset} do not add or compare")

    def __add__(self, other: "Amount") -> "Amount":
        """The sum; different assets do not add."""
        self._same(other)
        return Amount(self.asset, self.units + other.units)

    def __sub__(self, other: "Amount") -> "Amount":
        """The difference; different assets do not subtract."""
        self._same(other)
        return Amount(self.asset, self.units - other.units)

    def __lt__(self, other: "Amount") -> bool:
        """Whether this is less than another amount of the same asset."""
        self._same(other)
        return self.units < other.units

    @property
    def decimal(self) -> str:
        """The amount in whole coins, exact, with all decimals: `0.00150000`."""
        sign = "-" if self.units < 0 else ""
        whole, part = divmod(abs(self.units), 10**self.asset.decimals)
        return (
            f"{sign}{whole}.{part:0{self.asset.decimals}d}" if self.asset.decimals else str(whole)
        )

    def __str__(self) -> str:
        """`0.00150000 BTC`."""
        return f"{self.decimal} {self.asset.symbol}"

    @classmethod
    def from_decimal(cls, asset: Asset, text: str) -> "Amount":
        """Read an amount in whole coins, exactly.

        Raises:
            ValueError: not a decimal number, or finer than the asset's base unit.
        """
        try:
            scaled = Decimal(text).scaleb(asset.decimals)
        except InvalidOperation as error:
            raise ValueError(f"not a decimal amount: {text!r}") from error
        if not scaled.is_finite() or scaled != scaled.to_integral_value():
            raise ValueError(f"finer than the base unit of {asset}: {text!r}")
        return cls(asset, int(scaled))
