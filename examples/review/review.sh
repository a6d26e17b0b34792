#!/bin/sh
# Reviews a change of a model, as a CI job does: OLD and NEW are two checkouts of the same folder.
#
#   review.sh OLD NEW OUT [what `casewise diff` is to compare on: --customers FILE --events … --now TIME]
#
# Leaves OUT/tests.xml (JUnit), OUT/coverage.txt, OUT/diff.txt and, with customers, OUT/diff.html.
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
casewise test "$new/model.cw" --junit "$out/tests.xml" --coverage-at-least "${COVERAGE:-0}" > "$out/coverage.txt" || {
    cat "$out/coverage.txt"
    exit 1
}
tail -n +1 "$out/coverage.txt" | grep -e ' passed, ' -e ' covered: '

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
