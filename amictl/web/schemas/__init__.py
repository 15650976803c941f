"""What programs and the console may send, field by field: one module for each group of routes."""
