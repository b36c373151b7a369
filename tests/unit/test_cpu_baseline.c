// SPDX-License-Identifier: MIT
/* What CPUs have in common: out of libvirt's answers on the node, and over a pool's hosts at the appliance. PAINS 17. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first */
#include <cmocka.h>

#include "appliance/cpu_baseline.h"
#include "node/cpu_model.h"

/* ---- The node ---------------------------------------------------------------------------------------- */

#define CAPABILITIES \
	"<domainCapabilities><cpu>\n" \
	"<mode name='host-passthrough' supported='yes'/>\n" \
	"<mode name='host-model' supported='yes'>\n<model fallback='forbid'>EPYC-Rome</model><vendor>AMD</vendor>" \
	"<feature policy='require' name='svm'/><feature policy='disable' name='xsaves'/></mode>\n" \
	"<mode name='custom' supported='yes'>\n<model usable='no' vendor='Intel'>Haswell</model>\n" \
	"<model usable='yes' vendor='unknown' canonical='qemu64-v1'>qemu64</model>\n" \
	"<model usable='yes' vendor='AMD'>EPYC</model>\n</mode></cpu></domainCapabilities>"
#define EXPANDED \
	"<cpu mode='custom' match='exact'>\n<model fallback='forbid'>EPYC-Rome</model>\n<vendor>AMD</vendor>\n" \
	"<feature policy='require' name='svm'/>\n<feature policy='disable' name='xsaves'/>\n" \
	"<feature policy='require' name='aes'/>\n<feature policy='require' name='a&lt;b'/>\n</cpu>"

static void libvirts_answers_are_read(void **state)
{
	autofree char *host = cpu_model_of_host(CAPABILITIES);
	autojson json_t *report = cpu_model_read(CAPABILITIES, EXPANDED, NULL);
	autofree char *text = json_line(report);

	(void)state;
	assert_string_equal(host, "<cpu>\n<model fallback='forbid'>EPYC-Rome</model><vendor>AMD</vendor>"
				  "<feature policy='require' name='svm'/><feature policy='disable' name='xsaves'/></cpu>");
	assert_string_equal(text, "{\"features\":[\"aes\",\"svm\"],\"model\":\"EPYC-Rome\",\"usable\":[\"EPYC\",\"qemu64\"],"
				  "\"vendor\":\"AMD\"}");
}

static void what_is_no_answer_is_a_problem(void **state)
{
	static const char *const rows[][2] = {
		{ "", "" },
		{ CAPABILITIES, "<cpu><model fallback='forbid'>a b</model></cpu>" },
		{ CAPABILITIES, "<cpu><model" },
		{ "<mode name='custom' supported='yes'><model usable='yes'>EPYC</model>", EXPANDED },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autoproblems struct problems problems = { 0 };

		assert_null(cpu_model_read(rows[i][0], rows[i][1], &problems));
		assert_int_equal(problems_count(&problems), 1);
	}
	assert_null(cpu_model_of_host("<mode name='host-model' supported='no'/>"));
}

/* ---- The pool ---------------------------------------------------------------------------------------- */

#define HOST(model, vendor, features, usable) \
	"{\"cpu\": {\"guests\": {\"model\": \"" model "\", \"vendor\": " vendor ", \"features\": [" features "], " \
	"\"usable\": [" usable "]}}}"
#define ROME HOST("EPYC-Rome", "\"AMD\"", "\"aes\", \"avx2\", \"svm\"", "\"EPYC-Rome\", \"EPYC\", \"kvm64\"")
#define OLD HOST("EPYC", "\"AMD\"", "\"svm\", \"aes\", \"sse4a\"", "\"EPYC\", \"kvm64\"")
#define ODD HOST("EPYC-Milan", "\"AMD\"", "\"svm\"", "\"kvm64\", \"qemu64\"")
#define INTEL HOST("Haswell", "\"Intel\"", "\"aes\"", "\"Haswell\", \"kvm64\"")
#define NAMELESS HOST("Haswell", "null", "\"aes\"", "\"Haswell\", \"kvm64\"")

static const struct {
	const char *what, *hosts[3], *answer, *problem;
} rows[] = {
	{ "one host: its own", { ROME },
	  "{\"features\":[\"aes\",\"avx2\",\"svm\"],\"hosts\":[\"a\"],\"missing\":[],\"model\":\"EPYC-Rome\",\"vendor\":\"AMD\"}" },
	{ "the older one's model, and what both have", { ROME, OLD },
	  "{\"features\":[\"svm\",\"aes\"],\"hosts\":[\"a\",\"b\"],\"missing\":[],\"model\":\"EPYC\",\"vendor\":\"AMD\"}" },
	{ "in any order", { OLD, ROME },
	  "{\"features\":[\"aes\",\"svm\"],\"hosts\":[\"a\",\"b\"],\"missing\":[],\"model\":\"EPYC\",\"vendor\":\"AMD\"}" },
	{ "no host's own is good on all: the newest that is", { ROME, OLD, ODD },
	  "{\"features\":[\"svm\"],\"hosts\":[\"a\",\"b\",\"c\"],\"missing\":[],\"model\":\"kvm64\",\"vendor\":\"AMD\"}" },
	{ "one has not told yet", { ROME, "{\"cpu\": {\"guests\": null}}" },
	  "{\"features\":[\"aes\",\"avx2\",\"svm\"],\"hosts\":[\"a\"],\"missing\":[\"b\"],\"model\":\"EPYC-Rome\",\"vendor\":\"AMD\"}" },
	{ "a feature that would be XML is none", { HOST("EPYC", "null", "\"a'/><x\", \"aes\", \"aes\", 3", "\"EPYC\"") },
	  "{\"features\":[\"aes\"],\"hosts\":[\"a\"],\"missing\":[],\"model\":\"EPYC\",\"vendor\":null}" },
	{ "nobody has told", { "{}", "[]" }, NULL, "missing: a, b" },
	{ "two vendors", { ROME, INTEL }, NULL, "a has a CPU of AMD, and b one of Intel" },
	{ "one without a vendor", { NAMELESS, ROME }, NULL, "no known vendor, and b one of AMD" },
	{ "a model that would be XML is none", { HOST("a'b", "null", "\"aes\"", "\"EPYC\"") }, NULL, "missing: a" },
	{ "nothing that all can give", { HOST("EPYC", "null", "", "\"Unheard-Of\"") }, NULL, "no CPU model that all" },
};

static void hosts_have_in_common(void **state)
{
	static const char *const names[] = { "a", "b", "c" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autoproblems struct problems problems = { 0 };
		struct cpu_baseline baseline = { 0 };
		autojson json_t *answer = NULL;
		autofree char *text = NULL;

		for (size_t h = 0; h < ARRAY_SIZE(names) && rows[i].hosts[h]; h++) {
			autojson json_t *facts = json_loads(rows[i].hosts[h], 0, NULL);

			cpu_baseline_add(&baseline, names[h], facts, &problems);
		}
		if (!problems_count(&problems))
			answer = cpu_baseline_json(&baseline, &problems);
		text = answer ? json_line(answer) : problems_text(&problems);
		print_message("# %s: %s\n", rows[i].what, text);
		if (rows[i].answer)
			assert_string_equal(text, rows[i].answer);
		else
			assert_non_null(strstr(text, rows[i].problem));
		assert_int_equal(!answer, !rows[i].answer);
		cpu_baseline_done(&baseline);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(libvirts_answers_are_read),
		cmocka_unit_test(what_is_no_answer_is_a_problem),
		cmocka_unit_test(hosts_have_in_common),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
