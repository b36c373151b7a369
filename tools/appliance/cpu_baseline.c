// SPDX-License-Identifier: MIT
/* What the CPUs of a pool's hosts have in common; see cpu_baseline.h. */
#include "appliance/cpu_baseline.h"
#include "host/cpu_name.h"

/* When no host's own model is good on all: named ones from new to old, of both vendors. */
static const char *const known_models[] = {
	"EPYC-Milan", "EPYC-Rome", "EPYC", "Opteron_G5", "Opteron_G4", "Opteron_G3", "Opteron_G2", "Opteron_G1",
	"Icelake-Server-noTSX", "Cascadelake-Server-noTSX", "Skylake-Server-noTSX-IBRS", "Skylake-Client-noTSX-IBRS",
	"Broadwell-noTSX", "Haswell-noTSX", "IvyBridge", "SandyBridge", "Westmere", "Nehalem", "Penryn", "Conroe",
	"kvm64", "qemu64",
};

static char **names_of(const json_t *list)
{
	char **names = NULL;
	const json_t *item;
	size_t i;

	json_array_foreach(list, i, item)
		if (is_cpu_name(json_string_value(item)))
			strv_push(&names, json_string_value(item));
	return names;
}

/* Leaves those that are in both; `first`: all of `others`. */
static void keep_common(char ***names, const json_t *others, bool is_first)
{
	autostrv char **now = names_of(others), **common = NULL;

	for (char **name = now; name && *name; name++)
		if ((is_first || strv_contains(*names, *name)) && !strv_contains(common, *name))
			strv_push(&common, *name);
	strv_free(*names);
	*names = take_ptr(common);
}

int cpu_baseline_add(struct cpu_baseline *baseline, const char *host, const json_t *facts, struct problems *problems)
{
	const json_t *guests = json_object_get(json_object_get(facts, "cpu"), "guests");
	const char *model = json_string_value(json_object_get(guests, "model"));
	const char *vendor = json_string_value(json_object_get(guests, "vendor"));
	bool is_first = !baseline->hosts;

	if (!is_cpu_name(model)) {
		strv_push(&baseline->missing, host);
		return 0;
	}
	if (vendor && !is_cpu_name(vendor))
		vendor = NULL;
	if (!is_first && !streq_null(vendor, baseline->vendor))
		return problem(problems, "%s has a CPU of %s, and %s one of %s: no guest migrates between them; keep "
			       "them in different pools", baseline->hosts[0],
			       baseline->vendor ? baseline->vendor : "no known vendor", host,
			       vendor ? vendor : "no known vendor");
	if (is_first && vendor)
		baseline->vendor = xstrdup(vendor);
	keep_common(&baseline->features, json_object_get(guests, "features"), is_first);
	keep_common(&baseline->usable, json_object_get(guests, "usable"), is_first);
	if (!strv_contains(baseline->models, model))
		strv_push(&baseline->models, model);
	strv_push(&baseline->hosts, host);
	return 0;
}

/* A host's own model says most, when the others can give it. */
static const char *choose_model(const struct cpu_baseline *baseline)
{
	for (char **model = baseline->models; model && *model; model++)
		if (strv_contains(baseline->usable, *model))
			return *model;
	for (size_t i = 0; i < ARRAY_SIZE(known_models); i++)
		if (strv_contains(baseline->usable, known_models[i]))
			return known_models[i];
	return NULL;
}

json_t *cpu_baseline_json(const struct cpu_baseline *baseline, struct problems *problems)
{
	autofree char *missing = strv_join(baseline->missing, ", ");
	const char *model = choose_model(baseline);

	if (!baseline->hosts)
		(void)problem(problems, "no host of the pool has said which CPU guests may have: that comes with "
			      "services --enabled=libvirtd-tls, a little later%s%s",
			      *missing ? "; missing: " : "", missing);
	else if (!model)
		(void)problem(problems, "there is no CPU model that all hosts of the pool can give to guests");
	if (!baseline->hosts || !model)
		return NULL;
	return json_pack("{ss, ss?, so, so, so}", "model", model, "vendor", baseline->vendor,
			 "features", json_strings(baseline->features), "hosts", json_strings(baseline->hosts),
			 "missing", json_strings(baseline->missing));
}

void cpu_baseline_done(struct cpu_baseline *baseline)
{
	free(baseline->vendor);
	strv_free(baseline->features);
	strv_free(baseline->usable);
	strv_free(baseline->models);
	strv_free(baseline->hosts);
	strv_free(baseline->missing);
	*baseline = (struct cpu_baseline){ 0 };
}
