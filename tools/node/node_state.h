// SPDX-License-Identifier: MIT
/*
 * Is this node ready? Computed from the files of the node's programs (/run/roost/config.json,
 * network.json, storage.json) and from libvirt's socket; told to the appliance and shown to people.
 */
#ifndef NODE_NODE_STATE_H
#define NODE_NODE_STATE_H

#include "common/json.h"

enum node_readiness {
	NODE_CONFIGURING,  /* on its way: nothing is wrong so far */
	NODE_READY,        /* registered, its kickstart applied, network, storage and libvirt up */
	NODE_DEGRADED,     /* something that was asked for does not work */
};

/* What readiness is computed from. Absent files are NULL: their program has not got there yet. */
struct node_inputs {
	const char *wanted_generation;  /* of the kickstart that the appliance has for us; may be NULL */
	const char *fetch_problem;      /* why that kickstart is not here; NULL when it is */
	const json_t *config, *network, *storage;
	const json_t *firewall, *services; /* of their programs; may be NULL: it has nothing to say */
	const char *configuration;      /* SHA-256 of host.conf, which the reports name; may be NULL */
	bool is_on_trial;               /* the network, and it may still be taken back */
	const char *libvirt_problem;    /* NULL when libvirt answers */
	bool may_still_start;           /* the boot is young: what does not answer may be starting */
};

#define NODE_REASONS_MAX 20

/* What a reason is about. */
enum node_area { AREA_CONFIGURATION, AREA_NETWORK, AREA_STORAGE, AREA_SERVICES, AREA_LIBVIRT };

struct node_report {
	enum node_readiness readiness;
	char **reasons;                 /* plain sentences, NODE_REASONS_MAX at most; empty when ready */
	struct {
		enum node_area area;
		enum node_readiness readiness;
	} about[NODE_REASONS_MAX];      /* of each of the reasons */
	char *generation;               /* that is applied; NULL when none */
	char *configuration;            /* of the inputs */
};

/* Pure: nothing is read. */
void node_report_compute(const struct node_inputs *inputs, struct node_report *ret);
void node_report_done(struct node_report *report);
const char *node_readiness_name(enum node_readiness readiness);

#endif
