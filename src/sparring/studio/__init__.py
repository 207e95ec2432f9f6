"""The studio: a page on which people watch runs and draw with them. A process of its own that only reads run folders."""
