import os
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

from desktop.domain.errors import EnvironmentProblem
from desktop.storage.location import (
    NETWORK_FILE_SYSTEMS,
    Mount,
    check_location,
    is_share_path,
    machine_mounts,
    mount_of,
    parse_mountinfo,
    refuse_network,
    synced_by,
)

LOCAL_ROOT = Mount(PurePosixPath("/"), "ext4")


def refusal(folder: Path, *mounts: Mount, environ: dict[str, str] | None = None) -> EnvironmentProblem:
    with pytest.raises(EnvironmentProblem) as caught:
        check_location(folder, [LOCAL_ROOT, *mounts], environ=environ or {})
    return caught.value


@pytest.fixture
def locked_folder() -> Iterator[Path]:
    """Give a folder that this process may not write, root or not."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o555)
        user = os.geteuid()
        if user == 0:
            os.seteuid(65534)
        try:
            yield folder
        finally:
            os.seteuid(user)
            folder.chmod(0o755)


def test_a_folder_of_this_machine_is_accepted(tmp_path: Path) -> None:
    check_location(tmp_path)
    check_location(tmp_path / "not" / "made" / "yet")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "file_system", ["overlay", "virtiofs", "9p", "ext4", "btrfs", "xfs", "tmpfs", "fuseblk", "zfs"]
)
def test_file_systems_of_disks_containers_and_virtual_machines_are_accepted(tmp_path: Path, file_system: str) -> None:
    check_location(tmp_path, [Mount(PurePosixPath("/"), file_system)], environ={})


@pytest.mark.parametrize("file_system", sorted(NETWORK_FILE_SYSTEMS))
def test_network_file_systems_are_refused(tmp_path: Path, file_system: str) -> None:
    problem = refusal(tmp_path / "share" / "ward", Mount(PurePosixPath(tmp_path / "share"), file_system))

    assert problem.code == "network_share"
    assert problem.details["path"] == str(tmp_path / "share" / "ward")


def test_a_local_disk_mounted_below_a_share_is_accepted(tmp_path: Path) -> None:
    local = tmp_path / "share" / "disk"
    local.mkdir(parents=True)

    check_location(
        local,
        [
            Mount(PurePosixPath(local), "ext4"),
            LOCAL_ROOT,
            Mount(PurePosixPath(tmp_path / "share"), "nfs4"),
        ],
        environ={},
    )


def test_of_two_mounts_on_one_point_the_later_counts(tmp_path: Path) -> None:
    point = PurePosixPath(tmp_path)

    assert refusal(tmp_path, Mount(point, "ext4"), Mount(point, "cifs")).code == "network_share"
    check_location(tmp_path, [Mount(point, "cifs"), Mount(point, "ext4")], environ={})


def test_a_share_whose_name_only_begins_alike_is_not_taken_for_ours(tmp_path: Path) -> None:
    check_location(tmp_path, [LOCAL_ROOT, Mount(PurePosixPath(str(tmp_path)[:-1]), "nfs")], environ={})


def test_a_link_into_a_share_is_refused(tmp_path: Path) -> None:
    (tmp_path / "share").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "share")

    problem = refusal(tmp_path / "link", Mount(PurePosixPath(tmp_path / "share"), "fuse.sshfs"))

    assert problem.code == "network_share"


def test_mountinfo_is_read_with_its_escapes_and_optional_fields() -> None:
    text = (
        "22 27 0:21 / /proc rw,relatime - proc proc rw\n"
        "27 1 254:0 / / rw,relatime shared:1 master:2 - ext4 /dev/vda rw,discard\n"
        "90 27 0:50 / /mnt/M\\303\\241y\\040ch\\011\\134 rw - cifs //server/a\\040b rw,vers=3.1.1\n"
        "91 27 0:51 / /mnt/đĩa ro,nosuid - ext4 /dev/sdb1 rw\n"
        "92 27 0:52 / /mnt/old rw,nosuid - ext4 /dev/sdc1 ro,errors=remount-ro\n"
        "a line of a later kernel\n"
    )

    mounts = parse_mountinfo(text)

    assert [mount.file_system for mount in mounts] == ["proc", "ext4", "cifs", "ext4", "ext4"]
    assert [mount.is_read_only for mount in mounts] == [False, False, False, True, True]
    assert mounts[2].point.name.endswith("y ch\t\\")
    assert mount_of(PurePosixPath("/mnt/đĩa/data"), mounts) == mounts[3]
    assert mount_of(PurePosixPath("/home"), mounts) == mounts[1]


def test_no_mount_is_found_in_an_empty_list() -> None:
    assert mount_of(PurePosixPath("/home"), []) is None


def test_this_machine_tells_its_mounts() -> None:
    found = mount_of(PurePosixPath("/proc/self"), machine_mounts())

    assert found is not None
    assert found.file_system == "proc"


@pytest.mark.parametrize(
    ("parts", "service"),
    [
        ("OneDrive/motcua", "OneDrive"),
        ("OneDrive - UBND phường Một/motcua", "OneDrive"),
        ("onedrive - Personal", "OneDrive"),
        ("Dropbox", "Dropbox"),
        ("Dropbox (Phòng Nội vụ)/a/b", "Dropbox"),
        ("Google Drive/x", "Google Drive"),
        ("GoogleDrive-lan@example.vn/My Drive", "Google Drive"),
        ("My Drive/x", "Google Drive"),
        ("Drive của tôi/x", "Google Drive"),
        ("iCloudDrive", "iCloud"),
        ("Library/Mobile Documents/com~apple~CloudDocs", "iCloud"),
        ("Nextcloud", "Nextcloud"),
    ],
)
def test_folders_of_cloud_drives_are_refused_by_name(tmp_path: Path, parts: str, service: str) -> None:
    problem = refusal(tmp_path / parts)

    assert problem.code == "synced_folder"
    assert problem.details["service"] == service


@pytest.mark.parametrize("name", ["OneDriver", "dropbox-notes", "Drive", "my drives", "Hồ sơ", "onedrive2"])
def test_names_that_only_resemble_are_accepted(tmp_path: Path, name: str) -> None:
    check_location(tmp_path / name, [LOCAL_ROOT], environ={})


@pytest.mark.parametrize(
    ("name", "is_folder", "service"),
    [
        (".dropbox", False, "Dropbox"),
        (".dropbox.cache", True, "Dropbox"),
        (".849C9593-D756-4E56-8D6E-42412F2A707B", False, "OneDrive"),
        (".tmp.driveupload", True, "Google Drive"),
        (".stfolder", True, "Syncthing"),
    ],
)
def test_renamed_folders_of_cloud_drives_are_refused_by_what_lies_in_them(
    tmp_path: Path, name: str, is_folder: bool, service: str
) -> None:
    if is_folder:
        (tmp_path / name).mkdir()
    else:
        (tmp_path / name).touch()

    problem = refusal(tmp_path / "deep" / "motcua")

    assert (problem.code, problem.details["service"]) == ("synced_folder", service)


def test_the_home_folder_of_a_dropbox_user_is_accepted(tmp_path: Path) -> None:
    (tmp_path / ".dropbox").mkdir()

    check_location(tmp_path / "motcua", [LOCAL_ROOT], environ={})


def test_the_folder_onedrive_tells_of_is_refused_whatever_its_name(tmp_path: Path) -> None:
    environ = {"OneDriveCommercial": str(tmp_path / "Tài liệu")}

    assert synced_by(tmp_path / "Tài liệu" / "motcua", environ) == "OneDrive"
    assert synced_by(tmp_path / "Khác", environ) is None
    assert synced_by(tmp_path / "Khác", {"OneDrive": ""}) is None


def test_a_link_into_a_cloud_drive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "Dropbox").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "Dropbox")

    assert refusal(tmp_path / "link").code == "synced_folder"


@pytest.mark.parametrize(
    "text",
    [r"\\may-chu\chung\motcua", "//may-chu/chung/motcua", r"\\?\UNC\may-chu\chung\x", r"\\wsl$\Debian\home"],
)
def test_windows_shares_are_recognised(text: str) -> None:
    assert is_share_path(text)


@pytest.mark.parametrize(
    "text", [r"C:\Users\lan\motcua", r"\\?\C:\Users\lan", r"\\.\C:\x", "/home/lan", r"C:motcua", "motcua"]
)
def test_local_paths_are_no_windows_shares(text: str) -> None:
    assert not is_share_path(text)


@pytest.mark.parametrize(("kind", "is_refused"), [(4, True), (3, False), (2, False), (0, False)])
def test_a_drive_letter_is_judged_by_what_windows_says_of_it(kind: int, is_refused: bool) -> None:
    asked = []

    def drive_type(root: str) -> int:
        asked.append(root)
        return kind

    folder = PureWindowsPath(r"Z:\motcua\data")
    if is_refused:
        with pytest.raises(EnvironmentProblem) as caught:
            refuse_network(folder, [], drive_type)
        assert caught.value.code == "network_share"
    else:
        refuse_network(folder, [], drive_type)
    assert asked == ["Z:\\"]


def test_a_windows_share_is_refused_without_asking_it() -> None:
    with pytest.raises(EnvironmentProblem) as caught:
        refuse_network(PureWindowsPath(r"\\may-chu\chung\motcua"), [], lambda _: pytest.fail("asked"))

    assert caught.value.code == "network_share"


def test_two_slashes_at_the_front_mean_nothing_on_unix(tmp_path: Path) -> None:
    doubled = Path(f"/{tmp_path}")

    check_location(doubled, [LOCAL_ROOT], environ={})
    assert refusal(doubled, Mount(PurePosixPath(tmp_path), "nfs4")).code == "network_share"


def test_a_read_only_mount_is_refused(tmp_path: Path) -> None:
    problem = refusal(tmp_path, Mount(PurePosixPath(tmp_path), "ext4", is_read_only=True))

    assert problem.code == "folder_read_only"


def test_a_folder_we_may_not_write_is_refused(locked_folder: Path) -> None:
    assert refusal(locked_folder).code == "folder_read_only"
    assert refusal(locked_folder / "new").code == "folder_read_only"
