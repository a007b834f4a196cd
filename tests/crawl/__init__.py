"""The crawler against real HTTP on the loopback, and its archive against real bytes."""
