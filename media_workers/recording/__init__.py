"""Writing what is sent, as it comes, for those who agreed (docs/recording.md).

The worker taps packets and hands them to a process of its own (`recorder`), which puts frames together, cuts them into
segments, seals and stores them. Nothing here is ever waited for by live media.
"""
