"""The topics, a folder each: the value, the table that keeps it, the lists that tell it."""
