# Every room of aisle is a static library `aisle_NAME` with the alias `aisle::NAME`, made by
#   aisle_room(NAME SOURCES a.cc b.cc DEPENDS base cluster LIBRARIES fmt::fmt)
# DEPENDS names other rooms (public), LIBRARIES outside ones (private).
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

find_program(AISLE_CCACHE ccache)
if(AISLE_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${AISLE_CCACHE})
endif()

# Floating point is not contracted: one binary gives the same labels on processors with and without FMA.
add_library(aisle_warnings INTERFACE)
target_compile_options(aisle_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual)
# Warnings are errors by the compiler that aisle is written with; what a newer one finds to say stops no user's
# build. GCC 12 takes "text" + std::string for an overlapping copy (GCC bug 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(aisle_warnings INTERFACE -Werror -Wno-restrict)
endif()
add_library(aisle_options INTERFACE)
target_compile_options(aisle_options INTERFACE -ffp-contract=off)

function(aisle_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;DEPENDS;LIBRARIES" ${ARGN})
  add_library(aisle_${name} STATIC ${ROOM_SOURCES})
  add_library(aisle::${name} ALIAS aisle_${name})
  set_target_properties(aisle_${name} PROPERTIES EXPORT_NAME ${name})
  target_include_directories(aisle_${name} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_compile_features(aisle_${name} PUBLIC cxx_std_20)
  foreach(room IN LISTS ROOM_DEPENDS)
    target_link_libraries(aisle_${name} PUBLIC aisle_${room})
  endforeach()
  target_link_libraries(aisle_${name} PRIVATE
    $<BUILD_INTERFACE:aisle_warnings> $<BUILD_INTERFACE:aisle_options> ${ROOM_LIBRARIES})
endfunction()
