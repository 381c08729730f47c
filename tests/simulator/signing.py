"""Signed tokens for addresses of media."""

from hashlib import sha256
import hmac
from itertools import count
from typing import Literal

type Verdict = Literal["valid", "expired", "invalid"]

NEVER = 0
"""An expiry that never comes."""


class Signer:
    """Makes and checks tokens ``expiry.nonce.signature``, each for one subject only."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._nonces = count(1)

    def token(self, subject: str, expiry: float, *, fresh: bool = True) -> str:
        """Return a token; a fresh one differs from every other, one that is not depends on its expiry only."""
        stem = f"{int(expiry)}.{next(self._nonces) if fresh else 0}"
        return f"{stem}.{self.signature(subject, stem)}"

    def check(self, token: str, subject: str, now: float) -> Verdict:
        """Judge a token at a Unix time."""
        stem, _, signature = token.rpartition(".")
        if not hmac.compare_digest(signature.encode(), self.signature(subject, stem).encode()):
            return "invalid"
        expiry = int(stem.partition(".")[0])
        return "expired" if expiry != NEVER and now >= expiry else "valid"

    def signature(self, subject: str, stem: str) -> str:
        """Return what proves that a token was made here."""
        return hmac.new(self._secret, f"{subject}|{stem}".encode(), sha256).hexdigest()[:32]
