// SPDX-License-Identifier: MIT
/* The host that an operator's call names, and a change of it. */
#ifndef APPLIANCE_HOST_CHANGE_H
#define APPLIANCE_HOST_CHANGE_H

#include "appliance/request.h"

/* The host of the request's first parameter; false when the reply has the error. */
bool host_of_request(struct request *request, struct host_record *ret, struct reply *reply);

/*
 * Between these two the caller alters the host: they are one change of the store. When it does not come to
 * the second, the caller calls store_rollback. False when the reply has the error; the change is over then.
 */
bool host_change_begin(struct request *request, struct host_record *ret, struct reply *reply);
bool host_change_end(struct request *request, const struct host_record *host, struct reply *reply);

#endif
