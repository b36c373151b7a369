// SPDX-License-Identifier: MIT
/*
 * A file in a squashfs is a run of blocks of their own, and a tail: what is left when the blocks are full lies
 * with other files' tails in a fragment, which is packed as one. The sizes on disk stand in the inodes and in
 * the fragment table; a fragment's is shared out by the lengths of the tails in it.
 */
#include <errno.h>
#include <sys/stat.h>

#include <sqfs/block.h>
#include <sqfs/compressor.h>
#include <sqfs/dir_reader.h>
#include <sqfs/error.h>
#include <sqfs/frag_table.h>
#include <sqfs/id_table.h>
#include <sqfs/inode.h>
#include <sqfs/io.h>
#include <sqfs/super.h>

#include "image/size_squashfs.h"

#define NO_FRAGMENT 0xFFFFFFFFu

struct squashfs {
	sqfs_file_t *file;
	sqfs_super_t super;
	sqfs_compressor_t *compressor;
	sqfs_id_table_t *ids;
	sqfs_frag_table_t *fragments;
	sqfs_dir_reader_t *folders;
	sqfs_tree_node_t *tree;
};

/* What is stored once: a run of blocks (fragment NO_FRAGMENT, its place), or a tail (its fragment, its place). */
struct piece {
	uint32_t fragment;
	uint64_t place;
	uint64_t bytes;             /* of blocks: on disk; of a tail: before packing */
	size_t file;                /* the first that has it */
};

struct pieces {
	struct piece *items;
	size_t count;
};

static void squashfs_done(struct squashfs *fs)
{
	sqfs_dir_tree_destroy(fs->tree);
	sqfs_destroy(fs->folders);
	sqfs_destroy(fs->fragments);
	sqfs_destroy(fs->ids);
	sqfs_destroy(fs->compressor);
	sqfs_destroy(fs->file);
}

/* An error of libsquashfs (sqfs/error.h), or 0. */
static int read_tables(struct squashfs *fs)
{
	sqfs_compressor_config_t how;
	int r = sqfs_super_read(&fs->super, fs->file);

	if (r == 0)
		r = sqfs_compressor_config_init(&how, fs->super.compression_id,
						fs->super.block_size, SQFS_COMP_FLAG_UNCOMPRESS);
	if (r == 0)
		r = sqfs_compressor_create(&how, &fs->compressor);
	if (r != 0)
		return r;
	fs->ids = sqfs_id_table_create(0);
	fs->fragments = sqfs_frag_table_create(0);
	fs->folders = sqfs_dir_reader_create(&fs->super, fs->compressor, fs->file, 0);
	if (!fs->ids || !fs->fragments || !fs->folders)
		return SQFS_ERROR_ALLOC;
	r = sqfs_id_table_read(fs->ids, fs->file, &fs->super, fs->compressor);
	if (r == 0)
		r = sqfs_frag_table_read(fs->fragments, fs->file, &fs->super, fs->compressor);
	if (r == 0)
		r = sqfs_dir_reader_get_full_hierarchy(fs->folders, fs->ids, NULL, 0, &fs->tree);
	return r;
}

static int squashfs_open(const char *path, struct squashfs *fs, struct problems *problems)
{
	int r;

	fs->file = sqfs_open_file(path, SQFS_FILE_OPEN_READ_ONLY);
	if (!fs->file)
		return problem_errno(problems, errno, "%s", path);
	r = read_tables(fs);
	return r == 0 ? 0 : problem(problems, "%s: no squashfs that can be read (libsquashfs: error %d)",
				    path, r);
}

static void add_piece(struct pieces *pieces, const struct piece *piece)
{
	pieces->items = xreallocarray(pieces->items, pieces->count + 1, sizeof(*pieces->items));
	pieces->items[pieces->count++] = *piece;
}

static void add_blocks(const sqfs_inode_generic_t *inode, size_t file, struct pieces *pieces)
{
	struct piece piece = { .fragment = NO_FRAGMENT, .file = file };
	size_t count = sqfs_inode_get_file_block_count(inode);

	for (size_t i = 0; i < count; i++)
		piece.bytes += SQFS_ON_DISK_BLOCK_SIZE(inode->extra[i]);
	sqfs_inode_get_file_block_start(inode, &piece.place);
	if (piece.bytes)
		add_piece(pieces, &piece);
}

static void add_tail(const struct squashfs *fs, const sqfs_inode_generic_t *inode, uint64_t bytes,
		     size_t file, struct pieces *pieces)
{
	struct piece piece = { .fragment = NO_FRAGMENT, .file = file };
	sqfs_u32 offset = 0;

	sqfs_inode_get_frag_location(inode, &piece.fragment, &offset);
	piece.place = offset;
	piece.bytes = bytes % fs->super.block_size;
	if (piece.fragment != NO_FRAGMENT && piece.bytes)
		add_piece(pieces, &piece);
}

static bool is_file(const sqfs_inode_generic_t *inode)
{
	return inode->base.type == SQFS_INODE_FILE || inode->base.type == SQFS_INODE_EXT_FILE;
}

