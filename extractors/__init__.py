"""What do these bytes say? Pure functions from bytes to blocks, from blocks to facts and identity.

No network, no database, no clock in this room; files are read at its edge (`extractors.files`) only.
"""
