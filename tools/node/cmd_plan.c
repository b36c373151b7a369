// SPDX-License-Identifier: MIT
/*
 * roost plan: what a configuration would make of a machine's network, without touching anything: on a
 * node for its own configuration or for a new one, elsewhere with a host's facts.
 *
 *	read      kickstart, NICs (of the facts, or of this machine)
 *	plan      systemd-networkd's files, as roost-network would write them
 *	compare   with the files that run
 */
#include <dirent.h>

#include "common/file.h"
#include "common/line_diff.h"
#include "common/program.h"
#include "host/in_facts.h"
#include "host/read.h"
#include "node/commands.h"
#include "node/host_conf.h"
#include "node/network_machine.h"

#define UNIT_FOLDER "/run/systemd/network"
#define FACTS_MAX (1024 * 1024)
#define UNIT_MAX (256 * 1024)
#define EXIT_CHANGED 2

struct options {
	const char *root;
	const char *kickstart;
	const char *facts;
	const char *running;
	bool is_json;
};

static const struct program program = {
	.doc = "Prints the files that systemd-networkd would get for KICKSTART (by default this host's "
	       "configuration), and how they differ from those that run. Changes nothing.",
	.options = (const struct program_option[]){
		{ "facts", OPTION_TEXT(struct options, facts, "FILE"),
		  "the machine is the one with these facts (`roost facts --json`, or \"facts\" of "
		  "`roostctl host show --json`) instead of this one", 'f' },
		{ "running", OPTION_TEXT(struct options, running, "FOLDER"),
		  "compare with the files in FOLDER; by default with " UNIT_FOLDER ", and with --facts with "
		  "nothing" },
		PROGRAM_ROOT(struct options, root),
		PROGRAM_JSON(struct options, is_json),
		{ 0 },
	},
	.operands = (const struct program_operand[]){
		{ "KICKSTART", PROGRAM_TEXT, offsetof(struct options, kickstart), .is_optional = true }, { 0 },
	},
	.notes = "The exit status is 0 when nothing would change, 2 when something would, and 100 when the "
		 "configuration is not valid for the machine.",
};

/* ---- Read ---------------------------------------------------------------------------------------- */

static int read_kickstart(const struct options *options, struct host *ret,
			  struct problems *problems)
{
	return options->kickstart ?
	       host_read_file(options->kickstart, options->kickstart, ret, problems) :
	       host_conf_read(options->root, ret, NULL, problems);
}

static int plan_for_facts(const struct options *options, const struct host *host,
			  struct host_units *ret, struct problems *notes, struct problems *problems)
{
	autojson json_t *facts = json_read_file(options->facts, FACTS_MAX, problems);
	autofacts struct facts_machine machine = { 0 };
	struct host_machine view;

	/* "facts" of `roostctl host show --json`, or the facts themselves */
	if (!facts || host_read_facts(json_object_get(facts, "facts") ?
				      json_object_get(facts, "facts") : facts,
				      options->facts, &machine, problems) < 0)
		return -1;
	view = facts_machine_view(&machine);
	return host_write_networkd(host, &view, ret, notes, problems);
}

static int plan_for_this(const struct options *options, const struct host *host,
			 struct host_units *ret, struct problems *notes, struct problems *problems)
{
	struct uplink_query query = { .root = options->root };
	automachine struct network_machine machine = { 0 };
	struct host_machine view;

	network_machine_find(&query, &machine, notes);
	view = network_machine_view(&machine);
	return host_write_networkd(host, &view, ret, notes, problems);
}

/* ---- Compare ------------------------------------------------------------------------------------- */

struct change {
	const char *word;       /* "new", "changed", "same", "gone" */
	char *name;
	char *before;           /* NULL: there was none */
	const char *after;      /* borrowed; NULL: there will be none */
};

struct changes {
	struct change *items;
	size_t count;
};

static void add_change(struct changes *changes, struct change item)
{
	item.word = !item.before ? "new" : !item.after ? "gone" :
		    streq(item.before, item.after) ? "same" : "changed";
	changes->items = xreallocarray(changes->items, changes->count + 1, sizeof(item));
	changes->items[changes->count++] = item;
}

