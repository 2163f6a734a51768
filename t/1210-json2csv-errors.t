#!/bin/bash
# Bad input: where it is bad, what is written before it, what becomes of the seal.
. "${0%/*}/lib.sh"
PATH=$BUILD/unit:$PATH

# fails TITLE PATTERN ROWS INPUT OPTION…: 65, the message, the rows before.
fails() {
	local title=$1 pattern=$2
	printf "$3" >"$T/want"
	printf "$4" >"$T/in"
	shift 4
	check_exit 65 "$title" json2csv "$@" <"$T/in"
	check_err '  and says where' "^json2csv: cannot convert 'stdin': $pattern"
	check_same '  and writes the rows before it' "$T/want" "$T/out"
}

fails 'the end is missing' 'after record 1, line 2, byte 9, \[0\]: the input ends within' \
    't\n1\n' '[{"t":1}\n' -f t
fails 'a record is cut' 'in record 2, line 1, byte 18, e\[1\]\.t: the input ends within' \
    't\n1\n' '{"e":[{"t":1},{"t"' -r e -f t
fails 'a bad value in what is passed over' \
    "in record 2, line 3, byte 30, \[1\]\.x\.y\[1\]: expected a value, found 't'" \
    't\n1\n' '[{"t":1},\n{"t":2,\n"x":{"y":[1,tru]}}]' -f t
fails 'a comma is missing' "in record 1, line 1, byte 7, t: expected ',' or '}', found '\"'" \
    't\n' '{"t":1 "u":2}' -f t
fails 'a comma too much' "in record 1, line 1, byte 7, t: expected a member's name, found '}'" \
    't\n' '{"t":1,}' -f t
fails 'a control character' 'in record 1, line 1, byte 7, t: expected no control character in a string, found byte 0x0a' \
    't\n' '{"t":"a\nb"}' -f t
fails 'a lone surrogate' "in record 1, line 1, byte 6, t: a lone surrogate, '.ud83d', is no character" \
    't\n' '{"t":"\\ud83d"}' -f t
fails 'a lone surrogate in what is passed over' 'in record 1, line 1, byte 12, u: a lone surrogate' \
    't\n' '{"t":1,"u":"\\udc00"}' -f t
fails 'bytes that are not UTF-8' 'in record 1, line 1, byte 6, t: expected UTF-8, found byte 0xff' \
    't\n' '{"t":"\xff"}' -f t
fails 'an overlong form in what is passed over' 'in record 1, line 1, byte 12, u: expected UTF-8, found byte 0xc0' \
    't\n' '{"t":1,"u":"\xc0\xaf"}' -f t
fails 'a character that is cut by the end' 'in record 1, line 1, byte 6, t: expected UTF-8, found byte 0xe3' \
    't\n' '{"t":"\xe3\x81' -f t
fails 'after a byte order mark' "in record 1, line 1, byte 8, t: expected a value, found 'x'" \
    't\n' '\xef\xbb\xbf{"t":x}' -f t
fails 'a character that is not UTF-8, after a mark' 'in record 1, line 1, byte 9, t: expected UTF-8, found byte 0xff' \
    't\n' '\xef\xbb\xbf{"t":"\xff"}' -f t
fails 'a root that is a number' 'line 1, byte 5, e: expected an array of records, or a record' \
    't\n' '{"e":1}' -r e -f t
fails 'a record that is a number' 'after record 1, .*e\[1\]: expected a record, an object or array' \
    't\n1\n' '{"e":[{"t":1},2]}' -r e -f t
fails 'a root that occurs nowhere' "the root 'f' occurs nowhere" 't\n' '{"e":[]}' -r f -f t
fails 'a root whose name has a dot' "the root '\"e\.f\"\.g' occurs nowhere" 't\n' '{"e":[]}' -r '"e.f".g' -f t
fails 'a field with another name' "the field 'u\.\"v,w\"' occurs in none of 1 records" \
    't,V\n1,\n' '{"t":1}' -f 't,u."v,w"=V'
fails 'below names with a dot and a quote' 'in record 1, line 1, byte 19, x\."y\.z"\."q""": expected' \
    't\n' '{"x":{"y.z":{"q\\"":x}}}' -f t
fails 'a field that occurs nowhere' "the field 'u' occurs in none of 2 records" \
    't,u\n1,\n2,\n' '{"t":1}{"t":2}' -f t,u
fails 'a record that is too large' 'in record 2, line 2, byte 8, t: the selected members of the record that begins here exceed the memory budget; see -m' \
    't\n1\n' '{"t":1}\n{"t":"%400000d"}' -m 1M -f t

