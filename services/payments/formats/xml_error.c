/* SPDX-License-Identifier: Apache-2.0 */
#include "services/payments/formats/xml_error.h"

#include <libxml/xmlerror.h>
#include <stddef.h>

static const struct {
    int code;
    enum error error;
    const char *why;
} parser_errors[] = {
    {XML_ERR_DOCUMENT_EMPTY, ERR_MALFORMED, "the file is empty or does not start as XML does"},
    {XML_ERR_DOCUMENT_END, ERR_MALFORMED, "there is something behind the end of the document"},
    {XML_ERR_TAG_NAME_MISMATCH, ERR_MALFORMED,
     "an end tag does not belong to the element that is open"},
    {XML_ERR_TAG_NOT_FINISHED, ERR_MALFORMED, "the file ends before its elements do"},
    {XML_ERR_INVALID_CHAR, ERR_MALFORMED, "a character is not allowed in XML"},
    {XML_ERR_INVALID_ENCODING, ERR_MALFORMED,
     "the bytes are not of the encoding that the file names"},
    {XML_ERR_UNKNOWN_ENCODING, ERR_MALFORMED, "the encoding is unknown"},
    {XML_ERR_UNSUPPORTED_ENCODING, ERR_MALFORMED, "the encoding is unknown"},
    {XML_ERR_UNDECLARED_ENTITY, ERR_MALFORMED, "an entity is not one of the five of XML"},
    {XML_WAR_UNDECLARED_ENTITY, ERR_MALFORMED, "an entity is not one of the five of XML"},
    {XML_ERR_NAME_TOO_LONG, ERR_TOO_LARGE, "a name is too long"},
    {XML_ERR_INTERNAL_ERROR, ERR_TOO_LARGE, "a limit of the XML parser was exceeded"},
    {XML_NS_ERR_UNDEFINED_NAMESPACE, ERR_MALFORMED, "a namespace prefix is not declared"},
};

enum error xml_error_explain(int parser_code, const char **why)
{
    for (size_t i = 0; i < sizeof parser_errors / sizeof *parser_errors; i++)
        if (parser_errors[i].code == parser_code) {
            *why = parser_errors[i].why;
            return parser_errors[i].error;
        }
    *why = "not well-formed XML";
    return ERR_MALFORMED;
}
