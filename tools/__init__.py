"""Programs that stand on their own."""
