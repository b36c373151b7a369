// SPDX-License-Identifier: MIT
/* Keeping and judging the network's generations; see network_generations.h. */
#include <errno.h>
#include <unistd.h>

#include "common/digest.h"
#include "common/file.h"
#include "common/timeline.h"
#include "kickstart/parse.h"
#include "node/network_generations.h"
#include "node/network_state.h"

#define FOLDER "/run/roost/generations"
#define REFUSED_FILE "/run/roost/input/refused"
#define MAX_BYTES (64 * 1024)
#define KEPT_MAX 16

const char *const generation_state_names[] = { "trial", "confirmed", "refused", NULL };

/* ---- The file ------------------------------------------------------------------------------------ */

static char *optional_text(const json_t *object, const char *field)
{
	const char *text = json_string_value(json_object_get(object, field));

	return text ? xstrdup(text) : NULL;
}

static void generation_done(struct generation *generation)
{
	free(generation->configuration);
	free(generation->units);
	free(generation->kickstart);
	free(generation->reason);
}

static int state_of(const char *name)
{
	for (int i = 0; name && generation_state_names[i]; i++)
		if (streq(name, generation_state_names[i]))
			return i;
	return GENERATION_REFUSED;
}

static struct generation *append(struct generations *generations, struct generation item)
{
	generations->items = xreallocarray(generations->items, generations->count + 1,
					   sizeof(*generations->items));
	generations->items[generations->count] = item;
	return &generations->items[generations->count++];
}

static void append_json(struct generations *generations, const json_t *object)
{
	struct generation item = {
		.number = (int)json_integer_value(json_object_get(object, "number")),
		.state = (enum generation_state)state_of(
			json_string_value(json_object_get(object, "state"))),
		.configuration = optional_text(object, "configuration"),
		.units = optional_text(object, "units"),
		.kickstart = optional_text(object, "kickstart"),
		.since_ms = json_integer_value(json_object_get(object, "since_ms")),
		.deadline_ms = json_integer_value(json_object_get(object, "deadline_ms")),
		.reason = optional_text(object, "reason"),
	};

	if (item.number > 0 && item.configuration && item.units)
		append(generations, item);
	else
		generation_done(&item);
}

void generations_read(const char *root, struct generations *ret)
{
	autofree char *path = path_in_root(root, GENERATIONS_FILE);
	autojson json_t *json = path_exists(path) ? json_read_file(path, MAX_BYTES, NULL) : NULL;
	const json_t *item;
	size_t i;

	*ret = (struct generations){
		.current = (int)json_integer_value(json_object_get(json, "current")),
	};
	json_array_foreach(json_object_get(json, "generations"), i, item)
		append_json(ret, item);
}

void generations_done(struct generations *generations)
{
	for (size_t i = 0; i < generations->count; i++)
		generation_done(&generations->items[i]);
	free(generations->items);
	*generations = (struct generations){ 0 };
}

static int write_file(const char *root, const struct generations *generations,
		      struct problems *problems)
{
	autofree char *path = path_in_root(root, GENERATIONS_FILE);
	json_t *list = json_array();
	autojson json_t *json = json_pack("{s:i, s:o}", "current", generations->current,
					  "generations", list);

	for (size_t i = 0; i < generations->count; i++) {
		const struct generation *item = &generations->items[i];

		json_array_append_new(list, json_pack("{s:i, s:s, s:s, s:s, s:s?, s:I, s:I, s:s?}",
			"number", item->number, "state", generation_state_names[item->state],
			"configuration", item->configuration, "units", item->units, "kickstart",
			item->kickstart, "since_ms", (json_int_t)item->since_ms, "deadline_ms",
			(json_int_t)item->deadline_ms, "reason", item->reason));
	}
	return json_write_file(path, 0644, json, problems);
}

static char *conf_path(const char *root, int number)
{
	return xasprintf("%s" FOLDER "/%d.conf", streq(root, "/") ? "" : root, number);
}

/* host.conf may hold passwords. */
static int write_conf(const char *root, const struct generation *generation, const char *conf,
		      struct problems *problems)
{
	autofree char *path = conf_path(root, generation->number);

	return file_write_text(path, 0600, conf, problems);
}

/* ---- Which one ----------------------------------------------------------------------------------- */

static struct generation *find(const struct generations *generations, int number)
{
	for (size_t i = 0; i < generations->count; i++)
		if (generations->items[i].number == number)
			return &generations->items[i];
	return NULL;
}

const struct generation *generations_current(const struct generations *generations)
{
	return find(generations, generations->current);
}

int64_t generations_deadline_ms(const struct generations *generations)
{
	const struct generation *current = generations_current(generations);

	if (!current || current->state != GENERATION_TRIAL || current->deadline_ms == 0)
		return -1;
	return current->deadline_ms;
}

/* The newest confirmed one, without `except`. */
static struct generation *find_confirmed(const struct generations *generations, int except)
{
	for (size_t i = generations->count; i-- > 0;)
		if (generations->items[i].state == GENERATION_CONFIRMED &&
		    generations->items[i].number != except)
			return &generations->items[i];
	return NULL;
}

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
	const struct generation *back = find_confirmed(generations, generations->current);

	for (size_t i = 0; i < generations->count && generations->count > KEPT_MAX; i++) {
		struct generation *item = &generations->items[i];
		autofree char *path = conf_path(root, item->number);

		if (item->number == generations->current || (back && item->number == back->number))
			continue;
		(void)unlink(path);
		generation_done(item);
		memmove(item, item + 1, (--generations->count - i) * sizeof(*item));
		return;
	}
}

