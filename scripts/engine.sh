#!/usr/bin/env bash
# A container engine and base images for the tests, on Debian, with no container registry; does nothing where both are
# there. `scripts/engine.sh [IMAGE…]`; an image is debian:SUITE-slim or node:MAJOR-SUITE-slim. Also installs bubblewrap.
# Uses apt-get, debootstrap and npm as this machine has them set up. An image that was pulled is left alone.
set -euo pipefail
exec </dev/null
[ $# -gt 0 ] || set -- node:24-bookworm-slim
export DEBIAN_FRONTEND=noninteractive LC_ALL=C PATH=$PATH:/usr/sbin:/sbin
cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/swarm-engine
mkdir -p "$cache"
exec 9>"$cache/.lock"
flock 9
work=$(mktemp -d "$cache/work.XXXXXX")
trap 'rm -rf "$work"' EXIT

say() { echo "engine: $*"; }
die() { say "FAILED: $*"; exit 1; }

# Packages must not start daemons themselves: 101 is what policy-rc.d says then.
install() {
  local want=() package made='' status=0
  for package in "$@"; do dpkg -s "$package" >/dev/null 2>&1 || want+=("$package"); done
  [ ${#want[@]} -gt 0 ] || return 0
  [ "$(id -u)" = 0 ] || die "root is needed to install ${want[*]}"
  say "installing ${want[*]}"
  apt-get update -qq >"$cache/apt.log" 2>&1 || die "apt-get update, see $cache/apt.log"
  if [ ! -e /usr/sbin/policy-rc.d ]; then
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
    chmod 755 /usr/sbin/policy-rc.d
    made=yes
  fi
  apt-get install -y -qq --no-install-recommends "${want[@]}" >>"$cache/apt.log" 2>&1 9>&- || status=$?
  [ -z "$made" ] || rm -f /usr/sbin/policy-rc.d
  [ "$status" = 0 ] || die "apt-get install, see $cache/apt.log"
}

# A machine without an init system may have no control groups.
control_groups() {
  ! grep -q ' /sys/fs/cgroup' /proc/mounts || return 0
  mount -t tmpfs -o mode=0755 cgroup /sys/fs/cgroup
  local each
  for each in $(awk '!/^#/ && $4 == 1 { print $1 }' /proc/cgroups); do
    mkdir -p "/sys/fs/cgroup/$each"
    mount -n -t cgroup -o "$each" cgroup "/sys/fs/cgroup/$each" || rmdir "/sys/fs/cgroup/$each"
  done
}

is_up() { docker info >/dev/null 2>&1; }
runs() { [ -f "$1" ] && grep -qs "$2" "/proc/$(cat "$1")/comm"; }

start_engine() {
  is_up && return
  install docker.io iptables ca-certificates
  control_groups
  local pid=/var/run/docker.pid below=/var/run/docker/containerd/containerd.pid log=/var/log/dockerd.log round try
  # One that is starting or stopping, and what a killed one leaves for a moment.
  for round in $(seq 120); do
    runs $pid dockerd || break
    sleep 0.5
    ! is_up || return 0
  done
  runs $pid dockerd || rm -f $pid
  for round in $(seq 20); do
    runs $below containerd || break
    sleep 0.5
  done
  for try in 1 2; do
    say "starting $(dockerd --version), try $try"
    setsid nohup dockerd >>"$log" 2>&1 </dev/null 9>&- &
    for round in $(seq 360); do
      ! is_up || return 0
      kill -0 $! 2>/dev/null || break
      sleep 0.25
    done
  done
  tail -5 "$log"
  die "dockerd did not come up, see $log"
}

repository() {
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null | grep -E "$1/?\$" | head -1 || true
}

# What this machine trusts and where it installs from are in the image, so that builds on it need neither.
debian_image() {
  local tag=$1 suite=${1#debian:} root=$work/root mirror security settings=()
  suite=${suite%-slim}
  ! docker image inspect "$tag" >/dev/null 2>&1 || return 0
  install debootstrap ca-certificates
  mirror=$(repository /debian)
  security=$(repository debian-security)
  say "making $tag"
  debootstrap --variant=minbase "$suite" "$root" ${mirror:+"$mirror"} >"$cache/debootstrap.log" 2>&1 9>&- ||
    die "debootstrap, see $cache/debootstrap.log"
  if [ -n "$mirror" ]; then
    {
      echo "deb $mirror $suite main"
      echo "deb $mirror $suite-updates main"
      [ -z "$security" ] || echo "deb $security $suite-security main"
    } >"$root/etc/apt/sources.list"
  fi
  printf 'Acquire::Check-Valid-Until "false";\nAcquire::Check-Date "false";\nAcquire::Languages "none";\n' \
    >"$root/etc/apt/apt.conf.d/99engine"
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
  chmod 755 "$root/usr/sbin/policy-rc.d"
  if ls /usr/local/share/ca-certificates/*.crt >/dev/null 2>&1; then
    mkdir -p "$root/usr/local/share/ca-certificates" "$root/etc/ssl"
    cp /usr/local/share/ca-certificates/*.crt "$root/usr/local/share/ca-certificates/"
    cat /usr/local/share/ca-certificates/*.crt >"$root/etc/ssl/extra-ca.pem"
    settings=(-c 'ENV NODE_EXTRA_CA_CERTS=/etc/ssl/extra-ca.pem')
  fi
  tar -C "$root" --numeric-owner --exclude='./var/cache/apt/*' --exclude='./var/lib/apt/lists/*' \
    --exclude='./usr/share/doc/*' --exclude='./usr/share/man/*' --exclude='./usr/share/locale/*' \
    --exclude='./var/log/*' --exclude='./dev/*' -cf - . |
    docker import -c 'CMD ["bash"]' "${settings[@]}" - "$tag" >/dev/null
  rm -rf "$root"
}

# Laid out as the official image is, from the packages node-linux-* and npm of the npm registry.
node_image() {
  local tag=$1 major suite npm=10 files=$work/files kind
  IFS=- read -r major suite _ <<<"${1#node:}"
  ! docker image inspect "$tag" >/dev/null 2>&1 || return 0
  debian_image "debian:$suite-slim"
  [ "$major" -le 22 ] || npm=11
  kind=node-linux-$(node -p process.arch)
  say "making $tag"
  mkdir -p "$work/packages" "$files/usr/local/lib/node_modules"
  (cd "$work/packages" && npm pack --silent "$kind@$major" "npm@$npm" >/dev/null 2>"$cache/npm.log") ||
    die "npm pack, see $cache/npm.log"
  tar -xzf "$work"/packages/"$kind"-*.tgz -C "$files/usr/local" --strip-components=1 package/bin/node
  tar -xzf "$work"/packages/npm-*.tgz -C "$files/usr/local/lib/node_modules"
  mv "$files/usr/local/lib/node_modules/package" "$files/usr/local/lib/node_modules/npm"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$files/usr/local/bin/npm"
  ln -s ../lib/node_modules/npm/bin/npx-cli.js "$files/usr/local/bin/npx"
  chmod -R go+rX "$files"
  cat >"$work/Dockerfile" <<END
FROM debian:$suite-slim
RUN groupadd --gid 1000 node && useradd --uid 1000 --gid node --shell /bin/bash --create-home node
COPY files/ /
CMD ["node"]
END
  DOCKER_BUILDKIT=0 docker build -q -t "$tag" "$work" >"$cache/build.log" 2>&1 || die "docker build, see $cache/build.log"
}

# Podman has images of its own, and is tested where it is.
podman_image() {
  command -v podman >/dev/null || return 0
  podman image exists "$1" 2>/dev/null || { docker save "$1" | podman load -q >/dev/null 2>&1; } || say "Podman does not take $1"
}

install bubblewrap
start_engine
for image in "$@"; do
  case $image in
    debian:*) debian_image "$image" ;;
    node:*) node_image "$image" && podman_image "$image" ;;
    *) die "no recipe for $image" ;;
  esac
done
say "ready: Docker $(docker version --format '{{.Server.Version}}'), $(bwrap --version)"
