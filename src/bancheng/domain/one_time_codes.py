"""一次性代码: what is given out once and kept as a digest only."""

import hashlib


def digest_of(code: str) -> str:
    """The digest of ``code``, however it was typed: blanks and hyphens do not count.

    A plain hash will do: a code is drawn by chance, 80 bits of it at least, so nobody finds it by
    trying. What people choose themselves is kept in another way.
    """
    bare = "".join(filter(str.isalnum, code.upper()))
    return hashlib.sha256(bare.encode()).hexdigest()
