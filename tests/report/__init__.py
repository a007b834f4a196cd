"""Tests of the data-quality report and of the mail that carries it."""
