// SPDX-License-Identifier: MIT
/* Counting, and the Prometheus page; see metrics.h. */
#include "appliance/appliance.h"
#include "appliance/host_status.h"
#include "appliance/metrics.h"
#include "appliance/routes.h"
#include "common/version.h"

static const unsigned statuses[METRICS_STATUSES] = {
	200, 201, 202, 204, 206, 304, 400, 401, 403, 404, 405, 409, 413, 416, 429, 500, 0,
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

static void write_counters(FILE *out, const char *name, const char *help,
			   atomic_ullong counters[METRICS_STATUSES])
{
	write_head(out, name, "counter", help);
	for (size_t i = 0; i < METRICS_STATUSES; i++) {
		unsigned long long value = atomic_load(&counters[i]);

		if (statuses[i] != 0)
			fprintf(out, "%s{status=\"%u\"} %llu\n", name, statuses[i], value);
		else
			fprintf(out, "%s{status=\"other\"} %llu\n", name, value);
	}
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
	write_head(out, "roost_boot_bytes_total", "counter", "Bytes of boot files offered.");
	fprintf(out, "roost_boot_bytes_total %llu\n",
		(unsigned long long)atomic_load(&metrics->boot_bytes));
	write_counters(out, "roost_registrations_total", "Registrations decided, by answer.",
		       metrics->registrations);
	write_counters(out, "roost_requests_total", "Requests answered, by status.",
		       metrics->requests);
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
