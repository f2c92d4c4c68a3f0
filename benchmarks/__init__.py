"""Benchmarks: side by side in one run, so that what counts is the ratio and not the machine."""
