#!/bin/bash
# cp-fetch: lists end where their APIs say so, and never in silence: shapes of
# public APIs, and what goes wrong with them.
. "${0%/*}/lib.sh"

cat >"$T/table" <<'JSON'
{
"/graph": [{"body": {"value": [{"id": 1}, {"id": 2}], "@odata.nextLink": "@B@/graph?$skiptoken=X"}}],
"/graph?$skiptoken=X": {"body": {"value": [{"id": 3}]}},
"/graph-one": {"body": {"value": [{"id": 1}]}},
"/header-member": {"body": {"value": [{"id": 1}], "header:X-Next": "2"}},
"/google": {"body": {"files": [{"id": 1}], "nextPageToken": "t1"}},
"/google?pageToken=t1": {"body": {"nextPageToken": "t2"}},
"/google?pageToken=t2": {"body": {"files": [{"id": 2}]}},
"/gmail": {"body": {"resultSizeEstimate": 0}},
"/go?page=1": {"body": {"items": [{"id": 1}]}},
"/go?page=2": {"body": {"items": null}},
"/go-none": {"body": {"items": null}},
"/wrong": {"body": {"items": {"id": 1}}},
"/drf?page=1": {"body": [{"id": 1}]},
"/drf?page=2": {"body": [{"id": 2}]},
"/drf?page=3": {"status": 404, "body": {"detail": "Invalid page."}},
"/wp?page=1": {"body": [{"id": 1}], "headers": {"X-WP-TotalPages": "2", "X-WP-Total": "2"}},
"/wp?page=2": {"body": [{"id": 2}], "headers": {"X-WP-TotalPages": "2", "X-WP-Total": "2"}},
"/wp?page=3": {"status": 400, "body": {"code": "rest_post_invalid_page_number"}},
"/postgrest?offset=0": {"body": [{"id": 1}], "headers": {"Content-Range": "0-0/2"}},
"/postgrest?offset=1": {"body": [{"id": 2}], "headers": {"Content-Range": "1-1/2"}},
"/zendesk?start_time=0": {"body": {"calls": [{"id": 1}], "end_of_stream": false, "next_page": "@B@/zendesk?start_time=1"}},
"/zendesk?start_time=1": {"body": {"calls": [{"id": 2}], "end_of_stream": true, "next_page": "@B@/zendesk?start_time=1"}},
"/stripe": {"body": {"data": [{"id": "a"}, {"id": "b"}], "has_more": true}},
"/stripe?starting_after=b": {"body": {"data": [{"id": "c"}], "has_more": false}},
"/slack": {"body": {"ok": true, "channels": [{"id": 1}], "response_metadata": {"next_cursor": "d=="}}},
"/slack?cursor=d%3D%3D": {"body": {"ok": true, "channels": [{"id": 2}], "response_metadata": {"next_cursor": ""}}},
"/salesforce": {"body": {"done": false, "nextRecordsUrl": "/salesforce/2", "records": [{"id": 1}]}},
"/salesforce/2": {"body": {"done": true, "records": [{"id": 2}]}},
"/shopify": {"body": {"products": [{"id": 1}]}, "headers": {"Link": "<@B@/shopify?page_info=p2>; rel=\"next\""}},
"/shopify?page_info=p2": {"body": {"products": [{"id": 2}]}, "headers": {"Link": "<@B@/shopify>; rel=\"previous\""}},
"/github-one": {"body": [{"id": 1}]},
"/gitlab": {"body": [{"id": 1}], "headers": {"X-Next-Page": "2"}},
"/gitlab?page=2": {"body": [{"id": 2}], "headers": {"X-Next-Page": ""}},
"/proxy": {"body": {"results": [{"id": 1}], "next": "http://backend.invalid:8000/proxy?page=2"}},
"/proxy?page=2": {"body": {"results": [{"id": 2}], "next": null}},
"/nothing": {"status": 204},
"/nothing-more?page=1": {"body": [{"id": 1}]},
"/nothing-more?page=2": {"status": 204},
"/empty?page=1": {"body": [{"id": 1}]},
"/empty?page=2": {"body": ""},
"/short?offset=0": {"body": {"items": [{"id": 1}], "total": 3}},
"/short?offset=1": {"body": {"items": [], "total": 3}},
"/ignores-cursor": {"body": {"data": [{"id": 1}], "next": "x"}},
"/lies": {"body": {"data": [{"id": 1}], "more": true, "next": null}},
"/more": {"body": {"data": [{"id": 1}], "more": "perhaps", "next": null}},
"/strings": {"body": {"data": [{"id": 1}], "last": "true", "next": "x"}},
"/dots": {"body": {"a.b": {"c,d": [{"id": 1}]}, "a": {"b": []}, "next": null}}
}
JSON
serve A "$HELPER/answers" "$T/table"
U=http://127.0.0.1:$A

