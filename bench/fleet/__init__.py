"""A model of the pool of workers over a day: ``make simulate``."""
