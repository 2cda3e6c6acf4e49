"""The job that makes one file of a recording (docs/recording.md, "Saving"): never on a worker that carries meetings."""
