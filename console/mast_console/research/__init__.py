"""The page for researchers: a question, what answers it as tables and drawings, and the tables as files."""
