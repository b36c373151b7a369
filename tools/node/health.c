// SPDX-License-Identifier: MIT
/* The table of checks, and the checks that read the programs' reports; see health.h. */
#include "node/facts.h"
#include "node/health.h"
#include "node/host_conf.h"
#include "node/libvirt_probe.h"

#define AGENT_JSON_MAX (1024 * 1024)
#define REASON_BYTES_MAX 500

static const char *const state_names[] = { "ok", "degraded", "failed" };

void health_reason(struct health_result *result, enum health_state state, const char *fmt, ...)
{
	autofree char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	if (state > result->state)
		result->state = state;
	if (json_array_size(result->reasons) < HEALTH_REASONS_MAX)
		json_array_append_new(result->reasons, clean_string(text, REASON_BYTES_MAX));
}

/* ---- What the programs report -------------------------------------------------------------------------- */

/* "network: no carrier" stands in the network's line. */
static const char *without_prefix(const char *reason, const char *prefix)
{
	const char *rest = str_after(reason, prefix);

	return rest ? rest : reason;
}

/* What does not work is of the state `bad`; what is on its way is degraded. */
static void add_area(const struct health_inputs *inputs, enum node_area area, const char *prefix,
		     enum health_state bad, struct health_result *result)
{
	const struct node_report *report = inputs->report;

	for (size_t i = 0; report->reasons && report->reasons[i]; i++)
		if (report->about[i].area == area)
			health_reason(result, report->about[i].readiness == NODE_DEGRADED ? bad : HEALTH_DEGRADED,
				      "%s", without_prefix(report->reasons[i], prefix));
}

static void look_configuration(const struct health_inputs *inputs, struct health_result *result)
{
	add_area(inputs, AREA_CONFIGURATION, "configuration: ", HEALTH_DEGRADED, result);
	if (inputs->report->generation)
		result->note = xasprintf("generation %s", inputs->report->generation);
}

static void look_network(const struct health_inputs *inputs, struct health_result *result)
{
	add_area(inputs, AREA_NETWORK, "network: ", HEALTH_DEGRADED, result);
}

static void look_storage(const struct health_inputs *inputs, struct health_result *result)
{
	add_area(inputs, AREA_STORAGE, "storage: ", HEALTH_DEGRADED, result);
}

static void look_services(const struct health_inputs *inputs, struct health_result *result)
{
	add_area(inputs, AREA_SERVICES, "services: ", HEALTH_DEGRADED, result);
}

/* Without it there are no guests. */
static void look_libvirt(const struct health_inputs *inputs, struct health_result *result)
{
	add_area(inputs, AREA_LIBVIRT, "libvirt: ", HEALTH_FAILED, result);
}

/* ---- The table ----------------------------------------------------------------------------------------- */

static const struct health_check checks[] = {
	{ "configuration", "the sources of the configuration",
	  "correct the line that is named; `roost explain` tells where each value comes from", look_configuration },
	{ "network", "bonds, VLANs, bridges, addresses",
	  "`roost network status` compares each device with the configuration", look_network },
	{ "storage", "sessions, mounts, storage pools",
	  "`roost storage status` tells which server or path does not answer", look_storage },
	{ "services", "the firewall, and what the configuration turns on",
	  "`systemctl status roost-services`, and the host's kickstart", look_services },
	{ "libvirt", "whether libvirt answers", "`journalctl -u libvirtd`", look_libvirt },
	{ "appliance", "registration and heartbeat",
	  "`journalctl -u roost-agent`; on the appliance: `roostctl host list`", health_look_appliance },
	{ "certificate", "the host's certificate",
	  "it comes with the registration and is renewed with a heartbeat: see appliance", health_look_certificate },
	{ "time", "the clock and its server",
	  "name a server that answers on UDP port 123: `timesource --ntp-server=`, or DHCP's option 42",
	  health_look_time },
	{ "logs", "whether the receiver of the journal takes it",
	  "what is logged meanwhile is kept and sent later; `journalctl -u roost-log`, and the receiver's own log",
	  health_look_logs },
	{ "units", "failed units of systemd", "`systemctl status UNIT`, `journalctl -u UNIT`", health_look_units },
	{ "memory", "free memory, room in the root's RAM",
	  "end or move a guest; `ps`, `du -x /var /run /tmp` tell what takes it", health_look_memory },
	{ "crash", "what the kernel left behind when it crashed before this boot",
	  "`roost facts` has its last lines, and so has `roostctl host show` on the appliance", health_look_crash },
	{ "kvm", "whether guests run at full speed",
	  "enable virtualization in the firmware's setup, or use a CPU that has it", health_look_kvm },
};

