#include "ops.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <mutex>
#include <stdexcept>
#include <vector>

#include "denormals.h"
#include "pool.h"

namespace losses {
namespace {

const TensorFlow* tf = nullptr;

// ---- instruction sets

std::vector<const RowKernels*> findSupported() {
  std::vector<const RowKernels*> supported;
  for (int i = 0; i < kRowKernelsCount; i++) {
    if (kRowKernels[i]->isSupported()) supported.push_back(kRowKernels[i]);
  }
  return supported;
}

const std::vector<const RowKernels*>& supported() {
  static const std::vector<const RowKernels*> sets = findSupported();
  return sets;
}

std::atomic<const RowKernels*> chosen{nullptr};

// ---- tensors

/** A bad argument: becomes a status of TensorFlow's, and an error in JavaScript. */
struct BadArgument : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Status {
 public:
  Status() : status_(tf->TF_NewStatus()) {}
  ~Status() { tf->TF_DeleteStatus(status_); }
  Status(const Status&) = delete;
  Status& operator=(const Status&) = delete;
  TF_Status* get() const { return status_; }
  void check() const {
    if (tf->TF_GetCode(status_) != TF_OK) throw std::runtime_error(tf->TF_Message(status_));
  }

 private:
  TF_Status* status_;
};

class Tensor {
 public:
  explicit Tensor(TF_Tensor* tensor = nullptr) : tensor_(tensor) {}
  Tensor(Tensor&& other) noexcept : tensor_(other.tensor_) { other.tensor_ = nullptr; }
  Tensor(const Tensor&) = delete;
  Tensor& operator=(const Tensor&) = delete;
  ~Tensor() {
    if (tensor_ != nullptr) tf->TF_DeleteTensor(tensor_);
  }

  int type() const { return tf->TF_TensorType(tensor_); }
  int rank() const { return tf->TF_NumDims(tensor_); }
  int64_t length(int axis) const { return tf->TF_Dim(tensor_, axis); }
  template <typename T>
  T* data() const {
    return static_cast<T*>(tf->TF_TensorData(tensor_));
  }
  /** Elements of four bytes, which all of ours have. */
  int64_t size() const { return static_cast<int64_t>(tf->TF_TensorByteSize(tensor_) / 4); }

 private:
  TF_Tensor* tensor_;
};

/** The call of a kernel: inputs in, outputs out. */
class Call {
 public:
  explicit Call(TF_OpKernelContext* context) : context_(context) {}

  Tensor input(int index, const char* name, int type) const {
    Tensor tensor = input(index);
    if (tensor.type() != type) throw BadArgument(std::string(name) + " has another type than expected");
    return tensor;
  }

  Tensor input(int index) const {
    const Status status;
    TF_Tensor* tensor = nullptr;
    tf->TF_GetInput(context_, index, &tensor, status.get());
    Tensor result(tensor);
    status.check();
    return result;
  }

  Tensor output(int index, const std::vector<int64_t>& shape) const {
    size_t bytes = sizeof(float);
    for (const int64_t length : shape) bytes *= static_cast<size_t>(length);
    const Status status;
    Tensor result(
        tf->TF_AllocateOutput(context_, index, TF_FLOAT, shape.data(), static_cast<int>(shape.size()), bytes, status.get()));
    status.check();
    return result;
  }

 private:
  TF_OpKernelContext* context_;
};

void expectSize(const char* name, const Tensor& tensor, int64_t size) {
  if (tensor.size() == size) return;
  throw BadArgument(std::string(name) + " has " + std::to_string(tensor.size()) + " elements, expected " + std::to_string(size));
}

/** [..., K] as N rows of K. */
struct Shape {
  std::vector<int64_t> full;
  int64_t count = 1;
  int64_t classes = 1;

  explicit Shape(const Tensor& logits) {
    for (int axis = 0; axis < logits.rank(); axis++) full.push_back(logits.length(axis));
    if (!full.empty()) classes = full.back();
    for (size_t axis = 0; axis + 1 < full.size(); axis++) count *= full[axis];
  }

