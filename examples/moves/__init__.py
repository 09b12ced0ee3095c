"""A fifth service, which counts how often the dates of each part of the plan moved."""
