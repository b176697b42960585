// Text from the user's data in places of a page where it must stay text.
#pragma once

#include <string>
#include <string_view>

namespace aisle {

// For an element's content or a quoted attribute.
std::string html_text(std::string_view text);

// JSON for a <script type="application/json">: nothing in it can end the element or open a comment.
std::string script_json(std::string_view json);

}  // namespace aisle
