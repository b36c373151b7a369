// SPDX-License-Identifier: MIT
/*
 * Readiness: what the programs report, as JSON texts, against the state and the reasons that the node
 * tells. PAINS 10 (a broken configuration is told, not swallowed).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first */
#include <cmocka.h>

#include "node/node_state.h"

#define OK_CONFIG "{\"generation\": \"g1\", \"sources\": [{\"name\": \"default\", \"state\": \"used\"}]}"
#define OK_NETWORK "{\"state\": \"ok\", \"bridge\": \"br0\"}"
#define OK_STORAGE "{\"state\": \"none\", \"items\": []}"

static const struct row {
	unsigned line;
	const char *config, *network, *storage;
	const char *wanted, *fetch_problem, *libvirt;
	bool may_still_start;
	enum node_readiness readiness;
	const char *reasons;
} rows[] = {
	{ __LINE__, OK_CONFIG, OK_NETWORK, OK_STORAGE, "g1", NULL, NULL, true, NODE_READY, "" },
	/* No appliance has sent anything, and nothing is wanted. */
	{ __LINE__, "{\"generation\": null}", OK_NETWORK, OK_STORAGE, NULL, NULL, NULL, true,
	  NODE_READY, "" },
	/* ETags may be written with quotes. */
	{ __LINE__, "{\"generation\": \"\\\"g1\\\"\"}", OK_NETWORK, OK_STORAGE, "g1", NULL, NULL, true,
	  NODE_READY, "" },
	{ __LINE__, NULL, NULL, NULL, NULL, NULL, NULL, true, NODE_CONFIGURING,
	  "configuration: not read yet; network: not set up yet; storage: not set up yet" },
	{ __LINE__, OK_CONFIG, OK_NETWORK, OK_STORAGE, "g2", NULL, NULL, true, NODE_CONFIGURING,
	  "configuration: the appliance's kickstart is not applied yet" },
	{ __LINE__, OK_CONFIG, OK_NETWORK, OK_STORAGE, "g1", NULL, "is not running", true,
	  NODE_CONFIGURING, "libvirt: is not running" },
	{ __LINE__, OK_CONFIG, OK_NETWORK, OK_STORAGE, "g1", NULL, "is not running", false,
	  NODE_DEGRADED, "libvirt: is not running" },
	{ __LINE__, OK_CONFIG, "{\"state\": \"degraded\", \"reason\": \"no carrier on eth0\"}",
	  OK_STORAGE, "g1", NULL, NULL, true, NODE_DEGRADED, "network: no carrier on eth0" },
	/* Degraded wins over configuring, in either order. */
	{ __LINE__, OK_CONFIG, "{\"state\": \"degraded\"}", NULL, "g1", NULL, NULL, true,
	  NODE_DEGRADED, "network: degraded; storage: not set up yet" },
	{ __LINE__, OK_CONFIG, NULL, "{\"state\": \"degraded\", \"items\": []}", "g1", NULL, NULL,
	  true, NODE_DEGRADED, "network: not set up yet; storage: degraded" },
	{ __LINE__, OK_CONFIG, OK_NETWORK,
	  "{\"state\": \"degraded\", \"items\": [{\"kind\": \"iscsi\", \"name\": \"d1\", \"state\": "
	  "\"ok\"}, {\"kind\": \"nfs\", \"name\": \"isos\", \"state\": \"degraded\", \"reason\": "
	  "\"no answer\"}]}", "g1", NULL, NULL, true, NODE_DEGRADED, "nfs isos: no answer" },
	{ __LINE__, "{\"generation\": \"g1\", \"sources\": [{\"name\": \"appliance\", \"state\": "
	  "\"broken\", \"errors\": [\"appliance.ks:3: unknown command\"]}]}",
	  OK_NETWORK, OK_STORAGE, "g2", NULL, NULL, true, NODE_DEGRADED,
	  "appliance: appliance.ks:3: unknown command; "
	  "configuration: the appliance's kickstart is not applied yet" },
	{ __LINE__, OK_CONFIG, OK_NETWORK, OK_STORAGE, "g1", "larger than 1048576 bytes", NULL, true,
	  NODE_DEGRADED, "kickstart: larger than 1048576 bytes" },
	/* A report that is of an older host.conf is no news of the present one. */
	{ __LINE__, "{\"generation\": \"g1\"}", "{\"state\": \"ok\", \"configuration\": \"old\"}",
	  "{\"state\": \"ok\", \"configuration\": \"present\"}", "g1", NULL, NULL, false,
	  NODE_CONFIGURING, "network: the new configuration is not applied yet" },
	{ __LINE__, "{\"generation\": \"g1\"}", "{\"state\": \"ok\", \"configuration\": \"present\"}",
	  "{\"state\": \"degraded\", \"configuration\": \"old\", \"items\": [{\"state\": \"degraded\"}]}",
	  "g1", NULL, NULL, false, NODE_CONFIGURING,
	  "storage: the new configuration is not applied yet" },
	/* Files of another shape say nothing, and break nothing. */
	{ __LINE__, "{\"generation\": 7, \"sources\": {\"a\": 1}}", "{\"state\": []}",
	  "{\"state\": \"ok\", \"items\": [7, null, {}]}", NULL, NULL, NULL, true, NODE_CONFIGURING,
	  "network: not set up yet" },
};