/* ---- Changes ------------------------------------------------------------------------------------- */

static void set_text(char **field, const char *text)
{
	char *copy = text ? xstrdup(text) : NULL;

	free(*field);
	*field = copy;
}

static struct generation *append_new(struct generations *generations,
				     const struct generation_start *start)
{
	bool can_go_back = find_confirmed(generations, 0);
	int last = generations->count ? generations->items[generations->count - 1].number : 0;
	struct generation item = {
		.number = last + 1,
		.state = start->confirm_s ? GENERATION_TRIAL : GENERATION_CONFIRMED,
		.units = xstrdup(start->units),
		.since_ms = start->at_ms,
		.reason = start->confirm_s ? NULL : xstrdup("no appliance to ask"),
	};

	if (start->confirm_s && can_go_back)
		item.deadline_ms = start->at_ms + (int64_t)start->confirm_s * 1000;
	return append(generations, item);
}

int generation_begin(const char *root, const struct generation_start *start,
		     struct problems *problems)
{
	autofree char *configuration = sha256_text(start->conf, strlen(start->conf));
	autogenerations struct generations generations = { 0 };
	autoclose int lock = network_state_lock(root);
	struct generation *item;

	(void)lock;
	generations_read(root, &generations);
	item = find_units(&generations, start->units);
	if (item && item->number == generations.current && streq(item->configuration, configuration))
		return 0;
	if (!item)
		item = append_new(&generations, start);
	set_text(&item->configuration, configuration);
	set_text(&item->kickstart, start->kickstart);
	generations.current = item->number;
	if (write_conf(root, item, start->conf, problems) < 0)
		return -1;
	forget_oldest(root, &generations);
	return write_file(root, &generations, problems);
}

bool generation_confirm(const char *root, const char *configuration, const char *reason,
			struct problems *problems)
{
	autogenerations struct generations generations = { 0 };
	autoclose int lock = network_state_lock(root);
	struct generation *current;

	(void)lock;
	generations_read(root, &generations);
	current = find(&generations, generations.current);
	if (!current || current->state != GENERATION_TRIAL ||
	    (configuration && !streq(configuration, current->configuration)))
		return false;
	current->state = GENERATION_CONFIRMED;
	current->deadline_ms = 0;
	set_text(&current->reason, reason);
	if (write_file(root, &generations, problems) < 0)
		return false;
	timeline_mark(root, "network-confirmed", "generation %d: %s", current->number, reason);
	return true;
}

int generation_refuse(const char *root, const char *reason, int64_t at_ms,
		      struct problems *problems)
{
	autofree char *refused_path = path_in_root(root, REFUSED_FILE);
	autogenerations struct generations generations = { 0 };
	autoclose int lock = network_state_lock(root);
	struct generation *current, *back;
	autofree char *line = NULL;

	(void)lock;
	generations_read(root, &generations);
	if (at_ms && (generations_deadline_ms(&generations) < 0 ||
		      generations_deadline_ms(&generations) > at_ms))
		return 1;
	current = find(&generations, generations.current);
	back = find_confirmed(&generations, generations.current);
	if (!current || !back)
		return problem(problems, "there is no confirmed generation of the network to go back to");
	current->state = GENERATION_REFUSED;
	current->deadline_ms = 0;
	set_text(&current->reason, reason);
	generations.current = back->number;
	if (write_file(root, &generations, problems) < 0)
		return -1;
	timeline_mark(root, "network-refused", "generation %d: %s; generation %d comes back",
		      current->number, reason, back->number);
	line = xasprintf("%d\n", current->number);
	return file_write_text(refused_path, 0644, line, problems);
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
			    char **ret_text, char **ret_reason, char **ret_kickstart)
{
	autofree char *configuration = sha256_text(conf, strlen(conf));
	autogenerations struct generations generations = { 0 };
	const struct generation *refused, *current;
	autofree char *path = NULL;

	generations_read(root, &generations);
	current = generations_current(&generations);
	refused = find_refused(&generations, configuration, kickstart);
	if (!refused || !current || refused == current)
		return false;
	path = conf_path(root, current->number);
	if (file_read(path, KS_MAX_BYTES, ret_text, NULL, NULL) < 0)
		return false;
	*ret_reason = xasprintf("generation %d of the network was taken back: %s; generation %d is in "
				"use", refused->number, refused->reason ? refused->reason : "refused",
				current->number);
	*ret_kickstart = current->kickstart ? xstrdup(current->kickstart) : NULL;
	return true;
}

int generations_forgive(const char *root, struct problems *problems)
{
	autogenerations struct generations generations = { 0 };
	autoclose int lock = network_state_lock(root);
	size_t kept = 0;

	(void)lock;
	generations_read(root, &generations);
	for (size_t i = 0; i < generations.count; i++) {
		struct generation item = generations.items[i];
		autofree char *path = conf_path(root, item.number);

		if (item.state != GENERATION_REFUSED) {
			generations.items[kept++] = item;
			continue;
		}
		(void)unlink(path);
		generation_done(&item);
	}
	generations.count = kept;
	return write_file(root, &generations, problems);
}
