// SPDX-License-Identifier: MIT
/* The network's generations as a file; see network_generations_file.h. */
#include "common/file.h"
#include "kickstart/parse.h"
#include "node/network_generations_file.h"
#include "node/network_state.h"

#define FOLDER "/run/roost/generations"
#define MAX_BYTES (64 * 1024)

const char *const generation_state_names[] = { "trial", "confirmed", "refused", NULL };

static char *optional_text(const json_t *object, const char *field)
{
	const char *text = json_string_value(json_object_get(object, field));

	return text ? xstrdup(text) : NULL;
}

void generation_done(struct generation *generation)
{
	free(generation->configuration);
	free(generation->units);
	free(generation->kickstart);
	free(generation->reason);
	free(generation->name);
}

static int state_of(const char *name)
{
	for (int i = 0; name && generation_state_names[i]; i++)
		if (streq(name, generation_state_names[i]))
			return i;
	return GENERATION_REFUSED;
}

struct generation *generations_append(struct generations *generations, struct generation item)
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
		.instead_of = (int)json_integer_value(json_object_get(object, "instead_of")),
		.turn = (int)json_integer_value(json_object_get(object, "turn")),
		.name = optional_text(object, "name"),
		.is_unfit = json_is_true(json_object_get(object, "is_unfit")),
		.is_plain = json_is_true(json_object_get(object, "is_plain")),
		.by_address = json_is_true(json_object_get(object, "by_address")),
		.tries = (int)json_integer_value(json_object_get(object, "tries")),
		.turn_ms = json_integer_value(json_object_get(object, "turn_ms")),
	};

	if (item.number > 0 && item.configuration && item.units)
		generations_append(generations, item);
	else
		generation_done(&item);
}

void generations_read(const char *root, struct generations *ret)
{
	autojson json_t *json = json_read_report(root, GENERATIONS_FILE, MAX_BYTES);
	const json_t *item;
	size_t i;

	*ret = (struct generations){
		.current = (int)json_integer_value(json_object_get(json, "current")),
	};
	json_array_foreach(json_object_get(json, "generations"), i, item)
		append_json(ret, item);
}

void generations_lock(const char *root, struct generations *ret)
{
	int *lock = xcalloc(1, sizeof(*lock));

	*lock = network_state_lock(root);
	generations_read(root, ret);
	ret->lock = lock;
}

void generations_done(struct generations *generations)
{
	if (generations->lock)
		cleanup_close(generations->lock);
	free(generations->lock);
	for (size_t i = 0; i < generations->count; i++)
		generation_done(&generations->items[i]);
	free(generations->items);
	*generations = (struct generations){ 0 };
}

static json_t *generation_json(const struct generation *item)
{
	json_t *object = json_pack("{s:i, s:s, s:s, s:s, s:s?, s:I, s:I, s:s?}", "number", item->number,
				   "state", generation_state_names[item->state], "configuration",
				   item->configuration, "units", item->units, "kickstart",
				   item->kickstart, "since_ms", (json_int_t)item->since_ms,
				   "deadline_ms", (json_int_t)item->deadline_ms, "reason", item->reason);

	if (item->instead_of) {
		json_object_set_new(object, "instead_of", json_integer(item->instead_of));
		json_object_set_new(object, "turn", json_integer(item->turn));
		json_object_set_new(object, "name", json_string(item->name ? item->name : ""));
	}
	if (item->by_address)
		json_object_set_new(object, "by_address", json_true());
	if (item->is_unfit)
		json_object_set_new(object, "is_unfit", json_true());
	if (item->is_plain)
		json_object_set_new(object, "is_plain", json_true());
	if (item->tries)
		json_object_set_new(object, "tries", json_integer(item->tries));
	if (item->turn_ms)
		json_object_set_new(object, "turn_ms", json_integer(item->turn_ms));
	return object;
}

int generations_write(const char *root, const struct generations *generations,
		      struct problems *problems)
{
	autofree char *path = path_in_root(root, GENERATIONS_FILE);
	json_t *list = json_array();
	autojson json_t *json = json_pack("{s:i, s:o}", "current", generations->current,
					  "generations", list);

	for (size_t i = 0; i < generations->count; i++)
		json_array_append_new(list, generation_json(&generations->items[i]));
	return json_write_file(path, 0644, json, problems);
}

char *generation_conf_path(const char *root, int number)
{
	return xasprintf("%s" FOLDER "/%d.conf", streq(root, "/") ? "" : root, number);
}

/* host.conf may hold passwords. */
int generation_write_conf(const char *root, const struct generation *generation, const char *conf,
			  struct problems *problems)
{
	autofree char *path = generation_conf_path(root, generation->number);

	return file_write_text(path, 0600, conf, problems);
}

char *generation_read_conf(const char *root, const struct generation *generation,
			   struct problems *problems)
{
	autofree char *path = generation_conf_path(root, generation->number);
	char *text;

	return file_read(path, KS_MAX_BYTES, &text, NULL, problems) == 0 ? text : NULL;
}

/* ---- Which one ----------------------------------------------------------------------------------- */

struct generation *generations_find(const struct generations *generations, int number)
{
	for (size_t i = 0; i < generations->count; i++)
		if (generations->items[i].number == number)
			return &generations->items[i];
	return NULL;
}

const struct generation *generations_current(const struct generations *generations)
{
	return generations_find(generations, generations->current);
}

int64_t generations_deadline_ms(const struct generations *generations)
{
	const struct generation *current = generations_current(generations);

	if (!current || current->state != GENERATION_TRIAL || current->deadline_ms == 0)
		return -1;
	return current->deadline_ms;
}

struct generation *generations_confirmed(const struct generations *generations, int except)
{
	for (size_t i = generations->count; i-- > 0;)
		if (generations->items[i].state == GENERATION_CONFIRMED &&
		    generations->items[i].number != except)
			return &generations->items[i];
	return NULL;
}

void generation_set_text(char **field, const char *text)
{
	char *copy = text ? xstrdup(text) : NULL;

	free(*field);
	*field = copy;
}
