"""How much work it is to open a file of keys, read before that work is begun.

The file says itself how often its passphrase is to be hashed, up to two thousand million times, and how long the primes
are that are to be proved; the library that does both holds the interpreter's lock all the while.
"""

from collections.abc import Iterator

MOST_ROUNDS = 2_000_000
"""About a second. OpenSSL writes 2,048, Windows 2,000, and careful people some hundred thousand."""
MOST_SCRYPT_WORK = 2**21
"""N times r times p, for 256 MB of memory. OpenSSL writes a sixteenth of it."""

LONGEST_NUMBER = 1025
"""Bytes of the modulus of an RSA key of 8192 bits."""

_INTEGER, _OCTETS = 0x02, 0x04
_CONSTRUCTED = 0x20
_SCRYPT = bytes.fromhex("06092b06010401da47040b")
"""The object identifier 1.3.6.1.4.1.11591.4.11 (RFC 7914, section 7)."""


def is_bearable(der: bytes) -> bool:
    """Whether a PKCS#12 or an encrypted PKCS#8 asks for no more work than a real one would.

    Wherever rounds are counted in these formats, an INTEGER follows an OCTET STRING, the salt; nothing else in them does
    that. What lies inside an encrypted part, or in pieces (BER), cannot be seen from here: the passphrase is the first
    lock of the former, and of the latter only old tools write any.
    Source: RFC 7292, sections 4 and 5.1; RFC 8018, appendix A; RFC 7914, section 7.
    """
    is_scrypt = _SCRYPT in der
    numbers: list[int] = []
    for tag, content, _ in _primitives(der):
        if tag == _INTEGER and numbers:
            numbers.append(int.from_bytes(content))
            if numbers[1] > MOST_ROUNDS or (is_scrypt and _product(numbers[1:4]) > MOST_SCRYPT_WORK):
                return False
        else:
            numbers = [1] if tag == _OCTETS else []
    return True


def longest_number(der: bytes) -> int:
    """Bytes of the longest INTEGER: the modulus, where a key is there that no passphrase locks."""
    return max((length for tag, _, length in _primitives(der) if tag == _INTEGER), default=0)


def _product(numbers: list[int]) -> int:
    result = 1
    for number in numbers:
        result *= max(1, number)
    return result


def _primitives(der: bytes) -> Iterator[tuple[int, bytes, int]]:
    """Tag, first bytes and length of each value that holds no others, in order; tag 0 where one that holds others begins.

    An OCTET STRING that is wholly filled by a SEQUENCE is looked into, as PKCS#12 packs itself. Ends where it is not DER.
    """
    at = 0
    while True:
        start, length = _extent(der, at)
        if length < 0:
            return
        end = start + length
        packed = der[at] == _OCTETS and der[start : start + 1] == b"\x30" and sum(_extent(der, start)) == end
        if der[at] & _CONSTRUCTED or packed:
            yield 0, b"", 0
            at = start
        elif end > len(der):
            return
        else:
            yield der[at], der[start : min(end, start + 9)], length  # nine bytes tell that a number is too large
            at = end


def _extent(der: bytes, at: int) -> tuple[int, int]:
    """Where a value's content starts and how many bytes it has (0 for an open end); a negative length if it has none."""
    if at + 2 > len(der):
        return at, -1
    first = der[at + 1]
    if first <= 0x80:
        return at + 2, first & 0x7F
    count = first & 0x7F
    if count > 4:
        return at, -1
    return at + 2 + count, int.from_bytes(der[at + 2 : at + 2 + count])
