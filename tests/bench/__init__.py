"""Measurements, each a command of its own; they say ratios and assert nothing, because machines differ."""
