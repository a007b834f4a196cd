"""`make scale`: a made-up nation of a million reports, built and loaded, and what analysts and nights cost on it."""
