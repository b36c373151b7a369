// SPDX-License-Identifier: MIT
/* The ends of the store's records; see store.h. */
#include "appliance/store.h"

void host_done(struct host *host)
{
	free(host->id);
	free(host->name);
	free(host->pool);
	free(host->token_id);
	free(host->key_id);
	free(host->facts);
	free(host->kickstart);
	free(host->heartbeat);
	free(host->address);
	*host = (struct host){ 0 };
}

void pool_done(struct pool *pool)
{
	free(pool->name);
	free(pool->kickstart);
	*pool = (struct pool){ 0 };
}

void token_done(struct token *token)
{
	free(token->id);
	free(token->hash);
	free(token->pool);
	*token = (struct token){ 0 };
}

void duplicate_done(struct duplicate *duplicate)
{
	free(duplicate->host_id);
	free(duplicate->hardware);
	free(duplicate->facts);
	free(duplicate->address);
	*duplicate = (struct duplicate){ 0 };
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
