"""Learn in a notebook: cells that are checked, commands behind a percent sign, a notebook of a topic."""
