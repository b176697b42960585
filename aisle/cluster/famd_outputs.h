// What the axes of a FAMD say of rows, columns and variables, as prince and FactoMineR (Lê, Josse and Husson
// 2008) give it: coordinates, contributions and qualities of representation (cos2). Second half of famd.h.
//
// Contributions are shares, 1 in sum over an axis (FactoMineR gives percent). An axis whose eigenvalue is 0
// contributes nothing and correlates with nothing: 0. cos2 of what lies at the origin is 0. With row weights
// every mean, share and correlation is weighted; a column's weight acts on the axes alone, so correlations
// and barycentres are those of the data as given. All results have the same bits for any number of threads.
#pragma once

#include <string>
#include <vector>

#include "aisle/base/matrix.h"
#include "aisle/cluster/famd.h"

namespace aisle {

// What the axes say of rows: n x k each.
struct FamdRows {
  Matrix coordinates;    // as `project` gives them
  Matrix contributions;  // share of row weight x coordinate^2 / eigenvalue
  Matrix cos2;           // coordinate^2 / squared distance of the row from the origin, over all axes
};

// Of the rows of the fit, given again. Of new rows coordinates and cos2 hold (an unseen level adds no
// distance); their contributions are then what they would be if the rows' own weights were the fit's. O(n p
// k) time, nothing beside the output. Throws InvalidInput as `project` does, and for row weights as the fit
// does.
FamdRows famd_rows(const Famd& famd, const MixedData& data);

// What the axes say of columns: p x k each, p in the order of `loadings`: numeric columns, then the levels of
// each categorical column.
struct FamdColumns {
  Matrix
      coordinates;  // numeric: correlation with the axis; level: mean of its rows' coordinates (barycentre)
  Matrix contributions;  // square of the loading
  // Numeric: squared correlation; level: coordinate^2 / squared distance of the barycentre from the origin.
  Matrix cos2;
  // Levels: the coordinate over its deviation if the level's rows had been drawn at random without
  // replacement (hypergeometric; beyond 2 in size: surprising). 0 for a numeric column and a level that all
  // rows have.
  Matrix v_tests;
};

// O(p k). Throws InvalidInput for a fit without level_distances (one that was stored for projection alone).
FamdColumns famd_columns(const Famd& famd);

// What the axes say of variables: variables x k each, numeric columns, then categorical ones by name.
struct FamdVariables {
  Matrix coordinates;    // numeric: squared correlation; categorical: correlation ratio (eta squared); 0 to 1
  Matrix contributions;  // sum of its columns' contributions
  Matrix cos2;           // coordinate^2 / 1 for a numeric one, / (levels - 1) for a categorical one
};

// O(p k). Throws nothing.
FamdVariables famd_variables(const Famd& famd);

// Supplementary columns: described by the axes, without having made them.
struct FamdSupplementary {
  std::vector<std::string> numeric_names;  // as given
  Matrix correlations;                     // numeric columns x k; their squares are both cos2 and coordinate
                                           // of the variable
  std::vector<std::string> categorical_names;    // by name
  std::vector<std::vector<std::string>> levels;  // of a share above 0, as in a fit
  Matrix barycentres;                            // all levels x k
  Matrix level_cos2;                             // all levels x k
  Matrix v_tests;                                // all levels x k
  Matrix correlation_ratios;                     // categorical columns x k
};

// `supplementary` has the rows of the fit (`active`, given again) in the same order; its columns may be the
// fit's own. Row weights are taken from `active`, column weights mean nothing. Missing values as in a fit.
// O(n p s) time, O(p s) memory for s supplementary columns and levels. Throws InvalidInput as fit_famd does,
// and on another number of rows. (Supplementary rows: a row weight of 0, or `project`.)
FamdSupplementary famd_supplementary(const Famd& famd, const MixedData& active,
                                     const MixedData& supplementary);

}  // namespace aisle
