"""Work of the key ring in the background: importing it registers the job of the rotation."""

from keyuan.platform.crypto.rotation import KIND

__all__ = ["KIND"]
