# Defines DuckDB::DuckDB: a system install where there is one, else what scripts/fetch_duckdb.sh cached.
execute_process(COMMAND ${PROJECT_SOURCE_DIR}/scripts/fetch_duckdb.sh --print
  OUTPUT_VARIABLE duckdb_cache OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
find_path(DUCKDB_INCLUDE_DIR duckdb.h HINTS ${duckdb_cache}/include)
find_library(DUCKDB_LIBRARY duckdb HINTS ${duckdb_cache}/lib)
if(NOT DUCKDB_INCLUDE_DIR OR NOT DUCKDB_LIBRARY)
  message(FATAL_ERROR "DuckDB was not found: run scripts/setup.sh, or install libduckdb and duckdb.h")
endif()
add_library(DuckDB::DuckDB SHARED IMPORTED)
set_target_properties(DuckDB::DuckDB PROPERTIES
  IMPORTED_LOCATION ${DUCKDB_LIBRARY} IMPORTED_NO_SONAME ON INTERFACE_INCLUDE_DIRECTORIES ${DUCKDB_INCLUDE_DIR})
