// SPDX-License-Identifier: MIT
/* Network cards in the initramfs; see boot_nics.h. */
#include <poll.h>

#include "common/cli.h"
#include "common/clock.h"
#include "common/process.h"
#include "node/boot_nics.h"
#include "node/nics.h"

/* Some drivers find their cards long after modprobe is done, and not every one announces a link. */
#define LOOK_AGAIN_MS 1000
/* Links that come up together are taken together: autonegotiation of copper takes 2 to 3 s. */
#define MORE_LINKS_MS 1500

void boot_nics_open(struct boot_nics *nics)
{
	*nics = (struct boot_nics){ .devices = drivers_open_events() };
	link_events_open(&nics->links, NULL, NULL);
	drivers_load_all(&nics->drivers);
	/* What a bus driver (virtio, USB) found while it was loaded. */
	drivers_load_for_events(&nics->drivers, nics->devices);
}

void boot_nics_close(struct boot_nics *nics)
{
	drivers_done(&nics->drivers);
	cleanup_close(&nics->devices);
	link_events_close(&nics->links);
}

/* systemd-udevd's net_id, without the daemon: lines such as ID_NET_NAME_PATH=enp0s3. */
static bool has_udev_name(const char *nic, const char *name)
{
	autofree char *path = xasprintf("/sys/class/net/%s", nic);
	const char *const argv[] = { "udevadm", "test-builtin", "net_id", path, NULL };
	const struct process process = { .argv = argv, .timeout_ms = 5000 };
	struct process_result result = { 0 };
	autostrv char **lines = NULL;
	bool found = false;

	if (process_run(&process, &result, NULL) == 0)
		lines = strv_split(result.output, "\n", false);
	for (size_t i = 0; lines && lines[i] && !found; i++) {
		const char *value = str_after(lines[i], "ID_NET_NAME_");

		value = value ? strchr(value, '=') : NULL;
		found = value && streq(value + 1, name);
	}
	process_result_done(&result);
	return found;
}

bool boot_nic_is(const char *nic, const char *name)
{
	autofree char *mac = NULL, *path = NULL;

	if (streq(nic, name))
		return true;
	if (str_after(name, "pci-")) {
		path = nic_path("/", nic);
		return path && streq(path, name);
	}
	if (!strchr(name, ':'))
		return has_udev_name(nic, name);
	mac = nic_permanent_mac("/", nic);
	return mac && strcasecmp(mac, name) == 0;
}

/* Cards that were not there at the last look are brought up, when they may be used. */
static void take_new(const char *wanted, char ***known, char ***ours)
{
	autostrv char **all = nics_usable("/");

	for (size_t i = 0; all && all[i]; i++) {
		if (strv_contains(*known, all[i]))
			continue;
		strv_push(known, all[i]);
		if (wanted && !boot_nic_is(all[i], wanted))
			continue;
		strv_push(ours, all[i]);
		process_call(NULL, "ip", "link", "set", "dev", all[i], "up", NULL);
	}
}

static char **with_link(char *const *names)
{
	char **found = NULL;

	for (size_t i = 0; names && names[i]; i++)
		if (nic_has_carrier("/", names[i]))
			strv_push(&found, names[i]);
	return found;
}

static void wait_for_change(struct boot_nics *nics, int64_t deadline_ms)
{
	struct pollfd fds[] = { { .fd = nics->devices, .events = POLLIN },
				{ .fd = nics->links.netlink, .events = POLLIN } };
	int left_ms = until_ms(deadline_ms);

	poll(fds, ARRAY_SIZE(fds), left_ms < LOOK_AGAIN_MS ? left_ms : LOOK_AGAIN_MS);
	drivers_load_for_events(&nics->drivers, nics->devices);
	link_events_wait(&nics->links, now_ms()); /* takes what is there, and does not wait */
}

static int explain(const char *wanted, struct problems *problems)
{
	autostrv char **all = nics_usable("/"), **texts = NULL;
	autofree char *list = NULL;

	for (size_t i = 0; all && all[i]; i++) {
		autofree char *mac = nic_permanent_mac("/", all[i]);

		strv_pushf(&texts, "%s (%s, %s)", all[i], mac ? mac : "no address",
			   nic_has_carrier("/", all[i]) ? "link" : "no link");
	}
	list = texts ? strv_join(texts, ", ") : xstrdup("none: expected one, and its driver in net.img");
	if (wanted)
		return problem(problems, "the NIC %s has no link or is not there: NICs: %s", wanted, list);
	return problem(problems, "no NIC has a link: NICs: %s", list);
}

/* Whether what is linked now is all that can be expected. */
static bool is_settled(char *const *linked, char *const *ours, int64_t *settled_ms)
{
	if (!linked)
		return false;
	if (*settled_ms < 0)
		*settled_ms = now_ms() + MORE_LINKS_MS;
	return strv_len(linked) == strv_len(ours) || until_ms(*settled_ms) == 0;
}

int boot_nics_wait(struct boot_nics *nics, const char *wanted, int64_t deadline_ms, char ***ret,
		   struct problems *problems)
{
	autostrv char **known = NULL, **ours = NULL;
	int64_t settled_ms = -1;
	bool is_said = false;

	for (;;) {
		autostrv char **linked = NULL;

		take_new(wanted, &known, &ours);
		linked = with_link(ours);
		if (is_settled(linked, ours, &settled_ms) || (linked && until_ms(deadline_ms) == 0)) {
			*ret = take_ptr(linked);
			return 0;
		}
		if (until_ms(deadline_ms) == 0)
			return explain(wanted, problems);
		if (!is_said)
			log_info("waiting at most %d s for %s to have a link",
				 (until_ms(deadline_ms) + 999) / 1000, wanted ? wanted : "a NIC");
		is_said = true;
		wait_for_change(nics, linked && settled_ms < deadline_ms ? settled_ms : deadline_ms);
	}
}
