"""Measurements; figures in README.md."""
