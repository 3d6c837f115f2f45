"""SM4-GCM (GB/T 32907) with the interface of ``AESGCM``, for deployments that need national algorithms."""

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

TAG_BYTES = 16


class SM4GCM:
    """Authenticated encryption by SM4 in Galois/counter mode with a 128-bit key."""

    def __init__(self, key: bytes) -> None:
        self._algorithm = algorithms.SM4(key)

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """Return ciphertext and tag."""
        encryptor = Cipher(self._algorithm, modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(associated_data or b"")
        return encryptor.update(data) + encryptor.finalize() + encryptor.tag

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """Return the plain text; raises InvalidTag when anything was altered."""
        decryptor = Cipher(self._algorithm, modes.GCM(nonce, data[-TAG_BYTES:])).decryptor()
        decryptor.authenticate_additional_data(associated_data or b"")
        return decryptor.update(data[:-TAG_BYTES]) + decryptor.finalize()
