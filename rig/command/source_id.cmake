# Writes source_id.h: the program's version and the SHA-256 over its source tree. The hash covers
# "<sha256 of file>  <path>\n" for every source file, sorted by path, so anyone can recompute it:
#   find CMakeLists.txt rig drivers results -type f \( -name '*.cpp' -o -name '*.h' -o -name '*.sql' \
#     -o -name 'CMakeLists.txt' \) | LC_ALL=C sort | xargs sha256sum | sha256sum
cmake_minimum_required(VERSION 3.25)
file(GLOB_RECURSE files RELATIVE ${SOURCE}
     ${SOURCE}/rig/*.cpp ${SOURCE}/rig/*.h ${SOURCE}/rig/*.sql ${SOURCE}/rig/CMakeLists.txt
     ${SOURCE}/drivers/*.cpp ${SOURCE}/drivers/*.h ${SOURCE}/drivers/*.sql ${SOURCE}/drivers/CMakeLists.txt
     ${SOURCE}/results/*.cpp ${SOURCE}/results/*.h ${SOURCE}/results/*.sql ${SOURCE}/results/CMakeLists.txt)
list(APPEND files CMakeLists.txt)
list(SORT files COMPARE STRING CASE SENSITIVE)
set(lines "")
foreach(file IN LISTS files)
  file(SHA256 ${SOURCE}/${file} hash)
  string(APPEND lines "${hash}  ${file}\n")
endforeach()
string(SHA256 hash "${lines}")
file(CONFIGURE OUTPUT ${OUTPUT} @ONLY CONTENT
"#pragma once
#define BREWPROOF_VERSION \"@VERSION@\"
#define BREWPROOF_SOURCE_SHA256 \"@hash@\"
")
