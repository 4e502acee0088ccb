"""What several measurements stand on: a filled database, people who are signed in, servers on this machine."""
