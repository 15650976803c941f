"""The HTTP API: a family a folder, the schemas of a route beside it."""
