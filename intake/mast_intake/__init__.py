"""From agency files to encodings: the only package that sees clear text."""
