// SPDX-License-Identifier: MIT
/*
 * One entry of the journal as a syslog message, RFC 5424, in the frame of RFC 6587 3.4.1 and RFC 5425: its
 * length in bytes, a space, the message.
 *
 *	<30>1 2026-11-21T03:00:00.000001Z node1 roost-agent 123 - - registered
 */
#ifndef NODE_LOG_ENTRY_H
#define NODE_LOG_ENTRY_H

#include <stdint.h>

#include "common/str.h"

#define LOG_MESSAGE_MAX 8192 /* what every receiver should take, RFC 5425 4.3.1; the rest is cut off */

/* Texts may be NULL and may hold anything: who logs may be anyone. */
struct log_entry {
	uint64_t realtime_us;    /* since 1970 */
	int priority, facility;  /* of syslog(3), 0 to 7 and 0 to 23; anything else: info, daemon */
	char *host, *name, *pid;
	char *message;
	size_t message_len;
};

/* The frame, owned by the caller; never larger than LOG_MESSAGE_MAX and its length's digits. */
char *log_entry_frame(const struct log_entry *entry, size_t *ret_len);
void log_entry_done(struct log_entry *entry);
#define autoentry __attribute__((cleanup(log_entry_done)))

#endif
