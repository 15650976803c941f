"""The live picture: all tables of one AMI session, made whole by lists and kept by events."""
