// SPDX-License-Identifier: MIT
/*
 * roost-config: from the sources of a host's configuration to /run/roost/host.conf.
 *
 *	fetch   OEMDRV volume, credentials, local ks= -> /run/roost/input   (once a boot; again when a
 *	        volume did not answer in time)
 *	read    every source, whole or not at all
 *	merge   key by key, the highest source wins
 *	write   host.conf, config.json
 *	apply   host name, time zone, time sources
 *
 * Runs at boot and again when a source changes. When a source that was in use breaks, host.conf stays
 * as it is: a mistake in the appliance must not take the network from under a running host. The same
 * when it cut the host off and roost-network took it back (network_generations.h).
 */
#include <systemd/sd-daemon.h>

#include "common/file.h"
#include "common/json.h"
#include "common/program.h"
#include "common/timeline.h"
#include "host/write.h"
#include "node/agent_input.h"
#include "node/config_apply.h"
#include "node/config_inputs.h"
#include "node/config_state.h"
#include "node/due.h"
#include "node/host_conf.h"
#include "node/link_events.h"

struct options {
	const char *root;
	const char *oemdrv;
	bool dry_run;
	bool is_watching;
};

static const struct program program = {
	.doc = "Merges the sources of this host's configuration into " HOST_CONF ".",
	.options = (const struct program_option[]){
		PROGRAM_ROOT(struct options, root),
		{ "oemdrv", OPTION_TEXT(struct options, oemdrv, "FOLDER"),
		  "take ks.cfg and roost.token from FOLDER instead of searching for the OEMDRV volume" },
		{ "dry-run", OPTION_FLAG(struct options, dry_run),
		  "print the configuration that the sources make, secrets hidden; fetch and write nothing" },
		{ "watch", OPTION_FLAG(struct options, is_watching), "do it again whenever a source changes" },
		{ 0 },
	},
	.notes = "With --root the running system is left alone. Sources, lowest first: the image's default, "
		 "ks.cfg on a volume labelled OEMDRV, the credential roost.kickstart, ks=, the appliance, "
		 "the kernel command line.",
};

/* ---- What this run writes and says --------------------------------------------------------------- */

static char *conf_text(const struct host_merged *merged, unsigned flags)
{
	char *text;
	size_t len;
	FILE *out = xopen_memstream(&text, &len);

	host_write_conf(out, merged, flags);
	fclose(out);
	return text;
}

static void mark(const char *root, const struct config_sources *sources)
{
	autostrv char **used = NULL;
	autofree char *list = NULL;

	for (int i = 0; i < HOST_SOURCES; i++)
		if (sources->items[i].state == CONFIG_USED)
			strv_push(&used, host_source_names[i]);
	list = used ? strv_join(used, ", ") : xstrdup("nothing");
	timeline_mark(root, "config", "from %s", list);
}

/* Written, and told to those who follow it, only when it changes. */
static int write_conf(const char *root, const struct config_sources *sources, const struct host *host,
		      const char *text, struct problems *problems)
{
	autofree char *path = path_in_root(root, HOST_CONF);

	if (file_has(path, text, strlen(text)))
		return 0;
	if (file_write_text(path, 0600, text, problems) < 0 || due_mark(root, DUE_HOST_CONF, problems) < 0)
		return -1;
	/* it sees by itself that it has nothing to do any more */
	if (host->logging.host && due_mark(root, DUE_LOGGING, problems) < 0)
		return -1;
	mark(root, sources);
	return 0;
}

static void tell(const char *root, const struct config_sources *sources, char *const *warnings)
{
	for (int i = 0; i < HOST_SOURCES; i++) {
		const struct config_source *source = &sources->items[i];

		for (char **line = source->problems.items; line && *line; line++)
			log_error("%s is left out: %s", source->origin, *line);
	}
	/* The timeline brings them to the console and to the appliance. */
	for (; warnings && *warnings; warnings++) {
		log_warning("%s", *warnings);
		timeline_mark(root, "warning", "%s", *warnings);
	}
}

/* ---- The steps ----------------------------------------------------------------------------------- */

static int keep(const char *root, const json_t *previous, const struct config_sources *sources,
		char ***warnings, struct problems *problems)
{
	const struct replacement none = { 0 };

	strv_push(warnings, "a source that was in use is broken: the configuration stays as it was");
	tell(root, sources, *warnings);
	return config_state_write(root, previous, sources, *warnings, &none, problems);
}

/* The source that `network` is from. */
static struct config_source *network_source(struct config_sources *sources,
					    const struct host_merged *merged)
{
	for (size_t i = 0; host_keys[i].name; i++)
		if (streq(host_keys[i].name, "network") && merged->trace[i].winner >= 0)
			return &sources->items[merged->trace[i].winner];
	return &sources->items[HOST_SOURCE_DEFAULT];
}

