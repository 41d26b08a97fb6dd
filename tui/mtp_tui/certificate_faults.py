"""What reading a certificate of a stranger can fail with."""


def certificate_faults() -> tuple[type[Exception], ...]:
    """Every error of cryptography for a certificate that is none, or odd: not all of them are ValueErrors.

    A TypeError is a name whose text is a bit string; InvalidVersion and UnsupportedAlgorithm derive from Exception alone.
    Found by changing bytes of sound certificates, some hundred thousand times.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.x509 import InvalidVersion

    return ValueError, TypeError, UnsupportedAlgorithm, InvalidVersion
