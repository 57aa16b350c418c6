"""``python -m grader.cli`` is ``kata`` where the command is not installed."""

import sys

from grader.cli import main

sys.exit(main())
