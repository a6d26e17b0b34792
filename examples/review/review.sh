#!/bin/sh
# Reviews a change of a model, as a CI job does: OLD and NEW are two checkouts of the same folder.
#
#   review.sh OLD NEW OUT [what `casewise diff` is to compare on: --customers FILE --events … --now TIME]
#
# Leaves OUT/tests.xml (JUnit), OUT/coverage.txt, OUT/diff.txt and, with customers, OUT/diff.html. Tests that fail, or
# reach too little, fail the review at its end: the difference is shown all the same.
# Paths behind OUT are read as they are. COVERAGE is the least share of outcomes that tests must reach, in percent.
set -eu
old=$1 new=$2 out=$3
shift 3
mkdir -p "$out"

echo "== form"
find "$new" -name '*.cw' -exec casewise fmt --check {} +

echo "== check"
casewise check "$new/model.cw" --deep

echo "== tests"
failed=0
casewise test "$new/model.cw" --junit "$out/tests.xml" --coverage-at-least "${COVERAGE:-0}" > "$out/coverage.txt" || {
    failed=1
    grep -v '^ok ' "$out/coverage.txt" || true
}
[ "$failed" -eq 1 ] || grep -e ' passed, ' -e ' covered: ' "$out/coverage.txt"

echo "== diff"
# 1 is a difference: what the reviewer is to read, and no failure.
differs() {
    casewise diff "$old/model.cw" "$new/model.cw" "$@" || [ $? -eq 1 ]
}
if [ $# -gt 0 ]; then
    differs "$@" -o "$out/diff.html"
fi
differs "$@" > "$out/diff.txt"
cat "$out/diff.txt"
exit "$failed"
