// SPDX-License-Identifier: MIT
/*
 * The list of device kinds, and what they share: option lists such as --bondopts.
 */
#include "host/kind.h"

const struct host_kind *const host_kinds[] = {
	&host_kind_bond,
	&host_kind_bridge,
	&host_kind_vlan,
	&host_kind_nic,
	NULL,
};

const struct host_kind *host_kind_of(const struct host_network *network)
{
	const struct host_kind *const *kind = host_kinds;

	while (!(*kind)->is(network))
		kind++;
	return *kind;
}

const char *host_network_port(const struct host_network *network, size_t i)
{
	const struct host_kind *kind = host_kind_of(network);

	return kind->port ? kind->port(network, i) : NULL;
}

char *host_network_name(const struct host_network *network)
{
	if (network->vlanid && network->interfacename)
		return xstrdup(network->interfacename);
	if (network->vlanid)
		return xasprintf("%s.%d", network->device, network->vlanid);
	return xstrdup(network->device);
}

static const struct host_kind_option *find(const struct host_kind_option *table, const char *name)
{
	for (; table->name; table++)
		if (streq(table->name, name))
			return table;
	return NULL;
}

/* pykickstart: ";" separates the pairs when a value has a "," itself. */
static char **split_pairs(const char *text)
{
	return strchr(text, ';') ? strv_split(text, ";", false) : strv_split(text, ",", true);
}

static bool is_valid(const struct host_kind_option *row, const char *value)
{
	long long number;

	if (row->is_text)
		return value[0] && !strpbrk(value, " \t\"\\%");
	for (int i = 0; row->words && row->words[i]; i++)
		if (streq(row->words[i], value))
			return true;
	return str_to_int(value, row->min, row->max, &number);
}

/* Owned by the caller. */
static char *expectation(const struct host_kind_option *row)
{
	autofree char *words = row->words ? strv_join((char **)row->words, ", ") : NULL;

	if (row->is_text)
		return xstrdup("a word without blanks");
	if (words)
		return xasprintf("one of %s", words);
	return xasprintf("a number from %lld to %lld", row->min, row->max);
}

static int unknown_key(const struct host_network *network, const char *option, const char *key,
		       const struct host_kind_option *table, struct problems *problems)
{
	autostrv char **names = NULL;
	autofree char *list = NULL;

	for (; table->name; table++)
		strv_push(&names, table->name);
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
	if (strv_contains(*seen, pair))
		return ks_problem(&host_network_command, network, option, problems,
				  "\"%s\" is there twice", pair);
	strv_push(seen, pair);
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
	int count = 0;

	while (row->words && row->words[count])
		count++;
	if (row->words && str_to_int(value, 0, count - 1, &number))
		value = row->words[number];
	fprintf(out, "%s=%s%s\n", row->networkd, value, row->unit ? row->unit : "");
}

void host_kind_options_write(FILE *out, const char *text, const struct host_kind_option *table)
{
	for (; table->name; table++) {
		autofree char *value = text ? host_kind_option_value(text, table->name) : NULL;

		if (value && table->networkd)
			write_value(out, table, value);
	}
}

char *host_kind_option_value(const char *text, const char *name)
{
	autostrv char **pairs = split_pairs(text);

	for (char **pair = pairs; pair && *pair; pair++) {
		const char *rest = str_after(*pair, name);

		if (rest && *rest == '=')
			return xstrdup(rest + 1);
	}
	return NULL;
}
