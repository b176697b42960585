// Mutates JSON as JSON, so that most inputs get past the parser and into the reader behind it. Include once
// in a harness.
#pragma once

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace aisle::fuzz {

using Json = nlohmann::ordered_json;

inline void collect(Json& node, std::vector<Json*>& nodes) {
  nodes.push_back(&node);
  if (!node.is_structured()) return;
  for (Json& child : node) collect(child, nodes);
}

// A value that readers tend to forget.
inline Json odd_value(std::mt19937& draw) {
  static const std::vector<Json> values = {nullptr,
                                           true,
                                           0,
                                           -1,
                                           1,
                                           2147483648LL,
                                           INT64_MIN,
                                           UINT64_MAX,
                                           0.5,
                                           -1e308,
                                           1e-308,
                                           "",
                                           "x",
                                           "2024-02-30",
                                           "a\0b",
                                           "\xC3\xA9",
                                           Json::array(),
                                           Json::object(),
                                           Json::array({Json::array()})};
  return values[draw() % values.size()];
}

inline void mutate_node(Json& document, std::mt19937& draw) {
  std::vector<Json*> nodes;
  collect(document, nodes);
  Json& node = *nodes[draw() % nodes.size()];
  switch (draw() % 5) {
    case 0:
      node = odd_value(draw);
      return;
    case 1:
      node = Json(*nodes[draw() % nodes.size()]);
      return;
    case 2:  // one element less
      if (node.is_structured() && !node.empty()) {
        auto victim = node.begin();
        std::advance(victim, draw() % node.size());
        node.erase(victim);
      }
      return;
    case 3:  // one element more
      if (node.is_array()) node.push_back(node.empty() ? odd_value(draw) : Json(node[draw() % node.size()]));
      if (node.is_object()) node["unknown"] = odd_value(draw);
      return;
    default:
      if (node.is_number()) node = node.get<double>() * (draw() % 2 == 0 ? -1 : 1000);
      if (node.is_string()) node = node.get<std::string>() + "'";
      if (node.is_boolean()) node = !node.get<bool>();
  }
}

}  // namespace aisle::fuzz

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned int seed) {
  std::mt19937 draw(seed);
  auto document = aisle::fuzz::Json::parse(data, data + size, nullptr, false);
  if (document.is_discarded() || draw() % 8 == 0) return LLVMFuzzerMutate(data, size, max_size);
  for (std::uint32_t left = 1 + draw() % 3; left > 0; --left) aisle::fuzz::mutate_node(document, draw);
  const std::string text = document.dump(-1, ' ', false, aisle::fuzz::Json::error_handler_t::replace);
  if (text.size() > max_size) return LLVMFuzzerMutate(data, size, max_size);
  std::copy(text.begin(), text.end(), data);
  return text.size();
}
