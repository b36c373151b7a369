// SPDX-License-Identifier: MIT
/*
 * The option layer of kickstart, on a small language of its own (tests/sample_language.h): what is
 * read, every message verbatim, and that writing and reading again changes nothing.
 */
#include "tests/expect.h"
#include "tests/sample_language.h"

static int read_sample(const char *text, struct sample *ret, struct problems *problems)
{
	autodocument struct ks_document *document = NULL;

	assert_int_equal(ks_parse_text(text, strlen(text), "t", 0, &document, problems), 0);
	return ks_read(&sample_language, document, ret, problems);
}

/* What the text means, normalised; or what is wrong with it, a line a problem. */
static char *normal(const char *text)
{
	autoproblems struct problems problems = { 0 };
	struct sample sample;
	char *written;
	size_t len;
	FILE *out;

	if (read_sample(text, &sample, &problems) < 0)
		return strv_join(problems.items, "\n");
	out = xopen_memstream(&written, &len);
	ks_write_config(out, &sample_language, &sample, 0);
	fclose(out);
	ks_config_done(&sample_language, &sample);
	return written;
}

static void test_values(void **state)
{
	autoproblems struct problems problems = { 0 };
	struct sample sample;
	const struct sample_network *n;

	(void)state;
	assert_int_equal(read_sample("network --device=eth0 --ip 192.0.2.7 --netmask=24 --noipv4 "
				     "--slaves=eth1,eth2 --nameserver=192.0.2.1 "
				     "--nameserver=2001:DB8::1 --mtu=9000 --protocol=static\n"
				     "network --device=eth1\n"
				     "%packages --nocore\na\nb\n%end\n"
				     "services sshd libvirtd\n", &sample, &problems), 0);
	assert_int_equal(sample.network_count, 2);
	n = &sample.network[0];
	assert_string_equal(n->at.file, "t");
	assert_int_equal(n->at.line, 1);
	assert_string_equal(n->ip, "192.0.2.7");
	assert_string_equal(n->netmask, "255.255.255.0");
	assert_true(n->noipv4);
	assert_false(n->nodns);
	assert_int_equal(strv_len(n->slaves), 2);
	assert_string_equal(n->slaves[1], "eth2");
	assert_int_equal(strv_len(n->servers), 2);
	assert_string_equal(n->servers[1], "2001:db8::1");
	assert_int_equal(n->mtu, 9000);
	assert_int_equal(n->protocol, 2);
	assert_true(ks_is_given(&sample_network_command, n, "mtu"));

	/* Fallbacks are there, and do not count as given. */
	n = &sample.network[1];
	assert_int_equal(n->mtu, 1500);
	assert_int_equal(n->onboot, 1);
	assert_string_equal(n->bootproto, "dhcp");
	assert_string_equal(n->servers[0], "192.0.2.53");
	assert_false(ks_is_given(&sample_network_command, n, "mtu"));

	assert_int_equal(sample.packages_count, 1);
	assert_int_equal(sample.packages[0].lines.count, 2);
	assert_string_equal(sample.packages[0].lines.items[1].text, "b");
	assert_int_equal(sample.packages[0].lines.items[1].line, 5);
	assert_true(sample.packages[0].nocore);
	assert_string_equal(sample.services.names[1], "libvirtd");
	assert_int_equal(sample.timezone.at.line, 0);
	assert_null(sample.timezone.at.file);
	ks_config_done(&sample_language, &sample);
	assert_null(sample.network);
}

