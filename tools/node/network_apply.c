// SPDX-License-Identifier: MIT
/* Applies host.conf to systemd-networkd; see network_apply.h. */
#include "common/cli.h"
#include "common/clock.h"
#include "common/digest.h"
#include "common/file.h"
#include "host/kind.h"
#include "host/read.h"
#include "host/write.h"
#include "node/agent_input.h"
#include "node/bus.h"
#include "node/due.h"
#include "node/host_conf.h"
#include "node/network_apply.h"
#include "node/network_describe.h"
#include "node/network_fallback.h"
#include "node/network_machine.h"
#include "node/network_state.h"
#include "node/network_units.h"

static bool is_uplink_word(const char *device)
{
	return str_after(device, "bootif") || streq(device, "link") || str_after(device, "link.");
}

static bool needs_uplink(const struct host *host)
{
	for (size_t i = 0; i < host->networks_count; i++) {
		if (is_uplink_word(host->networks[i].device))
			return true;
		for (size_t p = 0; host_network_port(&host->networks[i], p); p++)
			if (is_uplink_word(host_network_port(&host->networks[i], p)))
				return true;
	}
	return false;
}

static char *bootif_of(const char *root)
{
	autofree char *path = path_in_root(root, "/proc/cmdline");
	autoboot struct host_boot boot = { 0 };
	autohost struct host host = { 0 };
	autofree char *text = NULL;

	if (file_read_optional(path, 65536, &text, NULL, NULL) < 0 || !text)
		return NULL;
	(void)host_read_cmdline(text, "cmdline", &host, &boot, NULL);
	return take_ptr(boot.bootif);
}

static void find_machine(const struct network_apply *apply, const struct host *host,
			 struct network_machine *ret, struct problems *notes)
{
	autonetstate struct network_state previous = { 0 };
	autofree char *bootif = bootif_of(apply->root);
	struct uplink_query query = {
		.root = apply->root, .bootif = bootif, .is_needed = needs_uplink(host),
		.wait_ms = apply->wait_ms,
	};

	if (network_state_read(apply->root, &previous) && !fallback_is_new(apply->root))
		query.previous = previous.uplink;
	network_machine_find(&query, ret, notes);
}

static int write_state(const char *root, struct network_state *state, const char *conf,
		       const struct problems *notes, struct problems *problems)
{
	autonetstate struct network_state previous = { 0 };
	int lock = network_state_lock(root), result;
	bool is_known;

	state->configuration = sha256_text(conf, strlen(conf));
	for (char **note = notes->items; note && *note; note++)
		strv_push(&state->notes, *note);
	is_known = network_state_read(root, &previous);
	/* tried again for the same reason: the time since then counts */
	state->since_ms = is_known && streq_null(previous.configuration, state->configuration) ?
			  previous.since_ms : streq(root, "/") ? now_ms() : 0;
	network_state_look(root, state);
	result = network_state_write(root, state, NULL, problems);
	cleanup_close(&lock);
	return result;
}

static char *units_digest(const struct host_units *units)
{
	struct digest *digest = digest_new();

	for (size_t i = 0; i < units->count; i++) {
		digest_add_text(digest, units->items[i].name);
		digest_add_text(digest, units->items[i].text);
	}
	return digest_end(digest);
}

static struct generation_start generation_start(const struct host *host, const char *conf)
{
	struct generation_start start = {
		.conf = conf, .units = "", .at_ms = now_ms(),
		.confirm_s = host->appliance.confirm_s ? host->appliance.confirm_s :
							 GENERATION_CONFIRM_S,
	};

	if (!host->appliance.server)
		start.confirm_s = 0;
	return start;
}

/* Noted before anything is touched, so that whatever happens next is on trial. */
static int begin_generation(const char *root, const struct host *host,
			    const struct host_machine *machine, const char *conf,
			    const struct host_units *units, struct problems *problems)
{
	autofree char *kickstart = appliance_kickstart_generation(root);
	struct generation_start start = generation_start(host, conf);
	autofree char *digest = units_digest(units);

	start.units = digest;
	start.kickstart = kickstart;
	start.has_fallback = !network_is_plain(host, machine);
	start.is_made_anew = network_units_go_down(root, units);
	return streq(root, "/") ? generation_begin(root, &start, problems) : 0;
}

