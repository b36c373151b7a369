// SPDX-License-Identifier: MIT
/* Planning a kickstart with the facts of hosts; see kickstart_fit.h. */
#include "appliance/initiator.h"
#include "appliance/kickstart_fit.h"
#include "host/in_facts.h"
#include "host/read.h"

#define LINES_MAX 20 /* of a reply: a thousand hosts may lack the same */

/* Lines of one host to the common list, with its name before them. */
static void pass_on(const struct host_record *host, const struct problems *from, struct problems *to)
{
	const char *name = host->name && *host->name ? host->name : host->id;

	for (char **line = from->items; line && *line && problems_count(to) < LINES_MAX; line++)
		(void)problem(to, "%s: %s", name, *line);
}

static int plan(const struct host *wanted, const struct host_record *host, struct problems *notes,
		struct problems *problems)
{
	autojson json_t *facts = host->facts ? json_loads(host->facts, 0, NULL) : NULL;
	autoproblems struct problems missing = { 0 }, wrong = { 0 };
	autofacts struct facts_machine machine = { 0 };
	autounits struct host_units units = { 0 };
	struct host_machine view;

	if (!facts || host_read_facts(facts, "facts", &machine, NULL) < 0 || machine.count == 0)
		return 0;
	view = facts_machine_view(&machine);
	if (host_write_networkd(wanted, &view, &units, &missing, &wrong) < 0) {
		pass_on(host, &wrong, problems);
		return -1;
	}
	pass_on(host, &missing, notes);
	return 0;
}

int kickstart_fits_host(const char *text, struct store *store, const struct host_record *host,
			struct problems *notes, struct problems *problems)
{
	autohost struct host wanted = { 0 };

	/* that it is a kickstart at all was checked before */
	if (host_read_kickstart(text, strlen(text), "kickstart", &wanted, problems) < 0)
		return -1;
	if (wanted.iscsiname.iqn &&
	    initiator_fits(store, wanted.iscsiname.iqn, host->id, NULL, problems) < 0)
		return -1;
	return plan(&wanted, host, notes, problems);
}

struct pool_check {
	const struct host *wanted;
	const char *pool;
	struct problems *notes, *problems;
	int result;
};

static int check_one(const struct host_record *host, void *userdata)
{
	struct pool_check *check = userdata;

	if (!streq(host->pool, check->pool) || host->kickstart)
		return 0;
	if (plan(check->wanted, host, check->notes, check->problems) < 0)
		check->result = -1;
	return 0;
}

int kickstart_fits_pool(const char *text, struct store *store, const char *pool,
			struct problems *notes, struct problems *problems)
{
	autohost struct host wanted = { 0 };
	struct pool_check check = { &wanted, pool, notes, problems, 0 };

	if (host_read_kickstart(text, strlen(text), "kickstart", &wanted, problems) < 0 ||
	    store_host_each(store, check_one, &check, problems) < 0)
		return -1;
	if (wanted.iscsiname.iqn &&
	    initiator_fits(store, wanted.iscsiname.iqn, NULL, pool, problems) < 0)
		return -1;
	return check.result;
}