/* Normalised text: every value in its one spelling, options in the table's order. */
static void test_normal(void **state)
{
	static const struct {
		int line;
		const char *text, *normal;
	} rows[] = {
		{ __LINE__, "", "" },
		{ __LINE__, "network --device=e --mac=52-54-00-AB-cd-EF",
		  "network --device=e --mac=52:54:00:ab:cd:ef\n" },
		{ __LINE__, "network --ipv6gateway FE80:0:0::1 --device e",
		  "network --device=e --ipv6gateway=fe80::1\n" },
		{ __LINE__, "network --device=e --opts=mode=1;miimon=100,x=y",
		  "network --device=e --opts=mode=1,miimon=100,x=y\n" },
		{ __LINE__, "network --device=e --onboot=ON --port=0080",
		  "network --device=e --onboot=yes --port=80\n" },
		{ __LINE__, "network --device=e --password='a \"b\" #c'",
		  "network --device=e --password=\"a \\\"b\\\" #c\"\n" },
		{ __LINE__, "network --device=e --netmask=255.255.254.0 --netmask-",
		  "t:1: network --netmask-: unknown option: did you mean --netmask?" },
		{ __LINE__, "timezone --utc Europe/Berlin --note=",
		  "timezone --utc --note= Europe/Berlin\n" },
		{ __LINE__, "timezone -- -x", "timezone -- -x\n" },
		{ __LINE__, "services a -- --b -", "services a -- --b -\n" },
		{ __LINE__, "%packages\na\n%end\n%packages\nb\n%end",
		  "%packages\na\n%end\n%packages\nb\n%end\n" },
		{ __LINE__, "%post\n  echo '\n%end", "%post\n  echo '\n%end\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autofree char *first = normal(rows[i].text);
		autofree char *second = NULL;

		expect_text(&rows[i], first, rows[i].normal);
		if (strncmp(first, "t:", 2) == 0)
			continue;
		second = normal(first);
		expect_text(&rows[i], second, first);
	}
}

static const struct {
	int line;
	const char *text, *messages;
} errors[] = {
	{ __LINE__, "netwrok --device=e", "t:1: netwrok: unknown command: did you mean network?" },
	{ __LINE__, "frobnicate",
	  "t:1: frobnicate: unknown command: expected one of %packages, %post, network, "
	  "services, timezone" },
	{ __LINE__, "%package\na\n%end", "t:1: %package: unknown section: did you mean %packages?" },
	{ __LINE__, "%pre\nrm -rf /\n%end", "t:1: %pre: refused: this kickstart runs no code" },
	{ __LINE__, "timezone UTC\n\ntimezone UTC",
	  "t:3: timezone: given twice: the first one is at t:1" },
	{ __LINE__, "timezone\ntimezone UTC",
	  "t:1: timezone ZONE: missing: expected a text that is not empty\n"
	  "t:2: timezone: given twice: the first one is at t:1" },
	{ __LINE__, "network", "t:1: network --device: missing: expected an interface name "
	  "such as eno1, of 15 characters at most" },
	{ __LINE__, "network --device=e --devcie=f",
	  "t:1: network --devcie: unknown option: did you mean --device?" },
	{ __LINE__, "timezone UTC --frobnicate=x",
	  "t:1: timezone --frobnicate: unknown option: expected one of --utc --note" },
	{ __LINE__, "services --frobnicate x a",
	  "t:1: services --frobnicate: unknown option: services takes no options" },
	{ __LINE__, "network --device=e -ip 192.0.2.1",
	  "t:1: network -ip: unknown option: did you mean --ip?\n"
	  "t:1: network: unexpected argument \"192.0.2.1\": expected an option that begins "
	  "with --" },
	{ __LINE__, "network --device=e --device=e", "t:1: network --device: given twice: expected once" },
	{ __LINE__, "network --device=e --noipv4 --noipv4",
	  "t:1: network --noipv4: given twice: expected once" },
	{ __LINE__, "network --device=e --noipv4=yes",
	  "t:1: network --noipv4: takes no value: expected --noipv4 alone" },
	{ __LINE__, "network --device=e --noipv4 yes",
	  "t:1: network: unexpected argument \"yes\": expected an option that begins with --" },
	{ __LINE__, "network --device",
	  "t:1: network --device: no value: expected an interface name such as eno1, of 15 "
	  "characters at most" },
	{ __LINE__, "network --mtu --device=e",
	  "t:1: network --mtu: no value: expected a whole number from 68 to 65535" },
	{ __LINE__, "network --device=e --mtu=67",
	  "t:1: network --mtu: \"67\" is not valid: expected a whole number from 68 to 65535" },
	{ __LINE__, "network --device=e --bootproto=pppoe",
	  "t:1: network --bootproto: \"pppoe\" is not valid: expected one of none, dhcp, static" },
	{ __LINE__, "network --device=e --slaves=eth1,,eth2",
	  "t:1: network --slaves: \"\" is not valid: expected an interface name such as eno1, "
	  "of 15 characters at most, or several separated by \",\"" },
	{ __LINE__, "network --device=e --slaves=eth1,eth2,eth1",
	  "t:1: network --slaves: \"eth1\" is there twice: expected every value once" },
	{ __LINE__, "network --device=e --nameserver=192.0.2.1 --nameserver=192.0.2.1",
	  "t:1: network --nameserver: \"192.0.2.1\" is there twice: expected every value once" },
	{ __LINE__, "services a b a",
	  "t:1: services NAME: \"a\" is there twice: expected every value once" },
	{ __LINE__, "network --device=e --password=",
	  "t:1: network --password: the value is not valid: expected a text that is not empty" },
	{ __LINE__, "network --device=e --ip=192.0.2.1",
	  "t:1: network --ip: no netmask: expected --netmask beside it" },
	{ __LINE__, "timezone a b", "t:1: timezone: unexpected argument \"b\": expected an option "
	  "that begins with --" },
	{ __LINE__, "%post x\n%end", "t:1: %post: unexpected argument \"x\": expected nothing" },
	/* every mistake, in the order of the text */
	{ __LINE__, "nework\nnetwork --ip=1 --mtu=x --dev=e --zzzzz\nservices a a",
	  "t:1: nework: unknown command: did you mean network?\n"
	  "t:2: network --ip: \"1\" is not valid: expected an IPv4 address such as 192.0.2.10\n"
	  "t:2: network --mtu: \"x\" is not valid: expected a whole number from 68 to 65535\n"
	  "t:2: network --dev: unknown option: did you mean --device?\n"
	  "t:2: network --zzzzz: unknown option: expected one of --device --ip --netmask --mac "
	  "--hostname --bootproto --ipv6gateway --password --slaves --nameserver --opts "
	  "--mtu --protocol --onboot --port --noipv4 --nodns\n"
	  "t:2: network --device: missing: expected an interface name such as eno1, of 15 "
	  "characters at most\n"
	  "t:3: services NAME: \"a\" is there twice: expected every value once" },
};

static void test_errors(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(errors); i++) {
		autofree char *found = normal(errors[i].text);

		expect_text(&errors[i], found, errors[i].messages);
	}
}

