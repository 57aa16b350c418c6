"""Check again at every save, in one process that stays warm, and obey keys."""
