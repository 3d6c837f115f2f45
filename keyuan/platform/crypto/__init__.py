"""Sealed fields: versioned keys, authenticated encryption, keyed blind indexes (PLT-7, decisions 4 and 19)."""

from keyuan.platform.crypto.field import BlindIndexField, SealedField
from keyuan.platform.crypto.index import blind_index, tail_index
from keyuan.platform.crypto.sealed import Sealed, seal, sealed_from_text

__all__ = ["BlindIndexField", "Sealed", "SealedField", "blind_index", "seal", "sealed_from_text", "tail_index"]
