// SPDX-License-Identifier: MIT
/* One thing from one mirror, and again from another one, until it is there or time is over. */
#ifndef NODE_FETCH_TRY_H
#define NODE_FETCH_TRY_H

#include "common/http.h"
#include "node/fetch.h"

enum try_result {
	TRY_DONE,
	TRY_FAILED,    /* with this mirror, this time */
	TRY_HOPELESS,  /* with any */
};

/* One try; what it is asked and what it says. */
struct try {
	struct fetch *fetch;
	struct mirror *mirror;
	void *what;                /* the caller's */
	int64_t retry_after_ms;    /* out: what the server asked for */
	struct problems problems;  /* out: why it failed */
};

typedef enum try_result try_fn(struct try *try);

/*
 * Tries until TRY_DONE. Each failure is said when it happens, with when and where the next try will
 * be. Gives EXIT_DONE, EXIT_TEMPORARY when time is over, EXIT_PERMANENT when it is hopeless; the
 * last two with problems.
 */
int try_until_done(struct fetch *fetch, try_fn *function, void *what, struct problems *problems);

/*
 * GET MIRROR/name within the bounds of the fetch, with the CA fetched first where that is needed.
 * `request` holds what is special: url, ca_pem and the limits of time are filled in; timeout_ms
 * stays when it is less than what is left. 0 when the answer is 200, or 206 when there is a sink,
 * and its body is whole or was ended by the sink; -1 with a problem in `try`.
 */
int try_get(struct try *try, const char *name, struct http_request *request,
	    struct http_response *ret);


#endif
