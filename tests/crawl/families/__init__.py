"""A fixture for each family: the pages of one list, and the reports that stand in it."""
