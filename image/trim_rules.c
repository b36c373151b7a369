// SPDX-License-Identifier: MIT
/* Reading and applying %trim. */
#include <dirent.h>
#include <errno.h>
#include <glob.h>
#include <sys/stat.h>

#include "common/file.h"
#include "image/dpkg_status.h"
#include "image/trim_libraries.h"
#include "image/trim_rules.h"

#define LIST_MAX (16 * 1024 * 1024)

static bool read_kind(const char *text, struct trim_rule *rule)
{
	const char *rest;

	rule->kind = TRIM_PATH;
	if (text[0] == '/' && text[1]) {
		rule->what = xstrdup(text);
		return true;
	}
	if ((rest = str_after(text, "module ")))
		rule->kind = TRIM_MODULE;
	else if ((rest = str_after(text, "package ")))
		rule->kind = TRIM_PACKAGE;
	else if ((rest = str_after(text, "library ")))
		rule->kind = TRIM_LIBRARY;
	else
		return false;
	rest += strspn(rest, " \t");
	if (!*rest || *rest == '/')
		return false;
	rule->what = xstrdup(rest);
	return true;
}

/* The caller frees ret->what. */
static int read_rule(const struct ks_section_line *line, struct trim_rule *ret,
		     struct problems *problems)
{
	struct trim_rule rule = { .file = line->file, .line = line->line };
	const char *rest = str_after(line->text, "keep ");

	rule.is_kept = rest != NULL;
	if (read_kind(rest ? rest + strspn(rest, " \t") : line->text, &rule) &&
	    !strstr(rule.what, "..")) {
		*ret = rule;
		return 0;
	}
	free(rule.what);
	return problem_at(problems, line->file, line->line, "%%trim: %s: expected /path, "
			  "\"module PATH\", \"package NAME\" or \"library NAME\", perhaps after "
			  "\"keep\"", line->text);
}

int trim_rules_check(const struct ks_lines *lines, struct problems *problems)
{
	struct trim_rule rule;
	int r = 0;

	for (size_t i = 0; i < lines->count; i++) {
		if (read_rule(&lines->items[i], &rule, problems) < 0)
			r = -1;
		else
			free(rule.what);
	}
	return r;
}

static int add_rule(struct trim_rules *rules, const struct ks_section_line *line,
		    struct problems *problems)
{
	struct trim_rule rule;

	if (read_rule(line, &rule, problems) < 0)
		return -1;
	rules->items = xreallocarray(rules->items, rules->count + 1, sizeof(*rules->items));
	rules->items[rules->count++] = rule;
	return 0;
}

int trim_rules_read(const struct image_config *config, struct trim_rules *ret,
		    struct problems *problems)
{
	struct trim_rules rules = { 0 };
	int r = 0;

	for (size_t i = 0; i < config->trims_count; i++)
		for (size_t j = 0; j < config->trims[i].lines.count; j++)
			if (add_rule(&rules, &config->trims[i].lines.items[j], problems) < 0)
				r = -1;
	if (r < 0)
		trim_rules_done(&rules);
	else
		*ret = rules;
	return r;
}

void trim_rules_done(struct trim_rules *rules)
{
	for (size_t i = 0; i < rules->count; i++)
		free(rules->items[i].what);
	free(rules->items);
	*rules = (struct trim_rules){ 0 };
}

static void add_matches(const char *pattern, char ***paths)
{
	glob_t found = { 0 };

	if (glob(pattern, 0, NULL, &found) == 0)
		for (size_t i = 0; i < found.gl_pathc; i++)
			strv_push(paths, found.gl_pathv[i]);
	globfree(&found);
}

/* The package's files; folders are shared and stay. */
static int add_package_files(const struct trim_rule *rule, const char *tree, char ***paths,
			     struct problems *problems)
{
	autostrv char **lines = NULL;
	struct stat st;

	if (dpkg_files(tree, rule->what, &lines, problems) < 0)
		return -1;
	for (size_t i = 0; lines && lines[i]; i++) {
		char *path = path_in_root(tree, lines[i]);

		if (lstat(path, &st) == 0 && !S_ISDIR(st.st_mode))
			strv_push_take(paths, path);
		else
			free(path);
	}
	return 0;
}

/* A folder of modules, or one; how its file is compressed may be left out. */
static void add_modules(const char *what, const char *tree, char ***paths)
{
	autofree char *pattern = xasprintf("%s/usr/lib/modules/*/kernel/%s", tree, what);
	autofree char *module = xasprintf("%s.ko*", pattern);

	add_matches(pattern, paths);
	add_matches(module, paths);
}

/* The file, and the links to it by its other names. */
static void add_libraries(const char *what, const char *tree, char ***paths)
{
	autofree char *pattern = xasprintf("%s" TRIM_LIBRARY_FOLDER "/%s", tree, what);
	autofree char *versions = xasprintf("%s.*", pattern);

	add_matches(pattern, paths);
	add_matches(versions, paths);
}

static int expand(const struct trim_rule *rule, const char *tree, char ***paths,
		  struct problems *problems)
{
	autofree char *pattern = path_in_root(tree, rule->what);

	switch (rule->kind) {
	case TRIM_PATH:
		add_matches(pattern, paths);
		return 0;
	case TRIM_MODULE:
		add_modules(rule->what, tree, paths);
		return 0;
	case TRIM_PACKAGE:
		return add_package_files(rule, tree, paths, problems);
	case TRIM_LIBRARY:
		add_libraries(rule->what, tree, paths);
		return 0;
	}
	return 0;
}

static bool is_at_or_below(const char *path, const char *folder)
{
	const char *rest = str_after(path, folder);

	return rest && (*rest == '\0' || *rest == '/');
}

