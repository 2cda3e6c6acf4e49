"""What people in a meeting notice when a part fails: ``make bench-failures``."""
