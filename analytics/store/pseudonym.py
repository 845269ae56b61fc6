"""Pseudonyms of customers and staff: a keyed hash, its key beside the store and not in it."""

import hashlib
import os
import re
import secrets
from pathlib import Path

_PSEUDONYM = re.compile(r"^p[0-9a-f]{12}$")

# The same formula as `pseudonym`, over a whole column; $pseudonym_key is bound. A secret in front and a result cut to
# 48 bits: nothing can be appended unseen, and one block of SHA-256 an id is what millions of rows can afford.
SQL = "'p' || substr(sha256($pseudonym_key || {id}), 1, 12)"


def pseudonym(folder: str | Path, id: str) -> str:
    """The pseudonym of an id as in the bank's files; a pseudonym is given back as it is."""
    if _PSEUDONYM.match(id):
        return id
    key = pseudonym_key(Path(folder))
    return "p" + hashlib.sha256((key + id.strip()).encode()).hexdigest()[:12]


def pseudonym_key(folder: Path) -> str:
    """The store's key, made on first use, readable by its owner alone."""
    path = folder / "pseudonym.key"
    try:
        return path.read_text("ascii").strip()
    except FileNotFoundError:
        folder.mkdir(parents=True, exist_ok=True)
    aside = folder / f"pseudonym.key.{os.getpid()}"
    with os.fdopen(os.open(aside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
        file.write(secrets.token_hex(16) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(aside, path)  # the first to come makes the key, whoever comes after takes that one
    except FileExistsError:
        pass
    except OSError:  # a file system without hard links
        aside.replace(path)
    aside.unlink(missing_ok=True)
    return path.read_text("ascii").strip()
