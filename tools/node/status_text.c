// SPDX-License-Identifier: MIT
/*
 * The status as text for people: the console's block and `roost status`. What others wrote is
 * printed without control characters, so that no reply and no label can play with a terminal.
 */
#include <stdint.h>

#include "node/status.h"

#define RULE "----------------------------------------------------------------------"
#define REASONS_SHOWN 8 /* on the console; `roost status` shows all */

static const char *text_of(const json_t *object, const char *field)
{
	const char *text = json_string_value(json_object_get(object, field));

	return text && *text ? text : NULL;
}

static void print_clean(FILE *out, const char *text)
{
	for (; *text; text++)
		putc((unsigned char)*text < ' ' || *text == 0x7f ? '?' : *text, out);
}

/* "  Label       text": the label only on the first of several lines. */
static void print_line(FILE *out, const char *label, const char *text)
{
	fprintf(out, "  %-11s ", label);
	print_clean(out, text);
	putc('\n', out);
}

static void print_addresses(FILE *out, const json_t *status)
{
	const json_t *item, *addresses = json_object_get(status, "addresses");
	size_t i;

	if (json_array_size(addresses) == 0)
		print_line(out, "Addresses", "none yet");
	json_array_foreach(addresses, i, item) {
		const char *interface = text_of(item, "interface");
		const char *address = text_of(item, "address");
		autofree char *text = xasprintf("%s %s", interface ? interface : "?",
						address ? address : "?");

		print_line(out, i == 0 ? "Addresses" : "", text);
	}
}

static void print_appliance(FILE *out, const json_t *status)
{
	const char *appliance = text_of(status, "appliance");
	const char *state = text_of(json_object_get(status, "registration"), "state");
	autofree char *text = appliance ? xasprintf("%s (%s)", appliance, state ? state : "unknown") :
					  xstrdup("none configured");

	print_line(out, "Appliance", text);
}

static void print_reasons(FILE *out, const json_t *status, size_t limit)
{
	const json_t *reason, *reasons = json_object_get(status, "reasons");
	size_t count = json_array_size(reasons), i;

	json_array_foreach(reasons, i, reason) {
		if (i == limit)
			break;
		if (json_is_string(reason))
			print_line(out, i == 0 ? "Why" : "", json_string_value(reason));
	}
	if (count > limit) {
		autofree char *rest = xasprintf("... and %zu more: see roost status", count - limit);

		print_line(out, "", rest);
	}
}

static void print_head(FILE *out, const json_t *status, size_t reasons_limit)
{
	const char *name = text_of(status, "name");

	print_line(out, "Host", name ? name : "without a name");
	print_line(out, "State", status_word(status));
	print_reasons(out, status, reasons_limit);
	print_addresses(out, status);
	print_appliance(out, status);
}

char *status_block(const json_t *status)
{
	char *text;
	size_t len;
	FILE *out = xopen_memstream(&text, &len);

	fputs(RULE "\n", out);
	print_head(out, status, REASONS_SHOWN);
	fputs(RULE "\n", out);
	fclose(out);
	return text;
}

static void print_network(FILE *out, const json_t *status)
{
	const json_t *network = json_object_get(status, "network");
	const char *state = text_of(network, "state"), *reason = text_of(network, "reason");
	const char *bridge = text_of(network, "bridge"), *uplink = text_of(network, "uplink");
	autofree char *ports = bridge && uplink ? xasprintf(": %s on %s", bridge, uplink) : NULL;
	autofree char *text = xasprintf("%s%s%s%s", state ? state : "not set up yet",
					ports ? ports : "", reason ? ": " : "",
					reason ? reason : "");

	print_line(out, "Network", text);
}

static void print_storage(FILE *out, const json_t *status)
{
	const json_t *storage = json_object_get(status, "storage"), *item;
	const char *state = text_of(storage, "state");
	size_t i;

	print_line(out, "Storage", state ? state : "not set up yet");
	json_array_foreach(json_object_get(storage, "items"), i, item) {
		const char *kind = text_of(item, "kind"), *name = text_of(item, "name");
		const char *item_state = text_of(item, "state"), *reason = text_of(item, "reason");
		autofree char *text = xasprintf("%s %s: %s%s%s", kind ? kind : "storage",
						name ? name : "?", item_state ? item_state : "?",
						reason ? ": " : "", reason ? reason : "");

		print_line(out, "", text);
	}
}

/* "oemdrv used (/dev/sdb)", and the errors of a broken one below it. */
static void print_config(FILE *out, const json_t *status)
{
	const json_t *source, *error, *sources = json_object_get(status, "config");
	size_t i, j;

	if (json_array_size(sources) == 0)
		print_line(out, "Config", "not read yet");
	json_array_foreach(sources, i, source) {
		const char *name = text_of(source, "name"), *state = text_of(source, "state");
		const char *origin = text_of(source, "origin");
		autofree char *text = xasprintf("%s %s%s%s%s", name ? name : "?", state ? state : "?",
						origin ? " (" : "", origin ? origin : "",
						origin ? ")" : "");

		print_line(out, i == 0 ? "Config" : "", text);
		json_array_foreach(json_object_get(source, "errors"), j, error) {
			autofree char *line = xasprintf("  %s", json_is_string(error) ?
							json_string_value(error) : "?");

			print_line(out, "", line);
		}
	}
}

void status_print(const json_t *status, FILE *out)
{
	const char *id = text_of(status, "id"), *image = text_of(status, "image_sha256");

	print_head(out, status, SIZE_MAX);
	if (id)
		print_line(out, "Id", id);
	if (image)
		print_line(out, "Image", image);
	print_network(out, status);
	print_storage(out, status);
	print_config(out, status);
}
