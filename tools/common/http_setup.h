// SPDX-License-Identifier: MIT
/* What http.c tells libcurl of a request, apart from where the answer goes. */
#ifndef COMMON_HTTP_SETUP_H
#define COMMON_HTTP_SETUP_H

#include <curl/curl.h>

#include "common/http.h"

/* The returned headers belong to the caller and must live as long as `curl` is used. */
struct curl_slist *http_setup(CURL *curl, const struct http_request *request);

#endif
