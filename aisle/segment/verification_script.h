// verify.py as it was at build time; the .cc file is made from verification_script.cc.in.
#pragma once

namespace aisle {

const char* verification_script();

}  // namespace aisle
