/* SPDX-License-Identifier: Apache-2.0 */
#include "services/payments/formats/statement_reader.h"

#include <assert.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <stdio.h>
#include <string.h>

#include "common/base/text.h"
#include "services/payments/formats/camt_message.h"
#include "services/payments/formats/camt_shape.h"
#include "services/payments/formats/statement_fill.h"
#include "services/payments/formats/statement_window.h"
#include "services/payments/formats/xml_error.h"

enum { CURRENCY_TEXT_SIZE = 8, NAME_SHOWN_MAX = 60 };

/* One open element. */
struct frame {
    const char *name;                     /* interned by the parser */
    const struct shape *shape;            /* of its children; NULL: everything inside is skipped */
    void *object;                         /* that its children fill */
    const struct shape_field *text_field; /* takes the element's own text; NULL: none does */
    void *text_object;
    enum shape_kind kind; /* meaningful for an element that the shape lists */
    bool listed, has_children;
    uint32_t index; /* for the path; 0: not counted */
    char currency[CURRENCY_TEXT_SIZE];
};

struct reader {
    const struct statement_events *events;
    struct statement_reading *reading;
    struct problem *problem;
    enum error error;
    xmlParserCtxt *parser; /* owned */

    struct frame frames[STATEMENT_DEPTH_MAX];
    size_t depth;
    size_t container_depth; /* frames up to the container; 0: outside */
    bool recognised;        /* a container was met */

    struct arena header_arena, entry_arena;
    struct arena_mark statement_mark;
    struct statement_message *message;
    struct statement_header *header; /* NULL outside a statement */
    struct statement_entry *entry;   /* NULL outside an entry */
    bool announced;                  /* the statement callback was called */
    uint32_t entries;                /* of this statement */
    uint32_t noted;                  /* unreadable parts of the message itself */

    char *text; /* STATEMENT_TEXT_BYTES_MAX + 1 */
    size_t text_length;

    struct statement_window window;
    char namespace_kept[STATEMENT_FORMAT_SIZE]; /* of the outermost elements */
};

/* ---- where we are, and what went wrong ---- */

/* Names of ISO 20022 are ASCII; a strange one must neither break a log line nor be cut in half. */
static void name_add(struct text_buffer *buffer, const char *name)
{
    for (size_t i = 0; name[i] && i < NAME_SHOWN_MAX; i++)
        text_buffer_add_character(buffer, name[i] > ' ' && name[i] < 0x7F ? name[i] : '?');
}

static void path_format(const struct reader *reader, char path[STATEMENT_PATH_SIZE])
{
    char whole[STATEMENT_DEPTH_MAX * (NAME_SHOWN_MAX + 16)];
    struct text_buffer buffer = text_buffer_on(whole, sizeof whole);
    size_t first = reader->container_depth > 0 ? reader->container_depth - 1 : 0;
    for (size_t i = first; i < reader->depth; i++) {
        const struct frame *frame = &reader->frames[i];
        if (i > first)
            text_buffer_add_character(&buffer, '/');
        name_add(&buffer, frame->name);
        if (frame->index > 0)
            text_buffer_add_format(&buffer, "[%u]", (unsigned)frame->index);
    }
    /* The end of a path says more than its start. */
    size_t skipped =
        buffer.length < STATEMENT_PATH_SIZE ? 0 : buffer.length - STATEMENT_PATH_SIZE + 1;
    memcpy(path, whole + skipped, buffer.length - skipped + 1);
}

static uint64_t line_now(const struct reader *reader)
{
    int line = reader->parser ? xmlSAX2GetLineNumber(reader->parser) : 0;
    return line > 0 ? (uint64_t)line : 0;
}

/* The first error counts: what follows is only its echo. */
static void reader_note(struct reader *reader, enum error error, uint64_t line, const char *why)
{
    if (reader->error != OK)
        return;
    reader->error = error;
    reader->reading->line = line;
    path_format(reader, reader->reading->path);
    if (why)
        problem_set(reader->problem, error, reader->reading->path, "REC-7", "line %llu: %s",
                    (unsigned long long)line, why);
}

static void reader_fail(struct reader *reader, enum error error, const char *why)
{
    reader_note(reader, error, line_now(reader), why);
    xmlStopParser(reader->parser);
}

static bool reader_check(struct reader *reader, enum error error)
{
    if (error == OK)
        return true;
    reader_fail(reader, error,
                NULL); /* the callback explained itself, but cannot know where we are */
    struct problem *problem = reader->problem;
    if (problem && problem->field[0] == '\0')
        snprintf(problem->field, sizeof problem->field, "%s", reader->reading->path);
    return false;
}

/* ---- statements and entries ---- */

