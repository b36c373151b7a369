// SPDX-License-Identifier: MIT
/* What readiness is computed from; see node_inputs.h. */
#include "common/clock.h"
#include "common/digest.h"
#include "common/file.h"
#include "node/host_conf.h"
#include "node/network_generations.h"
#include "node/node_inputs.h"

#define FILE_MAX (1024 * 1024)
#define STARTING_MS (3 * 60 * 1000) /* since the kernel's start; a slow machine needs its time */

static bool is_on_trial(const char *root)
{
	autogenerations struct generations generations = { 0 };

	generations_read(root, &generations);
	return generations_deadline_ms(&generations) >= 0;
}

void node_reports_read(const char *root, struct node_reports *ret)
{
	autofree char *host_conf = path_in_root(root, HOST_CONF);

	*ret = (struct node_reports){
		.config = json_read_report(root, "/run/roost/config.json", FILE_MAX),
		.network = json_read_report(root, "/run/roost/network.json", FILE_MAX),
		.storage = json_read_report(root, "/run/roost/storage.json", FILE_MAX),
		.firewall = json_read_report(root, "/run/roost/firewall.json", FILE_MAX),
		.services = json_read_report(root, "/run/roost/services.json", FILE_MAX),
		.is_on_trial = is_on_trial(root),
		.may_still_start = now_ms() < STARTING_MS,
	};
	(void)sha256_file(host_conf, &ret->configuration, NULL);
}

void node_reports_done(struct node_reports *reports)
{
	json_decref(reports->config);
	json_decref(reports->network);
	json_decref(reports->storage);
	json_decref(reports->firewall);
	json_decref(reports->services);
	free(reports->configuration);
	*reports = (struct node_reports){ 0 };
}

struct node_inputs node_reports_inputs(const struct node_reports *reports)
{
	return (struct node_inputs){
		.config = reports->config,
		.network = reports->network,
		.storage = reports->storage,
		.firewall = reports->firewall,
		.services = reports->services,
		.configuration = reports->configuration,
		.is_on_trial = reports->is_on_trial,
		.may_still_start = reports->may_still_start,
	};
}
