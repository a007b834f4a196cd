"""What holds for all tests: examples of Hypothesis have no time limit each, for CI is shared and slow at times."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("nianbao", deadline=None)
settings.load_profile("nianbao")
