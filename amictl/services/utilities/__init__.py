"""What else a PBX can be asked and told."""