static char *read_unit(const char *folder, const char *name)
{
	autofree char *path = folder ? path_join(folder, name) : NULL;
	char *text = NULL;

	if (path)
		(void)file_read_optional(path, UNIT_MAX, &text, NULL, NULL);
	return text;
}

static bool is_planned(const struct host_units *units, const char *name)
{
	for (size_t i = 0; i < units->count; i++)
		if (streq(units->items[i].name, name))
			return true;
	return false;
}

static void add_gone(const char *folder, const struct host_units *units, struct changes *changes)
{
	DIR *dir = folder ? opendir(folder) : NULL;
	autostrv char **names = NULL;
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (str_after(entry->d_name, HOST_UNIT_PREFIX) && !is_planned(units, entry->d_name))
			strv_push(&names, entry->d_name);
	if (dir)
		closedir(dir);
	strv_sort(names);
	for (size_t i = 0; names && names[i]; i++)
		add_change(changes, (struct change){ .name = xstrdup(names[i]),
						     .before = read_unit(folder, names[i]) });
}

static void compare(const struct options *options, const struct host_units *units,
		    struct changes *ret)
{
	autofree char *own = path_in_root(options->root, UNIT_FOLDER);
	const char *folder = options->running ? options->running : options->facts ? NULL : own;

	for (size_t i = 0; i < units->count; i++)
		add_change(ret, (struct change){ .name = xstrdup(units->items[i].name),
						 .before = read_unit(folder, units->items[i].name),
						 .after = units->items[i].text });
	add_gone(folder, units, ret);
}

static bool is_any_changed(const struct changes *changes)
{
	for (size_t i = 0; i < changes->count; i++)
		if (!streq(changes->items[i].word, "same"))
			return true;
	return false;
}

static void changes_done(struct changes *changes)
{
	for (size_t i = 0; i < changes->count; i++) {
		free(changes->items[i].name);
		free(changes->items[i].before);
	}
	free(changes->items);
}

/* ---- Say ----------------------------------------------------------------------------------------- */

static void print_changes(const struct changes *changes)
{
	for (size_t i = 0; i < changes->count; i++) {
		const struct change *item = &changes->items[i];

		printf("# %s: " UNIT_FOLDER "/%s\n", item->word, item->name);
		if (!item->before)
			fputs(item->after, stdout);
		else if (!streq(item->word, "same"))
			line_diff_print(stdout, item->before, item->after);
		fputs("\n", stdout);
	}
}

static void print_json(const struct changes *changes)
{
	json_t *list = json_array();
	autojson json_t *value = json_pack("{s:b, s:o}", "changed", is_any_changed(changes), "files",
					   list);

	for (size_t i = 0; i < changes->count; i++) {
		const struct change *item = &changes->items[i];

		json_array_append_new(list, json_pack("{s:s, s:s, s:s?, s:s?}", "name", item->name,
			"change", item->word, "before", item->before, "after", item->after));
	}
	json_print(value, stdout);
}

static int plan(const struct options *options, struct problems *problems)
{
	autounits struct host_units units = { 0 };
	autohost struct host host = { 0 };
	struct changes changes = { 0 };
	int code;

	if (read_kickstart(options, &host, problems) < 0 ||
	    (options->facts ? plan_for_facts : plan_for_this)(options, &host, &units, problems,
							      problems) < 0)
		return EXIT_PERMANENT;
	compare(options, &units, &changes);
	(options->is_json ? print_json : print_changes)(&changes);
	code = problems_count(problems) ? EXIT_PERMANENT :
	       is_any_changed(&changes) ? EXIT_CHANGED : EXIT_DONE;
	changes_done(&changes);
	return code;
}

int cmd_plan(int argc, char **argv)
{
	struct options options = { .root = "/" };
	autoproblems struct problems problems = { 0 };

	program_parse(&program, argc, argv, &options);
	return cli_fail(&problems, plan(&options, &problems));
}
