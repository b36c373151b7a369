// SPDX-License-Identifier: MIT
/* Keeping and judging the network's generations; see network_generations.h. */
#include <unistd.h>

#include "common/clock.h"
#include "common/digest.h"
#include "common/file.h"
#include "common/timeline.h"
#include "kickstart/parse.h"
#include "node/network_fallback.h"
#include "node/network_generations_file.h"
#include "node/network_state.h"

#define REFUSED_FILE "/run/roost/input/refused"
#define KEPT_MAX 16
/* of other networks, where an address is proof enough: as long as the first one had */
#define TURN_WITHOUT_APPLIANCE_MS NETWORK_ADDRESS_MS

/* ---- Which one ----------------------------------------------------------------------------------- */

static struct generation *find_units(const struct generations *generations, const char *units)
{
	for (size_t i = generations->count; i-- > 0;) {
		struct generation *item = &generations->items[i];

		if (streq(item->units, units) && (item->number == generations->current ||
						  item->state == GENERATION_CONFIRMED))
			return item;
	}
	return NULL;
}

/* Old ones go, but never the current one and the one to go back to. */
static void forget_oldest(const char *root, struct generations *generations)
{
	const struct generation *back = generations_confirmed(generations, generations->current);

	for (size_t i = 0; i < generations->count && generations->count > KEPT_MAX; i++) {
		struct generation *item = &generations->items[i];
		autofree char *path = generation_conf_path(root, item->number);

		if (item->number == generations->current || (back && item->number == back->number))
			continue;
		(void)unlink(path);
		generation_done(item);
		memmove(item, item + 1, (--generations->count - i) * sizeof(*item));
		return;
	}
}

/* ---- Changes ------------------------------------------------------------------------------------- */

static struct generation *append_new(struct generations *generations,
				     const struct generation_start *start)
{
	bool can_go_back = generations_confirmed(generations, 0);
	bool is_short = can_go_back && !start->is_made_anew;
	int last = generations->count ? generations->items[generations->count - 1].number : 0;
	struct generation item = {
		.number = last + 1,
		.state = start->confirm_s ? GENERATION_TRIAL : GENERATION_CONFIRMED,
		.units = xstrdup(start->units),
		.since_ms = start->at_ms,
		.reason = start->confirm_s ? NULL : xstrdup("no appliance to ask"),
		.is_plain = !start->has_fallback,
		.by_address = !start->confirm_s,
		.turn_ms = start->confirm_s ? (int64_t)start->confirm_s * 2000 : TURN_WITHOUT_APPLIANCE_MS,
	};

	if (start->confirm_s && (can_go_back || start->has_fallback))
		item.deadline_ms = start->at_ms +
				   (int64_t)start->confirm_s * (is_short ? 1000 : 2000);
	return generations_append(generations, item);
}

int generation_begin(const char *root, const struct generation_start *start,
		     struct problems *problems)
{
	autofree char *configuration = sha256_text(start->conf, strlen(start->conf));
	autogenerations struct generations generations = { 0 };
	struct generation *item;

	generations_lock(root, &generations);
	if (fallback_take_units(root, &generations, start) &&
	    generations_write(root, &generations, problems) < 0)
		return -1;
	item = find_units(&generations, start->units);
	if (item && item->number == generations.current && streq(item->configuration, configuration))
		return 0;
	if (!item)
		item = append_new(&generations, start);
	generation_set_text(&item->configuration, configuration);
	generation_set_text(&item->kickstart, start->kickstart);
	generations.current = item->number;
	if (generation_write_conf(root, item, start->conf, problems) < 0)
		return -1;
	forget_oldest(root, &generations);
	return generations_write(root, &generations, problems);
}

bool generation_confirm(const char *root, const char *configuration, const char *reason,
			struct problems *problems)
{
	autogenerations struct generations generations = { 0 };
	struct generation *current;

	generations_lock(root, &generations);
	current = generations_find(&generations, generations.current);
	if (!current || current->state != GENERATION_TRIAL ||
	    (configuration && !streq(configuration, current->configuration)))
		return false;
	current->state = GENERATION_CONFIRMED;
	current->deadline_ms = 0;
	generation_set_text(&current->reason, reason);
	if (generations_write(root, &generations, problems) < 0)
		return false;
	timeline_mark(root, "network-confirmed", "generation %d: %s", current->number, reason);
	return true;
}

bool generation_keep(const char *root, const char *configuration)
{
	autogenerations struct generations generations = { 0 };
	struct generation *current;

	generations_lock(root, &generations);
	current = generations_find(&generations, generations.current);
	if (!current || generations_deadline_ms(&generations) < 0 ||
	    generations_confirmed(&generations, current->number) ||
	    !streq(configuration, current->configuration))
		return false;
	current->deadline_ms = 0;
	return generations_write(root, &generations, NULL) == 0;
}

/* Whose turn it is when the current one is over, or NULL. */
static struct generation *successor(const char *root, struct generations *generations,
				    int64_t at_ms, struct problems *problems)
{
	struct generation *back = generations_confirmed(generations, generations->current);

	if (back && back->instead_of)
		back->instead_of = generations->current;
	return back ? back : at_ms ? fallback_turn(root, generations, at_ms, problems) : NULL;
}

