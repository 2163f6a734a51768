#!/bin/bash
# The cause of a failure, as the exit statuses of all stages tell it: through a
# chain of --from, through pipes of ours, and past a foreign command.
. "${0%/*}/lib.sh"
. "${0%/*}/s3.sh"
PATH=$BUILD/unit:$BUILD/helper:$PATH
setsid -w true || skip_all 'no setsid'
case ${SAN:-} in valgrind | qemu) skip_all 'processes have other names there' ;; esac

s3_server
export AWS_MAX_ATTEMPTS=2
# /NNN answers with that status, /cut breaks off, /json is not JSON.
cat >"$T/source" <<'PYTHON'
import http.server, os
class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *args): pass
    def do_GET(self):
        name = self.path[1:]
        self.send_response(int(name) if name.isdigit() else 200)
        body = b'[{"a": 1}, {"a": ' if name == 'json' else b'[{"a": 1}]\n'
        self.send_header('Content-Length', str(len(body) + 10 * (name == 'cut')))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True
server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
with open(os.environ['READY'], 'w') as ready:
    print(server.server_address[1], file=ready)
server.serve_forever()
PYTHON
serve WEB /usr/bin/python3 "$T/source"
export gate= web=http://127.0.0.1:$WEB fetch='cp-fetch --retries 1 --backoff 1ms'

# cause TITLE CODES PIPED FOREIGN COMMAND: the exit statuses of s3put, memzip,
# json2csv and COMMAND in a chain; those of COMMAND, json2csv, memzip and s3put in
# a pipeline; and that of s3put after COMMAND and cat.
cause() {
	local title=$1 chain=$2 piped=$3 foreign=$4 codes
	check_exit "${chain##* }" "$title, --from: ${chain##* }" bash -c \
	    "s3put -q s3://bucket/k --from memzip --from json2csv -f a --from $5"
	gate=json2csv setsid -w bash -c "$5 | json2csv -f a | memzip | s3put -q s3://bucket/k; echo \${PIPESTATUS[*]}" >"$T/codes" 2>"$T/err"
	grep -Eqx "$piped" "$T/codes" || cat "$T/codes" >>"$T/err"
	look "$title, in a pipeline: $piped" grep -Eqx "$piped" "$T/codes"
	check_exit "$foreign" "$title, past a foreign command: $foreign" \
	    setsid -w bash -c "(seen 1 s3put; exec $5) | cat | s3put -q s3://bucket/k"
	nothing "$title: nothing is stored"
}
cause 'wrong usage' 64 '64 79 79 79' 79 "cp-fetch --no-such"
cause 'not found' 69 '69 79 79 79' 79 "$fetch $web/404"
cause 'gone' 69 '69 79 79 79' 79 "$fetch $web/410"
cause 'no access' 77 '77 79 79 79' 79 "$fetch $web/401"
cause 'too many requests' 75 '75 75 75 75' 75 "$fetch --rate 0 $web/503"
cause 'a body that is cut' 75 '75 75 75 75' 75 "$fetch $web/cut"
cause 'nobody there' 75 '75 75 75 75' 75 "$fetch http://127.0.0.1:1/"
cause 'a file that is not there' 74 '74 79 79 79' 79 "stage fail 74 --"
cause 'a fault of its own' 70 '70 79 79 79' 79 "stage fail 70 --"
printf '[ -z "$gate" ] || seen 1 $gate\necho "[]"\nexit 3\n' >"$T/other"
cause 'a command of other codes' 79 '3 79 79 79' 79 "sh $T/other"
cause 'a command that is killed' 79 '137 79 79 79' 79 'sh -c "kill -9 \$\$"'

# In the middle.
check_exit 65 'data that is wrong, --from: 65' s3put -q s3://bucket/k --from memzip --from json2csv -f a --from cp-fetch "$web/json"
bash -c 'cp-fetch "$web/json" | json2csv -f a | memzip | s3put -q s3://bucket/k; echo ${PIPESTATUS[*]}' >"$T/codes" 2>"$T/err"
look 'in a pipeline: 0 65 79 79' grep -qx '0 65 79 79' "$T/codes"
check_exit 0 'and when nothing is wrong, 0' s3put -q s3://bucket/k --from memzip --from json2csv -f a --from cp-fetch "$web/good"
finish
