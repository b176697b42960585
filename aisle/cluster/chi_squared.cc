#include "aisle/cluster/chi_squared.h"

#include <math.h>

#include <cmath>
#include <limits>

namespace aisle {
namespace {

constexpr int kMostTerms = 100000;
constexpr double kEnough = 1e-16;

// x^a e^-x / gamma(a), without a write to the global sign of gamma.
double front(double a, double x) {
  int sign = 0;
  return std::exp(a * std::log(x) - x - ::lgamma_r(a, &sign));
}

// P(a, x) = front / a (1 + x / (a + 1) + x^2 / ((a + 1)(a + 2)) + ..).
double lower_by_series(double a, double x) {
  double term = 1 / a;
  double sum = term;
  for (int step = 1; step < kMostTerms && term > sum * kEnough; ++step) {
    term *= x / (a + step);
    sum += term;
  }
  return front(a, x) * sum;
}

// Q(a, x) = front / (x + 1 - a - 1 (1 - a) / (x + 3 - a - ..)).
double upper_by_fraction(double a, double x) {
  constexpr double tiny = 1e-300;
  double b = x + 1 - a;
  double c = 1 / tiny;
  double d = 1 / b;
  double value = d;
  for (int step = 1; step < kMostTerms; ++step) {
    const double numerator = -step * (step - a);
    b += 2;
    d = numerator * d + b;
    if (std::abs(d) < tiny) d = tiny;
    c = b + numerator / c;
    if (std::abs(c) < tiny) c = tiny;
    d = 1 / d;
    value *= d * c;
    if (std::abs(d * c - 1) < kEnough) break;
  }
  return front(a, x) * value;
}

}  // namespace

double chi_squared_tail(double x, double degrees) {
  if (std::isnan(x)) return x;
  if (x <= 0) return 1;
  if (std::isinf(x)) return 0;
  const double a = degrees / 2;
  return x / 2 < a + 1 ? 1 - lower_by_series(a, x / 2) : upper_by_fraction(a, x / 2);
}

}  // namespace aisle
