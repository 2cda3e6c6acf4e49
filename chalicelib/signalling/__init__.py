"""The contract between functions and media workers.

Both sides import this package and nothing else of each other. It needs the standard library and PyJWT only.
The words are explained in ``docs/protocol.md``.
"""
