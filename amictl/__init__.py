"""amictl: a real-time console and API with which a call centre runs its Asterisk PBX."""

__version__ = "0.1.0"