/* The source that the refused configuration is put down to: the highest one that can change. */
static struct config_source *changing_source(struct config_sources *sources)
{
	if (sources->items[HOST_SOURCE_APPLIANCE].state == CONFIG_USED)
		return &sources->items[HOST_SOURCE_APPLIANCE];
	return &sources->items[HOST_SOURCE_KS];
}

/* The earlier host.conf, read again: what is applied besides the network is its too. */
static int take_back(const char *root, const json_t *previous, struct config_sources *sources,
		     const struct host_merged *merged, char ***warnings,
		     const struct replacement *replacement, struct problems *problems)
{
	struct config_source *source = replacement->is_plain ? network_source(sources, merged) :
							       changing_source(sources);
	autohost struct host host = { 0 };

	if (host_read_kickstart(replacement->conf, strlen(replacement->conf), "host.conf", &host,
				problems) < 0)
		return -1;
	source->state = CONFIG_BROKEN;
	(void)problem(&source->problems, "%s", replacement->reason);
	config_unapplied(root, &host, warnings);
	tell(root, sources, *warnings);
	if (write_conf(root, sources, &host, replacement->conf, problems) < 0 ||
	    config_state_write(root, previous, sources, *warnings, replacement, problems) < 0)
		return -1;
	return config_apply(root, &host, problems);
}

static int use(const char *root, const json_t *previous, const struct config_sources *sources,
	       const struct host *host, const char *conf, char ***warnings,
	       struct problems *problems)
{
	const struct replacement none = { 0 };

	config_unapplied(root, host, warnings);
	tell(root, sources, *warnings);
	if (write_conf(root, sources, host, conf, problems) < 0 ||
	    config_state_write(root, previous, sources, *warnings, &none, problems) < 0)
		return -1;
	return config_apply(root, host, problems);
}

static int configure(const char *root, struct problems *problems)
{
	autofree char *conf_path = path_in_root(root, HOST_CONF);
	autojson json_t *previous = path_exists(conf_path) ?
				    json_read_report(root, CONFIG_STATE, CONFIG_STATE_MAX) : NULL;
	autofree char *kickstart = appliance_kickstart_generation(root);
	autosources struct config_sources sources = { 0 };
	automerged struct host_merged merged = { 0 };
	autoreplacement struct replacement replacement = { 0 };
	autostrv char **warnings = NULL;
	autofree char *conf = NULL;

	config_sources_read(root, &sources);
	config_sources_merge(&sources, &merged);
	warnings = strv_copy(sources.boot.notes);
	if (config_must_keep(previous, &sources))
		return keep(root, previous, &sources, &warnings, problems);
	conf = conf_text(&merged, 0);
	if (generation_replacement(root, conf, kickstart, &replacement))
		return take_back(root, previous, &sources, &merged, &warnings, &replacement,
				 problems);
	return use(root, previous, &sources, &merged.host, conf, &warnings, problems);
}

static int dry_run(const char *root)
{
	autosources struct config_sources sources = { 0 };
	automerged struct host_merged merged = { 0 };
	autofree char *text = NULL;

	config_sources_read(root, &sources);
	config_sources_merge(&sources, &merged);
	for (int i = 0; i < HOST_SOURCES; i++)
		(void)cli_fail(&sources.items[i].problems, 0);
	text = conf_text(&merged, KS_HIDE_SECRETS);
	fputs(text, stdout);
	return EXIT_DONE;
}

static int run(const struct options *options, struct config_inputs *inputs)
{
	autofree char *state = path_in_root(options->root, CONFIG_STATE);
	autoproblems struct problems problems = { 0 };

	if ((!path_exists(state) || config_inputs_are_due(inputs)) &&
	    config_inputs_fetch(inputs, &problems) < 0)
		return cli_fail(&problems, EXIT_TEMPORARY);
	return configure(options->root, &problems) < 0 ? cli_fail(&problems, EXIT_TEMPORARY) :
							 EXIT_DONE;
}

/*
 * Not a systemd path unit: what changes while that starts its service, or beside another file that it
 * watches, is lost to it.
 */
static int watch(const struct options *options, struct config_inputs *inputs)
{
	autofree char *folder = path_in_root(options->root, CONFIG_INPUT_FOLDER);
	autoproblems struct problems problems = { 0 };
	struct link_events events;
	int code = EXIT_TEMPORARY;

	if (make_folders(folder, 0700, &problems) == 0 &&
	    file_events_open(&events, folder, &problems) == 0) {
		while ((code = run(options, inputs)) == EXIT_DONE) {
			sd_notify(0, "READY=1");
			(void)link_events_wait(&events, inputs->again_ms);
		}
		link_events_close(&events);
	}
	return cli_fail(&problems, code);
}

int main(int argc, char **argv)
{
	struct options options = { .root = "/" };
	struct config_inputs inputs;

	cli_start("roost-config");
	program_parse(&program, argc, argv, &options);
	if (options.dry_run)
		return dry_run(options.root);
	inputs = config_inputs_new(options.root, options.oemdrv);
	return options.is_watching ? watch(&options, &inputs) : run(&options, &inputs);
}
