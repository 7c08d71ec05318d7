"""A request becomes an answer: routed, its evidence ranked, the plan's own sentences quoted, or
refused. It may import what understands, the registers of targets, the check and the library,
and neither channels nor people.
"""