static void container_start(struct reader *reader, struct frame *frame)
{
    bool is_read;
    if (!camt_container_recognise(frame->name, reader->namespace_kept, reader->reading->format,
                                  &is_read))
        return;
    reader->recognised = true;
    reader->container_depth = reader->depth;
    if (!is_read) {
        reader_fail(reader, ERR_UNSUPPORTED, "this message is not read yet");
        return;
    }
    reader->message = arena_zero(&reader->header_arena, sizeof *reader->message);
    if (!reader->message) {
        reader_fail(reader, ERR_TOO_LARGE, "too many messages in one file");
        return;
    }
    reader->message->page.last = true;
    frame->shape = &camt_message_shape;
}

static bool statement_announce(struct reader *reader)
{
    if (reader->announced)
        return true;
    reader->announced = true;
    return !reader->events->statement ||
           reader_check(reader, reader->events->statement(reader->events->context, reader->header));
}

static void *statement_start(struct reader *reader)
{
    reader->statement_mark = arena_mark(&reader->header_arena);
    struct statement_header *header = arena_zero(&reader->header_arena, sizeof *header);
    if (!header)
        return NULL;
    header->message = reader->message;
    header->ordinal = ++reader->reading->statements;
    header->line = line_now(reader);
    header->page.last = true;
    reader->header = header;
    reader->announced = false;
    reader->entries = 0;
    return header;
}

static void statement_end(struct reader *reader)
{
    if (!statement_announce(reader))
        return;
    if (reader->events->statement_end)
        reader_check(reader,
                     reader->events->statement_end(reader->events->context, reader->header));
    reader->header = NULL;
    arena_rewind(&reader->header_arena, reader->statement_mark);
}

static void *entry_start(struct reader *reader)
{
    if (!statement_announce(reader))
        return NULL;
    arena_reset(&reader->entry_arena);
    struct statement_entry *entry = arena_zero(&reader->entry_arena, sizeof *entry);
    if (!entry)
        return NULL;
    entry->ordinal = ++reader->entries;
    entry->line = line_now(reader);
    reader->entry = entry;
    return entry;
}

static void entry_end(struct reader *reader)
{
    struct statement_entry *entry = reader->entry;
    struct statement_reading *reading = reader->reading;
    if (!entry->amount.present) {
        reader_fail(reader, ERR_MISSING, "the entry has no amount");
        return;
    }
    if (entry->side == SIDE_ABSENT) {
        reader_fail(reader, ERR_MISSING, "the entry says neither CRDT nor DBIT");
        return;
    }
    reading->entries++;
    reading->details += entry->details.count;
    if (reader->entry_arena.used_max > reading->entry_bytes_max)
        reading->entry_bytes_max = reader->entry_arena.used_max;
    if (reader->events->entry &&
        !reader_check(reader,
                      reader->events->entry(reader->events->context, reader->header, entry)))
        return;
    reader->entry = NULL;
}

/* ---- elements ---- */

/* Every callback of the parser begins with this: it is making progress. False: nothing more is
 * wanted. */
static bool reader_goes_on(struct reader *reader)
{
    reader->window.silent_bytes = 0;
    return reader->error == OK;
}

/* The parser remembers every name it meets and never forgets one, so their number has a bound. */
static bool names_are_bounded(struct reader *reader)
{
    if (xmlDictSize(reader->parser->dict) <= STATEMENT_NAMES_MAX)
        return true;
    reader_fail(reader, ERR_TOO_LARGE, "the file uses more than 16384 different names");
    return false;
}

static bool kind_is_scalar(enum shape_kind kind)
{
    return kind >= SHAPE_TEXT;
}

static struct arena *arena_now(struct reader *reader)
{
    return reader->entry ? &reader->entry_arena : &reader->header_arena;
}

static uint32_t *unreadable_now(struct reader *reader)
{
    if (reader->entry)
        return &reader->entry->unreadable;
    return reader->header ? &reader->header->unreadable : &reader->noted;
}

static void *root_start(struct reader *reader, struct frame *frame)
{
    if (frame->kind == SHAPE_MESSAGE)
        return reader->message;
    if (frame->kind == SHAPE_STATEMENT) {
        void *header = statement_start(reader);
        frame->index = reader->reading->statements;
        return header;
    }
    void *entry = entry_start(reader);
    frame->index = reader->entries;
    return entry;
}

/* Opens a group that the shape lists: finds or makes the object that its children fill. */
static void group_start(struct reader *reader, struct frame *frame, const struct shape_field *field,
                        void *parent)
{
    bool root = field->kind == SHAPE_MESSAGE || field->kind == SHAPE_STATEMENT ||
                field->kind == SHAPE_ENTRY;
    void *object =
        root ? root_start(reader, frame) : statement_descend(arena_now(reader), parent, field);
    if (!object) {
        if (reader->error == OK)
            reader_fail(reader, ERR_TOO_LARGE,
                        "one entry, or the header of a statement, is larger than we keep");
        return;
    }
    frame->shape = field->inside;
    frame->object = object;
    frame->text_field = shape_find(field->inside, "");
    frame->text_object = object;
    if (field->kind == SHAPE_DETAIL) {
        struct statement_detail *detail = object;
        detail->index = frame->index = (uint32_t)reader->entry->details.count;
        detail->line = line_now(reader);
    } else if (field->kind == SHAPE_BALANCE) {
        frame->index = (uint32_t)reader->header->balances.count;
        ((struct statement_balance *)object)->line = line_now(reader);
    }
}

