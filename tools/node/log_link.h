// SPDX-License-Identifier: MIT
/*
 * The connection to a receiver of logs: TCP, or TLS when the receiver's certificate is known by its
 * fingerprint (RFC 5425 5.1). Over TLS this host shows its own certificate, if it has one yet.
 */
#ifndef NODE_LOG_LINK_H
#define NODE_LOG_LINK_H

#include "common/problems.h"

#define LOG_CONNECT_MS 10000
#define LOG_WRITE_MS 20000

struct log_receiver {
	const char *host;
	int port;
	const char *fingerprint; /* SHA-256 of the receiver's certificate (DER), hexadecimal; NULL: plain TCP */
	const char *pki_folder;  /* cert.pem and key.pem of this host; need not be there */
};

struct log_link;

/* Waits LOG_CONNECT_MS at most for each address and for the handshake. NULL with a problem. */
struct log_link *log_link_open(const struct log_receiver *receiver, struct problems *problems);
void log_link_close(struct log_link *link);
int log_link_fd(const struct log_link *link);

/* All of it, within LOG_WRITE_MS, or -1 with a problem: then the link is of no use any more. */
int log_link_send(struct log_link *link, const char *data, size_t len, struct problems *problems);
/* When its descriptor is readable: 0, or -1 with a problem when the receiver has closed. What it says is not read. */
int log_link_listen(struct log_link *link, struct problems *problems);
/* Whether the receiver's system has taken all that was sent. */
bool log_link_is_drained(const struct log_link *link);

#endif
