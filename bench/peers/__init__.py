"""Programs that amictl is measured beside."""
