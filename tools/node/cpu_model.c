// SPDX-License-Identifier: MIT
/*
 * The host's CPU in libvirt's words; see cpu_model.h.
 *
 * libvirt writes its XML itself, with single quotes and one element after the other, so a few searches read what is
 * needed of it:
 *
 *	<mode name='host-model' supported='yes'> ELEMENT... </mode>
 *	<model ...>NAME</model>    <vendor>NAME</vendor>    <feature policy='require' name='NAME'/>
 *	<model usable='yes' ...>NAME</model>
 */
#include "common/file.h"
#include "host/cpu_name.h"
#include "node/cpu_model.h"
#include "node/libvirt_call.h"

#define NAMES_MAX 1024

/* ---- XML ----------------------------------------------------------------------------------------------- */

/* What is between `from` and the next `to`. Owned by the caller; NULL: one of them is missing. */
static char *between(const char *text, const char *from, const char *to)
{
	const char *start = strstr(text, from), *end;

	if (!start)
		return NULL;
	start += strlen(from);
	end = strstr(start, to);
	return end ? xstrndup(start, (size_t)(end - start)) : NULL;
}

/* The text of the first such element. Owned by the caller; NULL: none. */
static char *element(const char *text, const char *tag)
{
	autofree char *open = xasprintf("<%s", tag), *name = NULL;
	const char *start = strstr(text, open);

	if (!start)
		return NULL;
	name = between(start, ">", "<");
	return is_cpu_name(name) ? take_ptr(name) : NULL;
}

/* Of every piece that begins with `from`: the name behind the next `before`, up to `to`. */
static json_t *names(const char *text, const char *from, const char *before, const char *to)
{
	autostrv char **found = NULL;

	while ((text = strstr(text, from)) && strv_len(found) < NAMES_MAX) {
		autofree char *name = between(text, before, to);

		if (is_cpu_name(name))
			strv_push(&found, name);
		text += strlen(from);
	}
	strv_sort(found);
	return json_strings(found);
}

char *cpu_model_of_host(const char *capabilities)
{
	autofree char *mode = between(capabilities, "<mode name='host-model' supported='yes'>", "</mode>");

	return mode ? xasprintf("<cpu>%s</cpu>", mode) : NULL;
}

json_t *cpu_model_read(const char *capabilities, const char *expanded, struct problems *problems)
{
	autofree char *custom = between(capabilities, "<mode name='custom' supported='yes'>", "</mode>");
	autofree char *model = element(expanded, "model"), *vendor = element(expanded, "vendor");

	if (!custom || !model) {
		(void)problem(problems, "libvirt names no CPU model that guests could have");
		return NULL;
	}
	return json_pack("{ss, ss?, so, so}", "model", model, "vendor", vendor,
			 "features", names(expanded, "<feature policy='require'", "name='", "'"),
			 "usable", names(custom, "<model usable='yes'", ">", "<"));
}

/* ---- libvirt --------------------------------------------------------------------------------------------- */

static int ask(virConnectPtr connection, json_t **ret, struct problems *problems)
{
	autofree char *capabilities = virConnectGetDomainCapabilities(connection, NULL, NULL, NULL, "kvm", 0);
	autofree char *host = NULL, *expanded = NULL;
	const char *one[1];

	if (!capabilities)
		return libvirt_refused(problems, "asking what guests may have");
	host = cpu_model_of_host(capabilities);
	if (!host)
		return problem(problems, "libvirt names no CPU model for this host");
	one[0] = host;
	expanded = virConnectBaselineHypervisorCPU(connection, NULL, NULL, NULL, "kvm", one, 1,
						   VIR_CONNECT_BASELINE_CPU_EXPAND_FEATURES);
	if (!expanded)
		return libvirt_refused(problems, "asking for the host's CPU model");
	*ret = cpu_model_read(capabilities, expanded, problems);
	return *ret ? 0 : -1;
}

int cpu_model_write(const char *root, const char *uri, struct problems *problems)
{
	autoconnection virConnectPtr connection = libvirt_connect(uri, problems);
	autofree char *path = path_in_root(root, CPU_MODEL_JSON);
	autojson json_t *report = NULL;

	if (!connection || ask(connection, &report, problems) < 0)
		return -1;
	return json_write_file(path, 0644, report, problems);
}
