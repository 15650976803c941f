"""What answers the actions of AMI; importing this package registers all of it."""
