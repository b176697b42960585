# Writes OUTPUT, a C++ file that holds the SQL FILES (separated by |) as (name, text) pairs. Run with -P.
string(REPLACE "|" ";" files "${FILES}")
set(entries "")
foreach(file IN LISTS files)
  file(READ ${file} text)
  string(REGEX REPLACE "^.*/(sql/[^/]+/[^/]+)$" "\\1" name ${file})
  string(APPEND entries "    {\"${name}\", R\"__sql(${text})__sql\"},\n")
endforeach()
file(WRITE ${OUTPUT} "#include \"aisle/features/embedded_sql.h\"

namespace aisle {

const std::vector<EmbeddedSql>& embedded_sql() {
  static const std::vector<EmbeddedSql> files = {
${entries}  };
  return files;
}

}  // namespace aisle
")
