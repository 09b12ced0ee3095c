"""A plan with a long history: read, loaded, shown."""
