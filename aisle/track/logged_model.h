// The description of a model in MLflow: the file MLmodel beside the model package's files.
#pragma once

#include <string>

#include "aisle/track/run_store.h"

namespace aisle {

// The folder of the model package, beside MLmodel.
inline constexpr const char* kLoggedModelData = "model";

// MLmodel as `mlflow.pyfunc.load_model` reads it: the loader is the Python package's module
// aisle.mlflow_model, which gets the package's folder. JSON, which is YAML as well.
std::string logged_model_text(const std::string& mlflow_run, const std::string& model, const RunRecord& run);

}  // namespace aisle