static bool is_any_at_or_above(char *const *folders, const char *path)
{
	for (size_t i = 0; folders && folders[i]; i++)
		if (is_at_or_below(path, folders[i]))
			return true;
	return false;
}

static int remove_around(const char *path, char *const *kept, struct problems *problems);

static int remove_children(const char *path, char *const *kept, struct problems *problems)
{
	DIR *dir = opendir(path);
	const struct dirent *entry;
	int r = 0;

	if (!dir)
		return problem_errno(problems, errno, "%s", path);
	while (r == 0 && (entry = readdir(dir))) {
		autofree char *child = path_join(path, entry->d_name);

		if (!streq(entry->d_name, ".") && !streq(entry->d_name, ".."))
			r = remove_around(child, kept, problems);
	}
	closedir(dir);
	return r;
}

/* Removes all but what is kept at, above or below this path. */
static int remove_around(const char *path, char *const *kept, struct problems *problems)
{
	bool is_above = false;

	if (is_any_at_or_above(kept, path))
		return 0;
	for (size_t i = 0; kept && kept[i]; i++)
		is_above = is_above || is_at_or_below(kept[i], path);
	return is_above ? remove_children(path, kept, problems) : remove_tree(path, problems);
}

/*
 * A line of modules.dep(5), which names all that a module needs, not only what it needs directly:
 * module ":" { " " module } NEWLINE, paths below /usr/lib/modules/VERSION.
 */
static void add_needed_modules(const char *folder, char *line, char *const *kept, char ***needed)
{
	char *colon = strchr(line, ':');
	autostrv char **names = NULL;
	autofree char *module = NULL;

	if (!colon)
		return;
	*colon = '\0';
	module = path_join(folder, line);
	if (!is_any_at_or_above(kept, module))
		return;
	names = strv_split(colon + 1, " ", false);
	for (size_t i = 0; names && names[i]; i++)
		strv_push_take(needed, path_join(folder, names[i]));
}

/* What kept modules need stays, too. */
static int keep_needed_modules(const char *tree, char ***kept, struct problems *problems)
{
	autofree char *pattern = path_in_root(tree, "/usr/lib/modules/*/modules.dep");
	autostrv char **lists = NULL, **needed = NULL;

	add_matches(pattern, &lists);
	for (size_t i = 0; lists && lists[i]; i++) {
		autofree char *folder = xstrndup(lists[i], strlen(lists[i]) - strlen("/modules.dep"));
		autofree char *text = NULL;
		autostrv char **lines = NULL;

		if (file_read(lists[i], LIST_MAX, &text, NULL, problems) < 0)
			return -1;
		lines = strv_split(text, "\n", false);
		for (size_t j = 0; lines && lines[j]; j++)
			add_needed_modules(folder, lines[j], *kept, &needed);
	}
	for (size_t i = 0; needed && needed[i]; i++)
		strv_push(kept, needed[i]);
	return 0;
}

static int expand_kept(const struct trim_rules *rules, const char *tree, char ***kept,
		       struct problems *problems)
{
	int r = 0;

	for (size_t i = 0; i < rules->count; i++) {
		const struct trim_rule *rule = &rules->items[i];
		size_t before = strv_len(*kept);

		if (!rule->is_kept)
			continue;
		if (expand(rule, tree, kept, problems) < 0)
			return -1;
		if (strv_len(*kept) == before)
			r = problem_at(problems, rule->file, rule->line,
				       "%%trim: keep %s: it is not in the tree", rule->what);
	}
	return r;
}

static void tell_idle(const struct trim_rule *rule, char ***idle)
{
	strv_pushf(idle, "%s:%u: %s", rule->file, rule->line, rule->what);
}

/* All rules are expanded before anything goes: "package" reads what /var/lib/dpkg still knows. */
static int remove_files(const struct trim_rules *rules, const char *tree, char *const *kept,
			char ***idle, struct problems *problems)
{
	autostrv char **doomed = NULL;

	for (size_t i = 0; i < rules->count; i++) {
		const struct trim_rule *rule = &rules->items[i];
		size_t before = strv_len(doomed);

		if (rule->is_kept || rule->kind == TRIM_LIBRARY)
			continue;
		if (expand(rule, tree, &doomed, problems) < 0)
			return -1;
		if (strv_len(doomed) == before)
			tell_idle(rule, idle);
	}
	for (size_t i = 0; doomed && doomed[i]; i++)
		if (remove_around(doomed[i], kept, problems) < 0)
			return -1;
	return 0;
}

/* Last: what is needed depends on what is left. */
static int remove_libraries(const struct trim_rules *rules, const char *tree, char *const *kept,
			    char ***idle, struct problems *problems)
{
	for (size_t i = 0; i < rules->count; i++) {
		const struct trim_rule *rule = &rules->items[i];
		size_t count;

		if (rule->is_kept || rule->kind != TRIM_LIBRARY)
			continue;
		if (trim_libraries(tree, rule->what, kept, &count, problems) < 0)
			return -1;
		if (count == 0)
			tell_idle(rule, idle);
	}
	return 0;
}

int trim_tree(const struct trim_rules *rules, const char *tree, char ***ret_idle,
	      struct problems *problems)
{
	autostrv char **kept = NULL;

	if (expand_kept(rules, tree, &kept, problems) < 0 ||
	    keep_needed_modules(tree, &kept, problems) < 0)
		return -1;
	if (remove_files(rules, tree, kept, ret_idle, problems) < 0)
		return -1;
	return remove_libraries(rules, tree, kept, ret_idle, problems);
}
