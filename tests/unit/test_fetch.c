// SPDX-License-Identifier: MIT
/* Fetching layers: URLs, which mirror is asked next, and a layer that comes in pieces. */
#include "tests/root.h"

#include "node/fetch_part.h"
#include "node/fetch_room.h"

#define NOW 1000000

static void test_urls(void **state)
{
	static const struct {
		int line;
		const char *url, *text, *origin; /* NULL: refused */
	} rows[] = {
		{ __LINE__, "http://a.test", "http://a.test", "http://a.test" },
		{ __LINE__, "http://a.test/", "http://a.test", "http://a.test" },
		{ __LINE__, "https://10.0.0.1:8443/boot//", "https://10.0.0.1:8443/boot",
		  "https://10.0.0.1:8443" },
		{ __LINE__, "http://[fd00::1]:80/a/b", "http://[fd00::1]:80/a/b", "http://[fd00::1]:80" },
		{ __LINE__, "HTTP://a.test/x", "http://a.test/x", "http://a.test" },
		{ __LINE__, "a.test/x" },       { __LINE__, "/x" },
		{ __LINE__, "" },               { __LINE__, "http://" },
		{ __LINE__, "ftp://a.test/" },  { __LINE__, "file:///etc/passwd" },
		{ __LINE__, "http://u@a.test" }, { __LINE__, "http://u:p@a.test" },
		{ __LINE__, "http://a.test/?x" }, { __LINE__, "http://a.test/#x" },
		{ __LINE__, "http://a.test/a b" }, { __LINE__, "http://a.test/\r\nX: y" },
		{ __LINE__, "http://a.test:70000/" }, { __LINE__, "http://a.test/\xc3\xa9" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autoproblems struct problems problems = { 0 };
		struct http_url url = { 0 };
		int r = http_url_read(rows[i].url, &url, &problems);

		if ((r == 0) != (rows[i].text != NULL) || (r < 0) != (problems_count(&problems) == 1))
			fail_msg("line %d: got %d", rows[i].line, r);
		if (!streq_null(url.text, rows[i].text) || !streq_null(url.origin, rows[i].origin))
			fail_msg("line %d: got %s, %s", rows[i].line, url.text, url.origin);
		http_url_done(&url);
	}
}

/* ---- Mirrors --------------------------------------------------------------------------------------- */

static struct mirrors make_mirrors(size_t count)
{
	struct mirrors mirrors = { 0 };

	for (size_t i = 0; i < count; i++) {
		autofree char *url = xasprintf("http://m%zu.test/", i);

		assert_int_equal(mirrors_add(&mirrors, url, NULL), 0);
	}
	return mirrors;
}

static void test_mirrors_are_bounded(void **state)
{
	struct mirrors mirrors = make_mirrors(MIRRORS_MAX);

	(void)state;
	assert_int_equal(mirrors_add(&mirrors, "http://more.test/", NULL), -1);
	assert_int_equal(mirrors_add(&mirrors, "http://m0.test", NULL), -1);
	assert_int_equal(mirrors.count, MIRRORS_MAX);
	mirrors_done(&mirrors);
}

static void test_nodes_spread(void **state)
{
	enum { NODES = 1000, MIRRORS = 5 };
	struct mirrors mirrors = make_mirrors(MIRRORS);
	unsigned chosen[MIRRORS] = { 0 };

	(void)state;
	for (int i = 0; i < NODES; i++)
		chosen[mirrors_choose(&mirrors, MIRROR_NONE, NOW)]++;
	for (size_t i = 0; i < MIRRORS; i++)
		assert_in_range(chosen[i], NODES / MIRRORS / 2, NODES / MIRRORS * 2);
	/* All of the first one fail: the others get their shares. */
	memset(chosen, 0, sizeof(chosen));
	mirror_failed(&mirrors.items[0], 0, NOW);
	for (int i = 0; i < NODES; i++)
		chosen[mirrors_choose(&mirrors, 0, NOW)]++;
	assert_int_equal(chosen[0], 0);
	for (size_t i = 1; i < MIRRORS; i++)
		assert_in_range(chosen[i], NODES / MIRRORS / 2, NODES / MIRRORS * 2);
	mirrors_done(&mirrors);
}

static void test_next_mirror(void **state)
{
	struct mirrors mirrors = make_mirrors(3);
	struct mirror *items = mirrors.items;

	(void)state;
	for (int i = 0; i < 20; i++)
		assert_int_equal(mirrors_choose(&mirrors, 1, NOW), 1);
	/* None is ready: the first that will be. */
	items[0].ready_ms = NOW + 300;
	items[1].ready_ms = NOW + 200;
	items[2].ready_ms = NOW + 100;
	assert_int_equal(mirrors_choose(&mirrors, 1, NOW), 2);
	/* What was wrong once is not asked, ready or not, */
	items[2].wrong = 1;
	items[2].ready_ms = 0;
	assert_int_equal(mirrors_choose(&mirrors, 2, NOW), 1);
	items[1].failures = MIRROR_GIVEN_UP;
	assert_int_equal(mirrors_choose(&mirrors, 2, NOW), 1);
	/* until all others are given up. */
	items[0].failures = MIRROR_GIVEN_UP;
	assert_int_equal(mirrors_choose(&mirrors, 2, NOW), 2);
	mirror_worked(&items[0]);
	assert_int_equal(mirrors_choose(&mirrors, 2, NOW), 0);
	mirrors_done(&mirrors);
}

static void test_each_mirror_has_its_backoff(void **state)
{
	struct mirrors mirrors = make_mirrors(2);
	struct mirror *mirror = &mirrors.items[0];

	(void)state;
	mirror_failed(mirror, 0, NOW);
	assert_in_range(mirror->ready_ms, NOW + 500, NOW + 1000);
	mirror_failed(mirror, 7000, NOW);
	assert_in_range(mirror->ready_ms, NOW + 7500, NOW + 9000);
	for (int i = 0; i < 100; i++)
		mirror_failed(mirror, 0, NOW);
	assert_in_range(mirror->ready_ms, NOW + 500, NOW + 30000);
	assert_int_equal(mirrors.items[1].ready_ms, 0);
	mirror_worked(mirror);
	assert_int_equal(mirror->ready_ms, 0);
	assert_int_equal(mirror->failures, 0);
	assert_int_equal(mirror->failures_all, 102);
	mirrors_done(&mirrors);
}

/* ---- Parts ----------------------------------------------------------------------------------------- */

static const char right[] = "0123456789abcdefghij";
#define SIZE (sizeof(right) - 1)

static struct manifest_file layer(void)
{
	autofree char *digest = sha256_text(right, SIZE);
	struct manifest_file file = { .name = (char *)"layer", .size_bytes = SIZE };

	memcpy(file.sha256, digest, sizeof(file.sha256));
	return file;
}

/* The bytes of `text` from one mirror each, as "mirror:count mirror:count ...". */
static void add_pieces(struct part *part, const char *text, const char *pieces)
{
	autostrv char **words = strv_split(pieces, " ", false);

	for (size_t i = 0; words[i]; i++) {
		size_t mirror, count;

		assert_int_equal(sscanf(words[i], "%zu:%zu", &mirror, &count), 2);
		assert_int_equal(part_add(part, mirror, text + part->have, count, NULL), 0);
		assert_int_equal(part_last_mirror(part), mirror);
	}
	assert_int_equal(part->have, SIZE);
}

static void test_whose_piece_was_wrong(void **state)
{
	static const struct {
		int line;
		const char *text, *pieces;
		size_t mirror;   /* to blame */
		uint64_t end;    /* of its piece */
	} rows[] = {
		{ __LINE__, "X123456789abcdefghij", "0:10 1:10", 0, 10 },
		{ __LINE__, "0123456789Xbcdefghij", "0:10 1:10", 1, 20 },
		{ __LINE__, "012345678Xabcdefghij", "0:5 0:5 1:10", 0, 10 },
		{ __LINE__, "0123456789abcdefghiX", "0:1 1:1 0:18", 0, 20 },
		{ __LINE__, "0X234X6789abcdefghij", "2:1 3:2 2:2 4:15", 3, 3 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct manifest_file file = layer();
		autofree char *digest = NULL;
		struct part_pieces pieces = { 0 };
		const struct part_piece *blamed;
		struct part part;

		assert_int_equal(part_open(root, &file, &part, NULL), 0);
		add_pieces(&part, rows[i].text, rows[i].pieces);
		assert_false(part_verify(&part, &digest, &pieces));
		assert_string_not_equal(digest, file.sha256);
		assert_int_equal(part_restart(&part, NULL), 0);
		assert_int_equal(part_last_mirror(&part), MIRROR_NONE);
		add_pieces(&part, right, "9:20");
		assert_true(part_verify(&part, &digest, &pieces));
		assert_false(part_is_there(root, &file));
		assert_int_equal(part_finish(&part, NULL), 0);
		assert_true(part_is_there(root, &file));
		blamed = part_blame(&part, &pieces);
		if (!blamed || blamed->mirror != rows[i].mirror || blamed->end != rows[i].end)
			fail_msg("line %d", rows[i].line);
		part_pieces_done(&pieces);
		unlink(part.target);
		part_done(&part);
	}
}

static void test_what_an_earlier_run_left(void **state)
{
	static const struct {
		int line;
		const char *left;
		uint64_t have;
	} rows[] = {
		{ __LINE__, "", 0 },
		{ __LINE__, "01234", 5 },
		{ __LINE__, "0123456789abcdefghij", SIZE },
		{ __LINE__, "0123456789abcdefghijk", 0 }, /* more than there is */
	};
	autofree char *path = path_join(root, "layer.part");

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct manifest_file file = layer();
		autofree char *digest = NULL;
		struct part_pieces pieces = { 0 };
		struct part part;

		assert_int_equal(file_write_text(path, 0644, rows[i].left, NULL), 0);
		assert_int_equal(part_left_over(root, &file), strlen(rows[i].left));
		assert_int_equal(part_open(root, &file, &part, NULL), 0);
		if (part.have != rows[i].have || part_last_mirror(&part) != PART_EARLIER)
			fail_msg("line %d", rows[i].line);
		assert_int_equal(part_add(&part, 0, right + part.have, SIZE - part.have, NULL), 0);
		if (!part_verify(&part, &digest, &pieces))
			fail_msg("line %d: %s", rows[i].line, digest);
		part_discard(&part);
		assert_false(path_exists(path));
		part_done(&part);
	}
}

static void test_a_part_is_no_link(void **state)
{
	autofree char *path = path_join(root, "layer.part"), *other = path_join(root, "other");
	struct manifest_file file = layer();
	struct part part;

	(void)state;
	assert_int_equal(file_write_text(other, 0644, "precious", NULL), 0);
	assert_int_equal(symlink(other, path), 0);
	assert_int_equal(part_open(root, &file, &part, NULL), -1);
	assert_true(file_has(other, "precious", 8));
	unlink(path);
}

static void test_room(void **state)
{
	autoproblems struct problems problems = { 0 };

	(void)state;
	assert_int_equal(fetch_room_check(root, 1, &problems), 0);
	assert_int_equal(fetch_room_check(root, 1ULL << 60, &problems), -1);
	assert_non_null(strstr(problems.items[0], "the layers need 1099511627776 MiB, and "));
	assert_int_equal(fetch_room_check("/nowhere/at/all", 1, &problems), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_urls),
		cmocka_unit_test(test_mirrors_are_bounded),
		cmocka_unit_test(test_nodes_spread),
		cmocka_unit_test(test_next_mirror),
		cmocka_unit_test(test_each_mirror_has_its_backoff),
		cmocka_unit_test(test_whose_piece_was_wrong),
		cmocka_unit_test(test_what_an_earlier_run_left),
		cmocka_unit_test(test_a_part_is_no_link),
		cmocka_unit_test(test_room),
	};

	return cmocka_run_group_tests_name("fetch", tests, make_root, remove_root);
}
