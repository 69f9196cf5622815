"""Keys in use: which are in force, their rotation, and what to do when one is compromised."""
