"""The demo PBX: a small simulation of Asterisk 22, whose AMI is what the changes in its world make."""
