"""Every number that bounds what a learner's code may use."""

MIB = 1 << 20

# The four that the kernel enforces on each process of an exercise. Together they bound the memory of a submission:
# PROCESSES * (ADDRESS_SPACE + OPEN_FILES * FILE_SIZE), since a file can live in memory only (memfd).
ADDRESS_SPACE = 1024 * MIB
PROCESSES = 8
OPEN_FILES = 32
FILE_SIZE = 1 * MIB

# Wall clock, kept on our side.
START_SECONDS = 30.0
LOAD_SECONDS = 5.0
CALL_SECONDS = 5.0
EXERCISE_SECONDS = 20.0

# What we read from a learner's process.
ANSWER_JSON_BYTES = 1 * MIB
ANSWER_BYTES = 32 * MIB
ANSWER_DEPTH = 40
ANSWER_KEYS = 2000  # of one dict or set: more could be chosen to have equal hashes
OUTPUT_BYTES = 16 * 1024
TEXT_CHARS = 2000

# What we read of a submission.
SOURCE_BYTES = 256 * 1024
