// SPDX-License-Identifier: MIT
/*
 * The network's generations: what is on trial, confirmed, refused, and what comes back.
 * PAINS 10: a configuration that cuts the host off does not stay.
 */
#include "tests/root.h"

#include "common/digest.h"
#include "node/network_fallback.h"
#include "node/network_retry.h"
#include "node/probe_plan.h"

static int make_input(void **state)
{
	autofree char *input = NULL;

	if (make_root(state) < 0)
		return -1;
	input = path_in_root(root, "/run/roost/input");
	return make_folders(input, 0755, NULL);
}

static void begin(const char *conf, const char *units, int64_t at_ms, int confirm_s)
{
	struct generation_start start = { .conf = conf, .units = units, .kickstart = conf,
					  .at_ms = at_ms, .confirm_s = confirm_s };

	assert_int_equal(generation_begin(root, &start, NULL), 0);
}

/* "1 confirmed, 2 trial*": the star is the current one. */
static void assert_history(const char *expected)
{
	autogenerations struct generations generations = { 0 };
	autostrv char **words = NULL;
	autofree char *text = NULL;

	generations_read(root, &generations);
	for (size_t i = 0; i < generations.count; i++)
		strv_pushf(&words, "%d %s%s", generations.items[i].number,
			   generation_state_names[generations.items[i].state],
			   generations.items[i].number == generations.current ? "*" : "");
	text = words ? strv_join(words, ", ") : xstrdup("");
	assert_string_equal(text, expected);
}

static int64_t deadline(void)
{
	autogenerations struct generations generations = { 0 };

	generations_read(root, &generations);
	return generations_deadline_ms(&generations);
}

/* The text that roost-config must use instead of `conf`; NULL: conf itself. */
static char *replacement(const char *conf, const char *kickstart)
{
	autoreplacement struct replacement found = { 0 };

	(void)generation_replacement(root, conf, kickstart, &found);
	return take_ptr(found.conf);
}

static void test_first_has_no_end(void **state)
{
	(void)state;
	assert_history("");
	begin("a", "units a", 1000, 30);
	assert_history("1 trial*");
	assert_int_equal(deadline(), -1);
	assert_int_equal(generation_refuse(root, "no way", 0, NULL), -1);
	assert_true(generation_confirm(root, NULL, "by hand", NULL));
	assert_history("1 confirmed*");
	assert_false(generation_confirm(root, NULL, "by hand", NULL));
}

/* Links go down and come up again: the switch's port has its own pace. */
static void test_made_anew_has_twice_the_time(void **state)
{
	struct generation_start start = { .conf = "b", .units = "units b", .at_ms = 5000, .confirm_s = 30,
					  .is_made_anew = true };

	(void)state;
	begin("a", "units a", 1000, 30);
	generation_confirm(root, NULL, "by hand", NULL);
	assert_int_equal(generation_begin(root, &start, NULL), 0);
	assert_int_equal(deadline(), 65000);
}

static void test_refused_after_its_time(void **state)
{
	autofree char *text = NULL, *newer = NULL, *refused = path_in_root(root,
									"/run/roost/input/refused");

	(void)state;
	begin("a", "units a", 1000, 30);
	generation_confirm(root, NULL, "by hand", NULL);
	begin("b", "units b", 5000, 30);
	assert_history("1 confirmed, 2 trial*");
	assert_int_equal(deadline(), 35000);
	assert_int_equal(generation_refuse(root, "early", 34999, NULL), 1);
	assert_history("1 confirmed, 2 trial*");
	assert_false(path_exists(refused));
	assert_int_equal(generation_refuse(root, "late", 35000, NULL), 0);
	assert_history("1 confirmed*, 2 refused");
	assert_true(path_exists(refused));
	text = replacement("b", "b");
	assert_string_equal(text, "a");
	/* another configuration is not meant, nor the same one that the appliance sent anew */
	assert_null(replacement("c", "c"));
	newer = replacement("b", "newer");
	assert_null(newer);
	/* the reapplied one is the old generation, confirmed as it was */
	begin("a", "units a", 36000, 30);
	assert_history("1 confirmed*, 2 refused");
	assert_int_equal(deadline(), -1);
	begin("b", "units b", 40000, 30);
	assert_history("1 confirmed, 2 refused, 3 trial*");
}

