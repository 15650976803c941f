"""Use cases without Flask: who may do what, and the calls, channels, queues and utilities of each PBX."""