# Lines that may be skipped.
printf '{"t":1}\n{"t":2,x}\n{"t":3}\n{"t":"\\ud800"}\n{"t":4' >"$T/lines"
check_exit 0 '--max-errors: as many as there are' json2csv -f t --max-errors 3 "$T/lines"
check_err '  each is told' "^json2csv: skipping the line: in record 2, line 2, byte 15, t: expected a member's name, found 'x'"
check_err '  and their number' '^json2csv: 3 lines were skipped'
json2csv -f t --max-errors 3 "$T/lines" >"$T/rows" 2>/dev/null
check_same '  and the others are there' "$T/rows" <(printf 't\n1\n3\n')
check_exit 65 '--max-errors: more' json2csv -f t --max-errors 2 "$T/lines"

printf '{"t":1}\n{"t":2\n{"t":3}\n{"t":4}\n' >"$T/lines"
check_exit 0 '--max-errors: a line that is cut' json2csv -f t --max-errors 1 "$T/lines"
check_err '  its end is the error' \
    'in record 2, line 2, byte 14, t: the line ends within its document; with --max-errors'
check_same '  takes no other with it' "$T/out" <(printf 't\n1\n3\n4\n')

printf '{"t":1}\n{"t":"\xff\xc0","u":\n{"t":3}\n\xe3\n{"t":5}\xff\n{"t":6}\n{"t":"\xe3\x81' >"$T/lines"
for n in 1 2; do
	check_exit 0 "--max-errors: bytes that are not UTF-8, -T $n" json2csv -T $n -f t --max-errors 4 "$T/lines"
	mv "$T/out" "$T/rows"
	check_err '  each line is told once' '^json2csv: 4 lines were skipped'
	check_err '  with its place' 'in record 2, line 2, byte 14, t: expected UTF-8, found byte 0xff$'
	check_same '  and the others are there' "$T/rows" <(printf 't\n1\n3\n5\n6\n')
	check_exit 65 '  but no more than that' json2csv -T $n -f t --max-errors 3 "$T/lines"
	check_err '  and the last is the error' 'in record [0-9]*, line 7, byte [0-9]*, t: expected UTF-8, found byte 0xe3$'
done

# Each line that is cut anywhere is skipped alone: the others are what Python reads.
cat >"$T/cut-lines" <<'PYTHON'
import json
import random
import subprocess

r = random.Random(7)
values = ['1', '"x"', 'null', '[1,[2,{"y":3}]]', '{"b":{"c":[]}}', '"}\\n{"', '[]', '{}', '-1.5e3', 'true']
for seed in range(60):
    lines = []
    for i in range(r.choice([1, 5, 300])):
        line = '{"t":%d,%s}' % (i, ','.join('"%s":%s' % (n, r.choice(values)) for n in r.sample('abcde', r.randrange(1, 5))))
        if r.random() < 0.2:
            line = line[:r.randrange(1, len(line))] + r.choice(['', '', ' ', '\r', ',', '{', '[', '"', ']', '}'])
        lines.append(line + r.choice(['', '', '', ',', '\r']))
    want, bad = [], 0
    for line in lines:
        try:
            record, end = json.JSONDecoder().raw_decode(line)
            want.append(str(record.get('t', '""')))
            bad += line[end:].strip(' \r') not in ('', ',')
        except ValueError:
            bad += 1
    for threads in 1, 2, 4:
        p = subprocess.run(['json2csv', '-T%d' % threads, '-f', 't', '--no-header', '--max-errors', str(max(bad, 1))],
                           input='\n'.join(lines).encode(), capture_output=True)
        assert p.returncode == 0 or not want, (seed, p.stderr[-300:])
        assert p.stdout.decode().split() == want, (seed, threads, lines)
        assert p.stderr.count(b': skipping the line: ') == bad, (seed, bad, p.stderr[-300:])
PYTHON
check 'lines cut anywhere take no other along' timeout $((100 * PATIENCE)) /usr/bin/python3 "$T/cut-lines"

