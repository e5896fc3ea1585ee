# SPDX-License-Identifier: Apache-2.0
# Services are programs of their own, so their names may clash. What plays several of them in one process (stories,
# simulation) links each model as one object of which nothing but <service>_model can be seen.
# Sets SERVICE_MODELS ("X(invoicing) X(payments) …", those that this tree has) and the library service_models.
set(SERVICE_MODELS "")
add_library(service_models INTERFACE)
foreach(name invoicing payments reconciliation collections reporting)
  if(TARGET ${name} AND EXISTS ${CMAKE_SOURCE_DIR}/services/${name}/model.c)
    set(archives $<TARGET_FILE:${name}>)
    set(targets ${name})
    foreach(part ${name}_domain ${name}_formats)
      if(TARGET ${part})
        list(APPEND archives $<TARGET_FILE:${part}>)
        list(APPEND targets ${part})
      endif()
    endforeach()
    set(object ${CMAKE_BINARY_DIR}/models/${name}.o)
    file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/models)
    add_custom_command(
      OUTPUT ${object}
      COMMAND ${CMAKE_LINKER} -r -u ${name}_model -o ${object}.open --start-group ${archives} --end-group
      COMMAND ${CMAKE_OBJCOPY} --keep-global-symbol=${name}_model ${object}.open ${object}
      DEPENDS ${targets} ${archives}
      VERBATIM)
    set_source_files_properties(${object} PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
    target_sources(service_models INTERFACE ${object})
    string(APPEND SERVICE_MODELS "X(${name}) ")
  endif()
endforeach()
target_link_libraries(service_models INTERFACE service http database eventlog wire identity money base contract
                      PkgConfig::xml-2.0)