static void test_only_what_was_looked_at_is_confirmed(void **state)
{
	autofree char *a = sha256_text("a", 1), *b = sha256_text("b", 1);

	(void)state;
	begin("a", "units a", 1000, 30);
	assert_false(generation_confirm(root, b, "heartbeat", NULL));
	assert_true(generation_confirm(root, a, "heartbeat", NULL));
}

/* A kickstart that changes storage only leaves the network as it is: no trial, and a trial goes on. */
static void test_same_units(void **state)
{
	autofree char *text = NULL;

	(void)state;
	begin("a", "units a", 1000, 30);
	generation_confirm(root, NULL, "by hand", NULL);
	begin("a with a pool", "units a", 2000, 30);
	assert_history("1 confirmed*");
	begin("b", "units b", 3000, 30);
	begin("b with a pool", "units b", 9000, 30);
	assert_history("1 confirmed, 2 trial*");
	assert_int_equal(deadline(), 33000);
	assert_int_equal(generation_refuse(root, "late", 33000, NULL), 0);
	text = replacement("b with a pool", "b with a pool");
	assert_string_equal(text, "a with a pool");
}

static void test_without_an_appliance(void **state)
{
	(void)state;
	begin("a", "units a", 1000, 0);
	begin("b", "units b", 2000, 0);
	assert_history("1 confirmed, 2 confirmed*");
	assert_int_equal(generation_refuse(root, "taken back by hand", 0, NULL), 0);
	assert_history("1 confirmed*, 2 refused");
}

static void test_forgiven(void **state)
{
	(void)state;
	begin("a", "units a", 1000, 0);
	begin("b", "units b", 2000, 30);
	generation_refuse(root, "late", 0, NULL);
	assert_int_equal(generations_forgive(root, NULL), 0);
	assert_history("1 confirmed*");
	assert_null(replacement("b", "b"));
}

/* ---- The plain network in place of a broken first one -------------------------------------------- */

#define WANTED "# from oemdrv:1\nappliance --server=ks.example\n# from oemdrv:2\n" \
	       "network --device=ens3 --bootproto=static --ip=192.0.2.7 --netmask=24\n"
#define PLAIN "network --device=br0 --bridgeslaves=bootif --bootproto=dhcp\n"

static void begin_first(const char *conf, const char *units, int64_t at_ms)
{
	struct generation_start start = { .conf = conf, .units = units, .at_ms = at_ms,
					  .confirm_s = 30, .has_fallback = true };

	assert_int_equal(generation_begin(root, &start, NULL), 0);
}

static void assert_ends(int64_t at_ms, const char *history)
{
	assert_int_equal(deadline(), at_ms);
	assert_int_equal(generation_refuse(root, "early", at_ms - 1, NULL), 1);
	assert_int_equal(generation_refuse(root, "late", at_ms, NULL), 0);
	assert_history(history);
}

static void test_lines(void **state)
{
	autofree char *lines = network_lines("network --hostname=a\n" WANTED "network --device=b\n");
	autofree char *replaced = network_lines_replace(WANTED "network --hostname=a\npool\n", "X");
	autofree char *none = network_lines("");

	(void)state;
	assert_string_equal(lines, "network --device=ens3 --bootproto=static --ip=192.0.2.7 "
			    "--netmask=24\nnetwork --device=b");
	assert_string_equal(replaced, "# from oemdrv:1\nappliance --server=ks.example\n"
			    "network --hostname=a\npool\n"
			    "# from roost-network, in place of what was taken back\nX\n");
	assert_string_equal(none, "");
}

