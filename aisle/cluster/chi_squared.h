// The chi-squared distribution: how far out a point of a normal cloud lies.
#pragma once

namespace aisle {

// The probability of a value above `x` with `degrees` of freedom (> 0, whole or not); 1 for x <= 0, NaN for
// NaN. The regularised upper incomplete gamma function Q(degrees / 2, x / 2), by its series below the mean
// and Lentz's continued fraction above it (Press et al. 2007, section 6.2), to about 1e-14 of the result.
double chi_squared_tail(double x, double degrees);

}  // namespace aisle
