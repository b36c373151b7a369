// SPDX-License-Identifier: MIT
/* Counting, and the Prometheus page; see metrics.h. */
#include "appliance/appliance.h"
#include "appliance/host_status.h"
#include "appliance/metrics.h"
#include "appliance/routes.h"
#include "common/version.h"

static const unsigned statuses[METRICS_STATUSES] = {
	200, 201, 202, 204, 206, 304, 400, 401, 403, 404, 405, 409, 413, 416, 429, 500, 503, 0,
};

void metrics_count(atomic_ullong counters[METRICS_STATUSES], unsigned status)
{
	size_t i = 0;

	while (statuses[i] != 0 && statuses[i] != status)
		i++;
	atomic_fetch_add(&counters[i], 1);
}

static void write_head(FILE *out, const char *name, const char *type, const char *help)
{
	fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

/* `labels` stand before the status: "" or such as "address=\"nodes\",". */
static void write_statuses(FILE *out, const char *name, const char *labels,
			   atomic_ullong counters[METRICS_STATUSES])
{
	for (size_t i = 0; i < METRICS_STATUSES; i++) {
		unsigned long long value = atomic_load(&counters[i]);

		if (statuses[i] != 0)
			fprintf(out, "%s{%sstatus=\"%u\"} %llu\n", name, labels, statuses[i], value);
		else
			fprintf(out, "%s{%sstatus=\"other\"} %llu\n", name, labels, value);
	}
}

static void write_requests(FILE *out, struct metrics *metrics)
{
	write_head(out, "roost_requests_total", "counter", "Requests answered, by address and status.");
	for (unsigned i = 0; i < LISTENERS; i++) {
		autofree char *label = xasprintf("address=\"%s\",", listener_name(1U << i));

		write_statuses(out, "roost_requests_total", label, metrics->listeners[i].requests);
	}
}

/* One counter of each address; offset is its place in struct listener_metrics. */
static void write_listeners(FILE *out, struct metrics *metrics, const char *name, const char *help,
			    size_t offset)
{
	write_head(out, name, "counter", help);
	for (unsigned i = 0; i < LISTENERS; i++) {
		atomic_ullong *counter = (void *)((char *)&metrics->listeners[i] + offset);

		fprintf(out, "%s{address=\"%s\"} %llu\n", name, listener_name(1U << i),
			(unsigned long long)atomic_load(counter));
	}
}

static void write_boot(FILE *out, struct metrics *metrics)
{
	write_listeners(out, metrics, "roost_boot_bytes_total", "Bytes of boot files that went out.",
			offsetof(struct listener_metrics, file_bytes));
	write_listeners(out, metrics, "roost_boot_refused_total",
			"Requests that were told to come again: too much at once.",
			offsetof(struct listener_metrics, refused));
	write_listeners(out, metrics, "roost_boot_cut_total", "Downloads that were too slow, and ended.",
			offsetof(struct listener_metrics, cut));
}

struct host_count {
	int64_t now;
	unsigned heartbeat_s;
	unsigned long long states[HOST_STATES];
};

static int count_host(const struct host_record *host, void *userdata)
{
	struct host_count *count = userdata;

	count->states[host_state(host, count->heartbeat_s, count->now)]++;
	return 0;
}

char *metrics_text(struct appliance *appliance, int64_t now, struct problems *problems)
{
	struct metrics *metrics = &appliance->metrics;
	struct host_count count = { .now = now, .heartbeat_s = appliance->heartbeat_s };
	char *text;
	size_t len;
	FILE *out;

	if (store_host_each(appliance->store, count_host, &count, problems) < 0)
		return NULL;
	out = xopen_memstream(&text, &len);
	write_head(out, "roost_build_info", "gauge", "The version that runs.");
	fprintf(out, "roost_build_info{version=\"%s\"} 1\n", ROOST_VERSION);
	write_head(out, "roost_start_time_seconds", "gauge", "When the appliance started.");
	fprintf(out, "roost_start_time_seconds %lld\n", (long long)metrics->started_at);
	write_head(out, "roost_hosts", "gauge", "Hosts on record, by state.");
	for (int i = 0; i < HOST_STATES; i++)
		fprintf(out, "roost_hosts{state=\"%s\"} %llu\n", host_state_name((enum host_state)i),
			count.states[i]);
	write_head(out, "roost_heartbeats_total", "counter", "Heartbeats taken.");
	fprintf(out, "roost_heartbeats_total %llu\n",
		(unsigned long long)atomic_load(&metrics->heartbeats));
	write_boot(out, metrics);
	write_head(out, "roost_registrations_total", "counter", "Registrations decided, by answer.");
	write_statuses(out, "roost_registrations_total", "", metrics->registrations);
	write_requests(out, metrics);
	fclose(out);
	return text;
}

static void get_metrics(struct request *request, struct reply *reply)
{
	autoproblems struct problems problems = { 0 };
	char *text = metrics_text(request->appliance, request->now, &problems);

	if (text)
		reply_text(reply, 200, "text/plain; version=0.0.4; charset=utf-8", text);
	else
		reply_broken(reply, &problems);
}

const struct route routes_metrics[] = {
	{ "GET", "/metrics", AUTH_NONE, ON_ADMIN, get_metrics,
	  "Figures for Prometheus: hosts by state, registrations and requests by answer, heartbeats.",
	  "200 text." },
	{ 0 },
};
