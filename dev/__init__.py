"""What developers run: the local cloud, its engine, the checks. Nothing here is shipped."""
