"""An account ledger spelt out: every account is a list of units, every unit knows what it rode on.

Slow twin of chainlead.trace.accounts. Only for small amounts and known opening balances.
"""

from fractions import Fraction


class Unit:
    """One base unit: whether it is traced, and the transfers that moved it, in order."""

    def __init__(self):
        self.is_traced = False
        self.rode = []


def oldest(held, _count):
    return held.pop(0)


def newest(held, _count):
    return held.pop()


def untraced_first(held, _count):
    for unit in held:
        if not unit.is_traced:
            held.remove(unit)
            return unit
    return held.pop()


PICKS = {"fifo": oldest, "lifo": newest, "libr": untraced_first}


def run(transfers, openings, origin_orders, pick):
    """Play a ledger; gives the traced units of each transfer, of each fee, and held at the end."""
    held = {account: [Unit() for _ in range(units)] for account, units in openings.items()}
    in_transfer, in_fee, riders = {}, {}, {}
    for transfer in transfers:
        if transfer.sender == transfer.receiver:
            moved = []
        elif transfer.sender is None:
            moved = [Unit() for _ in range(transfer.amount_units)]
        else:
            moved = [
                pick(held[transfer.sender], transfer.amount_units)
                for _ in range(transfer.amount_units)
            ]
        for unit in moved:
            unit.rode.append(transfer.order)
            unit.is_traced = unit.is_traced or transfer.order in origin_orders
        in_transfer[transfer.order] = sum(unit.is_traced for unit in moved)
        riders[transfer.order] = moved
        paid = [
            pick(held[transfer.fee_payer], transfer.fee_units) for _ in range(transfer.fee_units)
        ]
        in_fee[transfer.order] = sum(unit.is_traced for unit in paid)
        if transfer.receiver is not None and transfer.sender != transfer.receiver:
            held[transfer.receiver].extend(moved)
    kept = {account: sum(unit.is_traced for unit in units) for account, units in held.items()}
    return in_transfer, in_fee, kept, riders


def came_from(transfers, openings, order, pick):
    """How many units of one transfer rode on each earlier one."""
    *_, riders = run(transfers, openings, set(), pick)
    counts = {}
    for unit in riders[order]:
        for earlier in unit.rode[: unit.rode.index(order)]:
            counts[earlier] = counts.get(earlier, 0) + 1
    return counts


def haircut(transfers, openings, origin_orders):
    """Shares with fractions, rounded to the nearest unit, halves to the payment."""
    balance = dict(openings)
    traced = dict.fromkeys(openings, 0)
    in_transfer, in_fee = {}, {}

    def pay(account, amount):
        if not balance[account]:
            return 0
        exact = Fraction(traced[account] * amount, balance[account])
        part = int(exact)
        if exact - part >= Fraction(1, 2):
            part += 1
        balance[account] -= amount
        traced[account] -= part
        return part

    for transfer in transfers:
        moves = transfer.sender != transfer.receiver
        part = pay(transfer.sender, transfer.amount_units) if moves and transfer.sender else 0
        if moves and transfer.order in origin_orders:
            part = transfer.amount_units
        in_transfer[transfer.order] = part
        in_fee[transfer.order] = (
            pay(transfer.fee_payer, transfer.fee_units) if transfer.fee_units else 0
        )
        if moves and transfer.receiver:
            balance[transfer.receiver] += transfer.amount_units
            traced[transfer.receiver] += part
    return in_transfer, in_fee, traced
