"""Call queues as Asterisk 22's app_queue keeps them: configuration, members, callers, counters and log."""