cat >"$T/bad-lines" <<'PYTHON'
"""Many lines, some with a byte that is not UTF-8: before its record's end, the
record is lost; after it, it is not."""
import random
import socket
import subprocess
import threading
for seed in range(30):
    r = random.Random(seed)
    data, want, bad = b'', [b't'], 0
    for i in range(r.choice([10, 300, 20000])):
        line = b'{"n":{"x":[1,"%s"]},"t":%d}' % ('\u3042'.encode() * r.randrange(9), i)
        whole = True
        if r.random() < 0.1:
            at = r.randrange(len(line) + 1)
            while at < len(line) and line[at] & 0xc0 == 0x80:
                at += 1
            whole = at == len(line)
            line = line[:at] + r.choice([b'\xff', b'\xc0\xaf', b'\xe3\x81', b'\xed\xa0\x80', b'\x80\x80']) + line[at:]
            bad += 1
        if whole:
            want.append(b'%d' % i)
        data += line + b'\n'
    # one send is one read, where none can be longer than what is read at once
    small = len(data) < 50000
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET if small else socket.SOCK_STREAM)
    p = subprocess.Popen(['json2csv', '-T%d' % r.randrange(1, 5), '-f', 't', '--max-errors=%d' % bad], stdin=theirs,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    theirs.close()

    def feed():
        at = 0
        most = r.choice([1, 50, 5000, 60000]) if small else 60000
        while at < len(data):
            n = r.randrange(1, most + 1)
            ours.sendall(data[at:at + n])
            at += n
        ours.close()
    t = threading.Thread(target=feed)
    t.start()
    out, err = p.communicate(timeout=60)
    t.join()
    assert p.returncode == 0 and out.split() == want, (seed, p.returncode, err[-300:])
    assert err.count(b': skipping the line: ') == bad, (seed, bad, err[-300:])
PYTHON
check 'lines with bytes that are not UTF-8 at any place' timeout 100 /usr/bin/python3 "$T/bad-lines"

check_exit 0 'the same record, passed over' bash -c 'printf "{\"u\":\"%400000d\",\"t\":1}" 1 | json2csv -m 1M -f t'
check_same '  and selected with more memory' \
    <(printf '{"t":"%400000d"}' 7 | json2csv -m 8M --no-header -f t) <(printf '%400000d\n' 7)

# Without fields: a column that comes too late.
/usr/bin/python3 -c '
for i in range(30000):
    print("{\"a\":%d,\"b\":\"%s\"}" % (i, "x" * 50))
print("{\"a\":1,\"g\":{\"late\":2}}")' >"$T/late"
check_exit 65 'a column that comes too late' json2csv -m 1M "$T/late"
check_err '  is named, and its record' "in record 30001, line 30001, byte [0-9]+, g: column 'g' first appears after the header"
check '  and all rows before it are there' test "$(wc -l <"$T/out")" -eq 30001
check_exit 0 'with more memory it is a column' json2csv -m 32M "$T/late"
check '  of the header' test "$(head -1 "$T/out")" = a,b,g.late

# The seal: only what is complete and correct is sealed.
says() { # says STATE TITLE
	check "$2" test "$(cat "$T/state")" = "$1"
}
echo '{"t":1}' | json2csv -f t | stage state >"$T/state"
says sealed 'good input is sealed'
echo '{"t":1}{' | json2csv -f t 2>/dev/null | stage state >"$T/state"
says broken 'a cut document is not'
echo '{"t":1}' | json2csv -f t,u 2>/dev/null | stage state >"$T/state"
says broken 'nor is one with a field missing'
echo '{"t":1}' | stage fail 2>/dev/null | json2csv -f t 2>"$T/err" >"$T/rows"
check 'upstream that failed: 79' test "${PIPESTATUS[2]}" -eq 79
check_same '  with the rows that came' "$T/rows" <(printf 't\n1\n')
echo '{"t":1}' | stage fail 2>/dev/null | json2csv -f t 2>/dev/null | stage state >"$T/state"
says broken '  and a broken seal'
check_exit 79 '--from a command that fails' json2csv -f t --from sh -c 'echo "{\"t\":1}"; exit 3'
json2csv -f t --from echo '{"t":1}' | stage state >"$T/state"
says sealed '--from a command that does not'
echo '{"t":1}' | cat | json2csv -f t | stage state >"$T/state"
says sealed 'a foreign command before it'

# A record's share of the memory is what it is, whatever stood before it.
for len in 131069 131070; do
	for before in 0 1 1000; do
		{
			yes '{"t":"before"}' | head -n $before
			printf '{"t":"%*s"}\n' $len ''
		} >"$T/in"
		for n in 1 2; do
			check_exit $((len == 131069 ? 0 : 65)) "a value of $len bytes after $before records, -T $n" \
			    json2csv -m 1M -T $n -f t "$T/in"
		done
	done
done

# What is no JSON at all: a guess helps.
while read -r text guess; do
	printf "$text" >"$T/in"
	check_exit 65 "an input that begins with $text" json2csv -f t "$T/in"
	check_err "  may be $guess" "byte [01]: expected .*, found .* \\($guess\\?\\)$"
done <<'END'
\xff\xfe{\0"\0 UTF-16
\xfe\xff\0{\0" UTF-16
\0{\0"\0t\0" UTF-16
{\0"\0t\0"\0 UTF-16
\x1f\x8b\x08\0 gzip
<html><head> HTML
END

# A name that is longer than any field's is no field, wherever the input is cut
# into blocks: here its end would be one.  After it, names are what they were.
cat >"$T/long" <<'END'
import subprocess
for n in [32768 - 4, 32768 - 3, 32768 + 1, 65536, 70000, *range(262110, 262150)]:
    for value in '"u":2', '"t":2', '"\\u0074":2':
        text = '{"%st":1,%s}\n{"t":3}' % ('x' * (n - 1), value)
        # one thread and two in turn, as each length has three values
        for options in (['-T%d' % (1 + n % 2)],):
            def run(*more):
                p = subprocess.run(['json2csv', *options, *more], input=text.encode(), capture_output=True)
                return p.returncode, p.stdout.decode()
            want = '' if 'u"' in value else '2'
            assert run('-f', 't') == (0, 't\n%s\n3\n' % (want or '""')), (n, value, options)
            assert run('-f', 't,u?', '--extra=error')[0] == 65, (n, value, options)
            assert run('-r', '.', '-m', '64M')[0] == (65 if n > 32768 else 0), (n, value, options)
text = '{"%s":0,"e":[{"t":1}]}' % ('x' * 300000)
out = subprocess.run(['json2csv', '-r', 'e'], input=text.encode(), capture_output=True).stdout
assert out == b't\n1\n', out
END
check 'a name of more than 32 KiB is no field' timeout $((100 * PATIENCE)) /usr/bin/python3 "$T/long"

# A reader that goes away, and a full disk.
yes '{"t":1}' | head -2000000 >"$T/many"
json2csv -f t "$T/many" 2>"$T/err" | head -1 >/dev/null
check 'a reader that went away: 141' test "${PIPESTATUS[0]}" -eq 141
check '  and nothing is said' test ! -s "$T/err"
for n in 1 2; do
	check_exit 74 "/dev/full, -T $n" bash -c 'json2csv -T "$1" -f t "$2" >/dev/full' - $n "$T/many"
done
check_err '  is named' '^json2csv: cannot write to .*: No space left on device$'
check_exit 74 '/dev/full at the end' bash -c 'echo "{\"t\":1}" | json2csv -f t >/dev/full'

# Every prefix of some documents: refused, with the rows of its whole records.
cat >"$T/prefixes" <<'END'
import subprocess
records = ['{"t":"\\u3042","u":[1,{"v":-1.5e3}]}', '{"t":null,"g":{"t":1}}', '{"u":{"t":2}, "t":"あ\\""}']
for before, between, after, options in [
        ('{"n":1,"e":[', ',', '],"z":true}', ['-r', 'e']), ('[', ' , ', ']', []), ('', '\n', '\n', [])]:
    text, ends = before, []
    for i, r in enumerate(records):
        text += (between if i else '') + r
        ends.append(len(text.encode()))
    data = (text + after).encode()
    def run(d, more):
        p = subprocess.run(['json2csv'] + more + options, input=d, capture_output=True)
        return p.returncode, p.stdout.splitlines()
    # with a row a record, with two for the first one, and with columns that are learnt
    for more, rows in (['-f', 't'], [1, 1, 1]), (['--unwind', 'u?', '-T2', '-f', 't,u?'], [2, 1, 1]), (['-T1'], [1, 1, 1]):
        code, whole = run(data, more)
        assert code == 0 and len(whole) == 1 + sum(rows), data
        for n in range(len(data)):
            code, out = run(data[:n], more)
            cut = n > 0 and (after != '\n' or n not in ends and data[n - 1:n] != b'\n')
            # an empty pipe without a seal: nobody wrote
            assert code == (79 if n == 0 else 65 if cut else 0), (data[:n], code)
            want = 1 + sum(r for e, r in zip(ends, rows) if n >= e)
            if '-f' in more:
                assert n == 0 or out == whole[:want], (data[:n], out)
            else:
                # a record that is cut may have names for the header
                assert n == 0 or len(out) == want or want == 1 and not out, (data[:n], out)
END
check 'every prefix is refused or complete' timeout $((100 * PATIENCE)) /usr/bin/python3 "$T/prefixes"
finish
