#!/usr/bin/env bash
# Installs what the tests need, builds, and runs everything. Ends with one line: N passed, N failed.
set -euo pipefail
cd "$(dirname "$0")/.."
. eng/lib.sh

root=$PWD
results=$root/artifacts/results
rm -rf "$results"
mkdir -p "$results"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

echo "== restore and build"
need_packages libsqlite3-dev postgresql prometheus   # the databases that the contract of the stores is tested on, and who reads metrics
retry dotnet restore Causeway.slnx --verbosity quiet
dotnet build Causeway.slnx -c Release --no-restore --verbosity quiet -nologo
echo "== release binary"
eng/publish.sh artifacts
export CAUSEWAY_BINARY=$root/artifacts/causeway
echo "== clients from npm"
(cd tests/Causeway.EndToEnd/clients && retry npm ci --no-audit --no-fund --ignore-scripts --loglevel=error)

failed=0
for project in tests/*/*.csproj; do
  name=$(basename "$project" .csproj)
  echo "== $name"
  dotnet run --project "$project" -c Release --no-build -- -noColor -noLogo -ctrf "$results/$name.json" || failed=1
done

echo "== fuzzing, a short while"
dotnet run --project fuzz -c Release --no-build -- --seconds 1 --results "$results/fuzz.json" || failed=1

echo "== the model catalogue, against its sources"
passed=1
retry node eng/catalogue/generate.mjs --check || { passed=0; failed=1; }
echo "{\"results\":{\"summary\":{\"tests\":1,\"passed\":$passed,\"failed\":$((1 - passed)),\"other\":0}}}" > "$results/catalogue.json"

# External kits that measure the gateway from outside, where they lie beside the repository.
[ -d ../shared ] && { python3 eng/kits.py ../shared "$CAUSEWAY_BINARY" "$results" || failed=1; }

python3 - "$results" "$failed" <<'PY'
import glob, json, sys
folder, failed_run = sys.argv[1], int(sys.argv[2])
passed = failed = 0
for file in glob.glob(folder + "/*.json"):
    summary = json.load(open(file))["results"]["summary"]
    passed += summary["passed"]
    failed += summary["failed"] + summary.get("other", 0)
if failed_run and not failed:
    failed = 1   # something ended before it could count
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed or not passed else 0)
PY
