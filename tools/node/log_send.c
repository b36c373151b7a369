// SPDX-License-Identifier: MIT
/* The sender's turns; see log_send.h. */
#include <poll.h>
#include <time.h>

#include "common/cli.h"
#include "common/clock.h"
#include "common/file.h"
#include "common/json.h"
#include "node/agent_pki.h"
#include "node/due.h"
#include "node/host_conf.h"
#include "node/link_events.h"
#include "node/log_journal.h"
#include "node/log_link.h"
#include "node/log_send.h"
#include "node/netconsole.h"
#include "node/network_state.h"

#define CURSOR_PATH "/run/roost/log-cursor"
#define CURSOR_MAX 1024
#define SETTLE_MS 1000         /* a receiver that refuses or dies has closed by then */
#define DRAIN_MS 100           /* how often to ask whether the receiver's system has it */
#define UNCONFIRMED_MAX 1000   /* entries on their way */
#define RETRY_FIRST_MS 1000
#define RETRY_MAX_MS 30000
#define NETWORK_JSON_MAX (1024 * 1024)

struct sender {
	const char *root;
	char *pki_folder;
	struct host host;            /* host.logging is what is wanted */
	struct link_events events;   /* of the reports' folder, where host.conf is */
	struct log_journal *journal;
	struct log_link *link;       /* NULL: none now */
	struct backoff backoff;
	int64_t connect_next_ms;
	char *delivered, *sent;      /* cursors; NULL: nothing yet */
	char *settling;              /* was the last one sent at settle_ms - SETTLE_MS; NULL: none */
	int64_t settle_ms;
	size_t unconfirmed;          /* entries that were sent since `delivered` */
	char *told;                  /* logs.json */
	char *netconsole;            /* what its module was loaded for; NULL: it is not */
};

static void set_text(char **text, const char *value)
{
	char *copy = value ? xstrdup(value) : NULL;

	free(*text);
	*text = copy;
}

/* ---- What is told -------------------------------------------------------------------------------------- */

/* `reason` NULL: all is well. Each change once, and in the log. */
static void tell(struct sender *sender, const char *reason)
{
	const struct host_logging *wanted = &sender->host.logging;
	autofree char *path = path_in_root(sender->root, LOGS_JSON);
	autofree char *receiver = xasprintf("%s:%d", wanted->host, wanted->port);
	autojson json_t *report = json_pack("{ss, ss?, ss}", "state", reason ? "degraded" : "ok", "reason",
					    reason, "receiver", receiver);
	autofree char *text = json_line(report);

	if (streq_null(text, sender->told))
		return;
	if (reason)
		log_warning("the journal waits: %s", reason);
	else
		log_info("the journal goes to %s%s", receiver, wanted->fingerprint ? " over TLS" : "");
	(void)json_write_file(path, 0644, report, NULL);
	set_text(&sender->told, text);
}

static void unlink_file(const char *root, const char *file)
{
	autofree char *path = path_in_root(root, file);

	(void)unlink(path);
}

/* ---- Configuration ------------------------------------------------------------------------------------- */

static bool is_same_receiver(const struct host_logging *a, const struct host_logging *b)
{
	return streq_null(a->host, b->host) && a->port == b->port && streq_null(a->fingerprint, b->fingerprint);
}

static void disconnect(struct sender *sender)
{
	log_link_close(take_ptr(sender->link));
}

/* Its module takes rights that we have not, and is loaded for one receiver over one device. */
static void follow_netconsole(struct sender *sender)
{
	const struct host_logging *wanted = &sender->host.logging;
	autofree char *path = path_in_root(sender->root, NETWORK_STATE), *network = NULL, *now = NULL;
	autoproblems struct problems problems = { 0 };

	if (wanted->host && wanted->netconsole) {
		(void)file_read_optional(path, NETWORK_JSON_MAX, &network, NULL, NULL);
		now = xasprintf("%s %d %s", wanted->host, wanted->netconsole, network ? network : "");
	}
	if (streq_null(now, sender->netconsole))
		return;
	if (due_mark(sender->root, DUE_NETCONSOLE, &problems) < 0)
		log_warning("netconsole: %s", problems.items[0]);
	set_text(&sender->netconsole, now);
}

/* A host.conf that cannot be read changes nothing: roost-config tells of it. */
static void read_configuration(struct sender *sender)
{
	struct host host = { 0 };

	if (host_conf_read_optional(sender->root, &host, NULL) < 0)
		return;
	if (!is_same_receiver(&host.logging, &sender->host.logging)) {
		disconnect(sender);
		backoff_reset(&sender->backoff);
		sender->connect_next_ms = 0;
	}
	host_done(&sender->host);
	sender->host = host;
	follow_netconsole(sender);
}

/* ---- The connection ------------------------------------------------------------------------------------ */

static void fail_link(struct sender *sender, const struct problems *problems)
{
	autofree char *reason = problems_text(problems);

	disconnect(sender);
	sender->connect_next_ms = now_ms() + backoff_next_ms(&sender->backoff, 0);
	tell(sender, reason);
}

/* What a new connection hears first when the journal has lost entries that nobody took. */
static int send_gap(struct sender *sender, struct problems *problems)
{
	static char text[] = "the journal had no room for what the receiver did not take: entries are lost here";
	struct log_entry entry = { .realtime_us = (uint64_t)time(NULL) * 1000000, .priority = 4, .facility = -1,
				   .name = (char[]){ "roost-log" }, .message = text,
				   .message_len = sizeof(text) - 1 };
	size_t len;
	autofree char *frame = log_entry_frame(&entry, &len);

	log_warning("%s", text);
	return log_link_send(sender->link, frame, len, problems);
}

