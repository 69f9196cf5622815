"""Reference files: an area's gazetteer of properties, and the look-up from postcodes to coarse areas."""
