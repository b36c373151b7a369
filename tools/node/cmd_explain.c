// SPDX-License-Identifier: MIT
/*
 * roost explain [KEY]: which source won, and what the others said. Merges the stored sources again, as
 * roost-config does.
 */
#include "common/json.h"
#include "common/program.h"
#include "node/commands.h"
#include "node/config_sources.h"

struct options {
	const char *root;
	const char *key;
	bool json;
};

static const struct program program = {
	.doc = "Prints where a value of this host's configuration comes from, and what the sources that lost "
	       "said. Without KEY: all keys that have a value.",
	.options = (const struct program_option[]){
		PROGRAM_ROOT(struct options, root), PROGRAM_JSON(struct options, json), { 0 },
	},
	.operands = (const struct program_operand[]){
		{ "KEY", PROGRAM_TEXT, offsetof(struct options, key), .is_optional = true }, { 0 },
	},
};

struct explaining {
	struct config_sources sources;
	struct host_merged merged;
	FILE *out;
};

static const struct host_trace *trace_of(const struct explaining *e, const struct host_key *key)
{
	return &e->merged.trace[key - host_keys];
}

/* What this source says about the key, secrets hidden; NULL when nothing. Owned by the caller. */
static char *value_of(const struct explaining *e, const struct host_key *key, int source)
{
	const struct host *host = &e->sources.items[source].host;

	if (!(trace_of(e, key)->sources & 1u << source))
		return NULL;
	return host_key_text(key, host, KS_HIDE_SECRETS);
}

static void print_value(const struct explaining *e, const struct host_key *key, int source,
			const char *verdict)
{
	const struct host *host = &e->sources.items[source].host;
	autofree char *text = value_of(e, key, source), *origin = host_key_origin(key, host);
	autostrv char **lines = strv_split(text, "\n", false);

	fprintf(e->out, "%s  %s  (%s)\n", verdict, origin, e->sources.items[source].origin);
	for (char **line = lines; line && *line; line++)
		fprintf(e->out, "      %s\n", *line);
}

static void print_broken(const struct explaining *e)
{
	for (int i = 0; i < HOST_SOURCES; i++) {
		const struct config_source *source = &e->sources.items[i];

		for (char **line = source->problems.items; line && *line; line++)
			fprintf(e->out, "left out: %s (%s): %s\n", host_source_names[i],
				source->origin, *line);
	}
}

static void print_key(const struct explaining *e, const struct host_key *key)
{
	const struct host_trace *trace = trace_of(e, key);

	fprintf(e->out, "%s\n", key->name);
	if (trace->winner < 0) {
		fputs("  not set by any source\n", e->out);
		return;
	}
	print_value(e, key, trace->winner, "  won ");
	for (int i = HOST_SOURCES - 1; i >= 0; i--)
		if (i != trace->winner && trace->sources & 1u << i)
			print_value(e, key, i, "  lost");
}

static json_t *key_json(const struct explaining *e, const struct host_key *key)
{
	const struct host_trace *trace = trace_of(e, key);
	json_t *list = json_array();

	for (int i = HOST_SOURCES - 1; i >= 0; i--) {
		autofree char *text = value_of(e, key, i);
		autofree char *origin = text ? host_key_origin(key, &e->sources.items[i].host) : NULL;

		if (text)
			json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "source",
							      host_source_names[i], "origin", origin,
							      "value", text));
	}
	return json_pack("{s:s, s:s?, s:o}", "key", key->name, "winner",
			 trace->winner < 0 ? NULL : host_source_names[trace->winner], "values", list);
}

static json_t *broken_json(const struct explaining *e)
{
	json_t *list = json_array();

	for (int i = 0; i < HOST_SOURCES; i++) {
		autofree char *text = NULL;

		if (e->sources.items[i].state != CONFIG_BROKEN)
			continue;
		text = problems_text(&e->sources.items[i].problems);
		json_array_append_new(list, json_pack("{s:s, s:s}", "source", host_source_names[i],
						      "error", text));
	}
	return list;
}

static void print_json(const struct explaining *e, const struct host_key *only)
{
	json_t *keys = json_array();
	autojson json_t *all = json_pack("{s:o, s:o}", "keys", keys, "broken", broken_json(e));

	for (const struct host_key *key = host_keys; key->name; key++)
		if (only ? key == only : trace_of(e, key)->winner >= 0)
			json_array_append_new(keys, key_json(e, key));
	json_print(all, e->out);
}

static void print_text(const struct explaining *e, const struct host_key *only)
{
	for (const struct host_key *key = host_keys; key->name; key++)
		if (only ? key == only : trace_of(e, key)->winner >= 0)
			print_key(e, key);
	print_broken(e);
}

static int unknown_key(const char *name)
{
	autostrv char **names = NULL;
	autofree char *list = NULL;

	for (const struct host_key *key = host_keys; key->name; key++)
		strv_push(&names, key->name);
	list = strv_join(names, ", ");
	log_error("unknown key \"%s\": expected one of %s", name, list);
	return EXIT_PERMANENT;
}

int cmd_explain(int argc, char **argv)
{
	struct options options = { .root = "/" };
	struct explaining e = { .out = stdout };
	const struct host_key *key;

	program_parse(&program, argc, argv, &options);
	key = options.key ? host_key_find(options.key) : NULL;
	if (options.key && !key)
		return unknown_key(options.key);
	config_sources_read(options.root, &e.sources);
	config_sources_merge(&e.sources, &e.merged);
	if (options.json)
		print_json(&e, key);
	else
		print_text(&e, key);
	host_merged_done(&e.merged);
	config_sources_done(&e.sources);
	return EXIT_DONE;
}
