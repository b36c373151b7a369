// SPDX-License-Identifier: MIT
/* Applies host.conf to systemd-networkd; see network_apply.h. */
#include <dirent.h>
#include <errno.h>

#include "common/cli.h"
#include "common/clock.h"
#include "common/digest.h"
#include "common/file.h"
#include "common/timeline.h"
#include "host/kind.h"
#include "host/read.h"
#include "host/write.h"
#include "node/agent_input.h"
#include "node/bus.h"
#include "node/config_sources.h"
#include "node/link_delete.h"
#include "node/network_apply.h"
#include "node/network_describe.h"
#include "node/network_fallback.h"
#include "node/network_machine.h"
#include "node/network_state.h"

#define UNIT_FOLDER "/run/systemd/network"
#define NETWORKD_STATE "/run/systemd/netif/state"
#define APPLY_TIMES 3

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

static bool is_wanted(const struct host_units *units, const char *name)
{
	for (size_t i = 0; i < units->count; i++)
		if (streq(units->items[i].name, name))
			return true;
	return false;
}

static int write_unit(const char *path, const char *text, bool *changed,
		      struct problems *problems)
{
	if (file_has(path, text, strlen(text)))
		return 0;
	*changed = true;
	return file_write_text(path, 0644, text, problems);
}

/*
 * networkd forgets a NIC whose file is gone, and leaves it the port that it was. A file without
 * anything to do takes it out of its bridge or bond.
 */
static int park(const char *path, const char *nic, bool *changed, struct problems *problems)
{
	autofree char *text = xasprintf("# Written by roost-network: not in use any more\n"
					"[Match]\nName=%s\n\n[Network]\nDHCP=no\n"
					"LinkLocalAddressing=no\nIPv6AcceptRA=no\n", nic);

	return write_unit(path, text, changed, problems);
}

/* One file of an earlier configuration: a NIC stays and is parked, a device that we made goes. */
static int retire(const char *root, const char *folder, const char *file, char ***gone,
		  bool *changed, struct problems *problems)
{
	const char *rest = str_after(file, HOST_UNIT_PREFIX);
	autofree char *path = path_join(folder, file);
	autofree char *device = xstrndup(rest, (size_t)(strrchr(rest, '.') - rest));
	autofree char *made_path = xasprintf("%s/" HOST_UNIT_PREFIX "%s.netdev", folder, device);
	autofree char *sysfs = xasprintf("%s/sys/class/net/%s", root, device);

	if (str_ends(file, ".network") && !path_exists(made_path) && path_exists(sysfs))
		return park(path, device, changed, problems);
	*changed = true;
	if (str_ends(file, ".netdev"))
		strv_push(gone, device);
	return unlink(path) < 0 ? problem_errno(problems, errno, "%s", path) : 0;
}

/* What an earlier configuration left behind; .network files before .netdev files. */
static int retire_stale(const char *root, const char *folder, const struct host_units *units,
			char ***gone, bool *changed, struct problems *problems)
{
	autostrv char **names = NULL;
	DIR *dir = opendir(folder);
	struct dirent *entry;
	int result = 0;

	while (dir && (entry = readdir(dir)))
		if (str_after(entry->d_name, HOST_UNIT_PREFIX) && strchr(entry->d_name, '.') &&
		    !is_wanted(units, entry->d_name))
			strv_push(&names, entry->d_name);
	if (dir)
		closedir(dir);
	strv_sort(names);
	for (size_t n = strv_len(names); n-- > 0;)
		if (retire(root, folder, names[n], gone, changed, problems) < 0)
			result = -1;
	return result;
}

static int write_units(const char *root, const struct host_units *units, char ***gone,
		       bool *changed, struct problems *problems)
{
	autofree char *folder = path_in_root(root, UNIT_FOLDER);

	for (size_t i = 0; i < units->count; i++) {
		autofree char *path = path_join(folder, units->items[i].name);

		if (write_unit(path, units->items[i].text, changed, problems) < 0)
			return -1;
	}
	return retire_stale(root, folder, units, gone, changed, problems);
}

/*
 * At boot systemd-networkd starts after us and reads the files by itself. Devices go after it has read
 * them: a NIC that is still a port in its eyes tries to join its lost bridge again, and fails for good.
 */
static int reload(const char *root, char *const *gone, struct problems *problems)
{
	if (!streq(root, "/") || !path_exists(NETWORKD_STATE))
		return 0;
	if (bus_networkd_reload(problems) < 0)
		return -1;
	for (; gone && *gone; gone++)
		(void)link_delete(*gone, problems);
	return 1;
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
	autostrv char **gone = NULL;
	bool changed = false;

	for (size_t i = 0; apply->dry_run && i < units->count; i++)
		printf("# " UNIT_FOLDER "/%s\n%s\n", units->items[i].name, units->items[i].text);
	if (apply->dry_run)
		return 0;
	if (begin_generation(apply->root, host, machine, conf, units, problems) < 0 ||
	    write_units(apply->root, units, &gone, &changed, problems) < 0)
		return -1;
	if (!changed)
		return 0;
	timeline_mark(apply->root, "network", "%zu files for systemd-networkd", units->count);
	return reload(apply->root, gone, problems);
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

static int apply_once(const struct network_apply *apply, const char *conf,
		      struct problems *problems)
{
	autohost struct host host = { 0 };

	if (host_read_kickstart(conf, strlen(conf), "host.conf", &host, problems) < 0) {
		report_broken(apply, conf, problems);
		return EXIT_PERMANENT;
	}
	return apply_host(apply, &host, conf, problems);
}

/* What changes while it is applied is applied next: the path unit does not look then. */
int network_apply(const struct network_apply *apply, struct problems *problems)
{
	autofree char *path = path_in_root(apply->root, CONFIG_HOST_CONF);
	int code = EXIT_TEMPORARY;

	for (int i = 0; i < APPLY_TIMES; i++) {
		autofree char *conf = NULL;

		if (file_read(path, KS_MAX_BYTES, &conf, NULL, problems) < 0)
			return EXIT_TEMPORARY;
		problems_done(problems);
		code = apply_once(apply, conf, problems);
		if (file_has(path, conf, strlen(conf)))
			break;
	}
	return code;
}
