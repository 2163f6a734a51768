/*
 * grammar: values that RFC 8259 and UTF-8 allow and forbid, as they stand
 * after {"a": and before } in an array.
 */
#ifndef UNIT_GRAMMAR_H
#define UNIT_GRAMMAR_H

#include <stddef.h>

#define TEXT(s) { s, sizeof(s) - 1 }

struct text {
	const char *bytes;
	size_t len;
};

static const struct text grammar_good[] = {
	TEXT("0"), TEXT("-0"), TEXT("1"), TEXT("-1"), TEXT("10"),
	TEXT("1234567890123456789012345678901234567890"),
	TEXT("0.0"), TEXT("0.10"), TEXT("-1.5"), TEXT("1e1"),
	TEXT("1E1"), TEXT("1e+1"), TEXT("1E-1"), TEXT("0e0"),
	TEXT("1.5e10"), TEXT("1e01"), TEXT("1E400"), TEXT("-0.0E-00"),
	TEXT("true"), TEXT("false"), TEXT("null"),
	TEXT("\"\""), TEXT("\"a\""), TEXT("\"\\\"\""),
	TEXT("\"\\\\\""), TEXT("\"\\/\\b\\f\\n\\r\\t\""),
	TEXT("\"\\u0000\""), TEXT("\"\\u0020\\uFFFF\\uabCD\""),
	TEXT("\"\\uD7FF\\uE000\""), TEXT("\"\\ud800\\udc00\""),
	TEXT("\"\\udbff\\udfff\""), TEXT("\"\\uD83D\\uDE00x\""),
	TEXT("\"\x20\x7f\""), TEXT("\"/\""), TEXT("\"'\""),
	TEXT("\"\xc2\x80\xdf\xbf\""),
	TEXT("\"\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf\""),
	TEXT("\"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\""),
	TEXT("\"\xef\xbb\xbf\""),
	TEXT("\"0123456789012345678901234567890123456789\\n0123456789"
	    "01234567890123456789012345678901234567890123456789\""),
	TEXT("[]"), TEXT("{}"), TEXT("[1]"), TEXT("[1,2]"),
	TEXT("[[],{}]"), TEXT("[[[[[[[[1]]]]]]]]"),
	TEXT("{\"\":0}"), TEXT("{\"a\":{\"b\":[{\"c\":null}]}}"),
	TEXT("{\"a\":1,\"a\":2}"), TEXT("{\"\\u0061\":1}"),
	TEXT(" 1 "), TEXT("\t[\r1\n,\t2 ]\n"),
	TEXT(" { \"a\" : 1 , \"b\" : [ ] } "), TEXT("[ ]"),
	TEXT("{\n}"), TEXT("[1,[2,[3,[4]]],{\"a\":[5]}]"),
	TEXT("1}, {\"a\":2"), TEXT("1},{\"b\" :[{}],\"a\":\"\""),
};

