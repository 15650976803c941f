"""The AMI events as they came: the topics ``events`` and ``event:<Name>``."""
