"""Turn notes and stubs into pages: a folder laid out like ``exercises``, for a browser without a network."""
