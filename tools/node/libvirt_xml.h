// SPDX-License-Identifier: MIT
/*
 * Reading the XML that libvirt writes, which is always in the same shape: no comments, an element's text next to its tags,
 * one space before each attribute. Nothing else may come here. Answers are unescaped and owned by the caller.
 */
#ifndef NODE_LIBVIRT_XML_H
#define NODE_LIBVIRT_XML_H

/* The value of `attribute` in the element's start tag at `tag`; NULL without one. */
char *xml_attribute(const char *tag, const char *attribute);
/* Where a pool has its volumes, <target><path>; NULL: it does not say. */
char *xml_pool_target(const char *pool);

#endif
