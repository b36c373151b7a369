// SPDX-License-Identifier: MIT
/*
 * Watches what becomes of the configuration: a link, an address, or neither. systemd-networkd goes
 * on trying by itself; this only tells.
 */
#include "common/cli.h"
#include "common/clock.h"
#include "common/file.h"
#include "common/timeline.h"
#include "node/due.h"
#include "node/link_events.h"
#include "node/network_apply.h"
#include "node/network_fallback.h"
#include "node/network_retry.h"
#include "node/network_state.h"

#define FOLDER "/run/roost"
#define PROBE_EVERY_MS (5 * 60 * 1000)

struct watch {
	const char *root;
	char *address;          /* that was told last; NULL: none */
	bool has_bridge;
	int64_t lost_ms;        /* when the last address went */
	char *told;             /* the reason that was logged last */
	int64_t probe_next_ms;  /* when the probe may be asked for again */
};

/* Up, with a port that is up: what a guest can be attached to. */
static bool is_up(const char *root, const char *device)
{
	autofree char *path = device ? xasprintf("%s/sys/class/net/%s/carrier", root, device) : NULL;
	autofree char *line = path ? file_read_line(path) : NULL;

	return line && streq(line, "1");
}

static void mark(struct watch *watch, const struct network_state *state)
{
	bool has_bridge = is_up(watch->root, state->device);
	const char *address = state->addresses ? state->addresses[0] : NULL;
	const char *uplink = state->uplink ? state->uplink : "no port";

	if (has_bridge && !watch->has_bridge)
		timeline_mark(watch->root, "bridge", "%s is up (%s)", state->device, uplink);
	if (address && !streq_null(address, watch->address))
		timeline_mark(watch->root, "address", "%s on %s (%s)", address, state->device,
			      uplink);
	if (!address && watch->address)
		watch->lost_ms = now_ms();
	watch->has_bridge = has_bridge;
	free(watch->address);
	watch->address = address ? xstrdup(address) : NULL;
}

/* Each new reason once. */
static void tell(struct watch *watch, const char *word, char *reason)
{
	if (streq_null(reason, watch->told)) {
		free(reason);
		return;
	}
	if (reason && streq(word, "degraded"))
		log_warning("%s", reason);
	else if (reason)
		log_info("%s", reason);
	else if (watch->told)
		log_info("the network is as it was asked for");
	free(watch->told);
	watch->told = reason;
}

/* The probe needs rights that we have not. */
static void ask_for_probe(struct watch *watch, struct problems *problems)
{
	if (until_ms(watch->probe_next_ms) > 0 || !fallback_is_unproven(watch->root))
		return;
	watch->probe_next_ms = now_ms() + PROBE_EVERY_MS;
	(void)due_mark(watch->root, DUE_NO_ADDRESS, problems);
}

/* When to look again; -1: nothing is lacking. */
static int64_t look_for_others(struct watch *watch, const struct network_state *state,
			       const char *word, struct problems *problems)
{
	if (state->addresses) {
		(void)fallback_has_address(watch->root);
		return -1;
	}
	if (!streq(word, "degraded") || !streq(state->wanted, "dhcp"))
		return -1;
	ask_for_probe(watch, problems);
	(void)fallback_hurry(watch->root, now_ms());
	return watch->probe_next_ms;
}

/* Looks, tells and writes; returns when to look again without an event (-1: never). */
static int64_t look_locked(struct watch *watch, struct network_state *ret_state,
			   const char **ret_word, struct problems *problems)
{
	int64_t late_ms;
	char *reason;

	if (!network_state_read(watch->root, ret_state))
		return -1;
	network_state_look(watch->root, ret_state);
	mark(watch, ret_state);
	ret_state->lost_ms = watch->lost_ms;
	*ret_word = network_state_judge(ret_state, now_ms(), &reason);
	tell(watch, *ret_word, reason);
	(void)network_state_write(watch->root, ret_state, NULL, problems);
	late_ms = (ret_state->lost_ms > ret_state->since_ms ? ret_state->lost_ms :
							      ret_state->since_ms) + NETWORK_ADDRESS_MS;
	return late_ms > now_ms() ? late_ms : -1;
}

/* "... within 30 s", and what is wrong with the network itself, if anything. */
static char *refusal(const struct watch *watch, const struct generation *generation)
{
	return xasprintf("%s within %d s%s%s", generation->by_address ? "no address" :
			 "no heartbeat reached the appliance",
			 (int)((generation->deadline_ms - generation->since_ms) / 1000),
			 watch->told ? ": " : "", watch->told ? watch->told : "");
}

/* Ends a trial whose time is over; returns when to look again (-1: there is none). */
static int64_t judge_trial(const struct watch *watch, struct problems *problems)
{
	autogenerations struct generations generations = { 0 };
	autofree char *reason = NULL;
	int64_t deadline_ms;

	generations_read(watch->root, &generations);
	deadline_ms = generations_deadline_ms(&generations);
	if (deadline_ms < 0 || until_ms(deadline_ms) > 0)
		return deadline_ms;
	reason = refusal(watch, generations_current(&generations));
	if (generation_refuse(watch->root, reason, now_ms(), problems) == 0)
		log_warning("generation %d of the network is taken back: %s", generations.current,
			    reason);
	return -1;
}

static int64_t sooner(int64_t a_ms, int64_t b_ms)
{
	return a_ms < 0 || (b_ms >= 0 && b_ms < a_ms) ? b_ms : a_ms;
}

static int64_t look(struct watch *watch, struct problems *problems)
{
	autonetstate struct network_state state = { 0 };
	int lock = network_state_lock(watch->root);
	const char *word = "waiting";
	int64_t next_ms = look_locked(watch, &state, &word, problems);

	cleanup_close(&lock);
	next_ms = sooner(next_ms, look_for_others(watch, &state, word, problems));
	next_ms = sooner(next_ms, network_retry(watch->root, problems));
	return sooner(next_ms, judge_trial(watch, problems));
}

int network_watch(const char *root, int timeout_ms, struct problems *problems)
{
	int64_t end_ms = timeout_ms < 0 ? -1 : now_ms() + timeout_ms;
	autofree char *folder = path_in_root(root, FOLDER);
	struct watch watch = { .root = root };
	struct link_events events;
	int code = EXIT_TEMPORARY;

	if (make_folders(folder, 0755, problems) < 0 ||
	    link_events_open(&events, folder, problems) < 0)
		return EXIT_TEMPORARY;
	for (;;) {
		int64_t next_ms = look(&watch, problems);

		if (timeout_ms >= 0 && watch.address) {
			code = EXIT_DONE;
			break;
		}
		if (end_ms >= 0 && now_ms() >= end_ms) {
			problem(problems, "%s", watch.told ? watch.told : "the network is not set up");
			break;
		}
		(void)link_events_wait(&events, sooner(next_ms, end_ms));
	}
	link_events_close(&events);
	free(watch.told);
	free(watch.address);
	return code;
}
