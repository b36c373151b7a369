// SPDX-License-Identifier: MIT
/* The plain network in place of a broken first one; see network_fallback.h. */
#include "common/file.h"
#include "kickstart/parse.h"
#include "node/network_fallback.h"

#define PLAIN "network --device=br0 --bridgeslaves=bootif --bootproto=dhcp"
#define TURN_MAX_MS (60 * 60 * 1000)
#define TRIES_MAX 8

/* ---- host.conf as text --------------------------------------------------------------------------- */

static bool is_about_device(const char *line)
{
	return str_after(line, "network ") && !str_after(line, "network --hostname=");
}

char *network_lines(const char *conf)
{
	autostrv char **lines = strv_split(conf, "\n", false), **found = NULL;

	for (char **line = lines; line && *line; line++)
		if (is_about_device(*line))
			strv_push(&found, *line);
	return strv_join(found, "\n");
}

char *network_lines_replace(const char *conf, const char *lines)
{
	autostrv char **old = strv_split(conf, "\n", false), **result = NULL;

	for (char **line = old; line && *line; line++) {
		bool is_origin = str_after(*line, "# from ");

		if (!is_about_device(*line) && !(is_origin && line[1] && is_about_device(line[1])))
			strv_push(&result, *line);
	}
	strv_push(&result, "# from roost-network, in place of what was taken back");
	strv_push(&result, lines);
	strv_push(&result, "");
	return strv_join(result, "\n");
}

static char *conf_of(const char *root, const struct generation *generation,
		     struct problems *problems)
{
	autofree char *path = generation_conf_path(root, generation->number);
	char *text;

	return file_read(path, KS_MAX_BYTES, &text, NULL, problems) == 0 ? text : NULL;
}

/* ---- Turns --------------------------------------------------------------------------------------- */

static struct generation *find_stand_in(const struct generations *generations, int number)
{
	for (size_t i = 0; i < generations->count; i++)
		if (generations->items[i].instead_of == number)
			return &generations->items[i];
	return NULL;
}

static struct generation *make_stand_in(struct generations *generations, int number)
{
	struct generation item = {
		.number = generations->items[generations->count - 1].number + 1,
		.configuration = xstrdup(""),
		.units = xstrdup(""),
		.instead_of = number,
	};

	return generations_append(generations, item);
}

static void begin_turn(struct generation *generation, int64_t at_ms, int64_t length_ms)
{
	generation->state = GENERATION_TRIAL;
	generation->since_ms = at_ms;
	generation->deadline_ms = at_ms + (length_ms < TURN_MAX_MS ? length_ms : TURN_MAX_MS);
	generation_set_text(&generation->reason, NULL);
}

/* Which NIC it is is looked up again: what was chosen last time did not lead anywhere. */
static struct generation *turn_plain(const char *root, struct generations *generations,
				     int64_t at_ms, struct problems *problems)
{
	struct generation *wanted = generations_find(generations, generations->current), *plain;
	autofree char *conf = conf_of(root, wanted, problems);
	autofree char *text = conf ? network_lines_replace(conf, PLAIN) : NULL;
	int number = wanted->number;

	if (!text)
		return NULL;
	if (wanted->tries == 0)
		wanted->turn_ms = wanted->deadline_ms - wanted->since_ms;
	if (wanted->tries < TRIES_MAX)
		wanted->tries++;
	plain = find_stand_in(generations, number);
	if (!plain)
		plain = make_stand_in(generations, number);
	if (generation_write_conf(root, plain, text, problems) < 0)
		return NULL;
	generation_set_text(&plain->units, "");
	begin_turn(plain, at_ms, generations_find(generations, number)->turn_ms);
	return plain;
}

struct generation *fallback_turn(const char *root, struct generations *generations, int64_t at_ms,
				 struct problems *problems)
{
	struct generation *current = generations_find(generations, generations->current), *wanted;

	if (!current)
		return NULL;
	wanted = generations_find(generations, current->instead_of);
	if (!wanted)
		return turn_plain(root, generations, at_ms, problems);
	begin_turn(wanted, at_ms, wanted->turn_ms << (2 * wanted->tries));
	return wanted;
}

bool fallback_is_new(const char *root)
{
	autogenerations struct generations generations = { 0 };
	const struct generation *current;

	generations_read(root, &generations);
	current = generations_current(&generations);
	return current && current->instead_of && !*current->units;
}

/* ---- Its host.conf and its files ----------------------------------------------------------------- */

static bool has_lines(const char *root, const struct generation *generation, const char *conf)
{
	autofree char *own_conf = conf_of(root, generation, NULL);
	autofree char *own = own_conf ? network_lines(own_conf) : NULL;
	autofree char *lines = network_lines(conf);

	return own && streq(own, lines);
}

bool fallback_take_units(const char *root, struct generations *generations,
			 const struct generation_start *start)
{
	struct generation *current = generations_find(generations, generations->current);

	if (!current || !current->instead_of || streq(current->units, start->units) ||
	    !has_lines(root, current, start->conf))
		return false;
	generation_set_text(&current->units, start->units);
	return true;
}

bool fallback_replacement(const char *root, const struct generations *generations, const char *conf,
			  struct replacement *ret)
{
	const struct generation *current = generations_current(generations);
	const struct generation *wanted = current ? generations_find(generations,
								      current->instead_of) : NULL;
	autofree char *own = wanted ? conf_of(root, current, NULL) : NULL;
	autofree char *lines = own ? network_lines(own) : NULL;

	if (!lines || !has_lines(root, wanted, conf))
		return false;
	ret->is_plain = true;
	ret->conf = network_lines_replace(conf, lines);
	ret->reason = xasprintf("generation %d of the network was taken back: %s; " FALLBACK_NAME
				" (generation %d) is in use", wanted->number,
				wanted->reason ? wanted->reason : "refused", current->number);
	return true;
}
