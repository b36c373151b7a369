// SPDX-License-Identifier: MIT
/* Checks of what this host shares with others: registration, certificate, clock, logs; see health.h. */
#include <errno.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <time.h>

#include "common/file.h"
#include "node/agent_pki.h"
#include "node/certificate.h"
#include "node/health.h"
#include "node/log_send.h"

#define PEM_MAX (64 * 1024)
#define LOGS_JSON_MAX (64 * 1024)
#define SYNCHRONIZED "/run/systemd/timesync/synchronized"
/* systemd-timesyncd asks every 2048 s at most, timesyncd.conf(5): three of these and more. */
#define SYNCHRONIZED_AGE_S (2 * 3600)

static const char *text_of(const json_t *object, const char *field)
{
	const char *text = json_string_value(json_object_get(object, field));

	return text && *text ? text : NULL;
}

/* ---- Registration -------------------------------------------------------------------------------------- */

/* What no waiting mends. */
static bool is_final(const char *state)
{
	return streq(state, "refused") || streq(state, "duplicate");
}

void health_look_appliance(const struct health_inputs *inputs, struct health_result *result)
{
	const char *state = text_of(inputs->agent, "state"), *reason = text_of(inputs->agent, "reason");
	const char *appliance = text_of(inputs->agent, "appliance");

	if (!state)
		health_reason(result, HEALTH_DEGRADED, "not contacted yet");
	else if (!streq(state, "registered"))
		health_reason(result, is_final(state) ? HEALTH_FAILED : HEALTH_DEGRADED, "%s%s%s", state,
			      reason ? ": " : "", reason ? reason : "");
	else if (reason)
		health_reason(result, HEALTH_DEGRADED, "%s", reason);
	else if (appliance)
		result->note = xasprintf("registered with %s", appliance);
}

/* ---- Certificate --------------------------------------------------------------------------------------- */

void health_look_certificate(const struct health_inputs *inputs, struct health_result *result)
{
	autofree char *path = path_in_root(inputs->root, PKI_FOLDER "/cert.pem");
	autofree char *pem = NULL, *dates = NULL;
	int64_t now = time(NULL), from, until;

	if (file_read_optional(path, PEM_MAX, &pem, NULL, NULL) < 0 || !pem)
		return health_reason(result, HEALTH_DEGRADED, "none yet");
	dates = certificate_dates(pem);
	if (!dates || certificate_range(pem, &from, &until) < 0)
		return health_reason(result, HEALTH_FAILED, "%s is no certificate", PKI_FOLDER "/cert.pem");
	if (now < from || now > until)
		health_reason(result, HEALTH_FAILED, "%s, and this host's clock is outside of it", dates);
	else if (certificate_is_old(pem, now))
		health_reason(result, HEALTH_DEGRADED, "%s: it should have been renewed by now", dates);
	else
		result->note = take_ptr(dates);
}

/* ---- Clock --------------------------------------------------------------------------------------------- */

/* Whether the configuration wants no time server. */
static bool is_ntp_off(const struct host *host)
{
	return host->timezone.nontp || (host->timesources_count && host->timesources[0].ntp_disable);
}

void health_look_time(const struct health_inputs *inputs, struct health_result *result)
{
	autofree char *path = path_in_root(inputs->root, SYNCHRONIZED);
	struct stat st;
	int64_t age_s;

	if (is_ntp_off(inputs->host)) {
		result->note = xstrdup("no time server, as configured");
		return;
	}
	if (stat(path, &st) < 0)
		return health_reason(result, HEALTH_DEGRADED, "no time server has answered since the boot");
	age_s = time(NULL) - st.st_mtim.tv_sec;
	if (age_s > SYNCHRONIZED_AGE_S)
		health_reason(result, HEALTH_DEGRADED, "no time server has answered for %" PRId64 " minutes",
			      age_s / 60);
}

/* ---- Logs ---------------------------------------------------------------------------------------------- */

void health_look_logs(const struct health_inputs *inputs, struct health_result *result)
{
	autojson json_t *logs = json_read_report(inputs->root, LOGS_JSON, LOGS_JSON_MAX);
	const char *receiver = text_of(logs, "receiver"), *reason = text_of(logs, "reason");
	const char *wanted = inputs->host->logging.host;

	if (!wanted)
		result->note = xstrdup("sent nowhere: the configuration names no receiver");
	else if (!receiver)
		health_reason(result, HEALTH_DEGRADED, "%s has not been tried yet", wanted);
	else if (reason)
		health_reason(result, HEALTH_DEGRADED, "%s", reason);
	else
		result->note = xasprintf("sent to %s", receiver);
}
