# aisle::spark_connect: what protoc makes of Spark Connect's protocol, in one library compiled quickly. Its files are
# taken from Spark's own jar (scripts/fetch_spark.sh) at build time.
execute_process(COMMAND ${PROJECT_SOURCE_DIR}/scripts/fetch_spark.sh --print
  OUTPUT_VARIABLE spark_cache OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
set(protos ${spark_cache}/protos)
find_package(Protobuf QUIET)
find_package(gRPC QUIET CONFIG)
find_program(GRPC_CPP_PLUGIN grpc_cpp_plugin)
if(NOT EXISTS ${protos} OR NOT Protobuf_FOUND OR NOT gRPC_FOUND OR NOT GRPC_CPP_PLUGIN)
  message(FATAL_ERROR "AISLE_SPARK needs gRPC, protobuf and Spark's protocol: run scripts/setup.sh spark")
endif()

set(made ${CMAKE_BINARY_DIR}/spark_connect)
file(GLOB spark_protos RELATIVE ${protos} ${protos}/spark/connect/*.proto)
set(names ${spark_protos} google/rpc/status.proto google/rpc/error_details.proto)
set(spark_sources "")
foreach(proto IN LISTS names)
  string(REGEX REPLACE "\\.proto$" "" stem ${proto})
  list(APPEND spark_sources ${made}/${stem}.pb.cc)
endforeach()
list(APPEND spark_sources ${made}/spark/connect/base.grpc.pb.cc)
add_custom_command(OUTPUT ${spark_sources}
  COMMAND ${CMAKE_COMMAND} -E make_directory ${made}
  COMMAND protobuf::protoc -I ${protos} --cpp_out=${made} ${names}
  COMMAND protobuf::protoc -I ${protos} --grpc_out=${made} --plugin=protoc-gen-grpc=${GRPC_CPP_PLUGIN}
    spark/connect/base.proto
  DEPENDS ${PROJECT_SOURCE_DIR}/deps/spark.pins COMMENT "Making the stubs of Spark Connect" VERBATIM)
add_library(spark_connect STATIC ${spark_sources})
add_library(aisle::spark_connect ALIAS spark_connect)
target_include_directories(spark_connect SYSTEM PUBLIC ${made})
target_link_libraries(spark_connect PUBLIC gRPC::grpc++ protobuf::libprotobuf)
# Nothing here is worth an optimiser's time: the work is Spark's.
target_compile_options(spark_connect PRIVATE -O1 -w)