# lists IDS TITLE ARGUMENTS…: all of them come, and nothing is said.
lists() {
	local ids=$1
	check_exit 0 "$2" cp-fetch --retries 0 "${@:3}"
	[ "$(jq -rj '"\(.id) "' "$T/out")" = "${ids:+$ids }" ] && [ ! -s "$T/err" ]
	result $? "... these records, in silence: $ids"
}
# fails CODE MESSAGE IDS TITLE ARGUMENTS…: some of them came.
fails() {
	check_exit "$1" "$4" cp-fetch --retries 0 "${@:5}"
	check_err "... which is said" "$2"
	[ "$(jq -rj '"\(.id) "' "$T/out")" = "${3:+$3 }" ]
	result $? "... after these records: $3"
}
# tells MESSAGE IDS TITLE ARGUMENTS…: all of them come, and something is said.
tells() {
	fails 0 "$@"
}

lists '1 2 3' "Microsoft Graph: a name with dots" --pager 'next,next="@odata.nextLink"' --items value "$U/graph"
fails 65 'never there.*quoted: next="a.b"' '' "... which has to be quoted" --pager 'next,next=@odata.nextLink' --items value "$U/graph"
fails 65 "'next' was never there" '' "a member that no page has" --pager 'next,next=next' --items value "$U/graph"
fails 65 "'next' was never there" '' "a cursor that no page has" --pager 'cursor,next=next' "$U/graph"
fails 65 'never there' '' "a header that no page has" --pager 'cursor,next=header:X-Next' --items value "$U/graph"
lists '1' "a member that may be missing" --pager 'next,next="@odata.nextLink"?' --items value "$U/graph-one"
lists '1' "a header that may be missing" --pager 'cursor,next=header:X-Next?' --items value "$U/graph-one"
lists '1' "... and is no member of its name" --pager 'cursor,next=header:X-Next?' --items value "$U/header-member"
lists '1 2' "Google: a page without its array" --pager 'cursor,next=nextPageToken,param=pageToken' \
    --items files --missing-items empty "$U/google"
