"""A plan's sections -> its quantified targets."""

from knowledge.plan import Plan, Target


def read_targets(plan: Plan) -> tuple[Target, ...]:
    """Return the plan's register of targets, in printed order."""
    return ()
