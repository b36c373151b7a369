// SPDX-License-Identifier: MIT
/* The rules, in order; the first that applies decides. See policy.h. */
#include "appliance/policy.h"

static bool has_no_token(const struct policy_case *c)
{
	return !c->token;
}

static bool is_revoked(const struct policy_case *c)
{
	return c->token->revoked_at != 0;
}

/* The token once admitted this very host. */
static bool is_returning(const struct policy_case *c)
{
	return c->host && streq_null(c->host->token_id, c->token->id);
}

static bool is_expired(const struct policy_case *c)
{
	return c->token->expires_at != 0 && c->token->expires_at <= c->now && !is_returning(c);
}

static bool is_used_up(const struct policy_case *c)
{
	return c->token->uses_max != 0 && c->token->used >= c->token->uses_max && !c->host;
}

static bool is_duplicate(const struct policy_case *c)
{
	return c->host && hardware_is_other(c->hardware, c->recorded);
}

static bool is_initiator_taken(const struct policy_case *c)
{
	return c->is_initiator_taken;
}

static bool is_rejected(const struct policy_case *c)
{
	return c->host && c->host->admission == HOST_REJECTED;
}

static bool is_waiting(const struct policy_case *c)
{
	return c->host && c->host->admission == HOST_PENDING;
}

static bool is_known(const struct policy_case *c)
{
	return c->host != NULL;
}

static bool needs_approval(const struct policy_case *c)
{
	return !c->token->is_auto_approving;
}

static bool always(const struct policy_case *c)
{
	(void)c;
	return true;
}

#define WAITS "waits for approval by an operator (roostctl host approve)"

static const struct rule {
	bool (*applies)(const struct policy_case *c);
	struct verdict verdict;
} rules[] = {
	{ has_no_token, { 401, "refused", "token", "the join token is not known" } },
	{ is_revoked, { 401, "refused", "token", "the join token was revoked" } },
	{ is_expired, { 401, "refused", "token", "the join token has expired" } },
	{ is_duplicate, { 409, "duplicate", "id", "another machine has registered with this UUID; "
			  "this one is held until an operator decides", .retry_after_s = 60 } },
	{ is_initiator_taken, { 409, "refused", "iscsi_initiator", "another host has this iSCSI "
				"initiator name: give each its own with iscsiname, or leave it out",
				.retry_after_s = 60 } },
	{ is_rejected, { 403, "rejected", NULL, "an operator has rejected this host" } },
	{ is_waiting, { 202, "pending", NULL, WAITS, .retry_after_s = 10 } },
	{ is_known, { 201, "registered" } },
	{ is_used_up, { 401, "refused", "token", "the join token is used up" } },
	{ needs_approval, { 202, "pending", NULL, WAITS, .is_new = true, .retry_after_s = 10 } },
	{ always, { 201, "registered", .is_new = true } },
};

struct verdict policy_decide(const struct policy_case *c)
{
	size_t i = 0;

	while (!rules[i].applies(c))
		i++;
	return rules[i].verdict;
}
