"""Loads a file in a process of its own, so that a test can kill it: python -m tests.store.killing FILE STORE."""

import sys

from analytics.store import load

if __name__ == "__main__":
    print("ready", flush=True)
    sys.stdin.readline()
    load([sys.argv[1]], sys.argv[2])
