"""Files on other machines by SFTP: the host's key is checked, secrets come from files, every wait has an end.

Raised here: `Refused` sftp.host_unknown, sftp.host_changed, sftp.known_hosts, sftp.secret, sftp.sign_in, which need a
person; and `Unreachable`, which heals by itself.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import paramiko

from keyuan.kernel.errors import Refused

CONNECT_SECONDS = 15.0
#: Without a byte for so long the other side counts as dead.
SILENT_SECONDS = 60.0
SECRET_LIMIT = 64 * 1024


class Unreachable(ConnectionError):
    """The other machine does not answer, or went away in the middle; trying again may help."""


@dataclass(frozen=True, slots=True)
class Address:
    """An account on another machine. ``known_hosts`` is a file in OpenSSH's form: a host absent from it is refused
    before anything is sent. A key goes before a password where both are named."""

    host: str
    user: str
    known_hosts: Path
    port: int = 22
    key_file: Path | None = None
    key_password_file: Path | None = None
    password_file: Path | None = None

    @property
    def name(self) -> str:
        """The host as known_hosts writes it."""
        return self.host if self.port == paramiko.config.SSH_PORT else f"[{self.host}]:{self.port}"


@contextmanager
def connected(address: Address) -> Iterator[paramiko.SFTPClient]:
    """Give an open SFTP session and close it; failures inside the block become `Unreachable` where they are such."""
    keys = _known(address)
    transport = _transport(address)
    try:
        _greet(transport, address, keys)
        _sign_in(transport, address)
        client = paramiko.SFTPClient.from_transport(transport)
        if client is None:
            raise Unreachable(address.host)
        client.get_channel().settimeout(SILENT_SECONDS)
        yield client
    except (paramiko.SSHException, EOFError, TimeoutError) as error:
        raise Unreachable(address.host) from error
    finally:
        transport.close()


def _known(address: Address) -> dict[str, paramiko.PKey]:
    keys = paramiko.HostKeys()
    try:
        keys.load(str(address.known_hosts))
    except (OSError, paramiko.SSHException, ValueError) as error:
        raise Refused("sftp.known_hosts", file=address.known_hosts.name) from error
    found = keys.lookup(address.name)
    if not found:
        raise Refused("sftp.host_unknown", host=address.name, file=address.known_hosts.name)
    return dict(found)


def _transport(address: Address) -> paramiko.Transport:
    try:
        sock = socket.create_connection((address.host, address.port), CONNECT_SECONDS)
    except OSError as error:
        raise Unreachable(address.host) from error
    transport = paramiko.Transport(sock)
    transport.banner_timeout = transport.handshake_timeout = transport.auth_timeout = CONNECT_SECONDS
    return transport


def _greet(transport: paramiko.Transport, address: Address, keys: dict[str, paramiko.PKey]) -> None:
    # Ask for a kind of key that is known, or a host with several of them would look changed.
    options = transport.get_security_options()
    wanted = [kind for kind in options.key_types if _base(kind) in keys]
    if wanted:
        options.key_types = tuple(wanted)
    transport.start_client(timeout=CONNECT_SECONDS)
    offered = transport.get_remote_server_key()
    known = keys.get(offered.get_name())
    if known is None or known != offered:
        raise Refused("sftp.host_changed", host=address.name)


def _base(kind: str) -> str:
    return "ssh-rsa" if kind.startswith("rsa-sha2") else kind


def _sign_in(transport: paramiko.Transport, address: Address) -> None:
    try:
        if address.key_file is not None:
            transport.auth_publickey(address.user, _private_key(address))
        elif address.password_file is not None:
            transport.auth_password(address.user, read_secret(address.password_file))
        else:
            raise Refused("sftp.secret", file="--")
    except paramiko.AuthenticationException as error:
        raise Refused("sftp.sign_in", host=address.name, user=address.user) from error


def _private_key(address: Address) -> paramiko.PKey:
    path = address.key_file
    password = read_secret(address.key_password_file) if address.key_password_file else None
    try:
        return paramiko.PKey.from_path(str(path), password.encode() if password else None)
    except (OSError, ValueError, TypeError, paramiko.SSHException) as error:
        raise Refused("sftp.secret", file=path.name if path else "--") from error


def read_secret(path: Path) -> str:
    """Return the first line of a file that holds a secret. Raises Refused sftp.secret."""
    try:
        with path.open(encoding="utf-8") as file:
            line = file.readline(SECRET_LIMIT).rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused("sftp.secret", file=path.name) from error
    if not line:
        raise Refused("sftp.secret", file=path.name)
    return line
