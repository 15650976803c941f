"""Routes of what else a PBX can be asked and told."""
