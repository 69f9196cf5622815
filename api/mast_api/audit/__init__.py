"""The audit log: written before anything is read or answered, sealed, checked and searched."""
