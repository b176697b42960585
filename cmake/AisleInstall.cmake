# `cmake --install`: the cluster library with its headers and package file, and the program with DuckDB.
include(CMakePackageConfigHelpers)
install(TARGETS aisle_base aisle_cluster EXPORT aisleTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY aisle/base aisle/cluster DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/aisle
  FILES_MATCHING PATTERN "*.h")
install(EXPORT aisleTargets NAMESPACE aisle:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/aisle)
configure_package_config_file(cmake/aisleConfig.cmake.in ${CMAKE_BINARY_DIR}/aisleConfig.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/aisle)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/aisleConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/aisleConfig.cmake ${CMAKE_BINARY_DIR}/aisleConfigVersion.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/aisle)
if(TARGET aisle)
  set_target_properties(aisle PROPERTIES INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}/aisle")
  install(TARGETS aisle RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  install(FILES ${DUCKDB_LIBRARY} DESTINATION ${CMAKE_INSTALL_LIBDIR}/aisle)
endif()
