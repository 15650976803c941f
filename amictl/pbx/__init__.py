"""The domain: what is known of a PBX, kept by events, and the actions that change it."""
