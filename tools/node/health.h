// SPDX-License-Identifier: MIT
/*
 * Is this host well? One table of checks (health.c), each a look at what is there now:
 *
 *	{"state": the worst of them,
 *	 "checks": [{"name", "about", "state": "ok" | "degraded" | "failed",
 *	             "reasons": [text], "note": text of one that is ok, or null,
 *	             "todo": what to do, or null when it is ok}]}
 *
 * degraded: less than was asked for, or on its way; failed: the host cannot do its work.
 */
#ifndef NODE_HEALTH_H
#define NODE_HEALTH_H

#include "host/host.h"
#include "node/node_inputs.h"

#define HEALTH_REASONS_MAX NODE_REASONS_MAX

enum health_state { HEALTH_OK, HEALTH_DEGRADED, HEALTH_FAILED };

/* What more than one check looks at. */
struct health_inputs {
	const char *root;
	const json_t *agent;               /* agent.json; NULL: not there */
	const struct host *host;           /* of host.conf; an empty one without it */
	const struct node_report *report;  /* with libvirt's answer */
};

/* What a check found; ok until a reason is added. */
struct health_result {
	enum health_state state;
	json_t *reasons;
	char *note;
	char *todo;                        /* instead of the check's own; NULL: that */
};

struct health_check {
	const char *name;
	const char *about;                 /* what it looks at */
	const char *todo;                  /* when it is not ok */
	void (*look)(const struct health_inputs *inputs, struct health_result *result);
};

/* The worst state stays, and HEALTH_REASONS_MAX reasons; what others wrote is bounded and printable. */
void health_reason(struct health_result *result, enum health_state state, const char *fmt, ...)
	printf_like(3, 4);

/* The looks, in files by what they ask: health_machine.c, health_peers.c. */
void health_look_units(const struct health_inputs *inputs, struct health_result *result);
void health_look_memory(const struct health_inputs *inputs, struct health_result *result);
void health_look_crash(const struct health_inputs *inputs, struct health_result *result);
void health_look_kvm(const struct health_inputs *inputs, struct health_result *result);
void health_look_time(const struct health_inputs *inputs, struct health_result *result);
void health_look_appliance(const struct health_inputs *inputs, struct health_result *result);
void health_look_certificate(const struct health_inputs *inputs, struct health_result *result);

void health_look_logs(const struct health_inputs *inputs, struct health_result *result);

/* Runs every check; a few seconds at most. Never NULL, owned by the caller. */
json_t *health_read(const char *root);
enum health_state health_state_of(const json_t *health);
void health_print(const json_t *health, FILE *out);

#endif