static json_t *run_check(const struct health_check *check, const struct health_inputs *inputs,
			 enum health_state *worst)
{
	struct health_result result = { .reasons = json_array() };
	const char *todo;
	json_t *item;

	check->look(inputs, &result);
	todo = result.state == HEALTH_OK ? NULL : result.todo ? result.todo : check->todo;
	if (result.state > *worst)
		*worst = result.state;
	item = json_pack("{ss, ss, ss, so, ss?, ss?}", "name", check->name, "about", check->about, "state",
			 state_names[result.state], "reasons", result.reasons, "note",
			 result.state == HEALTH_OK ? result.note : NULL, "todo", todo);
	free(result.note);
	free(result.todo);
	return item;
}

json_t *health_read(const char *root)
{
	autofree char *libvirt = libvirt_problem(root, NODE_LIBVIRT_TIMEOUT_MS);
	autoreports struct node_reports reports = { 0 };
	autohost struct host host = { 0 };
	autojson json_t *agent = json_read_report(root, "/run/roost/agent.json", AGENT_JSON_MAX);
	enum health_state worst = HEALTH_OK;
	struct node_inputs inputs;
	struct node_report report;
	struct health_inputs look;
	json_t *items = json_array();

	(void)host_conf_read_optional(root, &host, NULL);
	node_reports_read(root, &reports);
	inputs = node_reports_inputs(&reports);
	inputs.libvirt_problem = libvirt;
	node_report_compute(&inputs, &report);
	look = (struct health_inputs){ .root = root, .agent = agent, .host = &host, .report = &report };
	for (size_t i = 0; i < ARRAY_SIZE(checks); i++)
		json_array_append_new(items, run_check(&checks[i], &look, &worst));
	node_report_done(&report);
	return json_pack("{ss, so}", "state", state_names[worst], "checks", items);
}

enum health_state health_state_of(const json_t *health)
{
	const char *state = json_string_value(json_object_get(health, "state"));

	for (size_t i = 0; state && i < ARRAY_SIZE(state_names); i++)
		if (streq(state, state_names[i]))
			return (enum health_state)i;
	return HEALTH_FAILED;
}

/* ---- For people ---------------------------------------------------------------------------------------- */

/* "  network        degraded  no carrier on eth0", and what follows below the reason. */
static void print_line(FILE *out, const char *name, const char *state, const char *text)
{
	if (*text)
		fprintf(out, "  %-14s %-9s %s\n", name, state, text);
	else
		fprintf(out, "  %-14s %s\n", name, state);
}

static void print_check(const json_t *check, FILE *out)
{
	const char *todo = json_string_value(json_object_get(check, "todo"));
	const char *note = json_string_value(json_object_get(check, "note"));
	const char *name = json_string_value(json_object_get(check, "name"));
	const char *state = json_string_value(json_object_get(check, "state"));
	const json_t *reasons = json_object_get(check, "reasons"), *reason;
	size_t i;

	if (json_array_size(reasons) == 0)
		print_line(out, name, state, note ? note : "");
	json_array_foreach(reasons, i, reason)
		print_line(out, i == 0 ? name : "", i == 0 ? state : "", json_string_value(reason));
	if (todo)
		fprintf(out, "  %-24s -> %s\n", "", todo);
}

void health_print(const json_t *health, FILE *out)
{
	const json_t *check;
	size_t i;

	fprintf(out, "Health: %s\n", json_string_value(json_object_get(health, "state")));
	json_array_foreach(json_object_get(health, "checks"), i, check)
		print_check(check, out);
}
