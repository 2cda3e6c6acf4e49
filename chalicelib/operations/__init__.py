"""The operator's back office, in the console: what companies bought and paid. Nothing of their meetings."""