/* The two take turns; the configured one has four times as long each time, at most an hour. */
static void test_first_takes_turns_with_plain(void **state)
{
	autofree char *text = NULL;

	(void)state;
	begin_first(WANTED, "units", 1000);
	assert_history("1 trial*");
	assert_ends(61000, "1 refused, 2 trial*");
	text = replacement(WANTED, NULL);
	assert_non_null(strstr(text, PLAIN));
	assert_non_null(strstr(text, "appliance --server=ks.example"));
	assert_null(strstr(text, "192.0.2.7"));
	assert_true(fallback_is_new(root));
	begin_first(text, "plain units", 62000);
	assert_false(fallback_is_new(root));
	assert_history("1 refused, 2 trial*");
	assert_ends(121000, "1 trial*, 2 refused");
	assert_null(replacement(WANTED, NULL));
	begin_first(WANTED, "units", 122000);
	assert_ends(121000 + 240000, "1 refused, 2 trial*");
	assert_ends(121000 + 300000, "1 trial*, 2 refused");
	assert_ends(121000 + 300000 + 960000, "1 refused, 2 trial*");
	assert_ends(121000 + 360000 + 960000, "1 trial*, 2 refused");
	assert_ends(121000 + 360000 + 960000 + 3600000, "1 refused, 2 trial*");
}

/* Plain, then confirmed: it stays for every later configuration with the same networks. */
static void test_plain_is_confirmed(void **state)
{
	autoreplacement struct replacement found = { 0 };
	autofree char *plain = NULL;

	(void)state;
	begin_first(WANTED, "units", 1000);
	assert_ends(61000, "1 refused, 2 trial*");
	plain = replacement(WANTED, NULL);
	begin_first(plain, "plain units", 62000);
	assert_true(generation_confirm(root, NULL, "heartbeat", NULL));
	assert_history("1 refused, 2 confirmed*");
	assert_true(generation_replacement(root, WANTED "pool --name=a\n", "7", &found));
	assert_true(found.is_plain);
	assert_string_equal(found.kickstart, "7");
	assert_non_null(strstr(found.conf, "pool --name=a"));
	assert_non_null(strstr(found.conf, PLAIN));
	assert_non_null(strstr(found.reason, "late; plain DHCP on the NIC"));
	begin_first(found.conf, "plain units", 63000);
	assert_history("1 refused, 2 confirmed*");
	/* another network is a new try, with the plain one to go back to */
	assert_null(replacement("network --device=ens4\n", "8"));
	begin_first("network --device=ens4\n", "units 4", 70000);
	assert_history("1 refused, 2 confirmed, 3 trial*");
	assert_ends(100000, "1 refused, 2 confirmed*, 3 refused");
	free(plain);
	plain = replacement("network --device=ens4\n", "8");
	assert_non_null(strstr(plain, PLAIN));
}

/* Whatever the appliance says, it says it over a network that works. */
static void test_an_answer_keeps_the_first(void **state)
{
	autofree char *same = sha256_text(WANTED, strlen(WANTED)), *other = sha256_text("a", 1);

	(void)state;
	begin_first(WANTED, "units", 1000);
	assert_false(generation_keep(root, other));
	assert_true(generation_keep(root, same));
	assert_history("1 trial*");
	assert_int_equal(deadline(), -1);
	assert_false(generation_keep(root, same));
	/* but not a later one: there an accepted heartbeat counts, and the one before is safe */
	generation_confirm(root, NULL, "heartbeat", NULL);
	begin("a", "units a", 5000, 30);
	assert_false(generation_keep(root, other));
	assert_int_equal(deadline(), 35000);
}

static void write_probe(void)
{
	autofree char *path = path_in_root(root, PROBE_JSON);

	assert_int_equal(file_write_text(path, 0644, "{\"tries\": [{\"name\": \"LACP on a, b\", \"lines\": "
					 "\"network --device=bond0\\nnetwork --device=br0\"}]}", NULL), 0);
}

