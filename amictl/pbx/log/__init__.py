"""The logs of topics: what came last, under numbers without gaps."""
