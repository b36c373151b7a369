// SPDX-License-Identifier: MIT
/* Writing config.json, and what the last one says; see config_state.h. */
#include "common/file.h"
#include "node/agent_input.h"
#include "node/config_state.h"

/* The source's object in config.json, or NULL. */
static const json_t *previous_source(const json_t *state, const char *name)
{
	const json_t *source;
	size_t i;

	json_array_foreach(json_object_get(state, "sources"), i, source) {
		const char *other = json_string_value(json_object_get(source, "name"));

		if (other && streq(other, name))
			return source;
	}
	return NULL;
}

/* Whether host.conf holds something of this source. */
static bool was_in_use(const json_t *state, const char *name)
{
	const json_t *source = previous_source(state, name);
	const char *text = json_string_value(json_object_get(source, "state"));

	return json_is_true(json_object_get(source, "kept")) || (text && streq(text, "used"));
}

static bool must_keep(const json_t *state, const struct config_sources *sources, int index)
{
	return sources->items[index].state == CONFIG_BROKEN &&
	       was_in_use(state, host_source_names[index]);
}

bool config_must_keep(const json_t *state, const struct config_sources *sources)
{
	for (int i = 0; i < HOST_SOURCES; i++)
		if (must_keep(state, sources, i))
			return true;
	return false;
}

static json_t *source_json(const struct config_source *source, const char *name, bool is_kept)
{
	json_t *object = json_pack("{s:s, s:s, s:s, s:o}", "name", name, "origin", source->origin,
				   "state", config_state_names[source->state], "errors",
				   json_strings(source->problems.items));

	if (is_kept)
		json_object_set_new(object, "kept", json_true());
	return object;
}

/* The appliance's generation that host.conf holds; NULL when none. Owned by the caller. */
static char *generation(const char *root, const json_t *previous,
			const struct config_sources *sources, const struct replacement *replacement)
{
	const char *text = json_string_value(json_object_get(previous, "generation"));

	if (replacement->conf)
		return replacement->kickstart ? xstrdup(replacement->kickstart) : NULL;
	if (config_must_keep(previous, sources))
		return text ? xstrdup(text) : NULL;
	if (sources->items[HOST_SOURCE_APPLIANCE].state != CONFIG_USED)
		return NULL;
	return appliance_kickstart_generation(root);
}

int config_state_write(const char *root, const json_t *previous,
		       const struct config_sources *sources, char *const *warnings,
		       const struct replacement *replacement, struct problems *problems)
{
	autofree char *path = path_in_root(root, CONFIG_STATE);
	autofree char *applied = generation(root, previous, sources, replacement);
	autojson json_t *state = json_pack("{s:s?, s:[], s:o}", "generation", applied, "sources",
					   "warnings", json_strings(warnings));
	json_t *list = json_object_get(state, "sources");

	for (int i = 0; i < HOST_SOURCES; i++)
		json_array_append_new(list, source_json(&sources->items[i], host_source_names[i],
							must_keep(previous, sources, i)));
	return json_write_file(path, 0644, state, problems);
}
