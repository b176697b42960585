// What drives a harness where libFuzzer does not: `smoke MUTANTS INPUT...` runs each input, then so many
// mutants of it, the same ones on each call. The harnesses' short run in the tests of every build.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <random>
#include <vector>

using Bytes = std::vector<std::uint8_t>;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
// A harness may have a mutator of its own, which calls LLVMFuzzerMutate.
extern "C" __attribute__((weak)) std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                                                     std::size_t max_size, unsigned int seed);

// One byte other, a piece less or a piece twice.
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size) {
  static std::mt19937 draw(20240229);
  if (size == 0) return 0;
  const std::size_t begin = draw() % size;
  const std::size_t length = std::min<std::size_t>(size - begin, 1 + draw() % 16);
  switch (draw() % 3) {
    case 0:
      data[begin] = static_cast<std::uint8_t>(draw());
      return size;
    case 1:
      std::copy(data + begin + length, data + size, data + begin);
      return size - length;
    default:
      if (size + length > max_size) return size;
      std::copy_backward(data + begin, data + size, data + size + length);
      return size + length;
  }
}

namespace {

constexpr std::size_t kMostBytes = 1 << 16;

Bytes mutant_of(const Bytes& input, unsigned int seed) {
  Bytes mutant = input;
  const std::size_t room = std::max(kMostBytes, 2 * input.size());
  mutant.resize(room);
  std::size_t size = input.size();
  if (LLVMFuzzerCustomMutator != nullptr) {
    size = LLVMFuzzerCustomMutator(mutant.data(), size, room, seed);
  } else {
    for (unsigned int left = 1 + seed % 3; left > 0; --left) {
      size = LLVMFuzzerMutate(mutant.data(), size, room);
    }
  }
  mutant.resize(size);
  return mutant;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const auto n_mutants = static_cast<unsigned int>(std::atoi(argv[1]));
  for (int argument = 2; argument < argc; ++argument) {
    std::ifstream file(argv[argument], std::ios::binary);
    const Bytes input{std::istreambuf_iterator<char>(file), {}};
    if (input.empty()) {
      std::fprintf(stderr, "smoke: %s cannot be read or is empty\n", argv[argument]);
      return 2;
    }
    LLVMFuzzerTestOneInput(input.data(), input.size());
    for (unsigned int seed = 0; seed < n_mutants; ++seed) {
      const Bytes mutant = mutant_of(input, seed);
      try {
        LLVMFuzzerTestOneInput(mutant.data(), mutant.size());
      } catch (const std::exception& error) {
        std::fprintf(stderr, "smoke: mutant %u of %s: %s\n%.*s\n", seed, argv[argument], error.what(),
                     static_cast<int>(mutant.size()), reinterpret_cast<const char*>(mutant.data()));
        return 1;
      }
    }
  }
  return 0;
}