/* Plain DHCP gets no answer: nothing else is tried until a switch has named something. */
static void test_probe_after_plain(void **state)
{
	struct generation_start start = { .conf = PLAIN, .units = "units", .at_ms = 1000,
					  .confirm_s = 30 };
	autofree char *text = NULL;

	(void)state;
	assert_int_equal(generation_begin(root, &start, NULL), 0);
	assert_true(fallback_is_unproven(root));
	assert_false(fallback_hurry(root, 31000));
	write_probe();
	assert_true(fallback_hurry(root, 31000));
	assert_false(fallback_hurry(root, 31000));
	assert_ends(31000, "1 refused, 2 trial*");
	text = replacement(PLAIN, NULL);
	assert_non_null(strstr(text, "network --device=bond0\nnetwork --device=br0\n"));
	/* an address alone is no proof where there is an appliance */
	assert_false(fallback_has_address(root));
	assert_ends(91000, "1 trial*, 2 refused");
	/* but plain DHCP that has got one keeps its turn */
	assert_int_equal(deadline(), 91000 + 240000);
	assert_true(fallback_has_address(root));
	assert_int_equal(deadline(), -1);
}

/* The plain network, then the probe's, then the configured one again. */
static void test_probe_after_another(void **state)
{
	autoreplacement struct replacement found = { 0 };

	(void)state;
	begin_first(WANTED, "units", 1000);
	write_probe();
	assert_false(fallback_hurry(root, 2000));
	assert_ends(61000, "1 refused, 2 trial*");
	assert_ends(121000, "1 refused, 2 refused, 3 trial*");
	assert_true(generation_confirm(root, NULL, "heartbeat", NULL));
	assert_false(fallback_is_unproven(root));
	assert_true(generation_replacement(root, WANTED, NULL, &found));
	assert_non_null(strstr(found.reason, "LACP on a, b (generation 3) is in use; a kickstart that makes "
			       "it permanent: network --device=bond0; network --device=br0"));
}

static void test_probe_without_an_appliance(void **state)
{
	struct generation_start start = { .conf = PLAIN, .units = "units", .at_ms = 1000 };

	(void)state;
	assert_int_equal(generation_begin(root, &start, NULL), 0);
	write_probe();
	assert_true(fallback_hurry(root, 31000));
	assert_ends(31000, "1 refused, 2 trial*");
	assert_int_equal(deadline(), 61000);
	assert_true(fallback_has_address(root));
	assert_history("1 refused, 2 confirmed*");
}

static void test_impossible(void **state)
{
	struct generation_start start = { .conf = WANTED, .units = "", .at_ms = 1000,
					  .confirm_s = 30 };
	autofree char *text = NULL;

	(void)state;
	assert_int_equal(generation_impossible(root, &start, "no such NIC", NULL), 0);
	assert_history("1 refused, 2 trial*");
	assert_int_equal(deadline(), -1);
	text = replacement(WANTED, NULL);
	assert_non_null(strstr(text, PLAIN));
	assert_int_equal(generation_impossible(root, &start, "no such NIC", NULL), 1);
	assert_int_equal(generations_forgive(root, NULL), 0);
	assert_null(replacement(WANTED, NULL));
}

static void test_impossible_without_an_appliance(void **state)
{
	struct generation_start start = { .conf = WANTED, .units = "", .at_ms = 1000 };

	(void)state;
	assert_int_equal(generation_impossible(root, &start, "no such NIC", NULL), 0);
	assert_history("1 refused, 2 confirmed*");
}

