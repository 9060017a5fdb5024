#!/bin/sh
# The part of smoke.sh that runs on the hidden screen. It waits for what the program says, for a minute at most.
out=$1
said=$out/smoke.stderr
failed=0
openbox &
manager=$!
: >"$said"
TRADEPOST_SMOKE=1 build/bin/tradepost 2>"$said" &
app=$!

until_said() { # until_said FROM_LINE PATTERN
    tries=0
    until tail -n +"$1" "$said" | grep -q "$2"; do
        tries=$((tries + 1))
        [ $tries -lt 300 ] && kill -0 $app 2>/dev/null || return 1
        sleep 0.2
    done
}
verdict() { # verdict STATUS WORDS
    if [ "$1" = 0 ]; then echo "ok $2"; else echo "not ok $2" && failed=1; fi
}

until_said 1 '^painted$'
verdict $? "the window paints"
window=$(xdotool search --onlyvisible --name '^Tradepost$' | tail -n 1)
import -window root "$out/smoke-painted.png"
line=$(($(wc -l <"$said") + 1))
xdotool windowactivate --sync "$window" mousemove --window "$window" "${SMOKE_X:-70}" "${SMOKE_Y:-98}" click 1
until_said $line '^asked GET .*orders'
verdict $? "a click on Orders is answered"
import -window root "$out/smoke-clicked.png"
kill -TERM $app
wait $app
verdict $? "the window closes cleanly"
kill $manager
cat "$said"
exit $failed
