# SPDX-License-Identifier: Apache-2.0
# embed_sql(target symbol DIRECTORIES directory…): the files NNNN_name.sql of the directories, sorted by number, become
# `const struct migrations symbol` (common/database/migration.h) in the target. As a script (cmake -P) it writes that C file.
if(CMAKE_SCRIPT_MODE_FILE)
  # A file name sorts like its number, since numbers have four digits; directories must not decide the order.
  foreach(file ${FILES})
    get_filename_component(name ${file} NAME)
    if(NOT name MATCHES "^([0-9][0-9][0-9][0-9])_[a-z0-9_]+\\.sql$")
      message(FATAL_ERROR "${file}: a migration is called NNNN_name.sql")
    endif()
    if(DEFINED path_${CMAKE_MATCH_1})
      message(FATAL_ERROR "${file}: the number is taken by ${path_${CMAKE_MATCH_1}}")
    endif()
    set(path_${CMAKE_MATCH_1} ${file})
    list(APPEND numbers ${CMAKE_MATCH_1})
  endforeach()
  list(SORT numbers)
  set(texts "")
  set(items "")
  foreach(number ${numbers})
    file(READ ${path_${number}} hex HEX)
    file(SHA256 ${path_${number}} checksum)
    get_filename_component(name ${path_${number}} NAME)
    string(REGEX REPLACE "(..)" "\\\\x\\1" bytes "${hex}")
    string(REGEX REPLACE "^0*([0-9]+)$" "\\1" plain ${number})
    string(APPEND texts "static const char sql_${number}[] = \"${bytes}\";\n")
    string(APPEND items "    {${plain}, \"${name}\", sql_${number}, \"${checksum}\"},\n")
  endforeach()
  list(LENGTH numbers count)
  file(WRITE ${OUTPUT}.new "/* Generated from SQL files by cmake/embed_sql.cmake. */
#include \"common/database/migration.h\"
extern const struct migrations ${SYMBOL};
${texts}static const struct migration items[] = {
${items}};
const struct migrations ${SYMBOL} = {items, ${count}};
")
  file(RENAME ${OUTPUT}.new ${OUTPUT})
  return()
endif()

set(EMBED_SQL_SCRIPT ${CMAKE_CURRENT_LIST_FILE})

function(embed_sql target symbol)
  cmake_parse_arguments(E "" "" "DIRECTORIES" ${ARGN})
  set(files "")
  foreach(directory ${E_DIRECTORIES})
    file(GLOB found CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${directory}/*.sql)
    list(APPEND files ${found})
  endforeach()
  if(NOT files)
    message(FATAL_ERROR "embed_sql: no .sql file in ${E_DIRECTORIES}")
  endif()
  set(output ${CMAKE_BINARY_DIR}/embedded/${symbol}.c)
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/embedded)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} "-DFILES=${files}" -DOUTPUT=${output} -DSYMBOL=${symbol} -P ${EMBED_SQL_SCRIPT}
    DEPENDS ${files} ${EMBED_SQL_SCRIPT}
    VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()
