"""Finding reports on the web and archiving every byte before anything reads it.

The crawler runs in a process of its own (`python -m flows.crawl`); the night starts it and reads
the captures it leaves behind.
"""
