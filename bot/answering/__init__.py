"""A request becomes an answer: routed, its evidence ranked, the plan's own sentences quoted, or
refused. It may import what understands, the check, the register of targets, presentation's
statements and `knowledge`, and neither channels nor people.
"""
