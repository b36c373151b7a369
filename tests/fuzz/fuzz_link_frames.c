// SPDX-License-Identifier: MIT
/*
 * LLDP and LACP frames as bytes of anybody who is plugged in: what is accepted is printable, sorted, and
 * makes kickstart lines that are valid.
 */
#include <stdlib.h>
#include <string.h>

#include "common/str.h"
#include "host/read.h"
#include "node/probe_plan.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void require_sane(const struct link_frame *frame)
{
	if (frame->kind == LINK_FRAME_OTHER || frame->vlans_count > LINK_VLANS_MAX ||
	    memchr(frame->name, '\0', sizeof(frame->name)) == NULL)
		abort();
	for (const char *p = frame->name; *p; p++)
		if (*p <= ' ' || *p > '~')
			abort();
	for (size_t i = 0; i < frame->vlans_count; i++)
		if (frame->vlans[i] < 1 || frame->vlans[i] > 4094 ||
		    (i && frame->vlans[i] <= frame->vlans[i - 1]))
			abort();
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct probe_port ports[] = {
		{ .name = (char[]){ "ens3" }, .mac = (char[]){ "52:54:00:12:34:53" } },
		{ .name = (char[]){ "ens4" }, .mac = (char[]){ "52:54:00:12:34:54" } },
	};
	autojson json_t *plan = NULL;
	struct link_frame frame;
	const json_t *item;
	size_t i;

	if (!link_frame_read(data, size, &frame))
		return 0;
	require_sane(&frame);
	probe_port_heard(&ports[0], &frame);
	probe_port_heard(&ports[1], &frame);
	plan = probe_plan(ports, ARRAY_SIZE(ports));
	json_array_foreach(json_object_get(plan, "tries"), i, item) {
		const char *lines = json_string_value(json_object_get(item, "lines"));
		autohost struct host host = { 0 };

		if (host_read_kickstart(lines, strlen(lines), "probe", &host, NULL) < 0)
			abort();
	}
	return 0;
}
