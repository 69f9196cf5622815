"""What people may ask of what is held about them, and what agreements and the law ask of it."""