/* Where nothing runs that could stay, the plain network is better than none. */
static void fall_back(const struct network_apply *apply, const struct host *host, const char *conf,
		      struct problems *problems)
{
	autofree char *kickstart = appliance_kickstart_generation(apply->root);
	struct generation_start start = generation_start(host, conf);
	autofree char *reason = problems_text(problems);

	start.kickstart = kickstart;
	if (!apply->dry_run && streq(apply->root, "/"))
		(void)generation_impossible(apply->root, &start, reason, problems);
}

/* 1: systemd-networkd runs and has taken new files over. */
static int use_units(const struct network_apply *apply, const struct host *host,
		     const struct host_machine *machine, const char *conf,
		     const struct host_units *units, struct problems *problems)
{
	for (size_t i = 0; apply->dry_run && i < units->count; i++)
		printf("# " NETWORK_UNITS "/%s\n%s\n", units->items[i].name, units->items[i].text);
	if (apply->dry_run)
		return 0;
	if (begin_generation(apply->root, host, machine, conf, units, problems) < 0)
		return -1;
	return network_units_use(apply->root, units, problems);
}

static int apply_host(const struct network_apply *apply, const struct host *host, const char *conf,
		      struct problems *problems)
{
	automachine struct network_machine found = { 0 };
	autonetstate struct network_state state = { 0 };
	autoproblems struct problems notes = { 0 };
	autounits struct host_units units = { 0 };
	struct host_machine machine;
	int code = EXIT_DONE, taken = 0;
	unsigned stale;

	find_machine(apply, host, &found, &notes);
	machine = network_machine_view(&found);
	network_describe(host, &machine, &state);
	stale = network_stale_lease(apply->root, host, &machine, &state);
	if (host_write_networkd(host, &machine, &units, problems_count(&notes) ? NULL : &notes,
				problems) < 0)
		code = EXIT_PERMANENT;
	else if ((taken = use_units(apply, host, &machine, conf, &units, problems)) < 0 ||
		 (taken > 0 && stale && bus_networkd_reconfigure(stale, problems) < 0))
		code = EXIT_TEMPORARY;
	/* what stopped everything is said first; the files are as they were */
	for (char **line = problems->items; line && *line; line++)
		problem(&notes, "%s", *line);
	if (code == EXIT_PERMANENT)
		fall_back(apply, host, conf, problems);
	if (problems_count(&notes) && code == EXIT_DONE) {
		code = EXIT_TEMPORARY;
		for (char **line = notes.items; line && *line; line++)
			problem(problems, "%s", *line);
	}
	if (!apply->dry_run && write_state(apply->root, &state, conf, &notes, problems) < 0)
		code = EXIT_TEMPORARY;
	return code;
}

/* The network is what it was, and that is not what was asked for. */
static void report_broken(const struct network_apply *apply, const char *conf,
			  const struct problems *problems)
{
	autonetstate struct network_state state = { 0 };

	if (apply->dry_run)
		return;
	(void)network_state_read(apply->root, &state);
	strv_free(state.notes);
	state.notes = NULL;
	free(state.configuration);
	(void)write_state(apply->root, &state, conf, problems, NULL);
}

static int apply_conf(const struct network_apply *apply, const char *conf,
		      struct problems *problems)
{
	autohost struct host host = { 0 };

	if (host_read_kickstart(conf, strlen(conf), "host.conf", &host, problems) < 0) {
		report_broken(apply, conf, problems);
		return EXIT_PERMANENT;
	}
	return apply_host(apply, &host, conf, problems);
}

int network_apply(const struct network_apply *apply, struct problems *problems)
{
	autofree char *path = path_in_root(apply->root, HOST_CONF), *conf = NULL;

	if ((!apply->dry_run && due_take(apply->root, "roost-network", problems) < 0) ||
	    file_read(path, KS_MAX_BYTES, &conf, NULL, problems) < 0)
		return EXIT_TEMPORARY;
	return apply_conf(apply, conf, problems);
}
