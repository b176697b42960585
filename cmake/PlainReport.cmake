# What AISLE_WEB=OFF embeds: the report's page without its app, and a served page of no files. Run with -P; FOLDER is
# written to, WEB is the folder web/.
file(READ ${WEB}/report.html page)
file(READ ${WEB}/src/shared/page.css style)
string(REGEX REPLACE "<link rel=\"stylesheet\"[^>]*>" "<style>@STYLE@</style>" page "${page}")
string(REPLACE "@STYLE@" "${style}" page "${page}")
string(REGEX REPLACE "<script type=\"module\"[^>]*></script>\n" "" page "${page}")
string(REPLACE "script-src 'aisle-script-hash'; " "" page "${page}")
file(WRITE ${FOLDER}/report.html "${page}")
file(WRITE ${FOLDER}/page.pack "")
file(WRITE ${FOLDER}/page_files.inc "")
