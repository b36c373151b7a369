// SPDX-License-Identifier: MIT
/*
 * The network's generations: what was configured since the boot, and whether it proved itself. A
 * generation that changes systemd-networkd's files is on trial until the appliance has answered a
 * heartbeat over it (or a person has confirmed it); when its time is over before that, it is refused,
 * and roost-config puts the host.conf of the last confirmed one back.
 *
 *	/run/roost/generations.json    {"current": N, "generations": [{"number", "state": "trial" |
 *	                               "confirmed" | "refused", "configuration", "units", "kickstart",
 *	                               "since_ms", "deadline_ms", "reason", "instead_of", "turn", "name",
 *	                               "is_plain", "is_unfit", "by_address", "tries",
 *	                               "turn_ms"}]}
 *	/run/roost/generations/N.conf  host.conf of generation N
 *	/run/roost/input/refused       written at a refusal: its change starts roost-config
 *
 * All of it is in RAM: a host that loses power starts again from what its sources say.
 * Every function takes the lock by itself.
 */
#ifndef NODE_NETWORK_GENERATIONS_H
#define NODE_NETWORK_GENERATIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/json.h"

#define GENERATIONS_FILE "/run/roost/generations.json"
#define GENERATION_CONFIRM_S 30   /* how long a trial lasts when nobody says otherwise */
#define GENERATION_SETTLE_MS 3000 /* an answer this soon may still have come over the old network */

enum generation_state { GENERATION_TRIAL, GENERATION_CONFIRMED, GENERATION_REFUSED };
extern const char *const generation_state_names[]; /* "trial", "confirmed", "refused", NULL */

struct generation {
	int number;             /* counts from 1 */
	enum generation_state state;
	char *configuration;    /* SHA-256 of its host.conf */
	char *units;            /* SHA-256 of its systemd-networkd files */
	char *kickstart;        /* the appliance's generation; NULL: none */
	int64_t since_ms;       /* when it was applied (now_ms) */
	int64_t deadline_ms;    /* of a trial; 0: none, there is nothing to go back to */
	char *reason;           /* who confirmed it, or why it was refused; may be NULL */
	int instead_of;         /* number of the one that this network stands in for; 0: none */
	int turn;               /* of one that stands in: 0 the plain network, then probe.json's */
	char *name;             /* and what it is: "plain DHCP on ..."; else NULL */
	bool is_plain;          /* of a first one: there is no plainer one */
	bool is_unfit;          /* of a first one: the machine could not have it (network_retry.h) */
	bool by_address;        /* of a first one: there is no appliance, an address is proof enough */
	int tries;              /* of a first one: how often the others have had their turns */
	int64_t turn_ms;        /* and how long each of theirs is */
};

/* All of them, the oldest first. */
struct generations {
	struct generation *items;
	size_t count;
	int current;            /* number; 0: none yet */
	int *lock;              /* of generations_lock; NULL when only read */
};

/* Never fails: what cannot be read is as if it were not there. */
void generations_read(const char *root, struct generations *ret);
void generations_done(struct generations *generations);
#define autogenerations __attribute__((cleanup(generations_done)))

/* The one that the network is configured as, or NULL. Borrowed. */
const struct generation *generations_current(const struct generations *generations);
/* When the current trial is over; -1: there is none, or it has no end. */
int64_t generations_deadline_ms(const struct generations *generations);

/* A configuration that is about to be applied. */
struct generation_start {
	const char *conf;       /* text of host.conf */
	const char *units;      /* SHA-256 of the files */
	const char *kickstart;  /* may be NULL */
	int64_t at_ms;          /* now */
	int confirm_s;          /* length of the trial; 0: no trial, there is nobody to confirm it */
	bool has_fallback;      /* the plain network would be another one (network_is_plain) */
	bool is_made_anew;      /* links go down with it (network_units_go_down) */
};

/*
 * Makes it the current one. The same files as the current ones are no new generation, only a new
 * host.conf of it; those of a confirmed one are that one again. The first one has nothing to go back to:
 * with `has_fallback` the plain network is next, else its trial has no end. Where links come up first, in the
 * first one and with `is_made_anew`, the trial takes twice as long: the switch lets the port wait (spanning
 * tree 30 s, LACP's partner a few), and DHCP asks ever more rarely in that time.
 */
int generation_begin(const char *root, const struct generation_start *start,
		     struct problems *problems);
/*
 * The current one works. With `configuration` only if that is its host.conf's SHA-256: whoever
 * confirms has looked before. True when that ended a trial.
 */
bool generation_confirm(const char *root, const char *configuration, const char *reason,
			struct problems *problems);
/*
 * The appliance, known by its CA, has answered over the current one, whatever it said: packets pass, so
 * where there is nothing confirmed to go back to, its trial has no end any more. A host that waits for
 * a person's approval keeps its network. True when that changed something.
 */
bool generation_keep(const char *root, const char *configuration);
/*
 * The current one goes, whatever its state, and the last confirmed one before it comes back. When there
 * is none: with `at_ms` the plain network and the configured one take turns (network_fallback.h), without
 * it fails. With `at_ms` (not 0) only if its trial was over by then: 1 when it was not.
 */
int generation_refuse(const char *root, const char *reason, int64_t at_ms,
		      struct problems *problems);
/*
 * The first configuration cannot be written at all, for `reason`: the plain network it is. 1 when a
 * network was configured before, which stays.
 */
int generation_impossible(const char *root, const struct generation_start *start,
			  const char *reason, struct problems *problems);
/* An earlier host.conf that comes back in place of one that cut the host off. */
struct replacement {
	char *conf;             /* NULL: none does */
	char *reason;
	char *kickstart;        /* its generation at the appliance; NULL: none */
	bool is_plain;          /* not an earlier one: the plain network (network_fallback.h) */
};

/*
 * For roost-config, which was about to write `conf`, with the appliance's generation `kickstart` (NULL:
 * none): what to use instead when the two were refused together. False, and nothing in *ret, when `conf`
 * may be used: the same text in a newer generation is a new try.
 */
bool generation_replacement(const char *root, const char *conf, const char *kickstart,
			    struct replacement *ret);
void replacement_done(struct replacement *replacement);
#define autoreplacement __attribute__((cleanup(replacement_done)))
/* Refused ones are forgotten and the configuration is read again, so that they can be tried again. */
int generations_forgive(const char *root, struct problems *problems);

#endif
