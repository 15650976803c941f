"""Who somebody is: logins, sessions, API tokens."""
