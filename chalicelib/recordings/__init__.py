"""Recordings of meetings: consent, start and stop, segments and their keys, forgetting (docs/recording.md)."""
