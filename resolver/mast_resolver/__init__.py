"""Who is who: decides, from encodings only, which records are one person or one place."""