/* libxml2 gives five pointers for each attribute: name, prefix, namespace, value, end of the value.
 */
static void currency_keep(struct frame *frame, int count, const xmlChar **attributes)
{
    for (int i = 0; i < count; i++) {
        const xmlChar **attribute = attributes + (size_t)i * 5;
        if (!text_equal((const char *)attribute[0], "Ccy"))
            continue;
        size_t length = (size_t)(attribute[4] - attribute[3]);
        /* Too long for a code: any text that is none either gives the same refusal. */
        if (length >= sizeof frame->currency)
            length = sizeof frame->currency - 1;
        memcpy(frame->currency, attribute[3], length);
        frame->currency[length] = '\0';
    }
}

static void element_start(void *context, const xmlChar *name, const xmlChar *prefix,
                          const xmlChar *uri, int namespace_count, const xmlChar **namespaces,
                          int attribute_count, int defaulted, const xmlChar **attributes)
{
    struct reader *reader = context;
    (void)prefix, (void)namespace_count, (void)namespaces, (void)defaulted;
    if (!reader_goes_on(reader) || !names_are_bounded(reader))
        return;
    if (reader->depth == STATEMENT_DEPTH_MAX) {
        reader_fail(reader, ERR_TOO_LARGE, "elements are nested too deep");
        return;
    }
    struct frame *parent = reader->depth > 0 ? &reader->frames[reader->depth - 1] : NULL;
    struct frame *frame = &reader->frames[reader->depth++];
    *frame = (struct frame){.name = (const char *)name};

    if (reader->container_depth == 0) {
        camt_namespace_keep(reader->namespace_kept, (const char *)uri);
        container_start(reader, frame);
        return;
    }
    const struct shape_field *field = parent->shape ? shape_find(parent->shape, frame->name) : NULL;
    if (!field)
        return;
    parent->has_children = true;
    reader->text_length = 0;
    frame->listed = true;
    frame->kind = field->kind;
    currency_keep(frame, attribute_count, attributes);
    if (kind_is_scalar(field->kind)) {
        frame->text_field = field;
        frame->text_object = parent->object;
    } else {
        group_start(reader, frame, field, parent->object);
    }
}

/* The amount's own currency, else that of the account, which some banks leave it to. */
static const char *currency_now(const struct reader *reader, const struct frame *frame)
{
    if (frame->currency[0] != '\0')
        return frame->currency;
    const struct statement_header *header = reader->header;
    return header && header->account.currency.code[0] != '\0' ? header->account.currency.code
                                                              : NULL;
}

static void text_end(struct reader *reader, const struct frame *frame)
{
    struct bytes trimmed = bytes_trimmed(bytes_of(reader->text, reader->text_length));
    if (trimmed.size == 0)
        return; /* an empty element says nothing */
    size_t start = (size_t)(trimmed.data - (const uint8_t *)reader->text);
    reader->text[start + trimmed.size] = '\0';

    const char *why = NULL;
    enum error error = statement_fill(arena_now(reader), frame->text_object, frame->text_field,
                                      reader->text + start, currency_now(reader, frame),
                                      unreadable_now(reader), &why);
    if (error != OK)
        reader_fail(reader, error, why);
}

static void element_end(void *context, const xmlChar *name, const xmlChar *prefix,
                        const xmlChar *uri)
{
    struct reader *reader = context;
    (void)name, (void)prefix, (void)uri;
    if (!reader_goes_on(reader))
        return;
    assert(reader->depth > 0); /* the parser matches ends with starts */
    struct frame *frame = &reader->frames[reader->depth - 1];
    if (frame->text_field && !frame->has_children)
        text_end(reader, frame);
    if (reader->error == OK && frame->listed && frame->kind == SHAPE_ENTRY)
        entry_end(reader);
    if (reader->error == OK && frame->listed && frame->kind == SHAPE_STATEMENT)
        statement_end(reader);
    if (reader->error != OK)
        return; /* the frames stay as they are: they are the path */
    if (reader->depth == reader->container_depth)
        reader->container_depth = 0;
    reader->depth--;
}

