#!/bin/bash
# Which servers are trusted: cp-fetch and curl agree, whatever is in the file.
. "${0%/*}/lib.sh"
for program in openssl curl; do
	command -v $program >/dev/null || skip_all "$program is not installed"
done
LIMIT=$((60 * PATIENCE))
cd "$T" || exit 1

# certify NAME SUBJECT SIGNER EXTENSIONS: NAME.key, NAME.pem
certify() {
	local signer=(-CA "$3.pem" -CAkey "$3.key" -CAcreateserial)
	[ "$1" != "$3" ] || signer=(-signkey "$1.key")
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -subj "$2" -out "$1.csr" 2>/dev/null
	openssl x509 -req -in "$1.csr" "${signer[@]}" -days 2 -extfile <(echo "$4") -out "$1.pem" 2>/dev/null
}
CA='basicConstraints=critical,CA:TRUE'
LEAF='subjectAltName=DNS:localhost,IP:127.0.0.1'
certify root /CN=Root root "$CA"
certify other '/CN=Other root' other "$CA"
certify middle '/O=x/CN=Middle' root "$CA"
certify lower '/O=x/CN=Lower' middle "$CA"
certify leaf /CN=localhost lower "$LEAF"
# A root whose key was changed: the same name.
certify twin /CN=Root twin "$CA"
# The same name and key by another root: a bridge.
openssl req -new -key root.key -subj /CN=Root -out bridge.csr 2>/dev/null
openssl x509 -req -in bridge.csr -CA other.pem -CAkey other.key -CAcreateserial -days 2 -extfile <(echo "$CA") -out bridge.pem 2>/dev/null
certify alone /CN=localhost alone "$LEAF"
certify elsewhere /CN=elsewhere root 'subjectAltName=DNS:elsewhere.test'
cat leaf.pem lower.pem middle.pem >full.chain
cat leaf.pem lower.pem >half.chain
cp leaf.pem bare.chain
cp alone.pem alone.chain
cp elsewhere.pem elsewhere.chain
for c in full half bare; do cp leaf.key $c.chain.key; done
cp alone.key alone.chain.key
cp elsewhere.key elsewhere.chain.key

cat >server <<'PYTHON'
import http.server, os, ssl, sys, threading
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    def do_GET(self):
        self.send_response(200)
        self.send_header('Content-Length', '3')
        self.end_headers()
        self.wfile.write(b'{}\n')
    def log_message(self, *_):
        pass
class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *_):
        pass
ports = []
for name in sys.argv[1:]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(name + '.chain', name + '.chain.key')
    server = Server(('127.0.0.1', 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    ports.append(str(server.server_port))
    threading.Thread(target=server.serve_forever).start()
with open(os.environ['READY'], 'w') as ready:
    ready.write(' '.join(ports) + '\n')
PYTHON
serve PORTS /usr/bin/python3 server full half bare alone elsewhere
read -r full half bare alone elsewhere <<<"$PORTS"

# trust TITLE PORT yes|no PART…: a file of these parts
trust() {
	local title=$1 url=https://localhost:$2/ want=$3
	shift 3
	cat "$@" >file
	curl -sf --cacert file --capath /nonexistent "$url" >/dev/null
	[ $? -eq "$([ "$want" = yes ] && echo 0 || echo 60)" ]
	result $? "$title: curl says $want"
	check_exit "$([ "$want" = yes ] && echo 0 || echo 77)" "$title: and cp-fetch" \
	    timeout $LIMIT cp-fetch --cacert file "$url"
}
many=/etc/ssl/certs/ca-certificates.crt
[ -s $many ] || many=other.pem
trust "the root" "$full" yes root.pem
trust "the root after many others" "$full" yes $many root.pem
trust "the root before them" "$full" yes root.pem $many
trust "many others" "$full" no $many
trust "another root" "$full" no other.pem
trust "a chain without its end, and both parts of it" "$half" yes middle.pem $many root.pem
trust "in the other order" "$half" yes root.pem middle.pem
trust "a chain without its end, and the root alone" "$half" no root.pem
trust "the certificate alone, and all of its chain" "$bare" yes root.pem lower.pem other.pem middle.pem
trust "without its issuer" "$bare" no root.pem middle.pem
trust "what is in the middle ends a chain" "$full" yes middle.pem
trust "and so does the server's own" "$full" yes leaf.pem
trust "also without its issuer" "$bare" yes $many leaf.pem
trust "a root and its twin" "$full" yes root.pem twin.pem
trust "a twin and its root" "$full" yes twin.pem root.pem
trust "the twin alone" "$full" no twin.pem
trust "a bridge to another root" "$full" yes bridge.pem other.pem
trust "the bridge without it" "$bare" no bridge.pem
trust "self-signed, and known" "$alone" yes $many alone.pem
trust "self-signed, and unknown" "$alone" no $many
trust "another host's" "$elsewhere" no root.pem
openssl x509 -in root.pem -trustout >trusted
trust "a trusted certificate" "$full" yes other.pem trusted
openssl x509 -in root.pem -addreject serverAuth >rejected
trust "one that is not trusted for servers" "$full" no rejected
sed 's/^-----\(BEGIN\|END\) CERTIFICATE/-----\1 X509 CERTIFICATE/' root.pem >old
trust "by its old name" "$full" yes old
{ echo "some words"; openssl x509 -in root.pem -text; cat root.key; } | sed 's/$/\r/' >words
trust "between words, keys and carriage returns" "$full" yes words
# With an error in its key, and whole up to it.
openssl x509 -in root.pem -outform DER | /usr/bin/python3 -c '
import sys, base64
der = bytearray(sys.stdin.buffer.read())
at = der.index(bytes.fromhex("06072a8648ce3d0201"))
der[at + 1] = 0x77
print("-----BEGIN CERTIFICATE-----")
print(base64.encodebytes(der).decode(), end="")
print("-----END CERTIFICATE-----")' >damaged
cat other.pem damaged root.pem >file
check_exit 0 "one that is malformed does not hide its twin" timeout $LIMIT cp-fetch --cacert file "https://localhost:$full/"
cat damaged other.pem >file
check_exit 77 "and is not trusted" timeout $LIMIT cp-fetch --cacert file "https://localhost:$full/"
openssl x509 -in root.pem -outform DER >der
for n in 0 1 2 3 4 10 30 60; do
	{ echo "-----BEGIN CERTIFICATE-----"; head -c $n der | base64; echo "-----END CERTIFICATE-----"; } >cut
	cat root.pem cut >file
	check_exit 77 "cut after $n bytes" timeout $LIMIT cp-fetch --cacert file "https://localhost:$full/"
done

# The system's own file.
cat $many root.pem >file
if [ -s /etc/ssl/certs/ca-certificates.crt ] && unshare -m mount --bind file /etc/ssl/certs/ca-certificates.crt 2>/dev/null; then
	system() {
		unshare -m bash -c 'mount --bind "$0" /etc/ssl/certs/ca-certificates.crt && exec "$@"' "$@"
	}
	check_exit 0 "the system's" system file cp-fetch "https://localhost:$full/"
	check_exit 77 "which another file replaces" system file cp-fetch --cacert other.pem "https://localhost:$full/"
	check_exit 77 "without it" cp-fetch "https://localhost:$full/"
	check_exit 77 "where it is malformed" system cut cp-fetch "https://localhost:$full/"
	check_err "it is named" "the certificates in '/etc/ssl/certs/ca-certificates.crt' are malformed"
fi
finish
