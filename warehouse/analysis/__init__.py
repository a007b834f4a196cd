"""What analysts ask for: a row per report with all its figures, wide views, rates, changes, ranks, roll-ups, dictionary.

All of it is made from the formats and from the YAML files here; nothing here is asked by the night itself.
"""