/* What was on its way when the last connection ended is sent again. */
static int begin_again(struct sender *sender, struct problems *problems)
{
	set_text(&sender->sent, sender->delivered);
	set_text(&sender->settling, NULL);
	sender->unconfirmed = 0;
	return log_journal_seek(sender->journal, sender->delivered) ? send_gap(sender, problems) : 0;
}

static void connect_when_due(struct sender *sender)
{
	const struct host_logging *wanted = &sender->host.logging;
	const struct log_receiver receiver = { .host = wanted->host, .port = wanted->port,
					       .fingerprint = wanted->fingerprint,
					       .pki_folder = sender->pki_folder };
	autoproblems struct problems problems = { 0 };

	if (sender->link || until_ms(sender->connect_next_ms) > 0)
		return;
	sender->link = log_link_open(&receiver, &problems);
	if (!sender->link || begin_again(sender, &problems) < 0)
		fail_link(sender, &problems);
}

/* ---- Entries ------------------------------------------------------------------------------------------- */

static int send_entry(struct sender *sender, const struct log_entry *entry, char *cursor,
		      struct problems *problems)
{
	size_t len;
	autofree char *frame = log_entry_frame(entry, &len);

	free(sender->sent);
	sender->sent = cursor;
	sender->unconfirmed++;
	return log_link_send(sender->link, frame, len, problems);
}

static int send_entries(struct sender *sender, struct problems *problems)
{
	int r = 1;

	while (r > 0 && sender->unconfirmed < UNCONFIRMED_MAX) {
		autoentry struct log_entry entry = { 0 };
		char *cursor;

		r = log_journal_next(sender->journal, &entry, &cursor, problems);
		if (r > 0 && send_entry(sender, &entry, cursor, problems) < 0)
			r = -1;
	}
	return r;
}

static void deliver(struct sender *sender)
{
	autofree char *path = path_in_root(sender->root, CURSOR_PATH);

	free(sender->delivered);
	sender->delivered = take_ptr(sender->settling);
	if (streq_null(sender->delivered, sender->sent))
		sender->unconfirmed = 0;
	(void)file_write_text(path, 0600, sender->delivered, NULL);
	backoff_reset(&sender->backoff);
	tell(sender, NULL);
}

static void confirm(struct sender *sender)
{
	if (sender->settling && until_ms(sender->settle_ms) == 0 && log_link_is_drained(sender->link))
		deliver(sender);
	if (sender->settling || streq_null(sender->sent, sender->delivered))
		return;
	set_text(&sender->settling, sender->sent);
	sender->settle_ms = now_ms() + SETTLE_MS;
}

static void turn(struct sender *sender)
{
	autoproblems struct problems problems = { 0 };

	connect_when_due(sender);
	if (!sender->link)
		return;
	if (log_link_listen(sender->link, &problems) < 0 || send_entries(sender, &problems) < 0)
		fail_link(sender, &problems);
	else
		confirm(sender);
}

/* ---- The loop ------------------------------------------------------------------------------------------ */

static int timeout_ms(const struct sender *sender)
{
	int left_ms;

	if (!sender->link)
		return until_ms(sender->connect_next_ms);
	if (!sender->settling)
		return -1;
	left_ms = until_ms(sender->settle_ms);
	return left_ms > DRAIN_MS ? left_ms : DRAIN_MS;
}

static void wait_for_news(struct sender *sender)
{
	struct pollfd fds[] = {
		{ .fd = sender->events.files, .events = POLLIN },
		{ .fd = log_journal_fd(sender->journal), .events = POLLIN },
		{ .fd = sender->link ? log_link_fd(sender->link) : -1, .events = POLLIN },
	};

	if (poll(fds, ARRAY_SIZE(fds), timeout_ms(sender)) <= 0)
		return;
	if (fds[1].revents)
		log_journal_process(sender->journal);
	if (fds[0].revents && link_events_wait(&sender->events, 0))
		read_configuration(sender);
}

static int start(struct sender *sender, struct problems *problems)
{
	autofree char *folder = path_in_root(sender->root, "/run/roost");
	autofree char *cursor = path_in_root(sender->root, CURSOR_PATH);

	if (file_events_open(&sender->events, folder, problems) < 0 ||
	    due_take(sender->root, "roost-log", problems) < 0)
		return -1;
	if (path_exists(NETCONSOLE_MODULE)) /* we were ended while it was loaded */
		set_text(&sender->netconsole, "loaded");
	read_configuration(sender);
	if (!sender->host.logging.host)
		return 0;
	sender->journal = log_journal_open(sender->root, problems);
	return sender->journal ? file_read_optional(cursor, CURSOR_MAX, &sender->delivered, NULL, problems) : -1;
}

static void stop(struct sender *sender)
{
	disconnect(sender);
	log_journal_close(sender->journal);
	link_events_close(&sender->events);
	host_done(&sender->host);
	free(sender->pki_folder);
	free(sender->delivered);
	free(sender->sent);
	free(sender->settling);
	free(sender->told);
	free(sender->netconsole);
}

int log_send(const char *root, struct problems *problems)
{
	struct sender sender = { .root = root, .pki_folder = path_in_root(root, PKI_FOLDER),
				 .events = { .netlink = -1, .files = -1 },
				 .backoff = { .first_ms = RETRY_FIRST_MS, .max_ms = RETRY_MAX_MS } };
	int r = start(&sender, problems);

	while (r == 0 && sender.host.logging.host) {
		turn(&sender);
		wait_for_news(&sender);
	}
	stop(&sender);
	if (r < 0)
		return EXIT_TEMPORARY;
	unlink_file(root, LOGS_JSON);
	return EXIT_DONE;
}
