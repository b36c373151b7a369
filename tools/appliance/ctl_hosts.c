// SPDX-License-Identifier: MIT
/* roostctl hosts, host ..., wait: hosts, by id, by name, or by the beginning of either. */
#include <poll.h>
#include <strings.h>
#include <time.h>

#include "appliance/ctl.h"
#include "appliance/ctl_show.h"
#include "appliance/table.h"
#include "common/cli.h"
#include "common/clock.h"

#define POLL_MS 500

static int get_hosts(struct ctl *ctl, json_t **ret)
{
	return ctl_get(ctl, ret, "/v1/admin/hosts");
}

/* ---- Which host --------------------------------------------------------------------------------- */

struct search {
	const char *wanted;
	const json_t *exact;   /* the id or the name itself */
	const json_t *first;   /* that begins with it */
	unsigned exacts, beginnings;
};

static void look_at(struct search *search, const json_t *host)
{
	const char *id = ctl_text(host, "id"), *name = ctl_text(host, "name");
	size_t len = strlen(search->wanted);

	if (strcasecmp(id, search->wanted) == 0 || strcasecmp(name, search->wanted) == 0) {
		search->exact = host;
		search->exacts++;
	}
	if (strncasecmp(id, search->wanted, len) == 0 || strncasecmp(name, search->wanted, len) == 0) {
		search->first = host;
		search->beginnings++;
	}
}

/* *ret: the host that the first argument names, borrowed from *ret_list; NULL: there is none. An exit code. */
static int find_host(struct ctl *ctl, json_t **ret_list, const json_t **ret)
{
	struct search search = { .wanted = ctl->args[0] };
	int code = get_hosts(ctl, ret_list);
	json_t *host;
	size_t i;

	json_array_foreach(json_object_get(*ret_list, "hosts"), i, host)
		look_at(&search, host);
	if (search.exacts > 1 || (search.exacts == 0 && search.beginnings > 1)) {
		log_error("more than one host is called %s or begins with it: give more of its id", search.wanted);
		return EXIT_PERMANENT;
	}
	*ret = !*search.wanted ? NULL : search.exact ? search.exact : search.first;
	return code;
}

int ctl_resolve_host(struct ctl *ctl, char **ret_id)
{
	autojson json_t *list = NULL;
	const json_t *host;
	int code = find_host(ctl, &list, &host);

	if (code != EXIT_DONE)
		return code;
	if (!host) {
		log_error("there is no host %s; `roostctl hosts` lists them", ctl->args[0]);
		return EXIT_PERMANENT;
	}
	*ret_id = xstrdup(ctl_text(host, "id"));
	return EXIT_DONE;
}

/* ---- Showing ------------------------------------------------------------------------------------ */

static void show_hosts_now(const json_t *answer)
{
	show_hosts(answer, time(NULL), stdout);
}

static int hosts(struct ctl *ctl)
{
	autojson json_t *answer = NULL;
	int code = get_hosts(ctl, &answer);

	return ctl_show(ctl, code, answer, show_hosts_now);
}

static void show_host_now(const json_t *host)
{
	show_host(host, time(NULL), stdout);
}

static int host_show(struct ctl *ctl)
{
	autojson json_t *answer = NULL;
	autofree char *id = NULL;
	int code = ctl_resolve_host(ctl, &id);

	if (code == EXIT_DONE)
		code = ctl_get(ctl, &answer, "/v1/admin/hosts/%s", id);
	return ctl_show(ctl, code, answer, show_host_now);
}

/* ---- Changing ----------------------------------------------------------------------------------- */

/* METHOD /v1/admin/hosts/ID{suffix} without a body. */
static int act(struct ctl *ctl, const char *method, const char *suffix)
{
	autofree char *id = NULL;
	int code = ctl_resolve_host(ctl, &id);

	if (code != EXIT_DONE)
		return code;
	return ctl_send(ctl, method, NULL, NULL, "/v1/admin/hosts/%s%s", id, suffix);
}

static int host_approve(struct ctl *ctl)
{
	return act(ctl, "POST", "/approve");
}

static int host_reject(struct ctl *ctl)
{
	return act(ctl, "POST", "/reject");
}

static int host_remove(struct ctl *ctl)
{
	return act(ctl, "DELETE", "");
}

static int host_unset_kickstart(struct ctl *ctl)
{
	return act(ctl, "DELETE", "/kickstart");
}

