"""Benchmarks: run by hand, print figures; docs/performance.md keeps them."""