fails 65 "'files' is missing" '1' "... is an error by default" --pager 'cursor,next=nextPageToken,param=pageToken' --items files "$U/google"
lists '' "no page has records" --pager 'cursor,next=nextPageToken,param=pageToken' --items messages --missing-items empty "$U/gmail"
lists '1' "Go: null for the last array" --pager page,items=items --items items "$U/go"
lists '' "null for the only one" --pager cursor,next=next --items items "$U/go-none"
fails 65 "'items' is no array" '' "an object for an array" --pager cursor,next=next --items items "$U/wrong"
fails 69 'status 404' '1 2' "Django: 404 after the last page" --pager page,items=. --items . "$U/drf"
lists '1 2' "... as its end" --end-status 404 --pager page,items=. --items . "$U/drf"
fails 69 'status 404' '' "... but not before the first" --end-status 404 --pager page,items=. --items . "$U/none"
lists '1 2' "WordPress: 400 after the last page" --end-status 404,400 --pager page,items=. --items . "$U/wp"
lists '1 2' "... the number of pages in a header" --pager page,pages=header:X-WP-TotalPages --items . "$U/wp"
lists '1 2' "... the number of records in a header" --pager page,items=.,total=header:x-wp-total --items . "$U/wp"
fails 65 "'header:X-Total' is missing" '' "a header that is missing" --pager page,items=.,total=header:X-Total --items . "$U/wp"
lists '1 2' "PostgREST: Content-Range" --pager offset,items=.,total=header:Content-Range --items . "$U/postgrest"
lists '1 2' "... with the array of --items alone" --pager offset,total=header:Content-Range --items . "$U/postgrest"
tells 'last of 2 pages leads to itself' '1 2' "Zendesk: the last page leads to itself" --pager next,next=next_page --items calls "$U/zendesk?start_time=0"
lists '1 2' "... and says that it is the last" --pager next,next=next_page,done=end_of_stream --items calls "$U/zendesk?start_time=0"
lists 'a b c' "Stripe: the last record is the cursor" --pager cursor,param=starting_after,items=data,last=id,more=has_more --items data "$U/stripe"
lists 'a b c' "... of the array of --items" --pager cursor,param=starting_after,last=id,more=has_more --items data "$U/stripe"
check_exit 64 "... but not beside returned" cp-fetch --pager cursor,last=id,returned=n --items data "$U/stripe"
fails 65 'last record.*no_id' '' "... which it must have" --pager cursor,param=starting_after,items=data,last=no_id,more=has_more --items data "$U/stripe"
lists '1 2' "Slack: an empty cursor" --pager cursor,next=response_metadata.next_cursor --items channels "$U/slack"
lists '1 2' "Salesforce: done" --pager 'next,next=nextRecordsUrl?,done=done' --items records "$U/salesforce"
lists '1 2' "Shopify: a Link header" --pager link --items products "$U/shopify"
tells 'no answer had a Link header' '1' "GitHub: one page has none" --pager link --items . "$U/github-one"
lists '1' "... which -q does not tell" -q --pager link --items . "$U/github-one"
lists '1 2' "GitLab: the next page's number in a header" --pager cursor,param=page,next=header:X-Next-Page --items . "$U/gitlab"
fails 69 'another origin .--same-origin-links' '' "a link to an inner host" --pager next,next=next --items results "$U/proxy"
lists '1 2' "... of which path and query are taken" --same-origin-links --pager next,next=next --items results "$U/proxy"
lists '' "204 for a list" --pager page,items=. --items . "$U/nothing"
lists '1' "204 after the last page" --pager page,items=. --items . "$U/nothing-more"
fails 65 'page 2' '1' "an empty body after it" --pager page,items=. --items . "$U/empty"
lists '1' "... as its end" --missing-items empty --pager page,items=. --items . "$U/empty"
tells 'ended after 1 of 3 records' '1' "fewer records than the total" --pager offset,items=items,total=total --items items "$U/short"
fails 65 'same as the page before' '1' "a server that ignores the cursor" --pager cursor,next=next --items data "$U/ignores-cursor"
fails 65 'another page, but not which' '' "another page, but no cursor" --pager cursor,next=next,more=more --items data "$U/lies"
fails 65 "'more' is neither true nor false" '' "perhaps another page" --pager cursor,next=next,more=more --items data "$U/more"
fails 65 "'has_more' is missing" '' "a flag that is missing" --pager cursor,next=next,more=has_more --items data "$U/more"
lists '1' "... which may be" --pager 'cursor,next=next,more=has_more?' --items data "$U/more"
lists '1' "a flag that is a string" --pager cursor,next=next,done=last --items data "$U/strings"
lists '1' "names with dots and quotes" --pager cursor,next=next --items '"a.b"."c,d"' "$U/dots"

# What is printed can be used as it is.
fails 65 "go on with 'http://[^ ]*skiptoken=X'" '1 2' "where to go on" --max-pages 1 --pager 'next,next="@odata.nextLink"' --items value "$U/graph"
lists '3' "... can be gone on with" --pager 'next,next="@odata.nextLink"?' --items value "$(sed "s/.*go on with '\([^']*\)'.*/\1/" "$T/err")"

for bad in 'next,next=a..b' 'next,next="a' 'cursor,next=header:' 'cursor,last=id' 'cursor,next=a,last=b,items=c' \
    'page,items=a?' 'page,total=a?,items=b' 'next,next='; do
	check_exit 64 "--pager $bad" cp-fetch --pager "$bad" "$U/graph"
done
check_exit 64 "--items of nothing" cp-fetch --pager link --items 'a.' "$U/graph"
for bad in 200 600 404, x '' 404,x; do
	check_exit 64 "--end-status '$bad'" cp-fetch --end-status "$bad" "$U/graph"
done

finish
