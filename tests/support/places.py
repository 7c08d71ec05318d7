"""Where things stand: the repository, the product's own plans, and a writer of a test's own."""

from collections.abc import Callable
from pathlib import Path

REPO = Path(__file__).parents[2]
PLANS = REPO / "plans"

WritePlan = Callable[..., Path]
