#!/usr/bin/env bash
# Builds the release: one native binary, OUT/causeway.   eng/publish.sh OUT
set -euo pipefail
out=${1:?usage: eng/publish.sh OUT}
mkdir -p "$out"
out=$(cd "$out" && pwd)
cd "$(dirname "$0")/.."
. eng/lib.sh

need_packages clang zlib1g-dev libsqlite3-dev   # what the native linker needs
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rid=$(runtime_identifier)
retry dotnet restore src/Causeway -r "$rid" --verbosity quiet
dotnet publish src/Causeway -c Release -r "$rid" --no-restore -o "$work" --verbosity quiet -nologo
install -m 755 "$work/causeway" "$out/causeway"
ls -l "$out/causeway"
