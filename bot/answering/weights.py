"""The numbers that weigh and decide, as `make fit` wrote them into weights.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("weights.toml")


@dataclass(frozen=True, slots=True)
class FittedWeights:
    """`rank` weighs the features of a sentence, `verdict` those of the best one; `limits` are the
    thresholds of the decision.
    """

    rank: Mapping[str, float]
    verdict: Mapping[str, float]
    limits: Mapping[str, float]


def read_weights(path: Path = FILE) -> FittedWeights:
    """The weights of a file."""
    said = tomllib.loads(path.read_text(encoding="utf-8"))
    return FittedWeights(said["rank"], said["verdict"], said["limits"])


WEIGHTS = read_weights()
