"""The checksums of x-amz-checksum-*: CRC32, CRC32C, CRC64NVME, SHA1, SHA256.

A CRC over parts is combined from theirs, so that the check of a whole object
costs nothing more.  The arithmetic is that of polynomials over GF(2) modulo
the CRC's polynomial P, coefficients reflected as these CRCs define them: the
highest bit is the coefficient of x^0.

A table costs Python 60 ns a byte.  Long data are therefore folded first, as
one big integer: where x^d = x^a + x^b + ... + 1 (mod P), the bits of degree d
and more can be dropped if they are added again at the lower places on the
right, which takes a few shifts and exclusive ors of long integers.  Squaring
such a relation doubles all its exponents, so that one relation serves every
length: each step about halves the data, until the table takes what is left.
The relations were found by a generalised birthday search; Crc() checks them.
"""

import base64
import hashlib
import zlib


class Crc:
    """relations: lists of exponents, d first, whose powers of x add up to 0."""

    LONGEST = 1 << 33                 # bits folded at once
    SHORT = 8 << 10                   # a step that drops fewer bits is none

    def __init__(self, bits, poly, relations=()):
        self.bits, self.poly = bits, poly
        self.mask = (1 << bits) - 1
        self.table = []
        for i in range(256):
            for _ in range(8):
                i = i >> 1 ^ (poly if i & 1 else 0)
            self.table.append(i)
        self.relations = []
        for exponents in relations:
            total = 0
            for exponent in exponents:
                total ^= self.power(exponent)
            assert total == 0, 'no relation'
            while exponents[0] < self.LONGEST:
                self.relations.append((exponents[0], max(exponents[1:]), exponents[1:]))
                exponents = [2 * exponent for exponent in exponents]

    def update(self, crc, data):
        """crc of the bytes before data, to that of both; start with 0."""
        crc ^= self.mask
        if self.relations and len(data) > self.SHORT:
            data = self.fold(int.from_bytes(data, 'little') ^ crc, 8 * len(data))
            crc = 0
        table = self.table
        for byte in data:
            crc = table[(crc ^ byte) & 255] ^ crc >> 8
        return crc ^ self.mask

    def fold(self, data, length):
        """Shorter bytes with the same remainder.  The lowest bit has degree length - 1."""
        while True:
            # Dropped bits must be of degree d at least, and must not land among themselves.
            drop, top, terms = max((min(length - d, d - a) & -8, d, rest)
                                   for d, a, rest in self.relations)
            if drop < self.SHORT:
                return data.to_bytes(length // 8, 'little')
            high = data & ((1 << drop) - 1)
            again = 0
            for term in terms:
                again ^= high << top - term - drop
            data = data >> drop ^ again
            length -= drop

    def multiply(self, a, b):
        product = 0
        bit = 1 << self.bits - 1
        while a:
            if a & bit:
                product ^= b
                a ^= bit
            bit >>= 1
            b = b >> 1 ^ (self.poly if b & 1 else 0)
        return product

    def power(self, exponent):
        """x to that power."""
        result = 1 << self.bits - 1
        square = 1 << self.bits - 2
        while exponent:
            if exponent & 1:
                result = self.multiply(result, square)
            square = self.multiply(square, square)
            exponent >>= 1
        return result

    def combine(self, first, second, length):
        """CRC of two pieces from theirs; length: bytes of the second."""
        return self.multiply(self.power(8 * length), first) ^ second

    def base64(self, crc):
        return base64.b64encode(crc.to_bytes(self.bits // 8, 'big')).decode()

    def number(self, text):
        return int.from_bytes(base64.b64decode(text), 'big')


class Crc32(Crc):
    """zlib has this one in C."""

    def update(self, crc, data):
        return zlib.crc32(data, crc)


CRC = {
    'crc32': Crc32(32, 0xedb88320),
    'crc32c': Crc(32, 0x82f63b78, [[6777, 484, 100, 0]]),
    'crc64nvme': Crc(64, 0x9a6c9329ac4bc9b5, [
        [70679, 6691, 6649, 5928, 5771, 5391, 4484, 3948, 3853, 3558, 3191, 2941, 2014, 504, 301, 0],
        [809484, 74850, 62158, 58889, 45022, 38913, 36597, 0]]),
}
ALGORITHMS = ('crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256')
SIZE = {'crc32': 4, 'crc32c': 4, 'crc64nvme': 8, 'sha1': 20, 'sha256': 32}


class Running:
    """One checksum over data that comes piece by piece."""

    def __init__(self, algorithm):
        self.algorithm = algorithm
        self.crc = CRC.get(algorithm)
        self.state = 0 if self.crc else hashlib.new(algorithm)

    def update(self, data):
        if self.crc:
            self.state = self.crc.update(self.state, data)
        else:
            self.state.update(data)

    def text(self):
        if self.crc:
            return self.crc.base64(self.state)
        return base64.b64encode(self.state.digest()).decode()


def well_formed(algorithm, text):
    try:
        return len(base64.b64decode(text, validate=True)) == SIZE[algorithm]
    except ValueError:
        return False


def of_parts(algorithm, parts):
    """FULL_OBJECT: parts are (checksum text, length) in order."""
    crc = CRC[algorithm]
    total = 0
    for text, length in parts:
        total = crc.combine(total, crc.number(text), length)
    return crc.base64(total)


def composite(algorithm, texts):
    """COMPOSITE: the checksum of the parts' checksums, and their number."""
    running = Running(algorithm)
    for text in texts:
        running.update(base64.b64decode(text))
    return '%s-%d' % (running.text(), len(texts))
