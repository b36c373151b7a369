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
#include "node/peers.h"

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

/* NULL: no rule asks for them. */
static char *peers_text(const char *root, const struct host *host)
{
	autostrv char **peers = NULL;
	FILE *out;
	char *text;
	size_t len;

	if (!host_firewall_asks_for_peers(host))
		return NULL;
	peers = peers_read(root);
	out = xopen_memstream(&text, &len);
	host_write_peers(out, peers);
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

static int write_and_load(const char *root, const char *file, const char *text, struct problems *problems)
{
	autofree char *path = path_in_root(root, file);

	return file_write_text(path, 0644, text, problems) < 0 ? -1 : load(root, path, problems);
}

static int load_peers(const char *root, const char *peers, struct problems *problems)
{
	autofree char *path = path_in_root(root, FIREWALL_PEERS);

	if (peers)
		return write_and_load(root, FIREWALL_PEERS, peers, problems);
	(void)unlink(path);
	return 0;
}

static bool has_rules(const char *root, const char *rules)
{
	autofree char *path = path_in_root(root, FIREWALL_RULES);

	return file_has(path, rules, strlen(rules));
}

/*
 * Where the rules are loaded already, only the sets change. That fails when somebody took the table away: then it is
 * loaded anew, as it is where no set would tell.
 */
static bool only_peers_changed(const char *root, const char *configuration, const char *rules, const char *peers)
{
	autojson json_t *last = json_read_report(root, FIREWALL_JSON, REPORT_MAX);

	return peers && has_rules(root, rules) && streq_null(json_string_value(json_object_get(last, "state")), "ok") &&
	       streq_null(json_string_value(json_object_get(last, "configuration")), configuration) &&
	       load_peers(root, peers, NULL) == 0;
}

static int apply_rules(const char *root, const struct host *host, const char *configuration, const char *rules,
		       const char *peers, struct problems *problems)
{
	bool is_new = !has_rules(root, rules);

	if (only_peers_changed(root, configuration, rules, peers))
		return EXIT_DONE;
	if (write_and_load(root, FIREWALL_RULES, rules, problems) < 0 || load_peers(root, peers, problems) < 0) {
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
	autofree char *configuration = NULL, *rules = NULL, *peers = NULL;

	if (!apply->is_dry_run && due_take(apply->root, "roost-firewall", problems) < 0)
		return EXIT_TEMPORARY;
	if (host_conf_read(apply->root, &host, &configuration, problems) < 0)
		return EXIT_PERMANENT;
	rules = rules_text(&host);
	peers = peers_text(apply->root, &host);
	if (!apply->is_dry_run)
		return apply_rules(apply->root, &host, configuration, rules, peers, problems);
	printf("%s%s", rules, peers ? peers : "");
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
