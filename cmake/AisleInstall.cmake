# `cmake --install`: the component `library` is the clustering library with its headers and package file, the
# component `program` is aisle with DuckDB, its manual page and its shell completions.
include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/aisle)
install(TARGETS aisle_base aisle_cluster EXPORT aisleTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT library)
install(DIRECTORY aisle/base aisle/cluster DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/aisle COMPONENT library
  FILES_MATCHING PATTERN "*.h" PATTERN "*_body.h" EXCLUDE)
install(EXPORT aisleTargets NAMESPACE aisle:: DESTINATION ${package_dir} COMPONENT library)
configure_package_config_file(cmake/aisleConfig.cmake.in ${CMAKE_BINARY_DIR}/aisleConfig.cmake
  INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/aisleConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/aisleConfig.cmake ${CMAKE_BINARY_DIR}/aisleConfigVersion.cmake
  DESTINATION ${package_dir} COMPONENT library)
install(FILES LICENSE THIRD_PARTY_NOTICES.md DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT library)

if(TARGET aisle)
  set_target_properties(aisle PROPERTIES INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}/aisle")
  install(TARGETS aisle RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT program)
  install(FILES ${DUCKDB_LIBRARY} DESTINATION ${CMAKE_INSTALL_LIBDIR}/aisle COMPONENT program)
  install(FILES LICENSE THIRD_PARTY_NOTICES.md DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT program)
  # The program writes its own manual page and completions, so they cannot fall behind its options.
  set(made ${CMAKE_BINARY_DIR}/share)
  install(CODE "
    file(MAKE_DIRECTORY \"${made}\")
    foreach(document IN ITEMS man \"completions;bash\" \"completions;zsh\" \"completions;fish\")
      string(REPLACE \";\" \"-\" name \"\${document}\")
      execute_process(COMMAND \"$<TARGET_FILE:aisle>\" \${document} OUTPUT_FILE \"${made}/\${name}\"
        COMMAND_ERROR_IS_FATAL ANY)
    endforeach()" COMPONENT program)
  install(FILES ${made}/man RENAME aisle.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT program)
  install(FILES ${made}/completions-bash RENAME aisle
    DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions COMPONENT program)
  install(FILES ${made}/completions-zsh RENAME _aisle
    DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions COMPONENT program)
  install(FILES ${made}/completions-fish RENAME aisle.fish
    DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d COMPONENT program)
endif()
