"""Clusters by sets: one pass over the proposals, one set of addresses for each cluster.

Slow twin of chainlead.trace.constrained_union.
"""


def unite(proposals, *, parties, decisions, large, rules=("common_input", "change")):
    """The clusters of two addresses or more, and the set of (txid, rule) that are not drawn.

    A proposal is (txid, firm, soft, has_doubts, change); all in chain order. A decision is
    (txid, rule, accepted, sides).
    """
    clusters = {}
    tags = {}
    for _, firm, soft, _, change in proposals:
        for address in [*firm, *soft, *([change] if change else [])]:
            clusters.setdefault(address, frozenset([address]))
    for address in clusters:
        tags[frozenset([address])] = parties.get(address)
    verdicts = {(txid, rule): accepted for txid, rule, accepted, _ in decisions}
    apart = []
    for _, _, accepted, sides in decisions:
        known = [[a for a in side if a in clusters] for side in sides]
        first = [side[0] for side in known if side]
        if not accepted:
            apart += [(x, y) for n, x in enumerate(first) for y in first[n + 1 :]]
    refused = set()

    def join(txid, rule, members, has_doubts):
        verdict = verdicts.get((txid, rule))
        groups = {clusters[member] for member in members}
        said = [tags[group] for group in groups if tags[group]]
        agreed = frozenset.intersection(*said) if said else None
        if verdict is False or (verdict is None and has_doubts):
            refused.add((txid, rule))
            return
        if len(groups) < 2:
            return
        if verdict is None and (
            (said and not agreed)
            or any(
                clusters[x] in groups and clusters[y] in groups and clusters[x] != clusters[y]
                for x, y in apart
            )
            or len([group for group in groups if len(group) > large]) > 1
        ):
            refused.add((txid, rule))
            return
        whole = frozenset().union(*groups)
        tags[whole] = (agreed or frozenset().union(*said)) if said else None
        for member in whole:
            clusters[member] = whole

    for txid, firm, soft, has_doubts, change in proposals:
        members = [*firm, *soft] if verdicts.get((txid, rules[0])) else firm
        if len(firm) + len(soft) > 1:
            join(txid, rules[0], members, has_doubts)
        if change and firm:
            if (txid, rules[0]) in refused:
                refused.add((txid, rules[1]))
            else:
                join(txid, rules[1], [*firm, change], has_doubts)
    found = {group for group in clusters.values() if len(group) > 1}
    return tuple(sorted(tuple(sorted(group)) for group in found)), refused
