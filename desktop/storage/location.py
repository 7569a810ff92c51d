"""Whether a folder may hold a database: a local disk, kept by no cloud drive, writable.

SQLite's locks do not hold on network shares, and a cloud drive copies a database in the middle of a write.
The root of a container or a virtual machine (overlay, virtiofs, 9p) is local enough: only real network file
systems are refused.
"""

import errno
import os
import re
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath

from desktop.domain.errors import EnvironmentProblem

#: File systems whose disk stands in another machine, as /proc/self/mountinfo spells them.
NETWORK_FILE_SYSTEMS = frozenset(
    {
        "nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "ncpfs", "ncp", "afs", "auristorfs", "coda",
        "davfs", "davfs2", "ceph", "glusterfs", "lustre", "beegfs", "gpfs", "pvfs2", "ocfs2", "gfs2",
        "fuse.sshfs", "fuse.rclone", "fuse.glusterfs", "fuse.ceph", "fuse.ceph-fuse", "fuse.davfs",
        "fuse.davfs2", "fuse.curlftpfs", "fuse.s3fs", "fuse.goofys", "fuse.gcsfuse", "fuse.smbnetfs",
        "fuse.fusesmb", "fuse.gvfsd-fuse", "fuse.nfs", "fuse.juicefs", "fuse.seaweedfs", "fuse.moosefs",
        "fuse.mfs", "fuse.beegfs", "fuse.kio-fuse",
    }
)  # fmt: skip

#: Names of folders that cloud drives make, in lower case.
_SYNCED_NAMES = {
    "onedrive": "OneDrive",
    "skydrive": "OneDrive",
    "dropbox": "Dropbox",
    "google drive": "Google Drive",
    "googledrive": "Google Drive",
    "my drive": "Google Drive",
    "drive của tôi": "Google Drive",
    "icloud drive": "iCloud",
    "iclouddrive": "iCloud",
    "mobile documents": "iCloud",
    "com~apple~clouddocs": "iCloud",
    "nextcloud": "Nextcloud",
    "owncloud": "ownCloud",
    "pclouddrive": "pCloud",
    "box sync": "Box",
}
#: The same with the office's or the person's name behind, as in «OneDrive - UBND phường».
_SYNCED_PATTERNS = (
    (re.compile(r"onedrive\s*-\s*."), "OneDrive"),
    (re.compile(r"dropbox \(."), "Dropbox"),
    (re.compile(r"google ?drive\s*-\s*."), "Google Drive"),
)
#: Files and folders that cloud drives leave in the folder they keep: (name, must it be a folder, drive). The
#: folder ``.dropbox`` is not among them: it is Dropbox's own, in the home folder.
_SYNC_MARKERS = (
    (".dropbox", False, "Dropbox"),
    (".dropbox.cache", True, "Dropbox"),
    (".849C9593-D756-4E56-8D6E-42412F2A707B", False, "OneDrive"),
    (".tmp.driveupload", True, "Google Drive"),
    (".tmp.drivedownload", True, "Google Drive"),
    (".nextcloudsync.log", False, "Nextcloud"),
    (".stfolder", True, "Syncthing"),
)
#: Environment variables in which OneDrive for Windows tells its folders, whatever they are called.
_ONEDRIVE_VARIABLES = ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")

#: What a folder answers that takes no new files.
_READ_ONLY = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
#: Answers that say nothing about rights; a full disk has a message of its own.
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})

_MOUNTINFO = Path("/proc/self/mountinfo")
_DRIVE_REMOTE = 4
_SEPARATOR = "-"


@dataclass(frozen=True, slots=True)
class Mount:
    """Describe one mounted file system.

    Attributes:
        point: Where it is mounted, absolute.
        file_system: Its type (``ext4``, ``nfs4``).
        is_read_only: Whether it takes no writes.
    """

    point: PurePosixPath
    file_system: str
    is_read_only: bool = False


def check_location(
    folder: Path,
    mounts: Sequence[Mount] | None = None,
    *,
    environ: Mapping[str, str] = os.environ,
) -> None:
    """Refuse a folder in which a database would not be safe.

    The folder need not exist: what matters is the nearest one above that does.

    Args:
        folder: The data folder.
        mounts: What is mounted; None asks the machine.
        environ: Environment variables.

    Raises:
        EnvironmentProblem: ``network_share`` (path), ``synced_folder`` (path, service) or
            ``folder_read_only`` (path).
        OSError: The disk itself failed.

    Threads: lane io or the start; a sleeping share may take seconds to answer.
    """
    # The kind of a share is judged by name first: a dead share hangs when it is asked for anything.
    known = machine_mounts() if mounts is None else mounts
    plain = Path(os.path.abspath(folder))  # noqa: PTH100 - Path.resolve would follow links, which is the next step
    refuse_network(plain, known, _windows_drive_type)
    real = plain.resolve()
    refuse_network(real, known, _windows_drive_type)
    for path in (plain, real):
        service = synced_by(path, environ)
        if service is not None:
            raise EnvironmentProblem("synced_folder", path=str(folder), service=service)
    _refuse_read_only(real, known)


