"""What queues did since midnight."""
