#include "aisle/report/report.h"

#include "aisle/base/errors.h"
#include "aisle/project/staged_output.h"
#include "aisle/report/first_screen.h"
#include "aisle/report/html.h"
#include "aisle/report/page_template.h"

namespace aisle {

Audience parse_audience(const std::string& text) {
  if (text == "full") return Audience::kFull;
  if (text == "exec") return Audience::kExec;
  throw InvalidInput({.where = "--audience",
                      .what = "\"" + text + "\" is not known",
                      .expected = "full or exec",
                      .remedy = ""});
}

void write_report(const Options& options, const ProjectPaths& paths, Audience audience,
                  const std::filesystem::path& out) {
  const ReportDocuments documents = read_documents(options, paths, audience);
  const NumberWords words(options.project.locale, options.project.currency);
  write_file(out, filled_page({.title = html_text(documents.segments.project + ": store clusters"),
                               .first_screen = first_screen(documents, words),
                               .documents = documents.scripts}));
}

}  // namespace aisle
