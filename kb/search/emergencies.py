"""Emergencies recognised before ranking: a person in danger now, not a word that occurs."""

import math
from collections.abc import Mapping, Sequence

from kb import taxonomy

# The margin of an intent that nothing speaks for.
UNHEARD = -1.0
# Smaller shares say no more.
LEAST = 1e-3
SIGNALS = ("live", "lead", "share")


def leading(margins: Mapping[str, float]) -> tuple[str, float]:
    """The likeliest P0 intent, and how far its margin lies above that of the best ordinary intent."""
    urgent = {intent: margins.get(intent, UNHEARD) for intent in taxonomy.P0_INTENTS}
    ordinary = max((m for intent, m in margins.items() if intent not in urgent), default=UNHEARD)
    danger = max(urgent, key=urgent.__getitem__)
    return danger, float(urgent[danger] - ordinary)


def signals(live: float, lead: float, shares: Mapping[str, float]) -> tuple[float, float, float]:
    """In the order of SIGNALS: the gate's log odds, the lead, and the log of the share that the P0 intents have."""
    share = sum(shares.get(intent, 0.0) for intent in taxonomy.P0_INTENTS)
    return live, lead, math.log(share + LEAST)


def happening(found: Sequence[float], model: Mapping[str, float]) -> bool:
    """Whether somebody is in danger now; `model` weighs the signals `found`."""
    return model["bias"] + sum(model[name] * value for name, value in zip(SIGNALS, found, strict=True)) >= 0