static int host_set_kickstart(struct ctl *ctl)
{
	autofree char *id = NULL;
	int code = ctl_resolve_host(ctl, &id);

	if (code != EXIT_DONE)
		return code;
	return ctl_put_file(ctl, ctl->args[1], "/v1/admin/hosts/%s/kickstart", id);
}

static int host_show_kickstart(struct ctl *ctl)
{
	autofree char *id = NULL;
	autofree char *text = NULL;
	int code = ctl_resolve_host(ctl, &id);

	if (code == EXIT_DONE)
		code = ctl_exchange(ctl, NULL, &text, "/v1/admin/hosts/%s/kickstart", id);
	if (code == EXIT_DONE)
		fputs(text, stdout);
	return code;
}

/* ---- Waiting ------------------------------------------------------------------------------------ */

struct wait {
	int64_t started_ms, deadline_ms;
	char *last; /* "STATE: REASON" as last seen */
};

/* Takes note of how the host is; says so, with the elapsed time, when it has changed. */
static void notice(struct wait *wait, const json_t *host, bool is_quiet)
{
	const char *reason = host ? ctl_text(host, "reason") : "";
	autofree char *text = xasprintf("%s%s%s", host ? ctl_text(host, "state") : "not registered",
					*reason ? ": " : "", reason);
	autofree char *shown = printable(text);

	if (streq_null(wait->last, shown))
		return;
	if (!is_quiet)
		fprintf(stderr, "%6.1f s  %s\n", (double)(now_ms() - wait->started_ms) / 1000, shown);
	free(wait->last);
	wait->last = take_ptr(shown);
}

/* One look: EXIT_DONE with *ret_is_there, or the code of what failed. */
static int look(struct ctl *ctl, struct wait *wait, bool *ret_is_there)
{
	autojson json_t *list = NULL;
	const json_t *host;
	int code = find_host(ctl, &list, &host);

	if (code != EXIT_DONE)
		return code;
	notice(wait, host, ctl->wants_json);
	*ret_is_there = host && streq(ctl_text(host, "state"), ctl->wanted_state);
	if (*ret_is_there && ctl->wants_json)
		json_print(host, stdout);
	return EXIT_DONE;
}

static int wait_for(struct ctl *ctl, struct wait *wait)
{
	for (;;) {
		bool is_there = false;
		int code = look(ctl, wait, &is_there);
		int left_ms = until_ms(wait->deadline_ms);

		if (is_there || code == EXIT_PERMANENT)
			return code;
		if (left_ms == 0)
			break;
		poll(NULL, 0, left_ms < POLL_MS ? left_ms : POLL_MS);
	}
	log_error("%s is not %s after %lld s: %s", ctl->args[0], ctl->wanted_state, ctl->timeout_s,
		  wait->last ? wait->last : "the appliance does not answer");
	return EXIT_TEMPORARY;
}

static int wait_host(struct ctl *ctl)
{
	struct wait wait = {
		.started_ms = now_ms(),
		.deadline_ms = now_ms() + ctl->timeout_s * 1000,
	};
	int code = wait_for(ctl, &wait);

	free(wait.last);
	return code;
}

static const struct argp_option wait_options[] = {
	{ "state", CTL_WANTED_STATE, "STATE", 0, "pending, registered, configuring, degraded, ready, lost "
	  "or rejected (default: ready)", 1 },
	{ "timeout", CTL_TIMEOUT, "SECONDS", 0, "how long to wait (default: 120)", 1 },
	{ 0 },
};

const struct ctl_command ctl_host_commands[] = {
	{ "hosts", "", 0, NULL, hosts, "all hosts, their states, and what they lack" },
	{ "host show", "HOST", 1, NULL, host_show, "all about a host, with its boot's timeline" },
	{ "host approve", "HOST", 1, NULL, host_approve, "let a pending or rejected host in" },
	{ "host reject", "HOST", 1, NULL, host_reject, "keep a host out" },
	{ "host remove", "HOST", 1, NULL, host_remove, "forget a host; it may register as new" },
	{ "host set-kickstart", "HOST FILE", 2, NULL, host_set_kickstart,
	  "its own kickstart (- is standard input)" },
	{ "host unset-kickstart", "HOST", 1, NULL, host_unset_kickstart,
	  "back to the kickstart of its pool" },
	{ "host show-kickstart", "HOST", 1, NULL, host_show_kickstart, "print what the host gets" },
	{ "wait", "HOST", 1, wait_options, wait_host,
	  "wait until it is ready, or in another state" },
	{ 0 },
};