static void characters(void *context, const xmlChar *text, int length)
{
    struct reader *reader = context;
    if (!reader_goes_on(reader) || reader->depth == 0 ||
        !reader->frames[reader->depth - 1].text_field)
        return;
    if (reader->text_length + (size_t)length > STATEMENT_TEXT_BYTES_MAX) {
        reader_fail(reader, ERR_TOO_LARGE, "the text of an element is longer than 64 KiB");
        return;
    }
    memcpy(reader->text + reader->text_length, text, (size_t)length);
    reader->text_length += (size_t)length;
}

/* Instructions to other programs say nothing to us, but their names are remembered like all others.
 */
static void instruction(void *context, const xmlChar *target, const xmlChar *text)
{
    struct reader *reader = context;
    (void)target, (void)text;
    if (reader_goes_on(reader))
        names_are_bounded(reader);
}

static void comment(void *context, const xmlChar *text)
{
    (void)text;
    reader_goes_on(context);
}

/* No ISO 20022 message has a document type, and all attacks by entities need one. */
static void document_type(void *context, const xmlChar *name, const xmlChar *external,
                          const xmlChar *system)
{
    (void)name, (void)external, (void)system;
    reader_fail(context, ERR_MALFORMED, "a document type (DOCTYPE) is not allowed in a bank file");
}

static void parser_error(void *context, xmlError *error)
{
    struct reader *reader = context;
    const char *why;
    if (error->level < XML_ERR_ERROR)
        return;
    enum error named = xml_error_explain(error->code, &why);
    reader_note(reader, named, error->line > 0 ? (uint64_t)error->line : 0, why);
}

/* ---- the driver ---- */

static int window_read(void *context, char *buffer, int size)
{
    struct reader *reader = context;
    size_t given = 0;
    if (reader->error != OK)
        return -1;
    enum error error = statement_window_read(&reader->window, buffer, (size_t)size, &given);
    reader->reading->bytes = reader->window.bytes;
    /* The parser stands in the middle of reading here and must not be stopped: -1 makes it end by
     * itself. */
    if (error != OK) {
        bool source = error == ERR_AGAIN;
        reader_note(reader, error, line_now(reader),
                    source ? "the file could not be read"
                           : "a tag or a comment is longer than 64 KiB");
    }
    return error == OK ? (int)given : -1;
}

static void reader_fini(struct reader *reader)
{
    if (reader->parser) {
        if (reader->parser->myDoc)
            xmlFreeDoc(reader->parser->myDoc);
        xmlFreeParserCtxt(reader->parser);
    }
    arena_fini(&reader->header_arena);
    arena_fini(&reader->entry_arena);
}

static void unrecognised_note(struct reader *reader)
{
    snprintf(reader->reading->format, sizeof reader->reading->format, "%s", reader->namespace_kept);
    if (text_starts_with(reader->namespace_kept, "camt.053"))
        reader_note(reader, ERR_MISSING, 1, "the message is a camt.053 but holds no statement");
    else
        reader_note(reader, ERR_UNSUPPORTED, 1, "this is no camt.053: the message is not read yet");
}

enum error statement_read(const struct statement_source *source,
                          const struct statement_events *events, struct statement_reading *reading,
                          struct problem *problem)
{
    *reading = (struct statement_reading){0};
    xmlSAXHandler handler = {.initialized = XML_SAX2_MAGIC,
                             .startElementNs = element_start,
                             .endElementNs = element_end,
                             .characters = characters,
                             .ignorableWhitespace = characters,
                             .cdataBlock = characters,
                             .processingInstruction = instruction,
                             .comment = comment,
                             .internalSubset = document_type,
                             .serror = parser_error};
    __attribute__((cleanup(reader_fini))) struct reader reader = {
        .events = events, .reading = reading, .problem = problem, .window.source = source};
    arena_init(&reader.header_arena, STATEMENT_HEADER_BYTES_MAX);
    arena_init(&reader.entry_arena, STATEMENT_ENTRY_BYTES_MAX);
    reader.text = arena_get(&reader.header_arena, STATEMENT_TEXT_BYTES_MAX + 1);
    reader.window.piece = arena_get(&reader.header_arena, STATEMENT_PIECE_BYTES);
    assert(reader.text && reader.window.piece); /* far below the arena's size */

    xmlInitParser();
    reader.parser = xmlCreateIOParserCtxt(&handler, &reader, window_read, NULL, &reader,
                                          XML_CHAR_ENCODING_NONE);
    if (!reader.parser)
        return problem_set(problem, ERR_INTERNAL, "", "REC-7", "the XML parser could not start");
    xmlCtxtUseOptions(reader.parser, XML_PARSE_NONET);
    xmlParseDocument(reader.parser);

    if (reader.error == OK && (!reader.parser->wellFormed || !reader.parser->nsWellFormed))
        reader_note(&reader, ERR_MALFORMED, line_now(&reader), "not well-formed XML");
    if (reader.error == OK && !reader.recognised)
        unrecognised_note(&reader);
    return reader.error;
}
