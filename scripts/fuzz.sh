#!/usr/bin/env bash
# Feeds what nobody would send to everything that reads what others send: each target
# for so many seconds (600 if nothing is said). What makes one fail is kept in
# fuzz/artifacts: make a test of it.
#
#   scripts/fuzz.sh [seconds] [target …]
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-600}
shift || true
command -v cargo-fuzz >/dev/null || cargo install --locked cargo-fuzz
targets=("$@")
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(cargo fuzz list)
seed() { # target, files that it begins with
    local folder=fuzz/corpus/$1
    shift
    mkdir -p "$folder"
    cp -n "$@" "$folder"/ 2>/dev/null || true
}
seed bank crates/formats/tests/files/*
seed events crates/domain/tests/golden/*.jsonl
for target in "${targets[@]}"; do
    mkdir -p "fuzz/corpus/$target"
    echo "== $target, for $seconds seconds"
    # Without a sanitizer, so that the released compiler will do.
    cargo fuzz run --sanitizer none "$target" -- -max_total_time="$seconds" -max_len=65536 -timeout=20 -print_final_stats=1
done
