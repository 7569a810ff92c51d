#!/usr/bin/env bash
# Runs cityserver/README.md once in a bare Debian root, and prints how long each step took:
#   installer/prove-city.sh ROOT motcua-city.deb          as root; ROOT as debootstrap left it
# No systemd runs in a root, so PostgreSQL, nginx and the service are started by hand; their files are the packages' own.
set -euo pipefail
root=$1 deb=$2
city=0
address=/var/run/postgresql
url="postgresql+psycopg:///motcua_city?host=$address"

step() { # what, command...
    local what=$1 started
    shift
    started=$(date +%s.%N)
    if "$@" >"$root/tmp/step.log" 2>&1; then
        printf '%7.1f s  %s\n' "$(echo "$(date +%s.%N) - $started" | bc)" "$what"
    else
        printf '  FAILED  %s\n' "$what"
        tail -n 15 "$root/tmp/step.log" | sed 's/^/           /'
        # What comes after would only say the same.
        exit 1
    fi
}

inside() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }
as_city() { inside runuser -u motcua-city -- "$@"; }
as_admin() { as_city motcua-city --db "$url" "$@"; }

prepare() {
    cp /etc/resolv.conf "$root/etc/resolv.conf"
    cp "$deb" "$root/var/tmp/motcua-city.deb"
    # Nothing starts by itself while it is being installed.
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
    chmod +x "$root/usr/sbin/policy-rc.d"
    inside apt-get -q update
    inside apt-get -q -y --no-install-recommends install postgresql nginx openssl curl ca-certificates
}

start_city() {
    # The very line of the unit, with its settings.
    # Not by `inside`: the process to stop must be the service, not a shell before it.
    chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 sh -c 'set -a; . /etc/motcua-city/city.env; set +a; exec setpriv --reuid motcua-city --regid motcua-city --clear-groups --no-new-privs motcua-city serve --host 127.0.0.1 --port 8443' >"$root/tmp/city.log" 2>&1 &
    city=$!
    for _ in $(seq 600); do
        inside curl -s -o /dev/null http://127.0.0.1:8443/ && return 0
        kill -0 $city || return 1
        sleep 0.2
    done
    return 1
}

stop_city() {
    [ "$city" = 0 ] || { kill "$city" && wait "$city" || true; }
    city=0
}

set_up_nginx() {
    mkdir -p "$root/etc/ssl/motcua-city"
    inside openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=motcua.example.vn -addext subjectAltName=DNS:motcua.example.vn \
        -keyout /etc/ssl/motcua-city/key.pem -out /etc/ssl/motcua-city/fullchain.pem
    inside cp /usr/share/doc/motcua-city/nginx.conf /etc/nginx/sites-available/motcua-city
    inside ln -sf ../sites-available/motcua-city /etc/nginx/sites-enabled/motcua-city
    inside rm -f /etc/nginx/sites-enabled/default
    inside nginx -t
    inside nginx
}

through_nginx() { # path, expected status
    local seen
    seen=$(inside curl -s -o /dev/null -w '%{http_code}' --cacert /etc/ssl/motcua-city/fullchain.pem --resolve motcua.example.vn:443:127.0.0.1 \
        "https://motcua.example.vn$1")
    echo "$1 $seen"
    [ "$seen" = "$2" ]
}

release_by_nginx() {
    echo signed >"$root/var/lib/motcua-city-releases/linux-x86_64.motcua-head"
    # Joined: in a step `set -e` does not hold.
    through_nginx /ban-moi/linux-x86_64.motcua-head 200 && through_nginx /ban-moi/other 404
}

units() { as_admin admin units | tee "$root/tmp/units.txt" | grep -c "$1"; }
newest() { inside sh -c 'ls -t /var/backups/motcua-city/*.dump | head -1'; }

altered() {
    inside sh -c "cp $(newest) /var/tmp/x.dump; cd /var/tmp; sha256sum x.dump >x.dump.sha256; printf x >>x.dump"
    ! inside /usr/lib/motcua-city/restore /var/tmp/x.dump >"$root/tmp/refusal" 2>&1
    grep "x.dump: FAILED" "$root/tmp/refusal"
}

cleaned() {
    stop_city
    inside nginx -s stop 2>/dev/null || true
    inside pg_ctlcluster 15 main stop -m fast 2>/dev/null || true
    umount "$root/dev" "$root/proc" 2>/dev/null || true
}
trap cleaned EXIT
mount --bind /dev "$root/dev"
mount --bind /proc "$root/proc"

step "PostgreSQL, nginx (with the network)" prepare
step "start PostgreSQL" inside pg_ctlcluster 15 main start
step "install the city server" inside apt-get -q -y --no-install-recommends install /var/tmp/motcua-city.deb
step "set-up-database" inside /usr/lib/motcua-city/set-up-database
step "set-up-database again changes nothing" inside /usr/lib/motcua-city/set-up-database
step "the service starts by the unit's line" start_city
step "make a unit" as_admin admin create-unit --sample
step "it is there" units 0197f000
step "no secret lies in the clear" as_admin admin secrets
step "nginx: the sample passes nginx -t and runs" set_up_nginx
step "a citizen's page over TLS through nginx" through_nginx /tra-cuu 200
step "the exchange refuses strangers through nginx" through_nginx /v1/catalogue 401
step "releases are served" release_by_nginx
step "back up" inside /usr/lib/motcua-city/back-up /var/backups/motcua-city
stop_city
step "lose the database" inside sh -c "runuser -u postgres -- psql -q -c 'DROP DATABASE IF EXISTS lost' -c 'DROP DATABASE IF EXISTS motcua_city'"
step "restore" inside /usr/lib/motcua-city/restore "$(newest)"
step "the service starts again" start_city
step "the unit is back" units 0197f000
step "verify" as_admin admin verify
step "a backup that was altered is refused" altered
step "upgrade: the package again" inside apt-get -q -y --reinstall --no-install-recommends install /var/tmp/motcua-city.deb
stop_city
step "remove; database and backups stay" inside sh -c "apt-get -q -y remove motcua-city && runuser -u postgres -- psql -Atq -c 'SELECT 1' motcua_city && ls /var/backups/motcua-city/*.dump"
