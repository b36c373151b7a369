// SPDX-License-Identifier: MIT
/* The ends of the store's records; see store.h. */
#include "appliance/store.h"

void host_record_done(struct host_record *host)
{
	free(host->id);
	free(host->name);
	free(host->pool);
	free(host->token_id);
	free(host->key_id);
	free(host->facts);
	free(host->kickstart);
	free(host->keytab);
	free(host->heartbeat);
	free(host->address);
	*host = (struct host_record){ 0 };
}

void pool_record_done(struct pool_record *pool)
{
	free(pool->name);
	free(pool->kickstart);
	*pool = (struct pool_record){ 0 };
}

void token_record_done(struct token_record *token)
{
	free(token->id);
	free(token->hash);
	free(token->pool);
	*token = (struct token_record){ 0 };
}

void duplicate_record_done(struct duplicate_record *duplicate)
{
	free(duplicate->host_id);
	free(duplicate->hardware);
	free(duplicate->facts);
	free(duplicate->address);
	*duplicate = (struct duplicate_record){ 0 };
}

const char *admission_name(enum admission admission)
{
	static const char *const names[] = {
		[HOST_PENDING] = "pending",
		[HOST_APPROVED] = "approved",
		[HOST_REJECTED] = "rejected",
	};

	return names[admission];
}
