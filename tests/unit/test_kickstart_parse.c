// SPDX-License-Identifier: MIT
/* Words, lines, sections and includes of kickstart files. Tables report their own line. */
#include "tests/expect.h"
#include "tests/root.h"

#include "kickstart/parse.h"
#include "kickstart/text.h"

static void test_split(void **state)
{
	/* What Python's shlex.split(line, comments=True) gives, but for "#" inside a word. */
	static const struct {
		int line;
		const char *text;
		const char *words; /* joined by | */
		const char *error;
	} rows[] = {
		{ __LINE__, "", "", NULL },
		{ __LINE__, "  \t ", "", NULL },
		{ __LINE__, "# all comment", "", NULL },
		{ __LINE__, "a b\tc  d", "a|b|c|d", NULL },
		{ __LINE__, "a # comment \"", "a", NULL },
		{ __LINE__, "a \\# b", "a|#|b", NULL },
		{ __LINE__, "a '#' b", "a|#|b", NULL },
		{ __LINE__, "--x='a b'", "--x=a b", NULL },
		{ __LINE__, "--x=\"a b\"c", "--x=a bc", NULL },
		{ __LINE__, "'it'\"'\"'s'", "it's", NULL },
		{ __LINE__, "'a\\b'", "a\\b", NULL },
		{ __LINE__, "\"a\\\"b\\\\c\\d\"", "a\"b\\c\\d", NULL },
		{ __LINE__, "a\\ b", "a b", NULL },
		{ __LINE__, "'' \"\"", "|", NULL },
		{ __LINE__, "a ''", "a|", NULL },
		{ __LINE__, "a\r", "a", NULL },
		{ __LINE__, "$HOME `x` $(x) ;|&", "$HOME|`x`|$(x)|;|&", NULL },
		{ __LINE__, "'open", NULL, "a quote is opened and not closed on this line" },
		{ __LINE__, "\"open\\\"", NULL, "a quote is opened and not closed on this line" },
		{ __LINE__, "a \\", NULL, "nothing follows the backslash: a command is one line" },
		{ __LINE__, "a#b", NULL,
		  "# inside a word: quote the word, or put a blank before the comment" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *error = NULL;
		autostrv char **words = ks_split(rows[i].text, &error);
		autofree char *joined = words ? strv_join(words, "|") : NULL;

		if (streq(rows[i].text, "$HOME `x` $(x) ;|&"))
			expect(&rows[i], strv_len(words) == 4);
		expect_text(&rows[i], joined, rows[i].words);
		if (rows[i].error)
			expect_text(&rows[i], error, rows[i].error);
	}
}

static void test_split_bounds(void **state)
{
	autofree char *line = xmalloc(3000);
	const char *error = NULL;
	autostrv char **words = NULL;

	(void)state;
	memset(line, ' ', 3000);
	for (size_t i = 0; i < 1000; i++)
		line[i * 2] = 'a';
	line[2001] = '\0';
	words = ks_split(line, &error);
	assert_int_equal(strv_len(words), 1000);
	line[2000] = 'a';
	assert_null(ks_split(line, &error));
	assert_string_equal(error, "more than 1000 words");
}

static void test_write_word(void **state)
{
	static const struct {
		int line;
		const char *word, *written;
	} rows[] = {
		{ __LINE__, "plain", "plain" },
		{ __LINE__, "--ip=192.0.2.1", "--ip=192.0.2.1" },
		{ __LINE__, "", "\"\"" },
		{ __LINE__, "--x=", "--x=" },
		{ __LINE__, "a b", "\"a b\"" },
		{ __LINE__, "--x=a b", "--x=\"a b\"" },
		{ __LINE__, "--x y=a", "\"--x y=a\"" },
		{ __LINE__, "it's", "\"it's\"" },
		{ __LINE__, "say \"hi\"\\", "\"say \\\"hi\\\"\\\\\"" },
		{ __LINE__, "#no", "\"#no\"" },
		{ __LINE__, "Zürich", "\"Zürich\"" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *error = NULL;
		autofree char *text = NULL;
		autostrv char **words = NULL;
		size_t len;
		FILE *out = xopen_memstream(&text, &len);

		ks_write_word(out, rows[i].word);
		fclose(out);
		expect_text(&rows[i], text, rows[i].written);
		words = ks_split(text, &error);
		expect(&rows[i], strv_len(words) == 1);
		expect_text(&rows[i], words[0], rows[i].word);
	}
}

static void test_text_error(void **state)
{
	static const char control[] = "the line holds a control character";
	static const char utf8[] = "the line is not UTF-8 text";
	static const struct {
		int line;
		const char *text;
		size_t len;
		const char *error;
	} rows[] = {
		{ __LINE__, "plain\ttext", 10, NULL },
		{ __LINE__, "\xc3\xbc \xe2\x82\xac \xf0\x9f\x90\x93", 11, NULL },
		{ __LINE__, "a\0b", 3, control },
		{ __LINE__, "\x1b[31m", 5, control },
		{ __LINE__, "\x7f", 1, control },
		{ __LINE__, "\xc2\x9b", 2, control },
		{ __LINE__, "a\rb", 3, control },
		{ __LINE__, "\xff", 1, utf8 },
		{ __LINE__, "\x80", 1, utf8 },
		{ __LINE__, "\xc3", 1, utf8 },
		{ __LINE__, "\xc3(", 2, utf8 },
		{ __LINE__, "\xc0\xaf", 2, utf8 },
		{ __LINE__, "\xe0\x80\xaf", 3, utf8 },
		{ __LINE__, "\xed\xa0\x80", 3, utf8 },
		{ __LINE__, "\xf4\x90\x80\x80", 4, utf8 },
		{ __LINE__, "\xf8\x88\x80\x80\x80", 5, utf8 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		/* a copy of just this size, so that the sanitizer sees a read behind it */
		autofree char *exact = xmalloc(rows[i].len);

		memcpy(exact, rows[i].text, rows[i].len);
		expect_text(&rows[i], ks_text_error(exact, rows[i].len), rows[i].error);
	}
}

/* Parses and writes again; what is wrong comes joined by newlines. */
static char *parse_and_write(const char *text, unsigned flags)
{
	autoproblems struct problems problems = { 0 };
	autodocument struct ks_document *document = NULL;
	autofree char *written = NULL;
	size_t len;
	FILE *out;

	if (ks_parse_text(text, strlen(text), "ks.cfg", flags, &document, &problems) < 0) {
		assert_null(document);
		return strv_join(problems.items, "\n");
	}
	out = xopen_memstream(&written, &len);
	ks_write_document(out, document);
	fclose(out);
	return xstrdup(written ? written : "");
}

static void test_parse(void **state)
{
	static const struct {
		int line;
		const char *text, *result;
	} rows[] = {
		{ __LINE__, "", "" },
		{ __LINE__, "a  b # c\n\n# d\nc", "a b\nc\n" },
		{ __LINE__, "a\r\n\r\nb\r\n", "a\nb\n" },
		{ __LINE__, "\xef\xbb\xbf" "a\n", "a\n" },
		{ __LINE__, "%packages --nocore\n  a # x\n\n# y\n-b\nc#d\n%end # done\nx\n",
		  "%packages --nocore\na\n-b\nc#d\n%end\nx\n" },
		{ __LINE__, "%post\n  echo \"a # b\n\n%include x\n  %end\n",
		  "%post\n  echo \"a # b\n\n%include x\n%end\n" },
		{ __LINE__, "%packages\n%end\n", "%packages\n%end\n" },
		{ __LINE__, "%packages\na\n", "ks.cfg:1: %packages: the section has no %end" },
		{ __LINE__, "%packages\na\n%trim\nb\n%end\n",
		  "ks.cfg:1: %packages: the section has no %end before line 3" },
		{ __LINE__, "a\n%end\nb 'c\nd\\\n",
		  "ks.cfg:2: %end without a section\n"
		  "ks.cfg:3: a quote is opened and not closed on this line\n"
		  "ks.cfg:4: nothing follows the backslash: a command is one line" },
		{ __LINE__, "a\n\x01\nb\n\xff\n",
		  "ks.cfg:2: the line holds a control character\n"
		  "ks.cfg:4: the line is not UTF-8 text" },
		{ __LINE__, "%include a b\n%include\n%include http://x/y\n%include '/no/such'\n",
		  "ks.cfg:1: %include: expected one path\n"
		  "ks.cfg:2: %include: expected one path\n"
		  "ks.cfg:3: %include http://x/y: expected a path, not a URL\n"
		  "ks.cfg:4: %include: cannot read /no/such: No such file or directory" },
		{ __LINE__, "%include /dev/zero\n",
		  "ks.cfg:1: %include: cannot read /dev/zero: not a file" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autofree char *result = parse_and_write(rows[i].text, 0);

		expect_text(&rows[i], result, rows[i].result);
	}
}

static void test_no_include(void **state)
{
	static const char refused[] = ": %include: this kickstart may not include other files";
	autofree char *result = parse_and_write("%include /etc/passwd\n%packages\n%include x\n%end\n",
						KS_NO_INCLUDE);
	autofree char *expected = xasprintf("ks.cfg:1%s\nks.cfg:3%s", refused, refused);

	(void)state;
	assert_string_equal(result, expected);
}

static void test_too_large(void **state)
{
	autoproblems struct problems problems = { 0 };
	struct ks_document *document = NULL;
	autofree char *text = xmalloc(KS_MAX_BYTES + 2);

	(void)state;
	memset(text, '\n', KS_MAX_BYTES + 2);
	text[KS_MAX_BYTES + 1] = '\0';
	assert_int_equal(ks_parse_text(text, KS_MAX_BYTES, "big", 0, &document, &problems), 0);
	ks_document_free(document);
	document = NULL;
	assert_int_equal(ks_parse_text(text, KS_MAX_BYTES + 1, "big", 0, &document, &problems), -1);
	assert_string_equal(problems.items[0],
			    "big is too large: a kickstart has 1048576 bytes at most");
	assert_null(document);
}

/* ---- Files that include files ---- */

/* Messages with the scratch folder taken out; "" when there are none. */
static char *parse_named(const char *name, struct ks_document **ret)
{
	autoproblems struct problems problems = { 0 };
	autofree char *path = path_join(root, name);
	autofree char *text = NULL, *prefix = xasprintf("%s/", root);
	autostrv char **parts = NULL;

	if (ks_parse_file(path, 0, ret, &problems) == 0)
		return xstrdup("");
	text = strv_join(problems.items, "\n");
	for (char *p = text, *q; *p; p = q) {
		q = strstr(p, prefix);
		strv_push_take(&parts, q ? xstrndup(p, (size_t)(q - p)) : xstrdup(p));
		q = q ? q + strlen(prefix) : p + strlen(p);
	}
	return strv_join(parts, "");
}

static void test_include(void **state)
{
	autodocument struct ks_document *document = NULL;
	autofree char *errors = NULL;

	(void)state;
	put("node.ks", "one\n%include sub/base.ks\nthree\n%packages\na\n%include sub/list\nd\n%end\n");
	put("sub/base.ks", "# base\ntwo\n%include more.ks\n");
	put("sub/more.ks", "two-and-a-half");
	put("sub/list", "b\nc # see\n");
	errors = parse_named("node.ks", &document);
	assert_string_equal(errors, "");
	assert_int_equal(document->items_count, 5);
	assert_string_equal(document->items[1].argv[0], "two");
	assert_int_equal(document->items[1].line, 2);
	assert_true(str_ends(document->items[1].file, "/sub/base.ks"));
	assert_string_equal(document->items[2].argv[0], "two-and-a-half");
	assert_true(str_ends(document->items[2].file, "/sub/more.ks"));
	assert_int_equal(document->items[3].line, 3);
	assert_int_equal(document->items[4].lines_count, 4);
	assert_string_equal(document->items[4].lines[2].text, "c");
	assert_int_equal(document->items[4].lines[2].line, 2);
	assert_true(str_ends(document->items[4].lines[2].file, "/sub/list"));
	assert_int_equal(document->items[4].lines[3].line, 7);
	assert_int_equal(strv_len(document->files), 4);
	assert_ptr_equal(ks_find(document, "three"), &document->items[3]);
	assert_null(ks_find(document, "four"));
}

static void test_include_errors(void **state)
{
	static const struct {
		int line;
		const char *name, *text, *errors;
	} rows[] = {
		{ __LINE__, "self.ks", "%include self.ks\n",
		  "self.ks:1: %include: self.ks includes itself" },
		{ __LINE__, "a.ks", "%include ./b.ks\nx '\n",
		  "./b.ks:1: %include: ././a.ks includes itself\n"
		  "a.ks:2: a quote is opened and not closed on this line" },
		{ __LINE__, "open.ks", "%include opens.ks\nx\n",
		  "opens.ks:1: %packages: the section has no %end" },
		{ __LINE__, "closed.ks", "%packages\n%include closes.ks\n%end\nx\n",
		  "closes.ks:2: %end: the section begins in another file" },
		{ __LINE__, "inner.ks", "%packages\n%include opens.ks\n%end\nx\n",
		  "opens.ks:1: %packages: a section cannot begin inside another" },
		{ __LINE__, "missing.ks", "%include gone\n%include gone\n",
		  "missing.ks:1: %include: cannot read gone: No such file or directory\n"
		  "missing.ks:2: %include: cannot read gone: No such file or directory" },
		{ __LINE__, "folder.ks", "%include .\n",
		  "folder.ks:1: %include: cannot read .: not a file" },
		{ __LINE__, "deep.ks", "%include d0.ks\n",
		  "d7.ks:1: %include: includes are nested more than 8 deep" },
		{ __LINE__, "twice.ks", "%include big.ks\n%include big.ks\n",
		  "twice.ks:2: %include: big.ks is too large: a kickstart and its includes have "
		  "1048576 bytes at most" },
	};
	autofree char *big = xmalloc(600 * 1024 + 1);

	(void)state;
	memset(big, '\n', 600 * 1024);
	big[600 * 1024] = '\0';
	put("big.ks", big);
	put("b.ks", "%include ./a.ks\n");
	put("opens.ks", "%packages\na\n");
	put("closes.ks", "a\n%end\n");
	for (int i = 0; i < 10; i++) {
		autofree char *name = xasprintf("d%d.ks", i);
		autofree char *text = xasprintf("%%include d%d.ks\n", i + 1);

		put(name, text);
	}
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct ks_document *document = NULL;
		autofree char *errors = NULL;

		put(rows[i].name, rows[i].text);
		errors = parse_named(rows[i].name, &document);
		expect_text(&rows[i], errors, rows[i].errors);
		expect(&rows[i], document == NULL);
	}
}

/* A file that is included 256 times is one too many: together with the first file. */
static void test_include_count(void **state)
{
	struct ks_document *document = NULL;
	autofree char *errors = NULL, *text = NULL;
	size_t len;
	FILE *out = xopen_memstream(&text, &len);

	(void)state;
	for (int i = 0; i < 256; i++)
		fputs("%include empty.ks\n", out);
	fclose(out);
	put("empty.ks", "");
	put("many.ks", text);
	errors = parse_named("many.ks", &document);
	assert_string_equal(errors, "many.ks:256: %include: more than 256 files are included");
	text[255 * strlen("%include empty.ks\n")] = '\0';
	put("many.ks", text);
	free(take_ptr(errors));
	errors = parse_named("many.ks", &document);
	assert_string_equal(errors, "");
	ks_document_free(document);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_split),          cmocka_unit_test(test_split_bounds),
		cmocka_unit_test(test_write_word),     cmocka_unit_test(test_text_error),
		cmocka_unit_test(test_parse),          cmocka_unit_test(test_no_include),
		cmocka_unit_test(test_too_large),      cmocka_unit_test(test_include),
		cmocka_unit_test(test_include_errors), cmocka_unit_test(test_include_count),
	};

	return cmocka_run_group_tests(tests, make_root, remove_root);
}