static void plug_in(const char *nic)
{
	static const struct { const char *name, *text; } files[] = {
		{ "device/vendor", "0x1af4\n" }, { "type", "1\n" }, { "address", "52:54:00:12:34:53\n" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		autofree char *path = xasprintf("%s/sys/class/net/%s/%s", root, nic, files[i].name);

		assert_int_equal(file_write_text(path, 0644, files[i].text, NULL), 0);
	}
}

/* A NIC that comes late: what was asked for is tried again, though the plain network works. */
static void test_retry_when_the_nic_is_there(void **state)
{
	autofree char *text = NULL;

	(void)state;
	begin_first(WANTED, "units", 1000);
	assert_int_equal(network_retry(root, NULL), -1); /* nothing stands in for it yet */
	assert_ends(61000, "1 refused, 2 trial*");
	assert_true(generation_confirm(root, NULL, "heartbeat", NULL));
	plug_in("ens4");
	assert_true(network_retry(root, NULL) > 0);
	assert_history("1 refused, 2 confirmed*");
	text = replacement(WANTED, NULL);
	assert_non_null(strstr(text, PLAIN));
	plug_in("ens3");
	assert_int_equal(network_retry(root, NULL), -1);
	assert_null(replacement(WANTED, NULL));
	begin_first(WANTED, "units with ens3", 70000);
	assert_history("2 confirmed, 3 trial*");
	assert_ends(deadline(), "2 confirmed*, 3 refused");
	assert_int_equal(network_retry(root, NULL), -1); /* it had its NIC */
}

/* One that has all its NICs has had its try. */
static void test_no_retry_of_what_fitted(void **state)
{
	(void)state;
	plug_in("ens3");
	begin_first(WANTED, "units", 1000);
	assert_ends(61000, "1 refused, 2 trial*");
	assert_int_equal(network_retry(root, NULL), -1);
	assert_history("1 refused, 2 trial*");
}

/* The history is bounded, and the way back is never lost. */
static void test_many(void **state)
{
	autogenerations struct generations generations = { 0 };
	autofree char *text = NULL;

	(void)state;
	begin("good", "units good", 1000, 0);
	for (int i = 0; i < 100; i++) {
		autofree char *conf = xasprintf("bad %d", i);

		begin(conf, conf, 2000 + i, 30);
		if (i < 99)
			assert_int_equal(generation_refuse(root, "late", 0, NULL), 0);
	}
	generations_read(root, &generations);
	assert_in_range(generations.count, 2, 16);
	assert_int_equal(generations.items[0].number, 1);
	assert_int_equal(generation_refuse(root, "late", 0, NULL), 0);
	text = replacement("bad 99", "bad 99");
	assert_string_equal(text, "good");
}

/* What cannot be read is as if it were not there; a half of it is left out. */
static void test_garbage(void **state)
{
	static const char *const texts[] = {
		"", "{", "[]", "{\"current\": 7}", "{\"generations\": {}}",
		"{\"current\": 1, \"generations\": [{\"number\": 1}]}",
		"{\"current\": \"x\", \"generations\": [null, 3, {\"state\": 4}]}",
	};
	autofree char *path = path_in_root(root, GENERATIONS_FILE);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		autogenerations struct generations generations = { 0 };

		assert_int_equal(file_write_text(path, 0644, texts[i], NULL), 0);
		generations_read(root, &generations);
		assert_int_equal(generations.count, 0);
		assert_null(generations_current(&generations));
		assert_int_equal(generations_deadline_ms(&generations), -1);
		assert_null(replacement("a", NULL));
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_input, remove_root)
	const struct CMUnitTest tests[] = {
		TEST(test_first_has_no_end), TEST(test_made_anew_has_twice_the_time), TEST(test_refused_after_its_time),
		TEST(test_only_what_was_looked_at_is_confirmed), TEST(test_same_units),
		TEST(test_without_an_appliance), TEST(test_forgiven), TEST(test_many),
		TEST(test_garbage), TEST(test_lines), TEST(test_first_takes_turns_with_plain),
		TEST(test_plain_is_confirmed), TEST(test_an_answer_keeps_the_first),
		TEST(test_probe_after_plain), TEST(test_probe_after_another),
		TEST(test_probe_without_an_appliance), TEST(test_impossible), TEST(test_impossible_without_an_appliance),
		TEST(test_retry_when_the_nic_is_there), TEST(test_no_retry_of_what_fitted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
