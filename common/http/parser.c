/* SPDX-License-Identifier: Apache-2.0 */
#include "common/http/parser.h"

#include <string.h>

#include "common/base/text.h"

enum {
    CHUNK_LINE_MAX = 256,
    CHUNK_TRAILERS_MAX = 4096,
};

#define REFUSE(status_, code_, detail_)                                                            \
    ({                                                                                             \
        static const struct http_problem refusal_ = {                                              \
            .status = (status_), .code = (code_), .detail = (detail_)};                            \
        &refusal_;                                                                                 \
    })

const char *http_method_name(enum http_method method)
{
    static const char *const names[] = {
#define X(name) #name,
        HTTP_METHODS(X)
#undef X
    };
    return names[method];
}

static bool is_token_character(unsigned char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c && strchr("!#$%&'*+-.^_`|~", c));
}

bool http_is_token(const char *text)
{
    if (!*text)
        return false;
    for (; *text; text++)
        if (!is_token_character((unsigned char)*text))
            return false;
    return true;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool http_percent_decode(char *room, const char *raw, size_t size, bool plus_is_space)
{
    char *out = room;
    for (size_t i = 0; i < size; i++) {
        int byte = (unsigned char)raw[i];
        if (byte == '%') {
            int high = i + 2 < size ? hex_digit(raw[i + 1]) : -1;
            int low = high >= 0 ? hex_digit(raw[i + 2]) : -1;
            if (low < 0)
                return false;
            byte = high * 16 + low;
            i += 2;
        } else if (byte == '+' && plus_is_space) {
            byte = ' ';
        }
        if (byte < 0x20 || byte == 0x7F)
            return false;
        *out++ = (char)byte;
    }
    *out = 0;
    return utf8_valid(bytes_of(room, (size_t)(out - room)), TEXT_NO_CONTROL);
}

static http_refusal scan_line_end(struct http_scan *scan, const char *bytes,
                                  const struct http_scan_limits *limits)
{
    size_t line_size = scan->at - 1 - scan->line_begin; /* without CR; at stands on LF */
    scan->line_begin = scan->at + 1;
    if (line_size == 0) {
        /* One empty line before a request is a courtesy to old clients (RFC 9112, 2.2). */
        if (scan->lines == 0)
            return scan->at == 1 ? NULL
                                 : REFUSE(400, "malformed_request",
                                          "the request line is missing: more than one empty line");
        scan->complete = true;
        return NULL;
    }
    if (bytes[scan->at - 1 - line_size] == ' ' || bytes[scan->at - 1 - line_size] == '\t')
        return REFUSE(400, "folded_header", "a line begins with white space; folding is obsolete");
    scan->lines++;
    if (scan->lines > limits->headers_max + 1)
        return REFUSE(431, "too_many_headers", "the request has too many header fields");
    return NULL;
}

http_refusal http_head_scan(struct http_scan *scan, const char *bytes, size_t size,
                            const struct http_scan_limits *limits)
{
    for (; scan->at < size && !scan->complete; scan->at++) {
        unsigned char c = (unsigned char)bytes[scan->at];
        if (scan->lines == 0) {
            /* Method and version take at most 20 bytes of the first line. */
            if (scan->at - scan->line_begin > limits->target_bytes_max + 20)
                return REFUSE(414, "target_too_long", "path and query are too long");
        } else if (scan->at >= limits->head_bytes_max + limits->target_bytes_max) {
            return REFUSE(431, "headers_too_large", "the header fields are too large");
        }
        bool after_cr = scan->at > 0 && bytes[scan->at - 1] == '\r';
        if (after_cr != (c == '\n'))
            return REFUSE(400, "bare_line_ending", "a line must end in CR LF");
        if (c == '\n') {
            http_refusal refusal = scan_line_end(scan, bytes, limits);
            if (refusal)
                return refusal;
        } else if ((c < 0x20 && c != '\r' && c != '\t') || c == 0x7F) {
            return REFUSE(400, "control_character", "a control character stands in the head");
        }
    }
    return NULL;
}

static http_refusal parse_method(struct http_head *head, const char *name)
{
    for (int i = HTTP_GET; i <= HTTP_OPTIONS; i++) {
        if (strcmp(http_method_name((enum http_method)i), name) == 0) {
            head->method = (enum http_method)i;
            return NULL;
        }
    }
    if (!http_is_token(name))
        return REFUSE(400, "malformed_request", "the method is not a token");
    return REFUSE(501, "method_unknown", "this method is not known here");
}

static http_refusal check_target(const struct http_head *head)
{
    const char *at = head->target;
    if (strcmp(at, "*") == 0 && head->method == HTTP_OPTIONS)
        return NULL;
    if (*at != '/')
        return REFUSE(400, "target_form",
                      "the target must begin with '/': absolute URIs are for proxies");
    for (; *at; at++) {
        unsigned char c = (unsigned char)*at;
        if (c <= 0x20 || c >= 0x7F || strchr("\"#<>\\^`{|}", c))
            return REFUSE(400, "malformed_target", "path and query: encode this character as %XX");
        if (c == '%' && (hex_digit(at[1]) < 0 || hex_digit(at[2]) < 0))
            return REFUSE(400, "malformed_target",
                          "'%' must be followed by two hexadecimal digits");
        if (c == '%' && at[1] == '0' && at[2] == '0')
            return REFUSE(400, "malformed_target", "%00 is not allowed");
    }
    return NULL;
}

static http_refusal parse_request_line(struct http_head *head, char *line, bool *is_1_0)
{
    char *target = strchr(line, ' ');
    char *version = target ? strchr(target + 1, ' ') : NULL;
    if (!version || strchr(version + 1, ' '))
        return REFUSE(400, "malformed_request", "the first line must be: METHOD /target HTTP/1.1");
    *target++ = 0;
    *version++ = 0;
    if (strncmp(version, "HTTP/", 5) != 0)
        return REFUSE(400, "malformed_request", "the first line must be: METHOD /target HTTP/1.1");
    *is_1_0 = strcmp(version, "HTTP/1.0") == 0;
    if (!*is_1_0 && strcmp(version, "HTTP/1.1") != 0)
        return REFUSE(505, "http_version", "only HTTP/1.1 and HTTP/1.0 are spoken here");
    http_refusal refusal = parse_method(head, line);
    head->target = target;
    return refusal ? refusal : check_target(head);
}

static http_refusal parse_field(struct http_head *head, char *line)
{
    char *colon = strchr(line, ':');
    if (!colon)
        return REFUSE(400, "malformed_header", "a header line has no colon");
    *colon = 0;
    if (!http_is_token(line))
        return REFUSE(400, "malformed_header", "a header's name is not a token");
    for (char *at = line; *at; at++)
        if (*at >= 'A' && *at <= 'Z')
            *at = (char)(*at + 32);
    char *value = colon + 1;
    value += strspn(value, " \t");
    for (char *end = value + strlen(value); end > value && (end[-1] == ' ' || end[-1] == '\t');)
        *--end = 0;
    head->headers[head->header_count++] = (struct http_pair){line, value};
    return NULL;
}

static bool is_single(const char *name)
{
    static const char *const names[] = {"authorization",
                                        "content-encoding",
                                        "content-length",
                                        "content-type",
                                        "date",
                                        "duebook-after",
                                        "expect",
                                        "from",
                                        "host",
                                        "idempotency-key",
                                        "if-modified-since",
                                        "if-range",
                                        "referer",
                                        "traceparent",
                                        "transfer-encoding",
                                        "user-agent",
                                        "if-unmodified-since"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

/* A list may be split over several fields (RFC 9110, 5.3); a single value may not, since two
 * readers would choose differently. */
static http_refusal join_repeated(struct http_head *head, char *room)
{
    for (size_t i = 0; i < head->header_count; i++) {
        const char *joined = NULL;
        for (size_t k = i + 1; k < head->header_count;) {
            if (strcmp(head->headers[i].name, head->headers[k].name) != 0) {
                k++;
                continue;
            }
            if (is_single(head->headers[i].name))
                return REFUSE(400, "repeated_header", "a header that may stand once stands twice");
            if (!joined) {
                joined = room;
                room = stpcpy(room, head->headers[i].value);
            }
            room = stpcpy(stpcpy(room, ", "), head->headers[k].value);
            head->header_count--;
            memmove(&head->headers[k], &head->headers[k + 1],
                    (head->header_count - k) * sizeof head->headers[k]);
        }
        if (joined) {
            head->headers[i].value = joined;
            room++;
        }
    }
    return NULL;
}

const char *http_head_get(const struct http_head *head, const char *name)
{
    for (size_t i = 0; i < head->header_count; i++)
        if (strcmp(head->headers[i].name, name) == 0)
            return head->headers[i].value;
    return NULL;
}

static http_refusal parse_content_length(struct http_head *head, const char *text)
{
    size_t digits = strspn(text, "0123456789");
    if (!digits || text[digits] || digits > 18)
        return REFUSE(400, "content_length", "Content-Length must be one decimal number");
    for (; *text; text++)
        head->content_length = head->content_length * 10 + (uint64_t)(*text - '0');
    return NULL;
}

static bool list_has(const char *list, const char *word)
{
    size_t size = strlen(word);
    for (const char *at = list; *at;) {
        at += strspn(at, ", \t");
        size_t item = strcspn(at, ", \t");
        if (item == size && strncasecmp(at, word, size) == 0)
            return true;
        at += item;
    }
    return false;
}

static http_refusal parse_framing(struct http_head *head, bool is_1_0)
{
    const char *coding = http_head_get(head, "transfer-encoding");
    const char *length = http_head_get(head, "content-length");
    const char *connection = http_head_get(head, "connection");
    const char *expect = http_head_get(head, "expect");
    head->closes = is_1_0 || (connection && list_has(connection, "close"));
    if (!http_head_get(head, "host") && !is_1_0)
        return REFUSE(400, "host_missing", "HTTP/1.1 needs a Host header");
    if (coding && length)
        return REFUSE(
            400, "ambiguous_length",
            "Transfer-Encoding and Content-Length together are how requests are smuggled");
    if (coding && is_1_0)
        return REFUSE(400, "transfer_encoding", "HTTP/1.0 has no Transfer-Encoding");
    if (coding && strcasecmp(coding, "chunked") != 0)
        return REFUSE(501, "transfer_encoding", "the only transfer coding here is chunked");
    if (expect && strcasecmp(expect, "100-continue") != 0)
        return REFUSE(417, "expectation", "the only expectation met here is 100-continue");
    head->chunked = coding != NULL;
    head->expects_continue = expect && !is_1_0;
    return length ? parse_content_length(head, length) : NULL;
}

http_refusal http_head_parse(struct http_head *head, char *text, size_t size, char *room)
{
    bool is_1_0 = false;
    char *end = text + size - 2; /* the empty line at the end */
    if (text[0] == '\r')
        text += 2;
    head->header_count = 0;
    head->content_length = 0;
    for (char *line = text; line < end;) {
        char *line_end = memchr(line, '\r', (size_t)(end - line) + 1);
        *line_end = 0;
        http_refusal refusal =
            line == text ? parse_request_line(head, line, &is_1_0) : parse_field(head, line);
        if (refusal)
            return refusal;
        line = line_end + 2;
    }
    http_refusal refusal = join_repeated(head, room);
    return refusal ? refusal : parse_framing(head, is_1_0);
}

#define CHUNK_REFUSAL REFUSE(400, "malformed_chunk", "the chunked body is malformed")

static http_refusal chunk_line(struct http_chunks *chunks, char c)
{
    if (++chunks->line_bytes > CHUNK_LINE_MAX)
        return CHUNK_REFUSAL;
    int digit = chunks->state == CHUNK_SIZE ? hex_digit(c) : -1;
    if (digit >= 0) {
        /* 15 digits cannot overflow. */
        if (++chunks->digits > 15)
            return CHUNK_REFUSAL;
        chunks->left = chunks->left * 16 + (uint64_t)digit;
        return NULL;
    }
    if (!chunks->digits)
        return CHUNK_REFUSAL;
    if (c == '\r') {
        chunks->state = CHUNK_SIZE_LF;
        return NULL;
    }
    /* An extension begins with ';' at once: white space before it is read differently by different
     * servers. */
    bool is_text = (c >= 0x20 && c != 0x7F) || c == '\t';
    if (chunks->state == CHUNK_SIZE ? c != ';' : !is_text)
        return CHUNK_REFUSAL;
    chunks->state = CHUNK_EXTENSION;
    return NULL;
}

/* Trailers are read and thrown away: nothing here may depend on what comes after the body. */
static http_refusal chunk_trailer(struct http_chunks *chunks, char c)
{
    if (++chunks->trailer_bytes > CHUNK_TRAILERS_MAX)
        return REFUSE(431, "trailers_too_large", "the trailer fields are too large");
    if (c == '\r') {
        chunks->state = CHUNK_TRAILER_LF;
        return NULL;
    }
    unsigned char byte = (unsigned char)c;
    bool folded = chunks->line_bytes == 0 && (c == ' ' || c == '\t');
    if (folded || (byte < 0x20 && c != '\t') || byte == 0x7F)
        return CHUNK_REFUSAL;
    chunks->line_bytes++;
    return NULL;
}

static http_refusal chunk_byte(struct http_chunks *chunks, char c)
{
    switch (chunks->state) {
    case CHUNK_SIZE:
    case CHUNK_EXTENSION:
        return chunk_line(chunks, c);
    case CHUNK_SIZE_LF:
        chunks->state = chunks->left ? CHUNK_DATA : CHUNK_TRAILER;
        chunks->digits = chunks->line_bytes = 0;
        return c == '\n' ? NULL : CHUNK_REFUSAL;
    case CHUNK_DATA_CR:
        chunks->state = CHUNK_DATA_LF;
        return c == '\r' ? NULL : CHUNK_REFUSAL;
    case CHUNK_DATA_LF:
        chunks->state = CHUNK_SIZE;
        return c == '\n' ? NULL : CHUNK_REFUSAL;
    case CHUNK_TRAILER:
        return chunk_trailer(chunks, c);
    case CHUNK_TRAILER_LF:
        chunks->state = chunks->line_bytes ? CHUNK_TRAILER : CHUNK_END;
        chunks->line_bytes = 0;
        return c == '\n' ? NULL : CHUNK_REFUSAL;
    case CHUNK_DATA:
    case CHUNK_END:
        break;
    }
    return CHUNK_REFUSAL;
}

http_refusal http_chunks_take(struct http_chunks *chunks, const char *bytes, size_t size,
                              size_t *used, const char **data, size_t *data_size)
{
    *used = *data_size = 0;
    *data = bytes;
    while (*used < size && chunks->state != CHUNK_END) {
        if (chunks->state == CHUNK_DATA) {
            size_t rest = size - *used;
            *data = bytes + *used;
            *data_size = chunks->left < rest ? (size_t)chunks->left : rest;
            *used += *data_size;
            chunks->left -= *data_size;
            if (!chunks->left)
                chunks->state = CHUNK_DATA_CR;
            return NULL;
        }
        http_refusal refusal = chunk_byte(chunks, bytes[(*used)++]);
        if (refusal)
            return refusal;
    }
    return NULL;
}
