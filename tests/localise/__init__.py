"""How well the likely wrong cell is found: known figures, damaged in known ways, and what the search said of them."""
