# SPDX-License-Identifier: Apache-2.0
# The edge, its tokens, lists and sealed data. Those with a database run inside tests/lib/with-environment; without it
# they are skipped.
unit_test(personal_data USES eventlog)
if(TARGET test_personal_data)
  embed_sql(test_personal_data vault_migrations DIRECTORIES common/eventlog/vault)
endif()
unit_test(access USES service)
unit_test(traces USES service)
foreach(name api listing parked tokens)
  unit_test(${name} USES service)
  if(TARGET test_${name})
    embed_sql(test_${name} ${name}_migrations DIRECTORIES common/eventlog/postgres/migrations)
  endif()
endforeach()