static void test_values_by_hand(void **state)
{
	autoproblems struct problems problems = { 0 };
	struct sample_network a, b;
	struct sample sample;
	autofree char *text = NULL;

	(void)state;
	assert_int_equal(read_sample("network --device=eth0 --slaves=a,b --password=x",
				     &sample, &problems), 0);
	ks_values_copy(&sample_network_command, &a, sample.network);
	ks_values_copy(&sample_network_command, &b, sample.network);
	ks_config_done(&sample_language, &sample);
	assert_string_equal(a.slaves[1], "b");
	assert_string_equal(a.at.file, "t");

	/* A value from elsewhere counts as given; a bad one changes nothing. */
	assert_int_equal(ks_set_value(&sample_network_command, &b, "slaves", "c", "cmdline",
				      &problems), 0);
	assert_int_equal(ks_set_value(&sample_network_command, &b, "mtu", "9000", "cmdline",
				      &problems), 0);
	assert_int_equal(ks_set_value(&sample_network_command, &b, "mtu", "x", "mtu=x",
				      &problems), -1);
	assert_string_equal(problems.items[0],
			    "mtu=x: \"x\" is not valid: expected a whole number from 68 to 65535");
	assert_int_equal(b.mtu, 9000);
	assert_int_equal(ks_set_value(&sample_network_command, &b, "noipv4", NULL, "", NULL), 0);
	assert_true(b.noipv4);

	ks_copy_value(&sample_network_command, "slaves", &a, &b);
	ks_copy_value(&sample_network_command, "mtu", &a, &b);
	text = ks_value_text(ks_find_option(&sample_network_command, "slaves"), &a);
	assert_string_equal(text, "c");
	assert_true(ks_is_given(&sample_network_command, &a, "mtu"));
	assert_false(ks_is_given(&sample_network_command, &a, "noipv4"));
	ks_values_done(&sample_network_command, &a);
	ks_values_done(&sample_network_command, &b);
}

static void test_secrets(void **state)
{
	struct sample sample;
	autofree char *text = NULL;
	size_t len;
	FILE *out;

	(void)state;
	assert_int_equal(read_sample("network --device=e --password=hunter2", &sample, NULL), 0);
	out = xopen_memstream(&text, &len);
	ks_write_config(out, &sample_language, &sample, KS_HIDE_SECRETS);
	fclose(out);
	assert_string_equal(text, "network --device=e --password=***\n");
	ks_config_done(&sample_language, &sample);
}

static void test_list_bound(void **state)
{
	autoproblems struct problems problems = { 0 };
	autofree char *text = NULL;
	struct sample sample;
	size_t len;
	FILE *out = xopen_memstream(&text, &len);

	(void)state;
	fputs("services", out);
	for (int i = 0; i < 257; i++)
		fprintf(out, " s%d", i);
	fclose(out);
	assert_int_equal(read_sample(text, &sample, &problems), -1);
	assert_int_equal(problems_count(&problems), 1);
	assert_string_equal(problems.items[0], "t:1: services NAME: the list is too long: "
			    "expected 256 values at most");
}

