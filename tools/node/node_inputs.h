// SPDX-License-Identifier: MIT
/* Reads what readiness is computed from (node_state.h): the reports of the node's programs. */
#ifndef NODE_NODE_INPUTS_H
#define NODE_NODE_INPUTS_H

#include "node/node_state.h"

struct node_reports {
	json_t *config, *network, *storage, *firewall, *services; /* NULL: not there, or not to be read */
	char *configuration;                           /* SHA-256 of host.conf; NULL: there is none */
	bool is_on_trial;
	bool may_still_start;
};

/* From ROOT/run/roost. Always fills *ret; what cannot be read is NULL. */
void node_reports_read(const char *root, struct node_reports *ret);
void node_reports_done(struct node_reports *reports);
#define autoreports __attribute__((cleanup(node_reports_done)))

/* What node_report_compute() takes; borrows from `reports`. */
struct node_inputs node_reports_inputs(const struct node_reports *reports);

/* How long libvirt may take for its smallest answer. */
#define NODE_LIBVIRT_TIMEOUT_MS 2000

#endif
