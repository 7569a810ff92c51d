#!/usr/bin/env bash
# Starts the city's unit under a real systemd, with all its restrictions:   prove-unit.sh ROOT PROGRAM      as root
# ROOT is a Debian 12 root with systemd and dbus installed (debootstrap, apt-get install systemd systemd-sysv dbus); PROGRAM
# the folder built by `just package city-deb` (out/package/dist/motcua-city). The root boots in namespaces of its own,
# without a network; the data lies in SQLite, for prove-city.sh has PostgreSQL and nginx.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(readlink -f "$1") program=$2
units=$root/usr/lib/systemd/system

mkdir -p "$root/opt" "$root/oldroot" "$root/etc/motcua-city" "$root/usr/lib/motcua-city" "$root/var/lib/motcua-city"
rm -rf "$root/opt/motcua-city" "$root/var/proof"
cp -r "$program" "$root/opt/motcua-city"
ln -sf /opt/motcua-city/motcua-city "$root/usr/bin/motcua-city"
ln -sf /bin/true "$root/usr/bin/motcua"
cp "$here"/*.service "$here"/*.timer "$here"/../linux/*.service "$here"/../linux/*.timer "$units"
cp "$here/back-up" "$root/usr/lib/motcua-city"
chroot "$root" id motcua-city >/dev/null 2>&1 || chroot "$root" useradd --system --user-group motcua-city
chroot "$root" chown motcua-city /var/lib/motcua-city
echo 'MOTCUA_CITY_DB=sqlite:////var/lib/motcua-city/city.db' >"$root/etc/motcua-city/city.env"

chroot "$root" systemd-analyze verify --man=no motcua-city.service motcua-city-backup.service motcua-city-backup.timer \
    motcua-update.service motcua-update.timer
chroot "$root" systemd-analyze security --offline=true motcua-city.service | tail -n 1

cat >"$root/usr/lib/motcua-city/proof" <<'PROOF'
#!/bin/bash
systemctl start motcua-city
for _ in $(seq 60); do
    if { exec 3<>/dev/tcp/127.0.0.1/8443; } 2>/dev/null; then break; fi
    sleep 1
done
echo "active: $(systemctl is-active motcua-city), restarts: $(systemctl show -P NRestarts motcua-city)"
printf 'GET / HTTP/1.0\r\n\r\n' >&3
echo "answer: $(head -n 1 <&3)"
systemctl stop motcua-city
echo "stopped: $(systemctl show -P Result motcua-city)"
journalctl -u motcua-city --no-pager -n 5 | sed 's/^/    /'
echo end
PROOF
chmod 755 "$root/usr/lib/motcua-city/proof"
printf '[Service]\nType=oneshot\nStandardOutput=file:/var/proof\nExecStart=/usr/lib/motcua-city/proof\n[Install]\nWantedBy=multi-user.target\n' >"$units/motcua-proof.service"
chroot "$root" systemctl -q enable motcua-proof.service

export root
# A root of its own by pivot_root: from a mere chroot nobody may make the user namespace that PrivateUsers asks for.
timeout -s KILL 150 unshare --pid --fork --kill-child --mount --uts --ipc --net sh -c '
    ip link set lo up
    mount --bind "$root" "$root" && cd "$root"
    mount -t proc proc proc && mount -t sysfs sys sys && mount -t tmpfs tmpfs run && mount -t tmpfs tmpfs tmp
    mount --rbind /dev dev && mount --rbind /sys/fs/cgroup sys/fs/cgroup
    pivot_root . oldroot && cd / && umount -l /oldroot
    exec env container=lxc /lib/systemd/systemd --system' >/dev/null 2>&1 </dev/null &
booted=$!
for _ in $(seq 140); do
    if grep -qs '^end$' "$root/var/proof"; then break; fi
    sleep 1
done
kill -KILL "$(ps -o pid= --ppid "$booted")" "$booted" 2>/dev/null || true
cat "$root/var/proof"
grep -q '^active: active, restarts: 0$' "$root/var/proof" && grep -q '^stopped: success$' "$root/var/proof"
