/* Unit test of csv: what is quoted, and the padded body against the plain. */
#include <stdlib.h>
#include <string.h>

#include "csv/csv.h"
#include "tap.h"

static void
gives(const struct csv *c, const char *text, const char *want)
{
	struct buffer row;

	buffer_init(&row, 1000);
	ok(csv_cell(c, &row, text, strlen(text)) == 0 &&
	    row.size == strlen(want) &&
	    memcmp(row.bytes, want, row.size) == 0, "%s", want);
	buffer_free(&row);
}

/* One special byte at each place in texts of each length, and around them. */
static void
test_padded(const struct csv *c)
{
	static const char bytes[] = ",\"\r\n;a ";
	char text[100 + CSV_PAD];
	struct buffer plain, padded;
	size_t len, at, i, wrong = 0;

	buffer_init(&plain, 1000);
	buffer_init(&padded, 1000);
	for (len = 0; len < 70; len++) {
		for (at = 0; at < len + CSV_PAD; at++) {
			for (i = 0; i < sizeof(bytes); i++) {
				memset(text, 'x', sizeof(text));
				text[at] = bytes[i];
				plain.size = padded.size = 0;
				if (csv_cell(c, &plain, text, len) != 0 ||
				    csv_cell_padded(c, &padded, text, len) != 0 ||
				    plain.size != padded.size ||
				    memcmp(plain.bytes, padded.bytes,
				    plain.size) != 0)
					wrong++;
			}
		}
	}
	ok(wrong == 0, "padded texts are quoted as others");
	buffer_free(&plain);
	buffer_free(&padded);
}

static void
test_full(const struct csv *c)
{
	char text[40] = "\"\"\"\"\"\"\"\"\"\"";
	struct buffer row;

	buffer_init(&row, 21);
	ok(csv_cell_padded(c, &row, text, 10) == -1 && row.size == 0,
	    "a row that is too small takes nothing");
	buffer_free(&row);
	buffer_init(&row, 23);
	ok(csv_cell_padded(c, &row, text, 10) == 0 && row.size == 22,
	    "one that is not takes all");
	buffer_free(&row);
}

int
main(void)
{
	struct csv c;

	csv_init(&c, ',', false);
	gives(&c, "", "");
	gives(&c, "a b", "a b");
	gives(&c, " a ", " a ");
	gives(&c, "a,b", "\"a,b\"");
	gives(&c, "\"", "\"\"\"\"");
	gives(&c, "a\"b\"", "\"a\"\"b\"\"\"");
	gives(&c, "\r", "\"\r\"");
	gives(&c, "\n", "\"\n\"");
	gives(&c, "a;b\t", "a;b\t");
	gives(&c, "\xef\xbb\xbf#", "\xef\xbb\xbf#");
	test_padded(&c);
	test_full(&c);
	csv_init(&c, ';', true);
	gives(&c, "a;b", "\"a;b\"");
	gives(&c, "a,b", "a,b");
	test_padded(&c);
	return tap_done();
}
