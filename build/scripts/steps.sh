# Sourced by test.sh: runs steps one after the other, keeps what each says, and counts.
out=build/out/test
passed=0 failed=0 skipped=0
failures=

count() { # count NAME PASSED FAILED SKIPPED
    passed=$((passed + $2)) failed=$((failed + $3)) skipped=$((skipped + $4))
    [ "$3" = 0 ] || failures="$failures $1"
}

# check NAME COMMAND...: one check that passes or fails as a whole.
check() {
    name=$1
    shift
    printf '== %s\n' "$name"
    if "$@" >"$out/$name.log" 2>&1; then
        count "$name" 1 0 0
    else
        cat "$out/$name.log"
        echo "FAILED $name"
        count "$name" 0 1 0
    fi
}

# skip NAME REASON
skip() {
    echo "== $1"
    echo "SKIPPED $1: $2"
    count "$1" 0 0 1
}

# counted NAME COMMAND...: a suite that leaves "PASSED FAILED SKIPPED" in $out/NAME.count. One that leaves nothing, or
# fails without saying in what, is one failure.
counted() {
    name=$1
    shift
    printf '== %s\n' "$name"
    rm -f "$out/$name.count"
    "$@"
    status=$?
    read -r p f s 2>/dev/null <"$out/$name.count" || { p=0 f=0 s=0; [ $status != 0 ] || status=1; }
    [ $status = 0 ] || [ "$f" != 0 ] || f=1
    echo "   $p passed, $f failed, $s skipped"
    count "$name" "$p" "$f" "$s"
}

# summary prints the last line and ends.
summary() {
    [ -z "$failures" ] || echo "Failed:$failures (what they said: $out)"
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" = 0 ]
    exit
}
