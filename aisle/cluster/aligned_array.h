// A fixed-size array on cache-line boundaries whose values start out unset: what vector kernels read.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>

namespace aisle {

template <typename T>
class AlignedArray {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

 public:
  AlignedArray() = default;
  explicit AlignedArray(std::size_t size)
      : values_(static_cast<T*>(::operator new[](size * sizeof(T), kAlignment))), size_(size) {}

  std::size_t size() const { return size_; }
  T* data() { return values_.get(); }
  const T* data() const { return values_.get(); }
  T& operator[](std::size_t index) { return values_[index]; }
  const T& operator[](std::size_t index) const { return values_[index]; }

 private:
  static constexpr std::align_val_t kAlignment{64};
  struct Free {
    void operator()(T* values) const { ::operator delete[](values, kAlignment); }
  };
  std::unique_ptr<T[], Free> values_;
  std::size_t size_ = 0;
};

}  // namespace aisle
