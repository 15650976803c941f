"""The metrics for Prometheus, and the readiness for probes."""
