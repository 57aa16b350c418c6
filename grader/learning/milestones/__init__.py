"""Put what a learner wrote together into small systems that train."""
