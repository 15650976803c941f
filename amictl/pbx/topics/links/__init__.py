"""Where the link to a PBX stands: the topic ``pbx``."""
