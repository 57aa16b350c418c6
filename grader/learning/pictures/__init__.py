"""Draw what a learner's function does beside what torch's does, where a picture says more than numbers."""
