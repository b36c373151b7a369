// SPDX-License-Identifier: MIT
/* The host's firewall; see firewall.h. */
#include "common/cli.h"
#include "common/file.h"
#include "common/json.h"
#include "common/process.h"
#include "common/timeline.h"
#include "host/firewall.h"
#include "node/due.h"
#include "node/firewall.h"
#include "node/host_conf.h"

#define REPORT_MAX (64 * 1024)

static char *rules_text(const struct host *host)
{
	char *text;
	size_t len;
	FILE *out = xopen_memstream(&text, &len);

	host_write_firewall(out, host);
	fclose(out);
	return text;
}

/* The whole file or nothing: what was loaded before stays when it fails. nft says first what is wrong. */
static int load(const char *root, const char *path, struct problems *problems)
{
	const char *const argv[] = { "nft", "-f", path, NULL };
	const struct process nft = { .argv = argv };
	struct process_result result = { 0 };
	int code = streq(root, "/") ? process_run(&nft, &result, NULL) : 0;

	if (code < 0)
		(void)problem(problems, "nft: %.*s", result.output ? (int)strcspn(result.output, "\n") : 0,
			      result.output ? result.output : "");
	process_result_done(&result);
	return code;
}

static int report(const char *root, const char *state, const char *configuration, const struct problems *found,
		  struct problems *problems)
{
	autofree char *path = path_in_root(root, FIREWALL_JSON), *reason = problems_text(found);
	autojson json_t *value = json_pack("{ss, ss*, ss}", "state", state, "reason",
					   problems_count(found) ? reason : NULL, "configuration", configuration);

	return json_write_file(path, 0644, value, problems);
}

static int apply_rules(const char *root, const struct host *host, const char *configuration, const char *rules,
		       struct problems *problems)
{
	autofree char *path = path_in_root(root, FIREWALL_RULES);
	bool is_new = !file_has(path, rules, strlen(rules));

	if (file_write_text(path, 0644, rules, problems) < 0 || load(root, path, problems) < 0) {
		(void)report(root, "degraded", configuration, problems, problems);
		return EXIT_TEMPORARY;
	}
	if (is_new)
		timeline_mark(root, "firewall", "%s", host->firewall.disabled ? "off" : "on");
	if (report(root, host->firewall.disabled ? "none" : "ok", configuration, problems, problems) < 0 ||
	    due_mark(root, DUE_FIREWALL, problems) < 0)
		return EXIT_TEMPORARY;
	return EXIT_DONE;
}

int firewall_apply(const struct firewall_apply *apply, struct problems *problems)
{
	autohost struct host host = { 0 };
	autofree char *configuration = NULL, *rules = NULL;

	if (!apply->is_dry_run && due_take(apply->root, "roost-firewall", problems) < 0)
		return EXIT_TEMPORARY;
	if (host_conf_read(apply->root, &host, &configuration, problems) < 0)
		return EXIT_PERMANENT;
	rules = rules_text(&host);
	if (!apply->is_dry_run)
		return apply_rules(apply->root, &host, configuration, rules, problems);
	fputs(rules, stdout);
	return EXIT_DONE;
}

char *firewall_reason(const char *root)
{
	autojson json_t *last = json_read_report(root, FIREWALL_JSON, REPORT_MAX);
	const char *state = json_string_value(json_object_get(last, "state"));

	if (!state)
		return streq(root, "/") ? xstrdup("waits for the firewall") : NULL;
	return streq(state, "degraded") ? xstrdup("waits for the firewall, which is not loaded") : NULL;
}
