"""Our worker beside Janus, under one load client: see ``__main__``."""
