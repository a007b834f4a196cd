"""What analysts ask: all figures of a report in a row; wide views, rates, changes, ranks, roll-ups; the dictionary.

All of it is made from the formats and from the YAML files here; nothing here is asked by the night itself.
"""
