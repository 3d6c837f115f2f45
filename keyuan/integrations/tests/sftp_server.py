"""A real SFTP server on loopback, over one folder; it can be read-only, and die in the middle of a file."""

import errno
import os
import socket
import threading
from contextlib import suppress
from pathlib import Path

import paramiko
from paramiko import SFTPAttributes, SFTPHandle, SFTPServer, SFTPServerInterface

USER, PASSWORD = "core", "geheim"


class Handle(SFTPHandle):
    """An open file that may die."""

    server = None

    def stat(self):
        return SFTPAttributes.from_stat(os.fstat(self.readfile.fileno()))

    def read(self, offset, length):
        if self.server.dies_after is not None and offset >= self.server.dies_after:
            self.server.drop()
            return paramiko.SFTP_FAILURE
        self.server.sent.append(offset)
        return super().read(offset, length)


class Folder(SFTPServerInterface):
    """The server's folder as clients see it."""

    def __init__(self, _access, owner):
        self.owner = owner

    def _at(self, path):
        return self.owner.root / path.lstrip("/")

    def list_folder(self, path):
        return [_attributes(item) for item in self._at(path).iterdir()]

    def stat(self, path):
        return _guarded(lambda: SFTPAttributes.from_stat(self._at(path).stat()))

    def lstat(self, path):
        return _guarded(lambda: SFTPAttributes.from_stat(self._at(path).lstat()))

    def open(self, path, flags, _attributes):
        handle = Handle(flags)
        handle.server = self.owner
        handle.readfile = self._at(path).open("rb")
        return handle

    def _changed(self, act):
        if self.owner.read_only:
            return paramiko.SFTP_PERMISSION_DENIED
        return _guarded(act, paramiko.SFTP_OK)

    def rename(self, old, new):
        return self._changed(lambda: self._at(old).rename(self._at(new)))

    def remove(self, path):
        return self._changed(lambda: self._at(path).unlink())

    def mkdir(self, path, _attributes):
        return self._changed(lambda: self._at(path).mkdir())


def _attributes(path):
    found = SFTPAttributes.from_stat(path.lstat())
    found.filename = path.name
    return found


def _guarded(act, good=None):
    try:
        found = act()
    except OSError as error:
        return SFTPServer.convert_errno(error.errno or errno.EIO)
    return found if good is None else good


class Access(paramiko.ServerInterface):
    def __init__(self, key, password):
        self._key, self._password = key, password

    def check_channel_request(self, _kind, _channel):
        return paramiko.OPEN_SUCCEEDED

    def check_auth_publickey(self, username, key):
        good = username == USER and self._key is not None and key == self._key
        return paramiko.AUTH_SUCCESSFUL if good else paramiko.AUTH_FAILED

    def check_auth_password(self, username, password):
        good = username == USER and password == self._password
        return paramiko.AUTH_SUCCESSFUL if good else paramiko.AUTH_FAILED

    def get_allowed_auths(self, _username):
        return "publickey,password"


class Server:
    """The server; ``address`` fills a connector's settings, ``secrets`` the folder of secrets."""

    def __init__(self, root):
        self.root, self.read_only, self.dies_after, self.sent = Path(root), False, None, []
        self.host_key = paramiko.Ed25519Key.from_private_key_file(_host_key(root))
        self._access = (None, PASSWORD)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._transports = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                client, _address = self._socket.accept()
            except OSError:
                return
            transport = paramiko.Transport(client)
            self._transports.append(transport)
            transport.add_server_key(self.host_key)
            transport.set_subsystem_handler("sftp", SFTPServer, Folder, self)
            try:
                transport.start_server(server=Access(*self._access))
            except (paramiko.SSHException, EOFError, ConnectionError):  # a client that left without a word
                continue

    def drop(self):
        for transport in self._transports:
            transport.sock.close()

    def close(self):
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for transport in self._transports:
            transport.close()

    def known_hosts(self, key=None):
        key = key or self.host_key
        return f"[127.0.0.1]:{self.port} {key.get_name()} {key.get_base64()}\n"


def _host_key(root):
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return new_key(Path(root).parent / "host_key", Ed25519PrivateKey.generate())


def new_key(path, key):
    from cryptography.hazmat.primitives import serialization

    text = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    )
    Path(path).write_bytes(text)
    return str(path)
