// SPDX-License-Identifier: MIT
/* Hosts as people read them, from the appliance's JSON. */
#ifndef APPLIANCE_CTL_SHOW_H
#define APPLIANCE_CTL_SHOW_H

#include <stdint.h>
#include <stdio.h>

#include "common/json.h"

/* The answer of GET /v1/admin/hosts as a table. */
void show_hosts(const json_t *answer, int64_t now, FILE *out);
/* The answer of GET /v1/admin/hosts/{id}, part by part. */
void show_host(const json_t *host, int64_t now, FILE *out);

#endif
