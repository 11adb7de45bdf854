// The addon's face to JavaScript: `register()`, `instructionSets()`, `useInstructionSet(name)`, `threads()`,
// `readTwiceWriteOnce(from, to)`.
#include <node_api.h>

#include <string>

#include "memory.h"
#include "ops.h"
#include "pool.h"
#include "tensorflow.h"

namespace {

napi_value text(napi_env env, const std::string& value) {
  napi_value result = nullptr;
  napi_create_string_utf8(env, value.data(), value.size(), &result);
  return result;
}

/** register(): puts the ops into the TensorFlow of this process, or throws why not. Returns its version. */
napi_value registerAll(napi_env env, napi_callback_info) {
  std::string reason;
  const losses::TensorFlow* tensorflow = losses::findTensorFlow(&reason);
  if (tensorflow != nullptr) reason = losses::registerOps(*tensorflow);
  if (!reason.empty()) {
    napi_throw_error(env, nullptr, reason.c_str());
    return nullptr;
  }
  losses::keepFreedMemory();
  return text(env, tensorflow->TF_Version());
}

/** instructionSets(): those that this processor has, the best first. */
napi_value instructionSets(napi_env env, napi_callback_info) {
  int count = 0;
  const losses::RowKernels* const* rows = losses::supportedRows(&count);
  napi_value result = nullptr;
  napi_create_array(env, &result);
  for (int i = 0; i < count; i++) napi_set_element(env, result, static_cast<uint32_t>(i), text(env, rows[i]->name));
  return result;
}

/** useInstructionSet(name): for tests and measurements. */
napi_value useInstructionSet(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument = nullptr;
  char name[32] = {};
  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
  if (count < 1 || napi_get_value_string_utf8(env, argument, name, sizeof name, nullptr) != napi_ok ||
      !losses::chooseRows(name)) {
    napi_throw_range_error(env, nullptr, (std::string("there is no instruction set '") + name + "' here").c_str());
  }
  return nullptr;
}

/** threads(): how many a large call works with. */
napi_value threads(napi_env env, napi_callback_info) {
  napi_value result = nullptr;
  napi_create_int32(env, losses::threadCount(), &result);
  return result;
}

/** A Float32Array's numbers, or false. */
bool floats(napi_env env, napi_value value, float** data, size_t* length) {
  bool isTyped = false;
  napi_typedarray_type type = napi_int8_array;
  void* start = nullptr;
  if (napi_is_typedarray(env, value, &isTyped) != napi_ok || !isTyped) return false;
  if (napi_get_typedarray_info(env, value, &type, length, &start, nullptr, nullptr) != napi_ok) return false;
  *data = static_cast<float*>(start);
  return type == napi_float32_array;
}

/** readTwiceWriteOnce(from, to): two Float32Arrays of one length, for measurements. */
napi_value readTwiceWriteOnce(napi_env env, napi_callback_info info) {
  size_t count = 2;
  napi_value arguments[2] = {};
  float *from = nullptr, *to = nullptr;
  size_t length = 0, room = 0;
  napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr);
  if (count < 2 || !floats(env, arguments[0], &from, &length) || !floats(env, arguments[1], &to, &room) || length != room) {
    napi_throw_type_error(env, nullptr, "expected two Float32Arrays of one length");
    return nullptr;
  }
  losses::readTwiceWriteOnce(from, to, static_cast<int64_t>(length));
  return nullptr;
}

void define(napi_env env, napi_value exports, const char* name, napi_callback function) {
  napi_value value = nullptr;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, function, nullptr, &value);
  napi_set_named_property(env, exports, name, value);
}

}  // namespace

NAPI_MODULE_INIT() {
  define(env, exports, "register", registerAll);
  define(env, exports, "instructionSets", instructionSets);
  define(env, exports, "useInstructionSet", useInstructionSet);
  define(env, exports, "threads", threads);
  define(env, exports, "readTwiceWriteOnce", readTwiceWriteOnce);
  return exports;
}
