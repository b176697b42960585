# Turns the plain comments of a header into Doxygen's: the first block describes the file, a block before a
# declaration describes it, a comment behind a member describes that member.
function text_of(comment) {
  gsub(/\\/, "\\\\", comment)
  gsub(/[@#%]/, "\\\\&", comment)
  gsub(/&/, "\\&amp;", comment)
  gsub(/</, "\\&lt;", comment)
  gsub(/>/, "\\&gt;", comment)
  return comment
}
NR == 1 && /^\/\// { print "/// \\file"; }
{
  place = match($0, /\/\//)
  if (!place) { behind = 0; print; next }
  before = substr($0, 1, place - 1)
  comment = text_of(substr($0, place + 2))
  if (before ~ /^ *$/) {
    # A comment goes on below a member's own when it stands in the same column.
    print before (behind == place ? "///<" : "///") comment
    if (behind != place) behind = 0
  } else {
    behind = place
    print before "///<" comment
  }
}
