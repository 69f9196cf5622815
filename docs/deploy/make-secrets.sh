#!/bin/sh
# Writes the secrets that docker-compose.yml mounts, each a file that only the user who reads it in a container can
# read: Compose mounts them as they are, whatever `uid` or `mode` a service asks for. So it has to be run as root.
# Nothing is overwritten: a lost password or key locks the data. Keep a copy of the key somewhere else.
set -eu
folder=${1:-secrets}
service=10001 # `useradd` in Dockerfile
database=7474 # user neo4j of the Neo4j image, which refuses a file that is not its own
[ "$(id -u)" = 0 ] || {
  echo "the secrets have to belong to the users in the containers ($service and $database); nothing was written" >&2
  echo "  fix: run this as root; with a rootless Podman: podman unshare sh $0" >&2
  exit 1
}
for name in neo4j_auth neo4j_password mast_key.json; do
  [ ! -e "$folder/$name" ] || { echo "$folder/$name is there already; nothing was changed" >&2; exit 1; }
done
umask 077
mkdir -p "$folder"
chmod 711 "$folder" # so that each is found by its reader
secret() { head -c 32 /dev/urandom | base64 | tr -d '\n'; }
put() { # NAME USER, from standard input
  cat > "$folder/$1"
  chmod 400 "$folder/$1"
  chown "$2" "$folder/$1"
}
password=$(od -An -tx1 -N24 /dev/urandom | tr -d ' \n')
printf 'neo4j/%s\n' "$password" | put neo4j_auth $database
printf '%s\n' "$password" | put neo4j_password $service
# As `mast keys create` writes it, which need not be installed here.
printf '{"format": 2, "current": 1, "ids": "%s",\n "versions": {"1": {"encoding": "%s", "sealing": "%s", "root": true}}}\n' \
  "$(secret)" "$(secret)" "$(secret)" | put mast_key.json $service
echo "wrote neo4j_auth, neo4j_password and mast_key.json to $folder"
