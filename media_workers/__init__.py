"""The media worker: an SFU that forwards what browsers send, never decoded.

``docs/media.md`` shows the way of a packet. Of the functions it imports the contract only (`chalicelib.signalling`).
"""