  std::vector<int64_t> rows() const { return full.empty() ? full : std::vector<int64_t>(full.begin(), full.end() - 1); }
  int64_t size() const { return count * classes; }
};

// ---- hyper-parameters

/**
 * The attributes of src/kernel_names.ts, in the order in which kernels/node/_options.ts writes them. They come as a tensor of
 * float64 bits, not as attributes of the op: those are float32 there, and TensorFlow keeps a kernel for each value it has seen,
 * for ever.
 */
enum class Reduction { kNone = 0, kRows = 1, kSum = 2 };

struct Options {
  static constexpr int kCount = 9;
  double labelSmoothing, gamma, scale, reduction, zLoss, ignoreIndex, positiveWeight, negativeWeight;
  /** NaN for none. */
  double expectedDy;

  explicit Options(const Tensor& tensor) {
    expectSize("options", tensor, 2 * kCount);
    double values[kCount];
    std::memcpy(values, tensor.data<void>(), sizeof values);
    labelSmoothing = values[0];
    gamma = values[1];
    scale = values[2];
    reduction = values[3];
    zLoss = values[4];
    ignoreIndex = values[5];
    positiveWeight = values[6];
    negativeWeight = values[7];
    expectedDy = values[8];
    if (!(reduction == 0 || reduction == 1 || reduction == 2)) throw BadArgument("reduction is none of 0, 1 and 2");
  }

