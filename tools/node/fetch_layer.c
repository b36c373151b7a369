// SPDX-License-Identifier: MIT
/*
 * One layer; see fetch_layer.h. After a break the next mirror goes on where the last one ended: the
 * digest is of the layer, not of a mirror's copy. When a layer that came from several is wrong, it is
 * fetched again from one alone. That shows who was wrong: the one, or, by comparison with what came
 * first, another.
 */
#include <inttypes.h>

#include "common/cli.h"
#include "node/fetch_layer.h"
#include "node/fetch_part.h"
#include "node/fetch_try.h"

/* A try that brought so much before it broke is no reason to slow down. */
#define GOOD_BYTES (1024 * 1024)
/* Before a mirror whose whole layer was wrong is asked again. */
#define WRONG_WAIT_MS 10000

struct layer {
	const struct manifest_file *file;
	struct part part;
	struct transfer transfer;
	char *etag;                  /* of etag_mirror's copy; NULL: not known */
	size_t etag_mirror;
	bool is_alone;               /* a mixture was wrong: all must come from one mirror */
	struct part_pieces mixture;  /* that one */
	/* Of the present try: */
	struct try *try;
	uint64_t asked_from;
	bool is_refused;             /* what the server sends is not the layer */
	bool is_hopeless;            /* it cannot be stored */
};

static size_t mirror_index(const struct try *try)
{
	return (size_t)(try->mirror - try->fetch->mirrors.items);
}

static const char *mirror_name(const struct fetch *fetch, size_t index)
{
	return index == PART_EARLIER ? "an earlier run" : fetch->mirrors.items[index].url.text;
}

/* ---- What the answer says it is --------------------------------------------------------------------- */

static void refuse(struct layer *layer, const char *fmt, ...) printf_like(2, 3);
static void refuse(struct layer *layer, const char *fmt, ...)
{
	autofree char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	problem(&layer->try->problems, "%s/%s: %s", layer->try->mirror->url.text, layer->file->name,
		text);
	layer->is_refused = true;
}

/* The console counts on from what is here. */
static void begin_transfer(struct layer *layer)
{
	transfer_continue(&layer->transfer, layer->file->size_bytes, layer->part.have, now_ms());
}

static void restart(struct layer *layer)
{
	if (part_restart(&layer->part, &layer->try->problems) < 0)
		layer->is_hopeless = true;
	begin_transfer(layer);
}

static void take_whole(struct layer *layer, const struct http_head *head)
{
	uint64_t size = layer->file->size_bytes;

	if (head->content_length >= 0 && (uint64_t)head->content_length != size) {
		layer->try->mirror->wrong++;
		refuse(layer, "it has %" PRId64 " bytes, expected %" PRIu64, head->content_length, size);
	} else if (layer->part.have > 0) {
		progress_say(layer->try->fetch->progress, "it sends all, not the rest: beginning again");
		restart(layer);
	}
}

static void take_part(struct layer *layer, const struct http_head *head)
{
	uint64_t size = layer->file->size_bytes;
	const struct http_range *range = &head->range;

	if (layer->asked_from == 0)
		refuse(layer, "a part came, and nobody asked for one");
	else if (!head->has_range)
		refuse(layer, "a part came without a Content-Range that says which");
	else if (range->first != layer->asked_from || range->last != size - 1 ||
		 (range->total != size && range->total != UINT64_MAX))
		refuse(layer, "bytes %" PRIu64 " to %" PRIu64 " came, expected %" PRIu64 " to %" PRIu64
		       " of %" PRIu64, range->first, range->last, layer->asked_from, size - 1, size);
}

static void note_etag(struct layer *layer, const struct http_head *head)
{
	free(layer->etag);
	layer->etag = head->etag ? xstrdup(head->etag) : NULL;
	layer->etag_mirror = mirror_index(layer->try);
}

static bool on_head(const struct http_head *head, void *userdata)
{
	struct layer *layer = userdata;

	if (head->status == 200)
		take_whole(layer, head);
	else if (head->status == 206)
		take_part(layer, head);
	else
		return false; /* try_get says what it means */
	note_etag(layer, head);
	return !layer->is_refused && !layer->is_hopeless;
}

/* ---- Its bytes ---------------------------------------------------------------------------------------- */

/* Ends the exchange with the last byte that is missing: what else comes is nobody's. */
static bool on_data(const void *data, size_t len, void *userdata)
{
	struct layer *layer = userdata;
	struct try *try = layer->try;
	uint64_t missing = layer->file->size_bytes - layer->part.have;

	try->mirror->bytes += len;
	if (len > missing)
		len = (size_t)missing;
	if (part_add(&layer->part, mirror_index(try), data, len, &try->problems) < 0)
		layer->is_hopeless = true;
	return !layer->is_hopeless && len < missing;
}

static void on_tick(void *userdata)
{
	struct layer *layer = userdata;

	progress_transfer(layer->try->fetch->progress, &layer->transfer, layer->part.have);
}

