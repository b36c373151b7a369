// SPDX-License-Identifier: MIT
/* roostctl pool ...: pools of hosts and their kickstarts. */
#include <time.h>

#include "appliance/ctl.h"
#include "appliance/table.h"
#include "common/cli.h"

static void show_pools(const json_t *answer)
{
	struct table *table = table_new("NAME|HOSTS|KICKSTART|CREATED");
	const json_t *pool;
	size_t i;

	json_array_foreach(json_object_get(answer, "pools"), i, pool) {
		autofree char *age = age_text(json_integer_value(json_object_get(pool, "created_at")),
					      time(NULL));

		table_cell(table, ctl_text(pool, "name"));
		table_cellf(table, "%lld", (long long)json_integer_value(json_object_get(pool, "hosts")));
		table_cellf(table, "%lld bytes",
			    (long long)json_integer_value(json_object_get(pool, "kickstart_bytes")));
		table_cell(table, age);
	}
	table_end(table, stdout, "no pools");
}

static int pool_list(struct ctl *ctl)
{
	autojson json_t *answer = NULL;
	int code = ctl_get(ctl, &answer, "/v1/admin/pools");

	return ctl_show(ctl, code, answer, show_pools);
}

static int pool_create(struct ctl *ctl)
{
	autojson json_t *body = json_pack("{ss}", "name", ctl->args[0]);

	return ctl_send(ctl, "POST", body, NULL, "/v1/admin/pools");
}

static int pool_show(struct ctl *ctl)
{
	autofree char *text = NULL;
	int code = ctl_exchange(ctl, NULL, &text, "/v1/admin/pools/%s/kickstart", ctl->args[0]);

	if (code != EXIT_DONE)
		return code;
	if (ctl->wants_json) {
		autojson json_t *value = json_pack("{ss, ss}", "name", ctl->args[0], "kickstart", text);

		json_print(value, stdout);
	} else {
		fputs(text, stdout);
	}
	return EXIT_DONE;
}

static int pool_set_kickstart(struct ctl *ctl)
{
	return ctl_put_file(ctl, ctl->args[1], "/v1/admin/pools/%s/kickstart", ctl->args[0]);
}

/* As libvirt wants it in a guest's XML. What is printed was checked by the appliance, name by name. */
static void show_cpu(const json_t *cpu)
{
	const json_t *feature, *host;
	size_t i;

	printf("<cpu mode='custom' match='exact' check='partial'>\n"
	       "  <model fallback='forbid'>%s</model>\n", ctl_text(cpu, "model"));
	if (*ctl_text(cpu, "vendor"))
		printf("  <vendor>%s</vendor>\n", ctl_text(cpu, "vendor"));
	json_array_foreach(json_object_get(cpu, "features"), i, feature)
		printf("  <feature policy='require' name='%s'/>\n", json_string_value(feature));
	puts("</cpu>");
	json_array_foreach(json_object_get(cpu, "missing"), i, host)
		log_warning("%s is not in it: it has not said which CPU guests may have", json_string_value(host));
}

static int pool_cpu_baseline(struct ctl *ctl)
{
	autojson json_t *answer = NULL;
	int code = ctl_get(ctl, &answer, "/v1/admin/pools/%s/cpu-baseline", ctl->args[0]);

	return ctl_show(ctl, code, answer, show_cpu);
}

const struct ctl_command ctl_pool_commands[] = {
	{ "pool list", "", 0, NULL, pool_list, "all pools, with the number of their hosts" },
	{ "pool create", "NAME", 1, NULL, pool_create, "make a pool with an empty kickstart" },
	{ "pool show", "NAME", 1, NULL, pool_show, "print a pool's kickstart" },
	{ "pool set-kickstart", "NAME FILE", 2, NULL, pool_set_kickstart,
	  "its hosts take it over (- is standard input)" },
	{ "pool cpu-baseline", "NAME", 1, NULL, pool_cpu_baseline,
	  "the CPU for guests that migrate between its hosts, for their XML" },
	{ 0 },
};