  Reduction kind() const { return static_cast<Reduction>(static_cast<int>(reduction)); }
};

// ---- threads

/** Exponentials below which the threads are not worth waking: some 50 µs of work. */
constexpr int64_t kWorthThreads = 1 << 16;

template <typename Rows>
void runRows(void (*kernel)(const Rows&, int64_t, int64_t), const Rows& rows, int64_t units, int64_t work) {
  forParts(units, work >= kWorthThreads, [&](int64_t begin, int64_t end) { kernel(rows, begin, end); });
}

/**
 * The last output of a loss, for which nothing is allocated unless an upstream gradient is expected: its gradient, which the loop
 * over the rows then writes along.
 */
template <typename Rows>
Tensor outputAhead(const Call& call, int index, const Shape& shape, Rows& rows, const Options& options) {
  if (std::isnan(options.expectedDy)) return call.output(index, {0});
  Tensor gradient = call.output(index, shape.full);
  rows.gradient = gradient.template data<float>();
  rows.expectedDy = options.expectedDy;
  return gradient;
}

// ---- the softmax family

struct SoftmaxInputs {
  Tensor labels, logits, weights;
};

template <bool kSparse>
SoftmaxRows softmaxRows(const Shape& shape, const SoftmaxInputs& inputs, const Options& options) {
  SoftmaxRows rows{};
  rows.classes = shape.classes;
  rows.logits = inputs.logits.data<float>();
  rows.labelSmoothing = options.labelSmoothing;
  rows.gamma = options.gamma;
  rows.zLoss = options.zLoss;
  rows.ignoreIndex = options.ignoreIndex;
  rows.scale = options.scale;
  if (inputs.weights.size() != 0) {
    expectSize("classWeights", inputs.weights, shape.classes);
    rows.weights = inputs.weights.data<float>();
  }
  if (!kSparse) {
    if (inputs.labels.type() != TF_FLOAT) throw BadArgument("labels are not float32");
    expectSize("labels", inputs.labels, shape.size());
    rows.labels = inputs.labels.data<float>();
    return rows;
  }
  expectSize("labels", inputs.labels, shape.count);
  if (inputs.labels.type() == TF_INT32) rows.intIndices = inputs.labels.data<int32_t>();
  else if (inputs.labels.type() == TF_FLOAT) rows.floatIndices = inputs.labels.data<float>();
  else throw BadArgument("labels are neither int32 nor float32");
  // JavaScript has checked them with a better message; here no label may ever become an address.
  for (int64_t row = 0; row < shape.count; row++) {
    const double y = rows.intIndices != nullptr ? static_cast<double>(rows.intIndices[row])
                                                : static_cast<double>(rows.floatIndices[row]);
    if (y == rows.ignoreIndex) continue;
    if (!(y >= 0 && y < static_cast<double>(shape.classes) && y == std::floor(y))) {
      throw BadArgument("labels hold " + std::to_string(y) + " at index " + std::to_string(row));
    }
  }
  return rows;
}

/** `work`: exponentials for each logit. */
void softmaxForward(const Call& call, const Shape& shape, SoftmaxRows& rows, const Options& options) {
  const Tensor stats = call.output(1, {shape.count, kStatsColumns});
  rows.stats = stats.data<float>();
  const Tensor ahead = outputAhead(call, 2, shape, rows, options);
  std::vector<double> losses(static_cast<size_t>(shape.count));
  rows.losses = losses.data();
  runRows(chosenRows().softmaxLoss, rows, shape.count, shape.size());
  if (options.kind() == Reduction::kNone) {
    const Tensor loss = call.output(0, shape.rows());
    std::transform(losses.begin(), losses.end(), loss.data<float>(), [](double x) { return static_cast<float>(x); });
    return;
  }
  double total = 0;
  for (const double loss : losses) total += loss;
  *call.output(0, {}).data<float>() = static_cast<float>(options.scale * total);
}

void softmaxBackward(const Call& call, const Shape& shape, SoftmaxRows& rows) {
  const Tensor stats = call.input(3, "stats", TF_FLOAT);
  const Tensor dy = call.input(4, "dy", TF_FLOAT);
  expectSize("stats", stats, shape.count * kStatsColumns);
  rows.dyPerRow = dy.size() != 1;
  if (rows.dyPerRow) expectSize("dy", dy, shape.count);
  rows.stats = stats.data<float>();
  rows.dy = dy.data<float>();
  const Tensor gradient = call.output(0, shape.full);
  rows.gradient = gradient.data<float>();
  runRows(chosenRows().softmaxGradient, rows, shape.count, shape.size());
}

template <bool kSparse, bool kGradient>
void softmax(const Call& call) {
  const SoftmaxInputs inputs{call.input(0), call.input(1, "logits", TF_FLOAT), call.input(2, "classWeights", TF_FLOAT)};
  const Options options(call.input(kGradient ? 5 : 3, "options", TF_INT32));
  const Shape shape(inputs.logits);
  if (shape.classes == 0) throw BadArgument("logits have no classes");
  SoftmaxRows rows = softmaxRows<kSparse>(shape, inputs, options);
  if (kGradient) softmaxBackward(call, shape, rows);
  else softmaxForward(call, shape, rows, options);
}

// ---- the sigmoid family

/** A focal element costs as much as several of the others. */
int64_t sigmoidWork(const Shape& shape, const Options& options) { return shape.size() * (options.gamma == 0 ? 1 : 4); }

void sigmoidForward(const Call& call, const Shape& shape, SigmoidRows rows, int64_t count, const Options& options) {
  const Tensor ahead = outputAhead(call, 1, shape, rows, options);
  std::vector<double> sums;
  const int64_t units = count * rows.segmentsOfRow();
  if (options.kind() == Reduction::kNone) {
    Tensor loss = call.output(0, shape.full);
    rows.elements = loss.data<float>();
    runRows(chosenRows().sigmoidLoss, rows, units, sigmoidWork(shape, options));
    return;
  }
  sums.resize(static_cast<size_t>(units));
  rows.sums = sums.data();
  runRows(chosenRows().sigmoidLoss, rows, units, sigmoidWork(shape, options));
  if (options.kind() == Reduction::kSum) {
    double total = 0;
    for (const double part : sums) total += part;
    *call.output(0, {}).data<float>() = static_cast<float>(options.scale * total);
    return;
  }
  const Tensor loss = call.output(0, shape.rows());
  const int64_t perRow = rows.segmentsOfRow();
  for (int64_t row = 0; row < count; row++) {
    double total = 0;
    for (int64_t i = 0; i < perRow; i++) total += sums[static_cast<size_t>(row * perRow + i)];
    loss.data<float>()[row] = static_cast<float>(options.scale * total);
  }
}

void sigmoidBackward(const Call& call, const Shape& shape, SigmoidRows rows, int64_t count, const Options& options) {
  const Tensor dy = call.input(3, "dy", TF_FLOAT);
  switch (options.kind()) {
    case Reduction::kNone:
      expectSize("dy", dy, shape.size());
      rows.dyKind = SigmoidRows::Dy::kElements;
      break;
    case Reduction::kRows:
      expectSize("dy", dy, shape.count);
      rows.dyKind = SigmoidRows::Dy::kRows;
      break;
    case Reduction::kSum:
      expectSize("dy", dy, 1);
      rows.dyKind = SigmoidRows::Dy::kOne;
  }
  rows.dy = dy.data<float>();
  const Tensor gradient = call.output(0, shape.full);
  rows.gradient = gradient.data<float>();
  runRows(chosenRows().sigmoidGradient, rows, count * rows.segmentsOfRow(), sigmoidWork(shape, options));
}

template <bool kFocal, bool kGradient>
void sigmoid(const Call& call) {
  const Tensor labels = call.input(0, "labels", TF_FLOAT);
  const Tensor logits = call.input(1, "logits", TF_FLOAT);
  const Tensor posWeight = call.input(2, "posWeight", TF_FLOAT);
  const Options options(call.input(kGradient ? 4 : 3, "options", TF_INT32));
  const Shape shape(logits);
  expectSize("labels", labels, shape.size());
  SigmoidRows rows{};
  rows.classes = shape.classes;
  rows.logits = logits.data<float>();
  rows.labels = labels.data<float>();
  rows.labelSmoothing = options.labelSmoothing;
  rows.gamma = kFocal ? options.gamma : 0;
  rows.positiveWeight = options.positiveWeight;
  rows.negativeWeight = options.negativeWeight;
  rows.scale = options.scale;
  int64_t count = shape.count;
  if (posWeight.size() != 0) {
    expectSize("posWeight", posWeight, shape.classes);
    rows.posWeight = posWeight.data<float>();
  } else if (options.kind() != Reduction::kRows) {
    // Where rows make no difference one long row is faster than many short ones.
    rows.classes = shape.size();
    count = rows.classes == 0 ? 0 : 1;
  }
  if (kGradient) sigmoidBackward(call, shape, rows, count, options);
  else sigmoidForward(call, shape, rows, count, options);
}

// ---- the sum of the linear loss

/** Adds a term to rows of its input, which nobody else has: see src/add_to_rows.ts. */
void addToRows(const Call& call) {
  const Tensor sum = call.input(0, "sum", TF_FLOAT);
  const Tensor term = call.input(1, "term", TF_FLOAT);
  const Tensor row = call.input(2, "row", TF_INT32);
  expectSize("row", row, 1);
  if (sum.rank() != 2 || term.rank() != 2) throw BadArgument("sum and term are not of rank 2");
  const int64_t columns = sum.length(1), first = *row.data<int32_t>();
  if (term.length(1) != columns || first < 0 || first + term.length(0) > sum.length(0)) {
    throw BadArgument("term does not fit into sum");
  }
  float* const to = sum.data<float>() + first * columns;
  const float* const from = term.data<float>();
  forBlocks(term.size(), term.size() >= kWorthThreads, [&](int64_t start, int64_t length) {
    for (int64_t i = start; i < start + length; i++) to[i] += from[i];
  });
  call.output(0, {0});
}

// ---- registration

void* createNothing(TF_OpKernelConstruction*) { return nullptr; }
void destroyNothing(void*) {}

template <void (*kKernel)(const Call&)>
void compute(void*, TF_OpKernelContext* context) {
  const KeepDenormals keep;
  const char* message = nullptr;
  int code = TF_INVALID_ARGUMENT;
  try {
    return kKernel(Call(context));
  } catch (const BadArgument& error) {
    const Status status;
    tf->TF_SetStatus(status.get(), code, error.what());
    return tf->TF_OpKernelContext_Failure(context, status.get());
  } catch (const std::bad_alloc&) {
    code = 8;  // RESOURCE_EXHAUSTED
    message = "out of memory";
  } catch (const std::exception&) {
    code = 13;  // INTERNAL
    message = "TensorFlow refused an input or an output";
  }
  const Status status;
  tf->TF_SetStatus(status.get(), code, message);
  tf->TF_OpKernelContext_Failure(context, status.get());
}

void inferNothing(TF_ShapeInferenceContext* context, TF_Status* status) {
  tf->TF_ShapeInferenceContextSetUnknownShape(context, status);
}

struct Op {
  const char* name;
  std::vector<const char*> attrs;
  std::vector<const char*> inputs;
  std::vector<const char*> outputs;
  void (*compute)(void*, TF_OpKernelContext*);
};

/** The number in the names goes up with every change of their inputs: two versions of this package may share a process. */
const std::vector<Op>& ops() {
  static const std::vector<const char*> loss = {"loss: float", "ahead: float"},
                                        lossAndStats = {"loss: float", "stats: float", "ahead: float"},
                                        gradient = {"gradient: float"};
  static const std::vector<Op> all = {
      {"TfjsLosses2SoftmaxCrossEntropyWithLogits",
       {},
       {"labels: float", "logits: float", "class_weights: float", "options: int32"},
       lossAndStats,
       compute<softmax<false, false>>},
      {"TfjsLosses2SoftmaxCrossEntropyWithLogitsGrad",
       {},
       {"labels: float", "logits: float", "class_weights: float", "stats: float", "dy: float", "options: int32"},
       gradient,
       compute<softmax<false, true>>},
      {"TfjsLosses2SparseSoftmaxCrossEntropyWithLogits",
       {"Tlabels: {int32, float}"},
       {"labels: Tlabels", "logits: float", "class_weights: float", "options: int32"},
       lossAndStats,
       compute<softmax<true, false>>},
      {"TfjsLosses2SparseSoftmaxCrossEntropyWithLogitsGrad",
       {"Tlabels: {int32, float}"},
       {"labels: Tlabels", "logits: float", "class_weights: float", "stats: float", "dy: float", "options: int32"},
       gradient,
       compute<softmax<true, true>>},
      {"TfjsLosses2SigmoidCrossEntropyWithLogits",
       {},
       {"labels: float", "logits: float", "pos_weight: float", "options: int32"},
       loss,
       compute<sigmoid<false, false>>},
      {"TfjsLosses2SigmoidCrossEntropyWithLogitsGrad",
       {},
       {"labels: float", "logits: float", "pos_weight: float", "dy: float", "options: int32"},
       gradient,
       compute<sigmoid<false, true>>},
      {"TfjsLosses2SigmoidFocalCrossEntropyWithLogits",
       {},
       {"labels: float", "logits: float", "pos_weight: float", "options: int32"},
       loss,
       compute<sigmoid<true, false>>},
      {"TfjsLosses2SigmoidFocalCrossEntropyWithLogitsGrad",
       {},
       {"labels: float", "logits: float", "pos_weight: float", "dy: float", "options: int32"},
       gradient,
       compute<sigmoid<true, true>>},
      {"TfjsLosses2AddToRows", {}, {"sum: float", "term: float", "row: int32"}, {"nothing: float"}, compute<addToRows>},
  };
  return all;
}

/** Another copy of this addon in the process may have been first. */
bool isRegistered(const char* name) {
  const Status status;
  TF_Buffer* kernels = tf->TF_GetRegisteredKernelsForOp(name, status.get());
  const bool found = kernels != nullptr && kernels->length > 0;
  if (kernels != nullptr) tf->TF_DeleteBuffer(kernels);
  return found;
}

void registerOp(const Op& op) {
  TF_OpDefinitionBuilder* definition = tf->TF_NewOpDefinitionBuilder(op.name);
  for (const char* attr : op.attrs) tf->TF_OpDefinitionBuilderAddAttr(definition, attr);
  for (const char* input : op.inputs) tf->TF_OpDefinitionBuilderAddInput(definition, input);
  for (const char* output : op.outputs) tf->TF_OpDefinitionBuilderAddOutput(definition, output);
  tf->TF_OpDefinitionBuilderSetShapeInferenceFunction(definition, inferNothing);
  const Status status;
  tf->TF_RegisterOpDefinition(definition, status.get());
  status.check();
  tf->TF_RegisterKernelBuilder(op.name, tf->TF_NewKernelBuilder(op.name, "CPU", createNothing, op.compute, destroyNothing),
                               status.get());
  status.check();
}

}  // namespace

const RowKernels* const* supportedRows(int* count) {
  *count = static_cast<int>(supported().size());
  return supported().data();
}

const RowKernels& chosenRows() {
  const RowKernels* rows = chosen.load(std::memory_order_relaxed);
  return rows != nullptr ? *rows : *supported().front();
}

bool chooseRows(const std::string& name) {
  for (const RowKernels* rows : supported()) {
    if (name != rows->name) continue;
    chosen.store(rows);
    return true;
  }
  return false;
}

std::string registerOps(const TensorFlow& tensorflow) {
  static std::mutex mutex;
  static bool done = false;
  const std::lock_guard<std::mutex> lock(mutex);
  if (done) return "";
  tf = &tensorflow;
  try {
    for (const Op& op : ops()) {
      if (!isRegistered(op.name)) registerOp(op);
    }
  } catch (const std::exception& error) {
    return error.what();
  }
  done = true;
  return "";
}

}  // namespace losses
