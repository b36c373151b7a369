// SPDX-License-Identifier: MIT
/* What setting and showing a kickstart have in common, for pools and for hosts. */
#ifndef APPLIANCE_KICKSTARTS_H
#define APPLIANCE_KICKSTARTS_H

#include "appliance/request.h"

/*
 * Checks the request's body as a kickstart, with `name` for messages. False when it is none that a
 * node would take; then the reply lists every problem. The body is a text afterwards, never NULL.
 */
bool kickstart_accept(struct request *request, const char *name, struct reply *reply);
/* 400 with every problem: nothing was changed. */
void kickstart_refused(struct reply *reply, const struct problems *problems);
/* 200 with the generation of the request's body, and what the hosts lack for it. */
void kickstart_accepted(struct request *request, const struct problems *notes, struct reply *reply);
/* 200 with a kickstart. Takes ownership of text. */
void kickstart_reply(struct reply *reply, char *text);

#endif
