// SPDX-License-Identifier: MIT
/*
 * Reads a host's kickstart: the grammar is that of kickstart/parse.h, the commands those of
 * schema.c. Includes and scripts are refused: a host's kickstart comes from the network.
 */
#include "common/file.h"
#include "host/read.h"
#include "host/schema.h"

static bool has_only_hostname(const struct host_network *network)
{
	for (const struct ks_option *o = host_network_command.options; o->name; o++)
		if (!streq(o->name, "hostname") &&
		    ks_is_given(&host_network_command, network, o->name))
			return false;
	return network->hostname;
}

/* Takes the name over; NULL when the command has none. */
static int take_hostname(struct host *host, struct host_network *network,
			 struct problems *problems)
{
	struct host_hostname *to = &host->hostname;

	if (!network->hostname)
		return 0;
	if (to->at.line)
		return ks_problem(&host_network_command, network, "hostname", problems,
				  "given twice: the first one is at %s:%u", to->at.file,
				  to->at.line);
	to->at.file = xstrdup(network->at.file);
	to->at.line = network->at.line;
	return ks_set_value(&host_hostname_command, to, "hostname", network->hostname,
			    network->at.file, problems);
}

/*
 * `network --hostname=NAME` names the host. Where nothing else was said, there is no device either:
 * such a command leaves the list of networks.
 */
static int take_hostnames(struct host *host, struct problems *problems)
{
	size_t kept = 0;
	int result = 0;

	for (size_t i = 0; i < host->networks_count; i++) {
		struct host_network *network = &host->networks[i];
		bool is_device = !has_only_hostname(network);

		if (take_hostname(host, network, problems) < 0)
			result = -1;
		ks_copy_value(&host_network_command, "hostname", network,
			      &(struct host_network){ 0 });
		if (!is_device)
			ks_values_done(&host_network_command, network);
		else if (kept++ != i)
			host->networks[kept - 1] = *network;
	}
	host->networks_count = kept;
	return result;
}

int host_read_kickstart(const char *text, size_t len, const char *name, struct host *ret,
			struct problems *problems)
{
	autodocument struct ks_document *document = NULL;
	autohost struct host host = { 0 };

	*ret = (struct host){ 0 };
	if (ks_parse_text(text, len, name, KS_NO_INCLUDE, &document, problems) < 0)
		return -1;
	if (ks_read(&host_language, document, &host, problems) < 0)
		return -1;
	if (take_hostnames(&host, problems) < 0 || host_check(&host, problems) < 0)
		return -1;
	*ret = host;
	host = (struct host){ 0 };
	return 0;
}

int host_read_file(const char *path, const char *name, struct host *ret, struct problems *problems)
{
	autofree char *text = NULL;
	size_t len;

	*ret = (struct host){ 0 };
	if (file_read(path, KS_MAX_BYTES, &text, &len, problems) < 0)
		return -1;
	return host_read_kickstart(text, len, name, ret, problems);
}

int host_check_kickstart(const char *text, const char *name, struct problems *problems)
{
	autohost struct host host = { 0 };

	return host_read_kickstart(text, strlen(text), name, &host, problems);
}
