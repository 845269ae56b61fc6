"""How to read each figure of satisfaction, in one sentence."""

from analytics.language import _


def how(figure: str) -> str:
    """The sentence for a figure: moves, priorities, ends, scales, cost, …"""
    return {
        "moves": _(
            "Each dot is the part of overall satisfaction that goes with this item, averaged over all orders in which the "
            "items can be considered; all items add up to 100%."
        ),
        "priorities": _(
            "The higher, the more it goes with overall satisfaction; the further right, the better it is rated: upper "
            "left is where an improvement matters most."
        ),
        "ends": _(
            "× is how much lower overall satisfaction lies after a poor rating of the item, • how much higher after a "
            "good one; grey: no clear difference."
        ),
        "scales": _(
            "Near 1 the items of a scale rise and fall together; below 0.7 their mean mixes different things."
        ),
        "cost": _(
            "The line is the share satisfied after a wait of so many minutes, with a 95% band; a dot marks the wait from "
            "which fewer than half are satisfied."
        ),
        "response": _(
            "Each dot is the share of served tickets that were followed by an answer, with the 95% interval: where it "
            "differs, some customers are heard less than others."
        ),
        "reputation": _(
            "The same answers, counted in four ways: as they came, and so that each segment weighs as much as it has "
            "customers, visits or profit. Known customers weigh by their own, none more than three times the mean of the "
            "segment."
        ),
        "weeks": _(
            "Each dot is a week; within the grey band weeks differ by chance alone, and the line steps where the level "
            "itself changed."
        ),
        "around": _(
            "Each pair compares the answers of as many days before and after; other things changed in the meantime too."
        ),
    }[figure]