static const struct text grammar_bad[] = {
	TEXT(""), TEXT(" "), TEXT("+1"), TEXT("01"), TEXT("-01"),
	TEXT("00"), TEXT("1."), TEXT(".1"), TEXT("-"), TEXT("--1"),
	TEXT("-.1"), TEXT("1.e1"), TEXT("1e"), TEXT("1e+"),
	TEXT("1E-"), TEXT("1e1.5"), TEXT("0x1"), TEXT("1 2"),
	TEXT("1_0"), TEXT("1a"), TEXT("NaN"), TEXT("Infinity"),
	TEXT("-Infinity"), TEXT("\xef\xbc\x91"),
	TEXT("tru"), TEXT("truE"), TEXT("True"), TEXT("truex"),
	TEXT("nul"), TEXT("nulll"), TEXT("fals"), TEXT("n"),
	TEXT("undefined"), TEXT("nan"),
	TEXT("\""), TEXT("\"\\\""), TEXT("\"a"), TEXT("a\""),
	TEXT("'a'"), TEXT("\"\\x41\""), TEXT("\"\\a\""),
	TEXT("\"\\'\""), TEXT("\"\\0\""), TEXT("\"\\u\""),
	TEXT("\"\\u12\""), TEXT("\"\\u123\""), TEXT("\"\\u123g\""),
	TEXT("\"\\U0041\""), TEXT("\"\\u 041\""), TEXT("\"\\\n\""),
	TEXT("\"\n\""), TEXT("\"\t\""), TEXT("\"\r\""),
	TEXT("\"\x01\""), TEXT("\"\x1f\""), TEXT("\"\0\""),
	TEXT("\"a\0b\""), TEXT("\0"), TEXT("1\0"),
	TEXT("\"\\ud800\""), TEXT("\"\\udc00\""),
	TEXT("\"\\ud800x\""), TEXT("\"\\ud800\\n\""),
	TEXT("\"\\ud800\\u0041\""), TEXT("\"\\ud800\\ud800\""),
	TEXT("\"\\ud800\\ue000\""), TEXT("\"\\udc00\\ud800\""),
	TEXT("\"\\ud83d\\ud83d\\ude00\""), TEXT("\"\\ud800\\u\""),
	TEXT("\"\\ud800\\udc0\""), TEXT("\"\\ud800\\\""),
	TEXT("{\"\\ud800\":1}"), TEXT("{\"\t\":1}"),
	TEXT("\"\x80\""), TEXT("\"\xbf\""), TEXT("\"\xc0\xaf\""),
	TEXT("\"\xc1\xbf\""), TEXT("\"\xc2\""), TEXT("\"\xc2\x41\""),
	TEXT("\"\xe0\x80\xaf\""), TEXT("\"\xe0\x9f\xbf\""),
	TEXT("\"\xed\xa0\x80\""), TEXT("\"\xed\xbf\xbf\""),
	TEXT("\"\xe3\x81\""), TEXT("\"\xe3\x81\x41\""),
	TEXT("\"\xf0\x80\x80\xaf\""), TEXT("\"\xf0\x8f\xbf\xbf\""),
	TEXT("\"\xf4\x90\x80\x80\""), TEXT("\"\xf5\x80\x80\x80\""),
	TEXT("\"\xf7\xbf\xbf\xbf\""), TEXT("\"\xf0\x9f\x98\""),
	TEXT("\"\xfe\""), TEXT("\"\xff\""),
	TEXT("["), TEXT("]"), TEXT("[1"), TEXT("1]"), TEXT("[1,]"),
	TEXT("[,1]"), TEXT("[,]"), TEXT("[1,,2]"), TEXT("[1 2]"),
	TEXT("[1:2]"), TEXT("[}"), TEXT("[1}"), TEXT("[\"a\":1]"),
	TEXT("[1];"), TEXT("[][]"), TEXT("[[]"), TEXT("[]]"),
	TEXT("{"), TEXT("}"), TEXT("{]"), TEXT("{1:2}"),
	TEXT("{a:1}"), TEXT("{'a':1}"), TEXT("{\"a\"}"),
	TEXT("{\"a\":}"), TEXT("{\"a\" 1}"), TEXT("{\"a\":1,}"),
	TEXT("{,\"a\":1}"), TEXT("{\"a\":1,,\"b\":2}"),
	TEXT("{\"a\":1 \"b\":2}"), TEXT("{\"a\"::1}"),
	TEXT("{\"a\":1:2}"), TEXT("{\"a\",1}"), TEXT("{\"a\":1]"),
	TEXT("{\"a\":1}}"), TEXT("{null:1}"), TEXT("{[]:1}"),
	TEXT("{\"a\":1/**/}"), TEXT("1//\n"), TEXT("#\n1"),
	TEXT("\v1"), TEXT("1\f"), TEXT("\xc2\xa0""1"),
	TEXT("\xef\xbb\xbf""1"), TEXT("\x1e{}"), TEXT("*"),
	TEXT("\\u0031"), TEXT("1}, ]"),
	TEXT("1} {\"a\":2"),
};

#endif