/* 0 when all is there. */
static int get_rest(struct layer *layer)
{
	const struct http_sink sink = { on_head, on_data, on_tick, layer };
	struct http_request request = { .sink = &sink, .range_from = layer->part.have };
	autoresponse struct http_response response = { 0 };
	struct try *try = layer->try;
	uint64_t size = layer->file->size_bytes, before = try->mirror->bytes;
	autofree char *stage = xasprintf("%s from %s", layer->file->name,
					 strstr(try->mirror->url.origin, "//") + 2);
	autofree char *here = NULL;
	int r;

	progress_begin(try->fetch->progress, stage);
	begin_transfer(layer);
	layer->asked_from = layer->part.have;
	layer->is_refused = false;
	if (layer->etag_mirror == mirror_index(try))
		request.if_range = layer->etag;
	r = try_get(try, layer->file->name, &request, &response);
	progress_begin(try->fetch->progress, NULL);
	if (r == 0 && !layer->is_refused && !layer->is_hopeless && layer->part.have < size)
		r = problem(&try->problems, "%s/%s: the answer ended early", try->mirror->url.text,
			    layer->file->name);
	if (try->mirror->bytes - before >= GOOD_BYTES)
		mirror_worked(try->mirror);
	if (r == 0 && !layer->is_refused && !layer->is_hopeless)
		return 0;
	here = size_text(layer->part.have);
	return problem(&try->problems, "%s of it are here", here);
}

/* ---- Whether they are right --------------------------------------------------------------------------- */

/* A mixture that was wrong, and the layer as it is: who was it? */
static void find_culprit(struct layer *layer)
{
	const struct part_piece *piece = part_blame(&layer->part, &layer->mixture);
	struct fetch *fetch = layer->try->fetch;

	if (!piece)
		return;
	if (piece->mirror != PART_EARLIER)
		fetch->mirrors.items[piece->mirror].wrong++;
	progress_say(fetch->progress, "%s: what was wrong came from %s", layer->file->name,
		     mirror_name(fetch, piece->mirror));
}

static enum try_result finish(struct layer *layer)
{
	autofree char *size = NULL;

	if (part_finish(&layer->part, &layer->try->problems) < 0)
		return TRY_HOPELESS;
	size = size_text(layer->file->size_bytes);
	progress_say(layer->try->fetch->progress, "%s: %s, verified", layer->file->name, size);
	if (layer->mixture.count)
		find_culprit(layer);
	return TRY_DONE;
}

static void note_mixture(struct layer *layer, const char *digest, struct part_pieces *pieces)
{
	const struct part_piece *last = &pieces->items[pieces->count - 1];

	progress_say(layer->try->fetch->progress, "%s: it came in %zu pieces, the last one from %s, and "
		     "its SHA-256 is %s, expected %s: it is fetched again from one mirror alone",
		     layer->file->name, pieces->count, mirror_name(layer->try->fetch, last->mirror),
		     digest, layer->file->sha256);
	layer->is_alone = true;
	part_pieces_done(&layer->mixture);
	layer->mixture = *pieces;
	*pieces = (struct part_pieces){ 0 };
	restart(layer);
}

/* All is there. TRY_FAILED with no problem: it was a mixture, and has been begun again. */
static enum try_result verify(struct layer *layer)
{
	struct try *try = layer->try;
	struct part_pieces pieces = { 0 };
	autofree char *digest = NULL;

	if (part_verify(&layer->part, &digest, &pieces))
		return finish(layer);
	if (pieces.count == 1 && pieces.items[0].mirror == mirror_index(try)) {
		try->mirror->wrong++;
		try->retry_after_ms = WRONG_WAIT_MS;
		refuse(layer, "its SHA-256 is %s, expected %s", digest, layer->file->sha256);
		restart(layer);
	} else {
		note_mixture(layer, digest, &pieces);
	}
	part_pieces_done(&pieces);
	return TRY_FAILED;
}

static enum try_result turn(struct layer *layer)
{
	if (layer->part.have < layer->file->size_bytes && get_rest(layer) < 0)
		return TRY_FAILED;
	return verify(layer);
}

static enum try_result try_layer(struct try *try)
{
	struct layer *layer = try->what;
	enum try_result result = TRY_FAILED;

	layer->try = try;
	if (layer->is_alone && layer->part.have > 0 &&
	    part_last_mirror(&layer->part) != mirror_index(try))
		restart(layer);
	/* Twice at most: after a mixture all comes from this mirror, and is no mixture any more. */
	while (!layer->is_hopeless && result == TRY_FAILED && problems_count(&try->problems) == 0)
		result = turn(layer);
	try->fetch->is_bound = layer->is_alone && layer->part.have > 0;
	return layer->is_hopeless ? TRY_HOPELESS : result;
}

int fetch_layer(struct fetch *fetch, const struct manifest_file *file, struct problems *problems)
{
	struct layer layer = { .file = file, .etag_mirror = MIRROR_NONE };
	int code;

	if (part_open(fetch->options->folder, file, &layer.part, problems) < 0)
		return EXIT_PERMANENT;
	code = try_until_done(fetch, try_layer, &layer, problems);
	if (code == EXIT_PERMANENT)
		part_discard(&layer.part); /* it may be what fills the memory */
	fetch->is_bound = false;
	part_done(&layer.part);
	part_pieces_done(&layer.mixture);
	free(layer.etag);
	return code;
}
