#!/bin/sh
# Prepares what the nodes of the cluster need: good passwords, a certificate authority, a certificate for each node.
# Compose runs this at every start, and it keeps whatever is there and good. $1 goes before all paths, for a trial.
set -eu
root=${1:-}
authority=$root/authority
trust=$root/trust
# The user and group of the nodes, as in docker-compose.yml.
owner=1000:1000

mistakes=0
check_password() {
  case $2 in
    *[!A-Za-z0-9._~-]*) problem='has characters that a connection string would need encoded' ;;
    ????????????????*) return 0 ;;
    *) problem='is missing or has fewer than 16 characters' ;;
  esac
  mistakes=$((mistakes + 1))
  echo "$1 $problem: set it in the environment to letters and digits, such as openssl rand -hex 24 makes" >&2
}
check_password EVENTSTORE_ADMIN_PASSWORD "${EVENTSTORE_ADMIN_PASSWORD:-}"
check_password EVENTSTORE_OPS_PASSWORD "${EVENTSTORE_OPS_PASSWORD:-}"
[ "$mistakes" -eq 0 ] || exit 2

# An authority of this tool lasts five years. The key moves to its place before the certificate, so the next run repairs
# an interrupted one.
if [ ! -f "$authority/ca.crt" ]; then
  rm -rf "$authority/new"
  es-gencert-cli create-ca -out "$authority/new"
  chmod 0400 "$authority/new/ca.key"
  chmod 0444 "$authority/new/ca.crt"
  mv -f "$authority/new/ca.key" "$authority/ca.key"
  mv -f "$authority/new/ca.crt" "$authority/ca.crt"
  rm -rf "$authority/new"
fi
if ! cmp -s "$authority/ca.crt" "$trust/ca.crt"; then
  cp "$authority/ca.crt" "$trust/new.crt"
  chmod 0444 "$trust/new.crt"
  mv -f "$trust/new.crt" "$trust/ca.crt"
fi

for home in "$root"/certificates/*; do
  node=${home##*/}
  # A certificate of this tool lasts a year. After ten months, or under a new authority, the node gets another one. The
  # copy of the authority's certificate beside it says who signed it. The script makes that copy last.
  if ! cmp -s "$authority/ca.crt" "$home/ca.crt" || [ -z "$(find "$home" -name node.crt -mtime -300)" ]; then
    rm -rf "$home/new"
    es-gencert-cli create-node -ca-certificate "$authority/ca.crt" -ca-key "$authority/ca.key" \
      -ip-addresses 127.0.0.1 -dns-names "localhost,$node" -out "$home/new"
    chmod 0400 "$home/new/node.key"
    chmod 0444 "$home/new/node.crt"
    chown "$owner" "$home/new/node.key" "$home/new/node.crt"
    rm -f "$home/ca.crt"
    mv -f "$home/new/node.key" "$home/node.key"
    mv -f "$home/new/node.crt" "$home/node.crt"
    cp "$authority/ca.crt" "$home/ca.crt"
    rm -rf "$home/new"
    echo "$node has a new certificate"
  fi
done
