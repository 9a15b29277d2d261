#!/usr/bin/env bash
# Every figure beside its raw limit, from an optimised build without the press
# (which takes minutes to build and has no figure of its own).
#
#   scripts/bench.sh                        the whole of it
#   PHB_BENCH_CASES=500 scripts/bench.sh    a small database, to try the bench
set -euo pipefail
cd "$(dirname "$0")/.."
PHB_BENCH_POSTGRES=$(PHB_PG_DURABLE=1 scripts/postgres.sh url)
export PHB_BENCH_POSTGRES
cargo bench --quiet -p phb-web --bench figures
cargo bench --quiet -p phb-store --bench posting
cargo bench --quiet -p phb-formats --bench statement
