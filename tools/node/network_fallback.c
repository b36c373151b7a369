// SPDX-License-Identifier: MIT
/* Other networks in place of a broken first one; see network_fallback.h. */
#include "node/network_fallback.h"
#include "node/network_retry.h"
#include "node/probe_plan.h"

#define PLAIN "network --device=br0 --bridgeslaves=bootif --bootproto=dhcp"
#define PLAIN_NAME "plain DHCP on the NIC that the host booted from"
#define PROBE_MAX (64 * 1024)
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

/* ---- Turns --------------------------------------------------------------------------------------- */

static json_t *read_tries(const char *root)
{
	autojson json_t *json = json_read_report(root, PROBE_JSON, PROBE_MAX);

	return json_incref(json_object_get(json, "tries"));
}

/* Turn 0 is the plain network, then those that the probe found. False when there is none of the number. */
static bool find_try(const char *root, int turn, char **ret_name, char **ret_lines)
{
	autojson json_t *tries = turn ? read_tries(root) : NULL;
	const json_t *item = turn ? json_array_get(tries, (size_t)turn - 1) : NULL;
	const char *name = turn ? json_string_value(json_object_get(item, "name")) : PLAIN_NAME;
	const char *lines = turn ? json_string_value(json_object_get(item, "lines")) : PLAIN;

	if (!name || !lines)
		return false;
	*ret_name = xstrdup(name);
	*ret_lines = xstrdup(lines);
	return true;
}

static struct generation *stand_in(struct generations *generations, int number, int turn)
{
	struct generation item = {
		.number = generations->items[generations->count - 1].number + 1,
		.configuration = xstrdup(""),
		.units = xstrdup(""),
		.instead_of = number,
		.turn = turn,
	};

	for (size_t i = 0; i < generations->count; i++) {
		if (generations->items[i].instead_of != number || generations->items[i].turn != turn)
			continue;
		generation_done(&item);
		return &generations->items[i];
	}
	return generations_append(generations, item);
}

static void begin_turn(struct generation *generation, int64_t at_ms, int64_t length_ms)
{
	generation->state = GENERATION_TRIAL;
	generation->since_ms = at_ms;
	generation->deadline_ms = at_ms + (length_ms < TURN_MAX_MS ? length_ms : TURN_MAX_MS);
	generation_set_text(&generation->reason, NULL);
}

/* Which NIC the plain one is on is looked up again: what was chosen last time did not lead anywhere. */
static struct generation *begin_other(const char *root, struct generations *generations, int number,
				      int turn, int64_t at_ms, struct problems *problems)
{
	struct generation *wanted = generations_find(generations, number), *other;
	autofree char *conf = generation_read_conf(root, wanted, problems), *text = NULL;
	autofree char *name = NULL, *lines = NULL;
	bool by_address = wanted->by_address;
	int64_t length_ms = wanted->turn_ms;

	if (!conf || !find_try(root, turn, &name, &lines))
		return NULL;
	wanted->is_unfit = !network_fits(root, conf);
	text = network_lines_replace(conf, lines);
	other = stand_in(generations, number, turn);
	if (generation_write_conf(root, other, text, problems) < 0)
		return NULL;
	generation_set_text(&other->units, "");
	generation_set_text(&other->name, name);
	other->by_address = by_address;
	begin_turn(other, at_ms, length_ms);
	return other;
}

struct generation *fallback_turn(const char *root, struct generations *generations, int64_t at_ms,
				 struct problems *problems)
{
	struct generation *current = generations_find(generations, generations->current);
	struct generation *wanted, *other;
	int number, turn;

	if (!current)
		return NULL;
	wanted = generations_find(generations, current->instead_of);
	turn = wanted ? current->turn + 1 : current->is_plain;
	if (!wanted) {
		wanted = current;
		if (wanted->tries < TRIES_MAX)
			wanted->tries++;
	}
	number = wanted->number;
	other = begin_other(root, generations, number, turn, at_ms, problems);
	if (other || number == generations->current)
		return other;
	wanted = generations_find(generations, number);
	begin_turn(wanted, at_ms, wanted->turn_ms << (2 * wanted->tries));
	return wanted;
}

/* ---- Without a proof ----------------------------------------------------------------------------- */

/* Of a first configuration: itself, or the one that is stood in for. */
static struct generation *first_of(const struct generations *generations)
{
	struct generation *current = generations_find(generations, generations->current);

	if (current && current->instead_of)
		return generations_find(generations, current->instead_of);
	return current;
}

static bool is_unproven(const struct generations *generations)
{
	const struct generation *current = generations_current(generations);
	const struct generation *first = first_of(generations);

	if (!current || !first)
		return false;
	if (current->state == GENERATION_TRIAL)
		return !generations_confirmed(generations, current->number);
	return current == first && first->by_address && generations->count == 1;
}

bool fallback_is_unproven(const char *root)
{
	autogenerations struct generations generations = { 0 };

	generations_read(root, &generations);
	return is_unproven(&generations);
}

bool fallback_hurry(const char *root, int64_t at_ms)
{
	autogenerations struct generations generations = { 0 };
	autojson json_t *tries = NULL;
	struct generation *current;

	generations_lock(root, &generations);
	tries = read_tries(root);
	current = generations_find(&generations, generations.current);
	if (json_array_size(tries) == 0 || !is_unproven(&generations) || !current->is_plain ||
	    current->deadline_ms)
		return false;
	current->state = GENERATION_TRIAL;
	current->deadline_ms = at_ms;
	return generations_write(root, &generations, NULL) == 0;
}

bool fallback_has_address(const char *root)
{
	autogenerations struct generations generations = { 0 };
	struct generation *current;

	generations_lock(root, &generations);
	current = generations_find(&generations, generations.current);
	if (!is_unproven(&generations) || current->state != GENERATION_TRIAL)
		return false;
	if (current->by_address) {
		current->state = GENERATION_CONFIRMED;
		generation_set_text(&current->reason, "it has an address, and there is no appliance to ask");
	} else if (!current->is_plain || current->deadline_ms == 0) {
		return false;
	}
	current->deadline_ms = 0;
	return generations_write(root, &generations, NULL) == 0;
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
	autofree char *own_conf = generation_read_conf(root, generation, NULL);
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
	autofree char *own = wanted ? generation_read_conf(root, current, NULL) : NULL;
	autofree char *lines = own ? network_lines(own) : NULL, *line = NULL;
	autostrv char **commands = NULL;

	if (!lines || !current->name || !has_lines(root, wanted, conf))
		return false;
	ret->is_plain = true;
	ret->conf = network_lines_replace(conf, lines);
	commands = strv_split(lines, "\n", false);
	line = strv_join(commands, "; ");
	ret->reason = xasprintf("generation %d of the network was taken back: %s; %s (generation %d) is "
				"in use%s%s", wanted->number,
				wanted->reason ? wanted->reason : "refused", current->name,
				current->number, current->turn ?
				"; a kickstart that makes it permanent: " : "",
				current->turn ? line : "");
	return true;
}
