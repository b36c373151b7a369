// SPDX-License-Identifier: MIT
/* Registering a host; see registrar.h. */
#include "appliance/crash.h"
#include "appliance/host_names.h"
#include "appliance/initiator.h"
#include "appliance/registrar.h"
#include "appliance/tokens.h"
#include "common/digest.h"

/* What is known before the decision. */
struct known {
	bool has_token, has_host;
	char *initiator_owner; /* NULL: nobody else has the newcomer's name */
	struct token_record token;
	struct host_record host;
	struct hardware hardware;
};

static void known_done(struct known *known)
{
	token_record_done(&known->token);
	host_record_done(&known->host);
	hardware_done(&known->hardware);
	free(known->initiator_owner);
}

static int read_known(struct store *store, const struct newcomer *newcomer, struct known *known,
		      struct problems *problems)
{
	autojson json_t *facts = NULL;
	int has_token = token_find(store, newcomer->token, &known->token, problems);
	int has_host = store_host_get(store, newcomer->registration->id, &known->host, problems);

	if (has_token < 0 || has_host < 0 ||
	    initiator_check_facts(store, newcomer->registration->facts, newcomer->registration->id,
				  &known->initiator_owner, problems) < 0)
		return -1;
	known->has_token = has_token == 1;
	known->has_host = has_host == 1;
	if (!known->has_host)
		return 0;
	facts = json_read(known->host.facts, strlen(known->host.facts), 2 * BODY_MAX,
			  "stored facts", problems);
	return facts ? hardware_read(facts, &known->hardware, problems) : -1;
}

static struct verdict decide(const struct newcomer *newcomer, const struct known *known)
{
	struct policy_case policy_case = {
		.hardware = &newcomer->registration->hardware,
		.host = known->has_host ? &known->host : NULL,
		.recorded = known->has_host ? &known->hardware : NULL,
		.token = known->has_token ? &known->token : NULL,
		.now = newcomer->now,
		.is_initiator_taken = known->initiator_owner,
	};

	return policy_decide(&policy_case);
}

static void replace(char **text, const char *with)
{
	free(*text);
	*text = with ? xstrdup(with) : NULL;
}

/* Brings the record up to date with what came; a new one is filled from the token. */
static void update_host(struct host_record *host, const struct newcomer *newcomer,
			const struct token_record *token, const struct verdict *verdict)
{
	const struct registration *registration = newcomer->registration;

	if (verdict->is_new) {
		host->id = xstrdup(registration->id);
		host->pool = xstrdup(token->pool);
		host->created_at = newcomer->now;
		host->admission = verdict->status == 201 ? HOST_APPROVED : HOST_PENDING;
	}
	replace(&host->token_id, token->id);
	replace(&host->address, newcomer->address);
	if (registration->hostname)
		replace(&host->name, registration->hostname);
	crash_keep(registration->facts, &host->facts, newcomer->now);
	if (verdict->status == 201) {
		replace(&host->key_id, newcomer->csr->key_id);
		host->registered_at = newcomer->now;
	}
}

static int record_duplicate(struct store *store, const struct newcomer *newcomer,
			    struct problems *problems)
{
	autofree char *hardware = hardware_digest(&newcomer->registration->hardware);
	autofree char *facts = json_line(newcomer->registration->facts);
	struct duplicate_record duplicate = {
		.host_id = newcomer->registration->id,
		.hardware = hardware,
		.facts = facts,
		.address = (char *)newcomer->address,
		.first_at = newcomer->now,
		.last_at = newcomer->now,
	};

	return store_duplicate_put(store, &duplicate, problems);
}

static int record_host(struct store *store, const struct newcomer *newcomer, struct known *known,
		       const struct verdict *verdict, struct problems *problems)
{
	update_host(&known->host, newcomer, &known->token, verdict);
	if (store_host_put(store, &known->host, problems) < 0)
		return -1;
	if (!verdict->is_new)
		return 0;
	known->token.used++;
	return store_token_put(store, &known->token, problems);
}

int sign_host(const struct appliance *appliance, const struct host_request *host, char **ret_pem,
	      struct problems *problems)
{
	struct ca_subject subject = { .role = host->role, .name = host->id };
	autostrv char **names = NULL;

	if (host_names(appliance, host->id, host->name, host->address, &names, problems) < 0)
		return -1;
	subject.names = names;
	return ca_sign(appliance->ca, host->csr, &subject, host->now, ret_pem, problems);
}

static int sign_newcomer(const struct appliance *appliance, const struct newcomer *newcomer, char **ret_pem,
			 struct problems *problems)
{
	struct host_request host = {
		.id = newcomer->registration->id,
		.name = newcomer->registration->hostname,
		.address = newcomer->address,
		.csr = newcomer->csr,
		.role = CERTIFICATE_HOST,
		.now = newcomer->now,
	};

	return sign_host(appliance, &host, ret_pem, problems);
}

/* Inside the change: decides, signs, and writes down. */
static int register_known(struct appliance *appliance, const struct newcomer *newcomer,
			  struct known *known, struct registered *result, struct problems *problems)
{
	const struct verdict *verdict = &result->verdict;

	if (read_known(appliance->store, newcomer, known, problems) < 0)
		return -1;
	result->verdict = decide(newcomer, known);
	/* One that is held; a name that is taken is no second machine. */
	if (verdict->status == 409 && streq(verdict->state, "duplicate"))
		return record_duplicate(appliance->store, newcomer, problems);
	if (verdict->status != 201 && verdict->status != 202)
		return 0;
	if (verdict->status == 201 &&
	    sign_newcomer(appliance, newcomer, &result->certificate, problems) < 0)
		return -1;
	if (record_host(appliance->store, newcomer, known, verdict, problems) < 0)
		return -1;
	result->pool = xstrdup(known->host.pool);
	return 0;
}

int register_host(struct appliance *appliance, const struct newcomer *newcomer,
		  struct registered *ret, struct problems *problems)
{
	struct registered result = { 0 };
	struct known known = { 0 };
	int r;

	if (store_begin(appliance->store, problems) < 0)
		return -1;
	r = register_known(appliance, newcomer, &known, &result, problems);
	known_done(&known);
	if (r == 0)
		r = store_commit(appliance->store, problems);
	else
		store_rollback(appliance->store);
	if (r < 0)
		registered_done(&result);
	else
		*ret = result;
	return r;
}

void registered_done(struct registered *registered)
{
	free(registered->certificate);
	free(registered->pool);
	*registered = (struct registered){ 0 };
}

int kickstart_of_host(struct store *store, const struct host_record *host, char **ret,
		      struct problems *problems)
{
	autopool_record struct pool_record pool = { 0 };
	int r;

	if (host->kickstart) {
		*ret = xstrdup(host->kickstart);
		return 0;
	}
	r = store_pool_get(store, host->pool, &pool, problems);
	if (r < 0)
		return -1;
	if (r == 0)
		return problem(problems, "store: there is no pool %s of host %s", host->pool, host->id);
	*ret = take_ptr(pool.kickstart);
	return 0;
}

char *kickstart_generation(const char *text)
{
	return sha256_text(text, strlen(text));
}
