// The ops and kernels that TensorFlow gets.
#pragma once

#include <string>

#include "rows.h"
#include "tensorflow.h"

namespace losses {

/** Registers every op with its kernel; once per process, however often it is called. Empty, or what went wrong. */
std::string registerOps(const TensorFlow& tensorflow);

/** The instruction sets that this processor has, the best first. */
const RowKernels* const* supportedRows(int* count);
const RowKernels& chosenRows();
/** False where the processor has no such instruction set. */
bool chooseRows(const std::string& name);

}  // namespace losses
