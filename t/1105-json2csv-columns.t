#!/bin/bash
# Columns that are learnt: which there are, and that neither the order of the
# records nor the number of threads decides about a cell.
. "${0%/*}/lib.sh"

# Records whose member a is of all kinds, in every order: each has the same cell.
cat >"$T/orders" <<'PYTHON'
import csv, io, itertools, json, subprocess
records = ['{"a":"x"}', '{"a":{}}', '{"a":null}', '{"a":{"b":1}}', '{"a":{"b":{}}}', '{"c":1}', '{"a":{"b":null}}']
cells = {'{"a":"x"}': {'a': 'x'}, '{"a":{}}': {'a': '{}'}, '{"a":null}': {'a': 'N'}, '{"a":{"b":1}}': {'a.b': '1'},
         '{"a":{"b":{}}}': {'a.b': '{}'}, '{"c":1}': {'c': '1'}, '{"a":{"b":null}}': {'a.b': 'N'}}
for n in range(1, 5):
    for order in itertools.permutations(records, n):
        out = subprocess.run(['json2csv', '--null=N'], input=''.join(order).encode(), stdout=subprocess.PIPE,
                             check=True).stdout.decode()
        rows = csv.DictReader(io.StringIO(out))
        names = set(out.split('\n')[0].split(','))
        assert 'a' in names or not '{"a":"x"}' in order, (order, out)
        assert 'a' not in names or not any('"b"' in r for r in order) or '{"a":"x"}' in order, (order, out)
        for record, row in zip(order, rows):
            want = {k: v for k, v in cells[record].items() if k in names}
            assert {k: v for k, v in row.items() if v} == want, (order, out)
PYTHON
check "each cell is its record's alone" timeout $((400 * PATIENCE)) /usr/bin/python3 "$T/orders"

# Null beside members is no column; a value that comes there later is not lost.
late() { # late LAST OPTION…
	local last=$1
	shift
	{ printf '{"a":null,"c":1}\n{"a":{"b":1}}\n'; yes '{"c":1}' | head -100000; echo "$last"; } |
	    json2csv -m 1M "$@"
}
for threads in 1 3; do
	check_exit 65 "a value beside members that comes late, -T $threads" late '{"a":"x"}' -T $threads
	check_err '  is told' "in record 100003, .*: column 'a' first appears after the header was written"
	check_exit 0 "null and {} there, -T $threads" late '{"a":null}{"a":{}}' -T $threads
done

# A leaf counts in the budget as a name does.
check_exit 65 'members of many columns that become columns themselves' json2csv -m 1M < <(
	/usr/bin/python3 -c '
path = ["%0200d" % i for i in range(200)]
print("".join("{\"%s\":" % n for n in path) + "1" + "}" * 200)
for i in range(1, 200):
    print("".join("{\"%s\":" % n for n in path[:i]) + "1" + "}" * i)' 2>/dev/null)
check_err '  when the budget is exceeded' 'first appears when the columns before exceed the memory budget'

# What is learnt does not depend on the threads.
/usr/bin/python3 -c '
import random
r = random.Random(1)
for i in range(20000):
    print("{" + ",".join("\"n%d\":%d" % (r.randrange(i + 3), i) for k in range(3)) + "}")' >"$T/growing"
for threads in 1 2 4 16; do
	json2csv -T $threads -m 2M --late-columns=warn "$T/growing" >"$T/rows-$threads" 2>"$T/said-$threads"
	check_same "the same rows, -T $threads" "$T/rows-1" "$T/rows-$threads"
	check_same '  and the same values are late' "$T/said-1" "$T/said-$threads"
done

# An object that is repeated drops what it gave, not all that is below it.
/usr/bin/python3 -c '
print("{\"a\":{" + ",".join("\"c%d\":1" % i for i in range(15000)) + "}}")
for i in range(3):
    print("{" + ",".join(["\"a\":{\"c%d\":%d}" % (k, k) for k in range(3000)]) + "}")' >"$T/repeated"
check_exit 0 'an object that is repeated 3,000 times, of 15,000 columns' json2csv "$T/repeated"
check '  has its last cell only' test "$(tail -1 "$T/out" | tr -d ,)" = 2999
finish
