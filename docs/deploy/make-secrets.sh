#!/bin/sh
# Writes the database secrets that docker-compose.yml mounts. Refuses to overwrite: a lost password locks the data.
# The pseudonymisation key is made by `mast keys create FILE`, not here: keep a copy of it somewhere else.
set -eu
folder=${1:-secrets}
umask 077
mkdir -p "$folder"
for name in neo4j_auth neo4j_password; do
  [ ! -e "$folder/$name" ] || { echo "$folder/$name is there already; nothing was changed" >&2; exit 1; }
done
password=$(od -An -tx1 -N24 /dev/urandom | tr -d ' \n')
printf 'neo4j/%s\n' "$password" > "$folder/neo4j_auth"
printf '%s\n' "$password" > "$folder/neo4j_password"
echo "wrote $folder/neo4j_auth and $folder/neo4j_password"
