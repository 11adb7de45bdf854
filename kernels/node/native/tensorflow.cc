#include "tensorflow.h"

#include <dlfcn.h>

namespace losses {
namespace {

/** Where tfjs-node's libraries have the C API: its own download, the wheel's, and the second half of either. */
const char* const kLibraries[] = {
#if defined(__APPLE__)
    "libtensorflow.2.dylib",     "libtensorflow_cc.2.dylib", "libtensorflow_framework.2.dylib",
#else
    "libtensorflow.so.2",        "libtensorflow_cc.so.2",    "libtensorflow_framework.so.2",
#endif
};

/** The function in a library that is loaded already, or null: nothing is loaded here. */
void* find(const char* name) {
  for (const char* library : kLibraries) {
    void* handle = dlopen(library, RTLD_NOLOAD | RTLD_LAZY);
    if (handle == nullptr) continue;
    void* function = dlsym(handle, name);
    // Only the count of users goes back; tfjs-node keeps the library.
    dlclose(handle);
    if (function != nullptr) return function;
  }
  return nullptr;
}

}  // namespace

const TensorFlow* findTensorFlow(std::string* reason) {
  static TensorFlow tensorflow;
  std::string missing;
#define LOSSES_FIND(result, name, parameters)                          \
  tensorflow.name = reinterpret_cast<result(*) parameters>(find(#name)); \
  if (tensorflow.name == nullptr && missing.empty()) missing = #name;
  LOSSES_TENSORFLOW_FUNCTIONS(LOSSES_FIND)
#undef LOSSES_FIND
  if (missing.empty()) return &tensorflow;
  *reason = tensorflow.TF_Version == nullptr
                ? "no TensorFlow is loaded in this process: import @tensorflow/tfjs-node first"
                : std::string("TensorFlow ") + tensorflow.TF_Version() + " has no function " + missing;
  return nullptr;
}

}  // namespace losses
