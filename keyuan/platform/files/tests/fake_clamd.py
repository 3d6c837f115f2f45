"""A clamd for tests: speaks the real protocol on a socket of this machine, knows one signature, and can misbehave."""

import socket
import struct
import threading
from dataclasses import dataclass, field

VIRUS = b"this-is-our-test-virus"


@dataclass
class FakeClamd:
    """Listens on TCP, or on a Unix socket at ``path``; ``limit`` is its StreamMaxLength."""

    path: str = ""
    limit: int = 60 * 1024 * 1024
    rude: str = ""
    heard: list[bytes] = field(default_factory=list)

    def __enter__(self) -> "FakeClamd":
        self._socket = socket.socket(socket.AF_UNIX if self.path else socket.AF_INET, socket.SOCK_STREAM)
        self._socket.bind(self.path or ("127.0.0.1", 0))
        self._socket.listen(4)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)

    @property
    def address(self) -> str:
        return self.path or f"127.0.0.1:{self._socket.getsockname()[1]}"

    def _serve(self) -> None:
        while True:
            try:
                channel, _peer = self._socket.accept()
            except OSError:
                return
            with channel:
                self._answer(channel)

    def _answer(self, channel: socket.socket) -> None:
        stream = channel.makefile("rb")
        assert stream.read(10) == b"zINSTREAM\0"
        if self.rude == "hangs up":
            return
        content = b""
        while size := struct.unpack("!L", stream.read(4))[0]:
            content += stream.read(size)
            if len(content) > self.limit:
                channel.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.heard.append(content)
        answer = b"stream: Keyuan.Test.UNOFFICIAL FOUND\0" if VIRUS in content else b"stream: OK\0"
        channel.sendall(self.rude.encode() or answer)
