# Runs Postgres for as long as somebody holds the other end of our standard input.
#
# When the server ends, however it ends, that end closes and Postgres is told to stop.
# $1 is a directory to remove afterwards, or nothing; the rest is the command.
remove=$1
shift
exec 3<&0 </dev/null
"$@" 3<&- &
postgres=$!
( read -r _ <&3; kill -INT "$postgres" ) >/dev/null 2>&1 &
watch=$!
exec 3<&-
echo "$postgres"
exec >/dev/null
wait "$postgres"
status=$?
kill "$watch" 2>/dev/null
if [ -n "$remove" ]; then
    rm -rf "$remove"
fi
exit "$status"
