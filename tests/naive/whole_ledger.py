"""A trace without a trail: every transaction of the ledger is worked through, traced or not.

Slow twin of chainlead.trace.walk without stops and limits.
"""


def forward(transactions, origin_outpoints, rule):
    """Traced units of every output, of every fee (by txid), and the origin's amount counted once."""
    states, amounts, fees = {}, {}, {}
    origin_units = 0
    for transaction in transactions:
        spent = [entry.outpoint for entry in transaction.inputs if entry.outpoint is not None]
        sinks = [output.amount_units for output in transaction.outputs]
        if spent:
            sources = [(amounts[outpoint], states[outpoint]) for outpoint in spent]
            sinks.append(sum(amount for amount, _ in sources) - sum(sinks))
            *parts, fee = rule.spread(sources, sinks)
            fees[transaction.txid] = rule.traced(fee)
        else:
            parts = [rule.nothing(amount) for amount in sinks]
        for output, part in zip(transaction.outputs, parts, strict=True):
            amounts[output.outpoint] = output.amount_units
            states[output.outpoint] = part
            if output.outpoint in origin_outpoints:
                origin_units += output.amount_units - rule.traced(part)
                states[output.outpoint] = rule.whole(output.amount_units)
    return {o: rule.traced(s) for o, s in states.items()}, fees, origin_units


def backward(transactions, origin_outpoints, rule):
    """Traced units of every output, looking back, and the origin's amount counted once."""
    amounts = {o.outpoint: o.amount_units for t in transactions for o in t.outputs}
    states = {outpoint: rule.nothing(amount) for outpoint, amount in amounts.items()}
    returned = 0
    for outpoint in origin_outpoints:
        states[outpoint] = rule.whole(amounts[outpoint])
    for transaction in reversed(transactions):
        spent = [entry.outpoint for entry in transaction.inputs if entry.outpoint is not None]
        if not spent:
            continue
        sources = [(o.amount_units, states[o.outpoint]) for o in transaction.outputs]
        fee = sum(amounts[outpoint] for outpoint in spent) - sum(amount for amount, _ in sources)
        sources.append((fee, rule.nothing(fee)))
        gather = getattr(rule, "gather", rule.spread)
        parts = gather(sources, [amounts[outpoint] for outpoint in spent])
        for outpoint, part in zip(spent, parts, strict=True):
            if outpoint in origin_outpoints:
                returned += rule.traced(part)
            else:
                states[outpoint] = part
    origin_units = sum(amounts[outpoint] for outpoint in origin_outpoints) - returned
    return {o: rule.traced(s) for o, s in states.items()}, origin_units