static void test_nearest(void **state)
{
	static const char *const names[] = { "network", "ip", "iscsi", "iscsiname", "mtu", NULL };
	static const struct {
		int line;
		const char *word, *nearest;
	} rows[] = {
		{ __LINE__, "netwrok", "network" }, { __LINE__, "networks", "network" },
		{ __LINE__, "iscsinam", "iscsiname" }, { __LINE__, "iscis", "iscsi" },
		{ __LINE__, "net", "network" },
		{ __LINE__, "ipp", "ip" },          { __LINE__, "mut", "mtu" },
		{ __LINE__, "x", NULL },            { __LINE__, "bond", NULL },
		{ __LINE__, "", NULL },
		{ __LINE__, "a-very-long-word-that-is-beyond-any-name", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		expect_text(&rows[i], ks_nearest(rows[i].word, names), rows[i].nearest);
}

static void test_help(void **state)
{
	autofree char *help = NULL, *markdown = NULL;
	size_t len;
	FILE *out = xopen_memstream(&help, &len);

	(void)state;
	ks_print_help(out, &sample_timezone_command);
	fclose(out);
	assert_string_equal(help,
		"timezone ZONE [--utc] [--note=TEXT]\n\nSets the time zone.\n\n"
		"  ZONE                           such as Europe/Berlin (required)\n"
		"  --utc                          the clock runs in UTC\n"
		"  --note=TEXT                    a text|remark\n");
	out = xopen_memstream(&markdown, &len);
	ks_print_markdown(out, &sample_language);
	fclose(out);
	assert_non_null(strstr(markdown, "## Sample\n"));
	assert_non_null(strstr(markdown, "| `--note=TEXT` | a text\\|remark |\n"));
	assert_non_null(strstr(markdown, "| `--bootproto=none\\|dhcp\\|static` | "
					 "where the address comes from (default dhcp) |\n"));
	assert_non_null(strstr(markdown, "| `--mtu=N` | largest packet (68 to 65535, default 1500) |\n"));
	assert_non_null(strstr(markdown, "### network\n\nSets up an interface. May be given several times.\n"));
	assert_non_null(strstr(markdown, "### %pre\n\nRefused: this kickstart runs no code.\n"));
}

/* The table check finds each kind of mistake in a row. */
static void test_check_language(void **state)
{
	static const char *const names[] = { "a", NULL };
	struct values {
		struct ks_at at;
		char *text;
		int number;
		bool flag;
	};
	static const struct {
		int line;
		struct ks_option option;
		const char *error;
	} rows[] = {
		{ __LINE__, { "x", &ks_string, offsetof(struct values, text), "help" }, NULL },
		{ __LINE__, { "x", &ks_string, offsetof(struct values, text), "" }, "c --x: no help" },
		{ __LINE__, { "x", &ks_string, 0, "help" },
		  "c --x: the offset is outside the struct, or in its ks_at" },
		{ __LINE__, { "x", &ks_string, sizeof(struct values), "help" },
		  "c --x: the offset is outside the struct, or in its ks_at" },
		{ __LINE__, { "x", &ks_word, offsetof(struct values, text), "help" },
		  "c --x: ks_enum and ks_word have names, others have none" },
		{ __LINE__, { "x", &ks_string, offsetof(struct values, text), "help", .names = names },
		  "c --x: ks_enum and ks_word have names, others have none" },
		{ __LINE__, { "x", &ks_integer, offsetof(struct values, number), "help" },
		  "c --x: an integer needs a range" },
		{ __LINE__, { "x", &ks_port, offsetof(struct values, number), "help", .separator = "," },
		  "c --x: only texts make a list" },
		{ __LINE__, { "x", &ks_string, offsetof(struct values, text), "help", KS_REPEAT },
		  "c --x: only a list may be repeated" },
		{ __LINE__, { "x", &ks_flag, offsetof(struct values, flag), "help", KS_POSITIONAL },
		  "c --x: a switch has a name" },
		{ __LINE__, { "x", &ks_port, offsetof(struct values, number), "help", .fallback = "0" },
		  "c --x: fallback: \"0\" is not valid: expected a port from 1 to 65535" },
		{ __LINE__, { "x", &ks_port, offsetof(struct values, number), "help", KS_REQUIRED,
			      .fallback = "1" }, "c --x: required and with a fallback" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autoproblems struct problems problems = { 0 };
		const struct ks_option options[] = { rows[i].option, { 0 } };
		const struct ks_command command = { .name = "c", .help = "h", .options = options,
						    .size = sizeof(struct values) };
		const struct ks_command *const commands[] = { &command, NULL };
		const struct ks_language language = { .name = "l", .commands = commands,
						      .size = sizeof(struct values) };
		int result = ks_check_language(&language, &problems);

		expect_text(&rows[i], problems.items ? problems.items[0] : NULL, rows[i].error);
		if (result != (rows[i].error ? -1 : 0))
			fail_msg("row of line %d: result %d", rows[i].line, result);
	}
	assert_int_equal(ks_check_language(&sample_language, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),     cmocka_unit_test(test_normal),
		cmocka_unit_test(test_errors),     cmocka_unit_test(test_values_by_hand),
		cmocka_unit_test(test_secrets),    cmocka_unit_test(test_list_bound),
		cmocka_unit_test(test_nearest),    cmocka_unit_test(test_help),
		cmocka_unit_test(test_check_language),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