static void add_file(const struct squashfs *fs, const sqfs_tree_node_t *node, const char *path,
		     struct size_layer *layer, struct pieces *pieces)
{
	struct size_file *file;
	sqfs_u64 bytes = 0;

	layer->files = xreallocarray(layer->files, layer->count + 1, sizeof(*layer->files));
	file = &layer->files[layer->count];
	sqfs_inode_get_file_size(node->inode, &bytes);
	*file = (struct size_file){ .path = xstrdup(path), .bytes = bytes };
	add_blocks(node->inode, layer->count, pieces);
	add_tail(fs, node->inode, bytes, layer->count, pieces);
	layer->count++;
}

/* libsquashfs refuses a folder that is within itself; how deep they go is bounded by the image's paths. */
static void walk(const struct squashfs *fs, const sqfs_tree_node_t *folder, const char *path,
		 struct size_layer *layer, struct pieces *pieces)
{
	for (const sqfs_tree_node_t *node = folder->children; node; node = node->next) {
		autofree char *below = xasprintf("%s/%s", path, (const char *)node->name);

		if (is_file(node->inode))
			add_file(fs, node, below, layer, pieces);
		else
			walk(fs, node, below, layer, pieces);
	}
}

/* By fragment, then by place, so that what is stored once stands together, its first file first. */
static int compare_pieces(const void *a, const void *b)
{
	const struct piece *x = a, *y = b;

	if (x->fragment != y->fragment)
		return x->fragment < y->fragment ? -1 : 1;
	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	return x->file < y->file ? -1 : x->file > y->file;
}

static void keep_once(struct pieces *pieces)
{
	size_t kept = 0;

	if (pieces->count)
		qsort(pieces->items, pieces->count, sizeof(*pieces->items), compare_pieces);
	for (size_t i = 0; i < pieces->count; i++) {
		const struct piece *last = kept ? &pieces->items[kept - 1] : NULL;
		const struct piece *this = &pieces->items[i];

		if (!last || last->fragment != this->fragment || last->place != this->place)
			pieces->items[kept++] = *this;
	}
	pieces->count = kept;
}

/* The tails of one fragment: rounding what has been shared out so far loses no byte. */
static void share_fragment(uint64_t on_disk, const struct piece *tails, size_t count,
			   struct size_layer *layer)
{
	uint64_t all = 0, so_far = 0, given = 0;

	for (size_t i = 0; i < count; i++)
		all += tails[i].bytes;
	for (size_t i = 0; i < count; i++) {
		uint64_t upto;

		so_far += tails[i].bytes;
		upto = on_disk * so_far / all;
		layer->files[tails[i].file].cost += upto - given;
		given = upto;
	}
}

static int share_out(const struct squashfs *fs, const struct pieces *pieces, const char *path,
		     struct size_layer *layer, struct problems *problems)
{
	size_t next;

	for (size_t i = 0; i < pieces->count; i = next) {
		const struct piece *piece = &pieces->items[i];
		sqfs_fragment_t fragment;

		next = i + 1;
		if (piece->fragment == NO_FRAGMENT) {
			layer->files[piece->file].cost += piece->bytes;
			continue;
		}
		if (sqfs_frag_table_lookup(fs->fragments, piece->fragment, &fragment) != 0)
			return problem(problems, "%s: %s: there is no fragment %u", path,
				       layer->files[piece->file].path, piece->fragment);
		while (next < pieces->count && pieces->items[next].fragment == piece->fragment)
			next++;
		share_fragment(SQFS_ON_DISK_BLOCK_SIZE(fragment.size), piece, next - i, layer);
	}
	return 0;
}

static int find_rest(const char *path, struct size_layer *layer, struct problems *problems)
{
	struct stat st;
	uint64_t files = 0;

	if (stat(path, &st) < 0)
		return problem_errno(problems, errno, "%s", path);
	for (size_t i = 0; i < layer->count; i++)
		files += layer->files[i].cost;
	layer->bytes = st.st_size;
	if (files > layer->bytes)
		return problem(problems, "%s: its files are larger than itself", path);
	layer->rest = layer->bytes - files;
	return 0;
}

int size_layer_read(const char *path, struct size_layer *ret, struct problems *problems)
{
	struct squashfs fs = { 0 };
	struct size_layer layer = { 0 };
	struct pieces pieces = { 0 };
	int r = squashfs_open(path, &fs, problems);

	if (r == 0) {
		walk(&fs, fs.tree, "", &layer, &pieces);
		keep_once(&pieces);
		r = share_out(&fs, &pieces, path, &layer, problems);
	}
	if (r == 0)
		r = find_rest(path, &layer, problems);
	if (r == 0)
		*ret = layer;
	else
		size_layer_done(&layer);
	free(pieces.items);
	squashfs_done(&fs);
	return r;
}

void size_layer_done(struct size_layer *layer)
{
	for (size_t i = 0; i < layer->count; i++)
		free(layer->files[i].path);
	free(layer->files);
	*layer = (struct size_layer){ 0 };
}
