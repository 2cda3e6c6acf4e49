"""Iboo's functions: everything behind the HTTP doors."""
