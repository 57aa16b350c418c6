"""`kata nbgrader` prepares a course and says what to do; what is kept of the class is never given up by accident."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest
from conftest_words import environment
