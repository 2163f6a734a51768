"""Buckets, objects and multipart uploads, in memory."""

import hashlib
import secrets
import threading
import time


def md5(data=b''):
    return hashlib.md5(data, usedforsecurity=False)


class Object:
    """pieces: bytes-like, or None when bodies are discarded."""

    def __init__(self, key, pieces, size, etag, headers, sha256=None, checksums=None,
                 checksum_type=None, parts=0):
        self.key = key
        self.pieces = pieces
        self.size = size
        self.etag = etag
        self.headers = headers
        self.known_sha256 = sha256
        self.checksums = checksums or {}
        self.checksum_type = checksum_type
        self.parts = parts
        self.modified = time.time()

    def sha256(self):
        if self.known_sha256 is None and self.pieces is not None:
            digest = hashlib.sha256()
            for piece in self.pieces:
                digest.update(piece)
            self.known_sha256 = digest.hexdigest()
        return self.known_sha256

    def read(self, start, end):
        """Views of the bytes start to end, end not included."""
        at = 0
        for piece in self.pieces or ():
            view = memoryview(piece)[max(0, start - at):max(0, end - at)]
            if len(view):
                yield view
            at += len(piece)


class Part:
    def __init__(self, number, pieces, size, md5_digest, etag, sha256, checksums):
        self.number = number
        self.pieces = pieces
        self.size = size
        self.md5 = md5_digest
        self.etag = etag
        self.sha256 = sha256
        self.checksums = checksums
        self.modified = time.time()


class Upload:
    def __init__(self, key, headers, algorithm, checksum_type):
        self.id = secrets.token_urlsafe(48).replace('-', '.')
        self.key = key
        self.headers = headers
        self.algorithm = algorithm
        self.checksum_type = checksum_type
        self.initiated = time.time()
        self.parts = {}


class Bucket:
    def __init__(self):
        self.objects = {}
        self.uploads = {}
        self.completed = {}           # upload id -> (part list, answer)
        self.created = time.time()


class Store:
    """Whoever reads or changes it holds the lock."""

    def __init__(self, names):
        self.names = names
        self.lock = threading.RLock()
        self.reset()

    def reset(self):
        with self.lock:
            self.buckets = {name: Bucket() for name in self.names}
