"""`make bench`: how fast documents are read, beside what others need for less. Measured, never asserted."""
