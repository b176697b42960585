// How near a user's column name is to a phrase of retail.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace aisle {

// The words of a name: lower case, without accents, split at anything that is no letter or digit and at
// camelCase; small words ("of", "de", "der") left out. "NúmeroDaLoja" gives numero, loja.
std::vector<std::string> words_of(std::string_view name);

// In [0, 1]: 1 for the same words, less for the same in another order, for a name that has more words, for a
// slip of the pen, for a part of the phrase; 0 for nothing in common.
double name_likeness(const std::vector<std::string>& name, const std::vector<std::string>& phrase);

}  // namespace aisle
