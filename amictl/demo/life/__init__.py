"""The people of the demo's call centre: who they are, when they work and call, and what they do."""
