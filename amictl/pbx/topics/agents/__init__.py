"""Agents: the people who are members of queues."""
