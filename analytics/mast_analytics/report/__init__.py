"""A report that a council can publish: sections, tables and charts, and the page that is made of them."""