def refuse_network(folder: PurePath, mounts: Sequence[Mount], drive_type: Callable[[str], int]) -> None:
    """Refuse a folder whose disk stands in another machine, by its name and the list of mounts alone.

    Args:
        folder: An absolute path of this machine's kind.
        mounts: What is mounted.
        drive_type: Windows' ``GetDriveTypeW``: takes ``Z:`` with its backslash.

    Raises:
        EnvironmentProblem: ``network_share`` (path).
    """
    if isinstance(folder, PureWindowsPath):
        is_remote = is_share_path(str(folder)) or drive_type(folder.drive + "\\") == _DRIVE_REMOTE
    else:
        mount = mount_of(PurePosixPath(folder), mounts)
        is_remote = mount is not None and mount.file_system.lower() in NETWORK_FILE_SYSTEMS
    if is_remote:
        raise EnvironmentProblem("network_share", path=str(folder))


def synced_by(folder: Path, environ: Mapping[str, str]) -> str | None:
    """Name the cloud drive that keeps this folder.

    Args:
        folder: An absolute path; it need not exist.
        environ: Environment variables.

    Returns:
        The drive's name as people know it, or None.
    """
    for part in folder.parts:
        service = _synced_name(part)
        if service is not None:
            return service
    for variable in _ONEDRIVE_VARIABLES:
        root = environ.get(variable)
        if root and folder.is_relative_to(root):
            return "OneDrive"
    for above in (folder, *folder.parents):
        for name, is_folder, service in _SYNC_MARKERS:
            marker = above / name
            if marker.is_dir() if is_folder else marker.is_file():
                return service
    return None


def is_share_path(text: str) -> bool:
    r"""Tell whether a path names a Windows share: ``\\server\share`` or ``\\?\UNC\server\share``.

    Args:
        text: A path in Windows' spelling; one in Unix' spelling is none.
    """
    drive = PureWindowsPath(text).drive.casefold()
    if drive.startswith(("\\\\?\\", "\\\\.\\")):
        return drive.startswith("\\\\?\\unc\\")
    return drive.startswith("\\\\")


def machine_mounts() -> list[Mount]:
    """Read what is mounted on this machine; empty where the system does not tell (Windows)."""
    try:
        text = _MOUNTINFO.read_text("utf-8", "surrogateescape")
    except FileNotFoundError:
        return []
    return parse_mountinfo(text)


def parse_mountinfo(text: str) -> list[Mount]:
    """Read Linux' list of mounts.

    Args:
        text: The content of ``/proc/self/mountinfo``.

    Source: proc_pid_mountinfo(5).
    """
    mounts = []
    for line in text.splitlines():
        fields = line.split(" ")
        if _SEPARATOR not in fields:
            continue
        after = fields.index(_SEPARATOR)
        options = {*fields[5].split(","), *fields[after + 3].split(",")}
        mounts.append(Mount(PurePosixPath(_unescape(fields[4])), fields[after + 1], "ro" in options))
    return mounts


def mount_of(folder: PurePosixPath, mounts: Sequence[Mount]) -> Mount | None:
    """Find the mount a folder lies on: the longest point above it, of two on one point the later.

    Args:
        folder: An absolute path.
        mounts: In the order the system lists them.
    """
    # POSIX lets a path begin with two slashes, and pathlib keeps them.
    plain = PurePosixPath("/" + str(folder).lstrip("/"))
    above = [mount for mount in mounts if plain.is_relative_to(mount.point)]
    return max(reversed(above), key=lambda mount: len(mount.point.parts), default=None)


def _refuse_read_only(folder: Path, mounts: Sequence[Mount]) -> None:
    """Refuse a folder that takes no files, by making a nameless one."""
    existing = next((path for path in (folder, *folder.parents) if path.is_dir()), None)
    if existing is None:  # a Windows drive that is not plugged in
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(folder))
    mount = mount_of(PurePosixPath(existing), mounts)
    if mount is not None and mount.is_read_only:
        raise EnvironmentProblem("folder_read_only", path=str(folder))
    try:
        with tempfile.TemporaryFile(dir=existing):
            pass
    except OSError as error:
        if error.errno in _READ_ONLY:
            raise EnvironmentProblem("folder_read_only", path=str(folder)) from error
        if error.errno not in _FULL:
            raise


def _synced_name(part: str) -> str | None:
    """Name the cloud drive that calls a folder so."""
    name = part.casefold()
    if name in _SYNCED_NAMES:
        return _SYNCED_NAMES[name]
    return next((service for pattern, service in _SYNCED_PATTERNS if pattern.match(name)), None)


def _unescape(text: str) -> str:
    r"""Undo the octal escapes of mountinfo (``\040`` is a space)."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found.group(1), 8)), text)


def _windows_drive_type(root: str) -> int:
    """Ask Windows what kind of drive this is; 0 (unknown) elsewhere."""
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - only Windows has windll

        return int(ctypes.windll.kernel32.GetDriveTypeW(root))
    return 0