/* Its change starts roost-config. */
static int tell_config(const char *root, struct problems *problems)
{
	autofree char *path = path_in_root(root, REFUSED_FILE);
	autofree char *line = xasprintf("at %lld ms\n", (long long)now_ms());

	return file_write_text(path, 0644, line, problems);
}

int generation_refuse(const char *root, const char *reason, int64_t at_ms,
		      struct problems *problems)
{
	autogenerations struct generations generations = { 0 };
	struct generation *current, *next;

	generations_lock(root, &generations);
	if (at_ms && (generations_deadline_ms(&generations) < 0 ||
		      generations_deadline_ms(&generations) > at_ms))
		return 1;
	next = successor(root, &generations, at_ms, problems);
	current = generations_find(&generations, generations.current);
	if (!current || !next)
		return problem(problems, "there is no confirmed generation of the network to go back to");
	current->state = GENERATION_REFUSED;
	current->deadline_ms = 0;
	generation_set_text(&current->reason, reason);
	generations.current = next->number;
	if (generations_write(root, &generations, problems) < 0)
		return -1;
	timeline_mark(root, "network-refused", "generation %d: %s; %s (generation %d) %s",
		      current->number, reason, next->name ? next->name : "the network before",
		      next->number, next->state == GENERATION_TRIAL ? "is tried" : "comes back");
	return tell_config(root, problems);
}

int generation_impossible(const char *root, const struct generation_start *start,
			  const char *reason, struct problems *problems)
{
	autogenerations struct generations generations = { 0 };
	struct generation *wanted, *fallback;

	generations_lock(root, &generations);
	if (generations.count)
		return 1;
	wanted = append_new(&generations, start);
	wanted->configuration = sha256_text(start->conf, strlen(start->conf));
	wanted->state = GENERATION_REFUSED;
	wanted->is_plain = false;
	wanted->deadline_ms = 0;
	generation_set_text(&wanted->reason, reason);
	generation_set_text(&wanted->kickstart, start->kickstart);
	if (generation_write_conf(root, wanted, start->conf, problems) < 0)
		return -1;
	generations.current = wanted->number;
	fallback = fallback_turn(root, &generations, start->at_ms, problems);
	if (!fallback)
		return -1;
	fallback->state = start->confirm_s ? GENERATION_TRIAL : GENERATION_CONFIRMED;
	/* trying the other one again cannot help */
	fallback->deadline_ms = 0;
	generations.current = fallback->number;
	if (generations_write(root, &generations, problems) < 0)
		return -1;
	timeline_mark(root, "network-refused", "%s; %s is used", reason, fallback->name);
	return tell_config(root, problems);
}

static const struct generation *find_refused(const struct generations *generations,
					     const char *configuration, const char *kickstart)
{
	for (size_t i = generations->count; i-- > 0;) {
		const struct generation *item = &generations->items[i];

		if (item->state == GENERATION_REFUSED &&
		    streq(item->configuration, configuration) &&
		    streq_null(item->kickstart, kickstart))
			return item;
	}
	return NULL;
}

bool generation_replacement(const char *root, const char *conf, const char *kickstart,
			    struct replacement *ret)
{
	autofree char *configuration = sha256_text(conf, strlen(conf));
	autogenerations struct generations generations = { 0 };
	const struct generation *refused, *current;
	autofree char *path = NULL;

	generations_read(root, &generations);
	if (fallback_replacement(root, &generations, conf, ret)) {
		ret->kickstart = kickstart ? xstrdup(kickstart) : NULL;
		return true;
	}
	current = generations_current(&generations);
	refused = find_refused(&generations, configuration, kickstart);
	if (!refused || !current || refused == current)
		return false;
	path = generation_conf_path(root, current->number);
	if (file_read(path, KS_MAX_BYTES, &ret->conf, NULL, NULL) < 0)
		return false;
	ret->reason = xasprintf("generation %d of the network was taken back: %s; generation %d is in "
				"use", refused->number, refused->reason ? refused->reason : "refused",
				current->number);
	ret->kickstart = current->kickstart ? xstrdup(current->kickstart) : NULL;
	return true;
}

void replacement_done(struct replacement *replacement)
{
	free(replacement->conf);
	free(replacement->reason);
	free(replacement->kickstart);
	*replacement = (struct replacement){ 0 };
}

int generations_forgive(const char *root, struct problems *problems)
{
	autogenerations struct generations generations = { 0 };
	size_t kept = 0;

	generations_lock(root, &generations);
	for (size_t i = 0; i < generations.count; i++) {
		struct generation item = generations.items[i];
		autofree char *path = generation_conf_path(root, item.number);

		if (item.state != GENERATION_REFUSED) {
			generations.items[kept++] = item;
			continue;
		}
		(void)unlink(path);
		generation_done(&item);
	}
	generations.count = kept;
	if (generations_write(root, &generations, problems) < 0)
		return -1;
	return tell_config(root, problems);
}
