"""A real SFTP server over a folder, on loopback, in threads of the test: host key, users with key or password."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import paramiko
from paramiko import SFTP_FAILURE, SFTP_NO_SUCH_FILE, SFTP_OK, SFTPAttributes, SFTPHandle, SFTPServer

USER, PASSWORD = "keyuan", "a password for loopback"


@dataclass(frozen=True)
class SftpHost:
    """Where the server is, what it serves, and the file with its host key."""

    port: int
    root: Path
    known_hosts: Path
    password_file: Path


class Door(paramiko.ServerInterface):
    """Lets the one user in."""

    def check_auth_password(self, username, password):
        good = (username, password) == (USER, PASSWORD)
        return paramiko.AUTH_SUCCESSFUL if good else paramiko.AUTH_FAILED

    def get_allowed_auths(self, _username):
        return "password"

    def check_channel_request(self, _kind, _chanid):
        return paramiko.OPEN_SUCCEEDED


class Handle(SFTPHandle):
    """An open file."""

    def stat(self):
        return SFTPAttributes.from_stat(os.fstat(self.readfile.fileno()))


def attempt(act):
    """Answer with the status of ``act``."""
    try:
        act()
    except FileNotFoundError:
        return SFTP_NO_SUCH_FILE
    except OSError as error:
        return SFTPServer.convert_errno(error.errno) or SFTP_FAILURE
    return SFTP_OK


class Files(paramiko.SFTPServerInterface):
    """The server's file operations, below ``root`` only."""

    def __init__(self, server, root, *_args):
        super().__init__(server)
        self.root = root

    def at(self, path):
        return self.root / path.lstrip("/")

    def list_folder(self, path):
        try:
            return [SFTPAttributes.from_stat(item.stat(), item.name) for item in self.at(path).iterdir()]
        except FileNotFoundError:
            return SFTP_NO_SUCH_FILE

    def stat(self, path):
        try:
            return SFTPAttributes.from_stat(self.at(path).stat())
        except FileNotFoundError:
            return SFTP_NO_SUCH_FILE

    lstat = stat

    def open(self, path, flags, _attr):
        try:
            file = self.at(path).open("w+b" if flags & (os.O_CREAT | os.O_TRUNC) else "rb")
        except FileNotFoundError:
            return SFTP_NO_SUCH_FILE
        handle = Handle(flags)
        handle.readfile = handle.writefile = file
        return handle

    def remove(self, path):
        return attempt(self.at(path).unlink)

    def mkdir(self, path, _attr):
        return attempt(self.at(path).mkdir)

    def rmdir(self, path):
        return attempt(self.at(path).rmdir)

    def rename(self, oldpath, newpath):
        return attempt(lambda: self.at(oldpath).rename(self.at(newpath)))

    posix_rename = rename


@contextmanager
def sftp_host(folder: Path) -> Iterator[SftpHost]:
    """Serve ``folder/remote`` for the length of the block."""
    root = folder / "remote"
    root.mkdir(parents=True)
    key = paramiko.ECDSAKey.generate()
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    known, password = folder / "known_hosts", folder / "password"
    known.write_text(f"[127.0.0.1]:{port} {key.get_name()} {key.get_base64()}\n")
    password.write_text(PASSWORD + "\n")
    transports = []

    def serve():
        with suppress(OSError):
            while True:
                connection, _address = listener.accept()
                transport = paramiko.Transport(connection)
                transport.add_server_key(key)
                transport.set_subsystem_handler("sftp", paramiko.SFTPServer, Files, root)
                transports.append(transport)
                with suppress(paramiko.SSHException, EOFError):
                    transport.start_server(server=Door())

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield SftpHost(port, root, known, password)
    finally:
        listener.close()
        for transport in transports:
            transport.close()
