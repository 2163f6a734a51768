#!/bin/bash
# cp-fetch: the ways of paging, and where pages must not lead.
. "${0%/*}/lib.sh"

serve A "$HELPER/http-faults" --log "$T/log"
P=http://127.0.0.1:$A/pages
jq -nc 'range(1; 26) | {id: .}' >"$T/want"

# pages TITLE PAGER URL: 25 records in 3 pages.
pages() {
	check_exit 0 "$1" cp-fetch --pager "$2" "$3"
	[ "$(wc -l <"$T/out")" -eq "${4:-3}" ] &&
	    cmp <(jq -c '(.items? // .)[]' "$T/out") "$T/want" >>"$T/err" 2>&1
	result $? "... all records, in order"
}

pages "offset, by items" offset,items=items,size-param=limit,size=10 "$P/offset?n=25" 4
pages "offset, with a total" offset,items=items,total=meta.total,size-param=limit,size=10 "$P/offset?n=25"
pages "offset, of bare arrays" offset,items=.,size-param=limit,size=10 "$P/offset-array?n=25" 4
pages "page, by items" page,items=items "$P/page?n=25" 4
pages "page, with a total" page,items=items,total=meta.total "$P/page?n=25"
pages "page, with a number of pages" page,pages=meta.pages "$P/page?n=25"
pages "cursor" cursor,next=meta.next "$P/cursor?n=25"
pages "next" next,next=meta.next "$P/next?n=25"
pages "link" link "$P/link-array?n=25"
check_exit 0 "--items" cp-fetch --pager link --items . "$P/link-array?n=25"
check_same "... a record a line" "$T/want" <(jq -c . "$T/out")

check_exit 0 "--start-page, page" cp-fetch --pager page,items=items,total=meta.total --start-page 3 "$P/page?n=25"
jq -c '[.items[].id]' "$T/out" | head -1 | grep -qx '\[21,22,23,24,25\]'
result $? "... begins there"
check_exit 0 "--start-page, offset" \
    cp-fetch --pager offset,items=items,total=meta.total,size-param=limit,size=10 --start-page 2 "$P/offset?n=25"
jq -s '.[0].items[0].id' "$T/out" | grep -qx 11
result $? "... begins there"
check_exit 64 "--start-page beyond any number" \
    cp-fetch --pager offset,items=items,size-param=limit,size=99999999999999 --start-page 1000000 "$P/offset?n=25"
check_exit 64 "--start-page, link" cp-fetch --pager link --start-page 2 "$P/link?n=25"
check_exit 65 "--max-pages" cp-fetch --pager link --max-pages 2 "$P/link?n=25"
[ "$(wc -l <"$T/out")" -eq 2 ]
result $? "... so many come"
check_err "... and how to go on is said" "2 pages written, go on with 'http://.*page=3'"
check_exit 65 "a cursor" cp-fetch --pager cursor,next=meta.next --max-pages 2 "$P/cursor?n=25&key=hush"
check_err "... is where to go on" "2 pages written, go on with cursor=3:"
check_exit 65 "a page that ignores its number" cp-fetch --pager page,param=p,items=items "$P/page?n=25"
check_err "... is not written again" "1 pages written, .*cannot use page 2 of .*same as the page before"
check_exit 65 "an offset that is ignored" cp-fetch --pager offset,param=p,items=items "$P/offset?n=25"
check_err "... is not written again" "1 pages written, .*cannot use page 2 of .*same as the page before"
check_exit 65 "a circle" cp-fetch --pager link "$P/link?n=45&cycle=3"
check_err "... is found" "in a circle"
check_exit 65 "a cursor that stays" cp-fetch --pager cursor,next=meta.next "$P/cursor?n=45&cycle=1"
check_exit 69 "next on another host" cp-fetch --pager next,next=meta.next "$P/next?foreign=http://169.254.169.254/"
check_err "... is refused" "another origin"
check_exit 69 "link to another port" cp-fetch --pager link "$P/link?foreign=http://127.0.0.1:1/"
check_exit 65 "link to another scheme" cp-fetch --pager link "$P/link?foreign=ftp://127.0.0.1:$A/"
check_exit 65 "items that are none" cp-fetch --pager offset,items=meta "$P/offset"
check_exit 65 "a next that is no URL" cp-fetch --pager next,next=meta "$P/next"
for bad in nonsense page offset cursor next 'page,items=items,size=5' 'link,x=1' 'page,first=x,items=i' 'link,'; do
	check_exit 64 "--pager $bad" cp-fetch --pager "$bad" "$P/link"
done
check_exit 64 "--dedupe without --items" cp-fetch --pager link --dedupe id "$P/link"
check_exit 0 "--dedupe" cp-fetch --pager link --items . --dedupe id "$P/link-array?n=25" "$P/link-array?n=24"
check_same "... over all URLs" "$T/want" <(jq -c . "$T/out")

# Many pages, one connection.
check_exit 0 "10000 pages" cp-fetch --stats --pager page,pages=meta.pages --items items "$P/page?n=10000&size=1"
[ "$(wc -l <"$T/out")" -eq 10000 ] && [ "$(tail -1 "$T/out" | jq .id)" -eq 10000 ]
result $? "... all there"
if [ -z "${SAN:-}" ]; then
	jq -e '.peak_rss < 16 * 1024 * 1024' "$T/err" >/dev/null
	result $? "... in less than 16 MiB"
fi

finish
