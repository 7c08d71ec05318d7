"""`make bench`: adding plans, and answering beside the usual recipe; measured, never asserted."""
