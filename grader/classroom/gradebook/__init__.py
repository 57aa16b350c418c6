"""Fill a copy of the file that an instructor exported from Canvas or Moodle."""
