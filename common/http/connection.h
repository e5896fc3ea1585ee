/* SPDX-License-Identifier: Apache-2.0
 * Connection: the life of one client's socket, from one request to the next. All on the loop
 * thread. Private to this room. */
#pragma once
#include <event2/util.h>

#include "common/http/loop.h"

/* Takes the socket over. `peer` is its numeric address. */
void http_connection_new(struct http_server *server, evutil_socket_t socket, const char *peer);

/* Connections of that peer. */
uint32_t http_connection_count_peer(const struct http_server *server, const char *peer);

/* Gives an answer out; frees the exchange now or once it is sent. */
void http_connection_answer(struct http_connection *connection, struct http_exchange *exchange);

/* Closes those that wait for a request; all of them if `force`. */
void http_connections_close(struct http_server *server, bool force);
