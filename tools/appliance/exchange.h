// SPDX-License-Identifier: MIT
/*
 * One request of the HTTP library, from its head to its answer: who asks, which route, the body, and
 * how much at once. The two functions are what the library calls; both get the desk of their address.
 */
#ifndef APPLIANCE_EXCHANGE_H
#define APPLIANCE_EXCHANGE_H

#include <microhttpd.h>

#include "appliance/routes.h"
#include "appliance/downloads.h"

/* What all exchanges at one address share. */
struct desk {
	struct appliance *appliance;
	enum listener listener;
	struct listener_metrics *metrics;
	struct downloads *downloads;
	struct rate requests;
	struct rate complaints; /* lines in the log about those that are refused */
};

/* MHD_AccessHandlerCallback: for the head of a request, for each part of its body, and at its end. */
enum MHD_Result exchange_on_request(void *desk, struct MHD_Connection *connection, const char *path,
				    const char *method, const char *version, const char *data,
				    size_t *data_len, void **state);
/* MHD_RequestCompletedCallback. */
void exchange_on_completed(void *desk, struct MHD_Connection *connection, void **state,
			   enum MHD_RequestTerminationCode code);

#endif
