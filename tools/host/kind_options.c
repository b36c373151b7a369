// SPDX-License-Identifier: MIT
/* Option lists such as --bondopts; see kind_options.h. */
#include "host/kind_options.h"

static bool is_key(const char *text, size_t len, const char *name)
{
	for (size_t i = 0; i < len; i++) {
		char a = text[i] == '_' ? '-' : text[i], b = name[i] == '_' ? '-' : name[i];

		if (a != b)
			return false;
	}
	return name[len] == '\0';
}

static const struct host_kind_option *find(const struct host_kind_option *table, const char *name)
{
	for (; table->name; table++)
		if (is_key(name, strlen(name), table->name))
			return table;
	return NULL;
}

static char **split_pairs(const char *text)
{
	return strchr(text, ';') ? strv_split(text, ";", false) : strv_split(text, ",", true);
}

static int word_number(const struct host_kind_option *row, const char *value)
{
	for (int i = 0; row->words && row->words[i]; i++)
		if (streq(row->words[i], value))
			return i;
	return -1;
}

static long long last_word(const struct host_kind_option *row)
{
	long long n = -1;

	while (row->words[n + 1])
		n++;
	return n;
}

/* A word, its number, or a number. */
static bool read_number(const struct host_kind_option *row, const char *value, long long *ret)
{
	int word = word_number(row, value);

	if (word >= 0) {
		*ret = word;
		return true;
	}
	return row->words ? str_to_int(value, 0, last_word(row), ret) :
			    str_to_int(value, row->min, row->max, ret);
}

static bool is_valid(const struct host_kind_option *row, const char *value)
{
	struct ks_value read = { 0 };
	long long number;

	if (!row->type)
		return read_number(row, value, &number);
	if (!row->type->read(NULL, value, &read))
		return false;
	free(read.text);
	return true;
}

/* Owned by the caller. */
static char *expectation(const struct host_kind_option *row)
{
	autofree char *words = row->words ? strv_join((char **)row->words, ", ") : NULL;

	if (row->type)
		return xstrdup(row->type->expected);
	if (words)
		return xasprintf("one of %s", words);
	if (row->min == row->max)
		return xasprintf("%lld", row->min);
	return xasprintf("a number from %lld to %lld", row->min, row->max);
}

static int unknown_key(const struct host_network *network, const char *option, const char *key,
		       const struct host_kind_option *table, struct problems *problems)
{
	autostrv char **names = NULL;
	autofree char *list = NULL;
	const char *nearest;

	for (; table->name; table++)
		if (!table->refused)
			strv_push(&names, table->name);
	nearest = ks_nearest(key, (const char *const *)names);
	if (nearest)
		return ks_problem(&host_network_command, network, option, problems,
				  "unknown key \"%s\": did you mean %s?", key, nearest);
	list = strv_join(names, ", ");
	return ks_problem(&host_network_command, network, option, problems,
			  "unknown key \"%s\": expected one of %s", key, list);
}

static int check_pair(const struct host_network *network, const char *option, char *pair,
		      const struct host_kind_option *table, char ***seen,
		      struct problems *problems)
{
	char *equals = strchr(pair, '=');
	const struct host_kind_option *row;
	autofree char *expected = NULL;

	if (!equals || equals == pair || equals[1] == '\0')
		return ks_problem(&host_network_command, network, option, problems,
				  "\"%s\" is not valid: expected KEY=VALUE", pair);
	*equals = '\0';
	row = find(table, pair);
	if (!row)
		return unknown_key(network, option, pair, table, problems);
	if (row->refused)
		return ks_problem(&host_network_command, network, option, problems,
				  "%s is refused: %s", pair, row->refused);
	if (strv_contains(*seen, row->name))
		return ks_problem(&host_network_command, network, option, problems,
				  "\"%s\" is there twice", pair);
	strv_push(seen, row->name);
	if (is_valid(row, equals + 1))
		return 0;
	expected = expectation(row);
	return ks_problem(&host_network_command, network, option, problems,
			  "%s=%s is not valid: expected %s", pair, equals + 1, expected);
}

int host_kind_options_check(const struct host_network *network, const char *option,
			    const char *text, const struct host_kind_option *table,
			    struct problems *problems)
{
	autostrv char **pairs = split_pairs(text);
	autostrv char **seen = NULL;
	int result = 0;

	for (char **pair = pairs; pair && *pair; pair++)
		if (check_pair(network, option, *pair, table, &seen, problems) < 0)
			result = -1;
	return result;
}

/* A word or its number becomes the word; a number gets its unit. */
static void write_value(FILE *out, const struct host_kind_option *row, const char *value)
{
	long long number;

	if (row->words && read_number(row, value, &number))
		value = row->words[number];
	fprintf(out, "%s=%s%s\n", row->networkd, value, row->unit ? row->unit : "");
}

void host_kind_options_write(FILE *out, const char *text, const struct host_kind_option *table)
{
	for (; table->name; table++) {
		autofree char *value = host_kind_option_value(text, table->name);

		if (value && table->networkd)
			write_value(out, table, value);
	}
}

static char **lines_of(const char *section)
{
	return strv_split(section, "\n", false);
}

/* "Mode=802.3ad" -> whether `lines` have a "Mode=", whatever its value. */
static bool has_key_of(char *const *lines, const char *line)
{
	size_t len = strcspn(line, "=");

	for (; lines && *lines; lines++)
		if (strncmp(*lines, line, len) == 0 && (*lines)[len] == line[len])
			return true;
	return false;
}

static bool is_for_life(const struct host_kind_option *table, const char *line)
{
	for (; table->name; table++) {
		const char *rest = table->networkd ? str_after(line, table->networkd) : NULL;

		if (rest && *rest == '=')
			return table->is_for_life;
	}
	return false;
}

bool host_kind_options_need_new(const char *before, const char *after,
				const struct host_kind_option *table)
{
	autostrv char **old = lines_of(before), **new = lines_of(after);

	for (char **line = old; line && *line; line++)
		if (!has_key_of(new, *line))
			return true;
	for (char **line = new; line && *line; line++)
		if (is_for_life(table, *line) && !strv_contains(old, *line))
			return true;
	return false;
}

char *host_kind_option_value(const char *text, const char *name)
{
	autostrv char **pairs = text ? split_pairs(text) : NULL;

	for (char **pair = pairs; pair && *pair; pair++) {
		size_t len = strcspn(*pair, "=");

		if ((*pair)[len] == '=' && is_key(*pair, len, name))
			return xstrdup(*pair + len + 1);
	}
	return NULL;
}

long long host_kind_option_number(const char *text, const char *name,
				  const struct host_kind_option *table, long long missing)
{
	autofree char *value = host_kind_option_value(text, name);
	const struct host_kind_option *row = find(table, name);
	long long number;

	return value && read_number(row, value, &number) ? number : missing;
}
