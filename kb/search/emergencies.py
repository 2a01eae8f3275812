"""Emergencies recognised before ranking: a person in danger now, not a word that occurs."""

from collections.abc import Mapping
from math import log

from kb import taxonomy

# Shares nearer to 0 or 1 than this say no more.
CERTAIN = 1e-3


def signals(live: float, shares: Mapping[str, float]) -> tuple[float, float]:
    """The gate's log odds that it happens now, and the log odds that it is about one of the P0 intents."""
    share = min(max(sum(shares.get(i, 0.0) for i in taxonomy.P0_INTENTS), CERTAIN), 1 - CERTAIN)
    return live, log(share / (1 - share))


def happening(live: float, shares: Mapping[str, float], model: Mapping[str, float]) -> bool:
    """Whether somebody is in danger now; `model` weighs the two signals."""
    odds, about = signals(live, shares)
    return model["bias"] + model["live"] * odds + model["share"] * about >= 0
