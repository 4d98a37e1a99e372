#!/usr/bin/env bash
# Measures Causeway beside nginx and the bare upstream.   bench/run.sh [--quick]
set -euo pipefail
cd "$(dirname "$0")/.."
. eng/lib.sh
need_packages nginx-light wrk python3
eng/publish.sh artifacts >/dev/null
exec python3 bench/bench.py --binary artifacts/causeway "$@"
