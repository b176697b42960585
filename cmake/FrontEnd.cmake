# Builds web/ once, for the report (one HTML file) and the served page (its files in one pack and a table of them).
option(AISLE_WEB "Build the front end (needs npm); off leaves the report without charts and serves no page" ON)
set(AISLE_WEB_FOLDER ${CMAKE_BINARY_DIR}/web)
set(web ${PROJECT_SOURCE_DIR}/web)
set(built ${AISLE_WEB_FOLDER}/report.html ${AISLE_WEB_FOLDER}/page.pack ${AISLE_WEB_FOLDER}/page_files.inc)
if(AISLE_WEB)
  file(GLOB_RECURSE web_files CONFIGURE_DEPENDS ${web}/src/* ${web}/*.html ${web}/*.json ${web}/*.ts ${web}/*.js)
  list(FILTER web_files EXCLUDE REGEX "/web/(node_modules|dist)/")
  add_custom_command(OUTPUT ${built} COMMAND ${PROJECT_SOURCE_DIR}/scripts/build_web.sh ${AISLE_WEB_FOLDER}
    DEPENDS ${web_files} ${PROJECT_SOURCE_DIR}/scripts/build_web.sh COMMENT "Building the front end" VERBATIM)
else()
  add_custom_command(OUTPUT ${built}
    COMMAND ${CMAKE_COMMAND} -DFOLDER=${AISLE_WEB_FOLDER} -DWEB=${web} -P ${PROJECT_SOURCE_DIR}/cmake/PlainReport.cmake
    DEPENDS ${web}/report.html ${web}/src/shared/page.css ${PROJECT_SOURCE_DIR}/cmake/PlainReport.cmake VERBATIM)
endif()
add_custom_target(aisle_front_end DEPENDS ${built})