static json_t *parse(const char *text)
{
	return text ? json_loads(text, 0, NULL) : NULL;
}

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct row *row = &rows[i];
		autojson json_t *config = parse(row->config);
		autojson json_t *network = parse(row->network);
		autojson json_t *storage = parse(row->storage);
		const struct node_inputs inputs = {
			.wanted_generation = row->wanted,
			.fetch_problem = row->fetch_problem,
			.config = config,
			.network = network,
			.storage = storage,
			.configuration = "present",
			.libvirt_problem = row->libvirt,
			.may_still_start = row->may_still_start,
		};
		struct node_report report;
		autofree char *reasons = NULL;

		node_report_compute(&inputs, &report);
		reasons = strv_join(report.reasons, "; ");
		if (report.readiness != row->readiness)
			fail_msg("row of line %u: %s", row->line,
				 node_readiness_name(report.readiness));
		if (!streq(reasons, row->reasons))
			fail_msg("row of line %u: %s", row->line, reasons);
		node_report_done(&report);
	}
}

static void test_reasons_are_bounded(void **state)
{
	autojson json_t *config = json_object();
	json_t *errors = json_array();
	const struct node_inputs inputs = { .config = config };
	struct node_report report;

	(void)state;
	for (int i = 0; i < 1000; i++)
		json_array_append_new(errors, json_string("one more"));
	json_object_set_new(config, "sources", json_pack("[{s:s, s:s, s:o}]", "name", "oemdrv", "state",
							 "broken", "errors", errors));
	node_report_compute(&inputs, &report);
	assert_int_equal(strv_len(report.reasons), 20);
	node_report_done(&report);
}

/* Each reason tells what it is about, and whether that is on its way or does not work. */
static void test_areas(void **state)
{
	static const struct {
		const char *reason;
		enum node_area area;
		enum node_readiness readiness;
	} expected[] = {
		{ "oemdrv: this configuration is broken", AREA_CONFIGURATION, NODE_DEGRADED },
		{ "network: not set up yet", AREA_NETWORK, NODE_CONFIGURING },
		{ "nfs isos: degraded", AREA_STORAGE, NODE_DEGRADED },
		{ "services: libvirtd-tls: waits for a certificate", AREA_SERVICES, NODE_CONFIGURING },
		{ "libvirt: is not running", AREA_LIBVIRT, NODE_DEGRADED },
	};
	autojson json_t *config = parse("{\"sources\": [{\"name\": \"oemdrv\", \"state\": \"broken\"}]}");
	autojson json_t *storage = parse("{\"state\": \"degraded\", \"items\": [{\"kind\": \"nfs\", "
					 "\"name\": \"isos\", \"state\": \"degraded\"}]}");
	autojson json_t *services = parse("{\"state\": \"waiting\", \"reason\": "
					  "\"libvirtd-tls: waits for a certificate\"}");
	const struct node_inputs inputs = { .config = config, .storage = storage, .services = services,
					    .libvirt_problem = "is not running" };
	struct node_report report;

	(void)state;
	node_report_compute(&inputs, &report);
	assert_int_equal(strv_len(report.reasons), ARRAY_SIZE(expected));
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
		assert_string_equal(report.reasons[i], expected[i].reason);
		assert_int_equal(report.about[i].area, expected[i].area);
		assert_int_equal(report.about[i].readiness, expected[i].readiness);
	}
	node_report_done(&report);
}

/* A network that may still be taken back is not something to build on. */
static void test_on_trial(void **state)
{
	autojson json_t *network = json_loads(OK_NETWORK, 0, NULL);
	autojson json_t *storage = json_loads(OK_STORAGE, 0, NULL);
	autojson json_t *config = json_loads(OK_CONFIG, 0, NULL);
	struct node_inputs inputs = { .config = config, .network = network, .storage = storage,
				      .is_on_trial = true };
	struct node_report report;

	(void)state;
	node_report_compute(&inputs, &report);
	assert_int_equal(report.readiness, NODE_CONFIGURING);
	assert_string_equal(report.reasons[0],
			    "network: on trial until the appliance has answered over it");
	node_report_done(&report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_areas),
		cmocka_unit_test(test_on_trial),
		cmocka_unit_test(test_reasons_are_bounded),
	};

	return cmocka_run_group_tests_name("node_state", tests, NULL, NULL);
}
