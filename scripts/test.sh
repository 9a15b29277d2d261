#!/usr/bin/env bash
# Runs every test and adds up what came of them, in one last line. The databases
# that they make are thrown away when all passed, and kept to look into when not.
set -uo pipefail
cd "$(dirname "$0")/.."
TMPDIR=$(mktemp --directory --tmpdir phb-tests-XXXXXX)
export TMPDIR
# PostgreSQL runs as an owner of its own, who has to pass through.
chmod 755 "$TMPDIR"
told=$TMPDIR/told
cargo test --workspace --no-fail-fast --lib --bins --tests "$@" | tee "$told"
status=${PIPESTATUS[0]}
sum=$(awk '/^test result:/ { passed += $4; failed += $6; skipped += $8 }
     END { printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped }' "$told")
if [ "$status" = 0 ]; then
    scripts/postgres.sh stop
    rm -rf "$TMPDIR"
else
    echo "What the tests made is in $TMPDIR"
fi
echo "$sum"
exit "$status"
