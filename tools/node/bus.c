// SPDX-License-Identifier: MIT
/* Calls to systemd; see bus.h. */
#include <systemd/sd-bus.h>

#include "node/bus.h"

#define TIMEOUT_USEC (10 * 1000000ULL)
#define ASKING_USEC (2 * 1000000ULL)
#define MANAGER_SOCKET "unix:path=/run/systemd/private"

static void cleanup_bus(sd_bus **bus)
{
	sd_bus_flush_close_unref(*bus);
}

static void cleanup_message(sd_bus_message **message)
{
	sd_bus_message_unref(*message);
}

#define autobus __attribute__((cleanup(cleanup_bus)))
#define automessage __attribute__((cleanup(cleanup_message)))

/* Sends and waits for the reply. An error with the name `fine` (may be NULL) is none. */
static int call(sd_bus *bus, sd_bus_message *message, const char *what, const char *fine,
		struct problems *problems)
{
	sd_bus_error error = SD_BUS_ERROR_NULL;
	int r = sd_bus_call(bus, message, TIMEOUT_USEC, &error, NULL);

	if (r < 0 && fine && sd_bus_error_has_name(&error, fine))
		r = 0;
	if (r < 0)
		problem(problems, "%s: %s", what, error.message ? error.message : strerror(-r));
	sd_bus_error_free(&error);
	return r < 0 ? -1 : 0;
}

static int connect_manager(sd_bus **ret, struct problems *problems)
{
	autobus sd_bus *bus = NULL;
	int r = sd_bus_new(&bus);

	if (r >= 0)
		r = sd_bus_set_address(bus, MANAGER_SOCKET);
	if (r >= 0)
		r = sd_bus_start(bus);
	if (r < 0)
		return problem_errno(problems, -r, "connecting to systemd");
	*ret = take_ptr(bus);
	return 0;
}

/* A method of the service manager's, org.freedesktop.systemd1(5). */
static int new_call(sd_bus *bus, sd_bus_message **ret, const char *method)
{
	return sd_bus_message_new_method_call(bus, ret, "org.freedesktop.systemd1", "/org/freedesktop/systemd1",
					      "org.freedesktop.systemd1.Manager", method);
}

int bus_try_restart(const char *unit, struct problems *problems)
{
	automessage sd_bus_message *message = NULL;
	autobus sd_bus *bus = NULL;
	int r;

	if (connect_manager(&bus, problems) < 0)
		return -1;
	r = new_call(bus, &message, "TryRestartUnit");
	if (r >= 0)
		r = sd_bus_message_append(message, "ss", unit, "replace");
	if (r < 0)
		return problem_errno(problems, -r, "restarting %s", unit);
	return call(bus, message, unit, "org.freedesktop.systemd1.NoSuchUnit", problems);
}

/* ListUnitsFiltered's array, org.freedesktop.systemd1(5): the name is the first of ten fields. */
static int read_unit_names(sd_bus_message *reply, char ***ret)
{
	autostrv char **names = NULL;
	const char *name;
	int r = sd_bus_message_enter_container(reply, 'a', "(ssssssouso)");

	while (r >= 0 && (r = sd_bus_message_enter_container(reply, 'r', "ssssssouso")) > 0) {
		r = sd_bus_message_read(reply, "s", &name);
		if (r >= 0)
			r = sd_bus_message_skip(reply, "sssssouso");
		if (r >= 0)
			r = sd_bus_message_exit_container(reply);
		if (r >= 0)
			strv_push(&names, name);
	}
	if (r >= 0)
		*ret = take_ptr(names);
	return r;
}

int bus_failed_units(char ***ret, struct problems *problems)
{
	automessage sd_bus_message *message = NULL, *reply = NULL;
	sd_bus_error error = SD_BUS_ERROR_NULL;
	autobus sd_bus *bus = NULL;
	int r;

	if (connect_manager(&bus, problems) < 0)
		return -1;
	r = new_call(bus, &message, "ListUnitsFiltered");
	if (r >= 0)
		r = sd_bus_message_append(message, "as", 1, "failed");
	if (r >= 0)
		r = sd_bus_call(bus, message, ASKING_USEC, &error, &reply);
	if (r >= 0)
		r = read_unit_names(reply, ret);
	if (r < 0)
		problem(problems, "asking systemd for failed units: %s",
			error.message ? error.message : strerror(-r));
	sd_bus_error_free(&error);
	return r < 0 ? -1 : 0;
}

/* A call of systemd-networkd's manager; `index` 0: without an argument. */
static int call_networkd(const char *method, unsigned index, const char *what,
			 struct problems *problems)
{
	automessage sd_bus_message *message = NULL;
	autobus sd_bus *bus = NULL;
	int r = sd_bus_open_system(&bus);

	if (r < 0)
		return problem_errno(problems, -r, "connecting to the system bus");
	r = sd_bus_message_new_method_call(bus, &message, "org.freedesktop.network1",
					   "/org/freedesktop/network1",
					   "org.freedesktop.network1.Manager", method);
	if (r >= 0)
		r = sd_bus_message_set_auto_start(message, false);
	if (r >= 0 && index)
		r = sd_bus_message_append(message, "i", (int)index);
	if (r < 0)
		return problem_errno(problems, -r, "systemd-networkd");
	return call(bus, message, what, NULL, problems);
}

int bus_networkd_reload(struct problems *problems)
{
	return call_networkd("Reload", 0, "systemd-networkd: reloading", problems);
}

int bus_networkd_reconfigure(unsigned index, struct problems *problems)
{
	return call_networkd("ReconfigureLink", index, "systemd-networkd: asking DHCP anew", problems);
}

int bus_resolved_get(const char *property, const char *type, sd_bus_message **ret,
		     struct problems *problems)
{
	automessage sd_bus_message *message = NULL, *reply = NULL;
	sd_bus_error error = SD_BUS_ERROR_NULL;
	autobus sd_bus *bus = NULL;
	int r = sd_bus_open_system(&bus);

	if (r < 0)
		return problem_errno(problems, -r, "connecting to the system bus");
	r = sd_bus_message_new_method_call(bus, &message, "org.freedesktop.resolve1",
					   "/org/freedesktop/resolve1",
					   "org.freedesktop.DBus.Properties", "Get");
	if (r >= 0)
		r = sd_bus_message_set_auto_start(message, false);
	if (r >= 0)
		r = sd_bus_message_append(message, "ss", "org.freedesktop.resolve1.Manager", property);
	if (r >= 0)
		r = sd_bus_call(bus, message, ASKING_USEC, &error, &reply);
	if (r >= 0)
		r = sd_bus_message_enter_container(reply, 'v', type);
	if (r < 0)
		problem(problems, "systemd-resolved: %s: %s", property,
			error.message ? error.message : strerror(-r));
	sd_bus_error_free(&error);
	if (r < 0)
		return -1;
	*ret = take_ptr(reply);
	return 0;
}
