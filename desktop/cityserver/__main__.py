"""The city system's command; its serving part comes with the sync engine."""

import sys


def main() -> int:
    """Say that the city system is not part of this release, and exit as wrong use."""
    sys.stderr.write(
        "motcua-city: hệ thống thành phố sẽ có ở phiên bản sau; mỗi máy vẫn làm việc đầy đủ khi chưa có nó.\n"
    )
    return 2


if __name__ == "__main__":
    sys.exit(main())
