"""Which public body a published name means: names and hints in, body with division, kind and parent out.

Pure functions over `data/` (divisions, their changes, names, reforms and systems of bodies); the database is
`warehouse.agencies`' business. What is not known well enough is said to be unknown or ambiguous, never guessed.
"""
