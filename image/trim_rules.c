// SPDX-License-Identifier: MIT
/* Reading and applying %trim. */
#include <dirent.h>
#include <errno.h>
#include <glob.h>
#include <sys/stat.h>

#include "common/file.h"
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
			  "\"module PATH\" or \"package NAME\", perhaps after \"keep\"",
			  line->text);
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

/* The package's files, from dpkg's list; folders are shared and stay. */
static int add_package_files(const struct trim_rule *rule, const char *tree, char ***paths,
			     struct problems *problems)
{
	autofree char *pattern = xasprintf("%s/var/lib/dpkg/info/%s.list", tree, rule->what);
	autofree char *multiarch = xasprintf("%s/var/lib/dpkg/info/%s:*.list", tree, rule->what);
	autostrv char **lists = NULL, **lines = NULL;
	autofree char *text = NULL;
	struct stat st;

	add_matches(pattern, &lists);
	add_matches(multiarch, &lists);
	if (!lists)
		return 0;
	if (file_read(lists[0], LIST_MAX, &text, NULL, problems) < 0)
		return -1;
	lines = strv_split(text, "\n", false);
	for (size_t i = 0; lines[i]; i++) {
		char *path = path_in_root(tree, lines[i]);

		if (lstat(path, &st) == 0 && !S_ISDIR(st.st_mode))
			strv_push_take(paths, path);
		else
			free(path);
	}
	return 0;
}

static int expand(const struct trim_rule *rule, const char *tree, char ***paths,
		  struct problems *problems)
{
	autofree char *pattern = NULL;

	switch (rule->kind) {
	case TRIM_PATH:
		pattern = path_in_root(tree, rule->what);
		break;
	case TRIM_MODULE:
		pattern = xasprintf("%s/usr/lib/modules/*/kernel/%s", tree, rule->what);
		break;
	case TRIM_PACKAGE:
		return add_package_files(rule, tree, paths, problems);
	}
	add_matches(pattern, paths);
	return 0;
}

static bool is_at_or_below(const char *path, const char *folder)
{
	const char *rest = str_after(path, folder);

	return rest && (*rest == '\0' || *rest == '/');
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

	for (size_t i = 0; kept && kept[i]; i++) {
		if (is_at_or_below(path, kept[i]))
			return 0;
		is_above = is_above || is_at_or_below(kept[i], path);
	}
	return is_above ? remove_children(path, kept, problems) : remove_tree(path, problems);
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

/* All rules are expanded before anything goes: "package" reads what /var/lib/dpkg still knows. */
int trim_tree(const struct trim_rules *rules, const char *tree, char ***ret_idle,
	      struct problems *problems)
{
	autostrv char **kept = NULL, **doomed = NULL;

	if (expand_kept(rules, tree, &kept, problems) < 0)
		return -1;
	for (size_t i = 0; i < rules->count; i++) {
		const struct trim_rule *rule = &rules->items[i];
		size_t before = strv_len(doomed);

		if (rule->is_kept)
			continue;
		if (expand(rule, tree, &doomed, problems) < 0)
			return -1;
		if (strv_len(doomed) == before)
			strv_pushf(ret_idle, "%s:%u: %s", rule->file, rule->line, rule->what);
	}
	for (size_t i = 0; doomed && doomed[i]; i++)
		if (remove_around(doomed[i], kept, problems) < 0)
			return -1;
	return 0;
}
