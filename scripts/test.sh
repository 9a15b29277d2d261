#!/usr/bin/env bash
# Runs every test and adds up what came of them, in one last line.
set -uo pipefail
cd "$(dirname "$0")/.."
told=$(mktemp)
trap 'rm -f "$told"' EXIT
cargo test --workspace --no-fail-fast --lib --bins --tests "$@" | tee "$told"
status=${PIPESTATUS[0]}
awk '/^test result:/ { passed += $4; failed += $6; skipped += $8 }
     END { printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped }' "$told"
exit "$status"
